import type { Contract, Parameter } from '../openapi/contract.ts';
import { emptyObject, member } from '../openapi/plain-data.ts';
import { compileValidator } from '../openapi/validators.ts';
import { coerceText } from './coerce-text.ts';
import { resolveSchema, schemaTypes } from './schema-types.ts';

/** What a parameter's text means, or why it means nothing (without the value). */
export type ParameterReading = { readonly value: unknown } | { readonly message: string };

/** Reads the texts given for one parameter (one per occurrence) by its schema and style (OpenAPI 3.1 §4.8.12). */
export type ParameterReader = (texts: readonly string[]) => ParameterReading;

const SEPARATORS: Readonly<Record<string, string>> = { spaceDelimited: ' ', pipeDelimited: '|' };
const UNREADABLE: ParameterReading = { message: 'does not have the declared type' };

/** Throws an Error where the schema cannot be compiled. */
export function parameterReader(contract: Contract, parameter: Parameter): ParameterReader {
  const { document } = contract;
  const types = schemaTypes(document, parameter.schema);
  const validate = compileValidator(contract, parameter.schema, 'request');
  const check = (value: unknown): string | undefined => validate(value)[0]?.message;

  if (types.has('array')) {
    const items = member(resolveSchema(document, parameter.schema), 'items');
    const itemTypes = schemaTypes(document, items);
    const isRepeated = parameter.explode && parameter.in === 'query' && parameter.style === 'form';
    const separator = SEPARATORS[parameter.style] ?? ',';
    return (texts) => {
      if (!isRepeated && texts.length > 1) return { message: 'is given more than once' };
      const parts = isRepeated ? texts : texts[0] === '' ? [] : (texts[0] ?? '').split(separator);
      const value: unknown[] = [];
      for (const part of parts) {
        const candidates = coerceText(part, itemTypes);
        if (candidates.length === 0) return UNREADABLE;
        value.push(candidates[0]);
      }
      const message = check(value);
      return message === undefined ? { value } : { message };
    };
  }

  return (texts) => {
    if (texts.length > 1) return { message: 'is given more than once' };
    let message: string | undefined;
    for (const value of coerceText(texts[0] ?? '', types)) {
      message = check(value);
      if (message === undefined) return { value };
    }
    return message === undefined ? UNREADABLE : { message };
  };
}

/** Reads `name[property]=text` occurrences of a deepObject parameter (OpenAPI 3.1 §4.8.12.2) as one object. */
export function deepObjectReader(
  contract: Contract,
  parameter: Parameter,
): (parts: ReadonlyMap<string, string>) => ParameterReading {
  const { document } = contract;
  const properties = member(resolveSchema(document, parameter.schema), 'properties');
  const validate = compileValidator(contract, parameter.schema, 'request');
  return (parts) => {
    const value = emptyObject();
    for (const [property, text] of parts) {
      const schema = member(properties, property);
      if (schema === undefined) return { message: 'has an undeclared property' };
      const candidates = coerceText(text, schemaTypes(document, schema));
      if (candidates.length === 0) return UNREADABLE;
      value[property] = candidates[0];
    }
    const message = validate(value)[0]?.message;
    return message === undefined ? { value } : { message };
  };
}
