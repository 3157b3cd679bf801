import type { Contract, JsonSchema } from '../openapi/contract.ts';
import { emptyObject, isList, isObject, members } from '../openapi/plain-data.ts';

/** Keywords that speak of what is missing or left over, or that turn such a statement round. */
const LEFT_OUT = new Set([
  'required',
  'additionalProperties',
  'unevaluatedProperties',
  'minProperties',
  'maxProperties',
  'dependentRequired',
  'dependentSchemas',
  'not',
  'if',
  'then',
  'else',
  'discriminator',
]);
/** Keywords (and places of the document) whose members are names, not keywords. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'schemas']);
const DATA = new Set(['enum', 'const', 'default', 'example', 'examples']);

/**
 * The contract with schemas that ask only whether what is there is of the right kind: a value that breaks one of them can
 * be left out, and the rest still fits. Missing and unknown properties are no matter there.
 */
export function relaxContract(contract: Contract): Contract {
  let relaxed = contracts.get(contract);
  if (relaxed === undefined) {
    relaxed = { ...contract, document: relax(contract.document, false) as Contract['document'] };
    contracts.set(contract, relaxed);
  }
  return relaxed;
}

const contracts = new WeakMap<Contract, Contract>();

const schemas = new WeakMap<object, JsonSchema>();

/** One schema of such a contract, relaxed likewise; the same for the same, so that it is compiled once. */
export function relaxSchema(schema: JsonSchema): JsonSchema {
  if (typeof schema === 'boolean') return schema;
  let relaxed = schemas.get(schema);
  if (relaxed === undefined) {
    relaxed = relax(schema, false) as JsonSchema;
    schemas.set(schema, relaxed);
  }
  return relaxed;
}

function relax(value: unknown, isMap: boolean): unknown {
  if (isList(value)) return value.map((item) => relax(item, false));
  if (!isObject(value)) return value;
  const made = emptyObject();
  for (const [name, held] of members(value)) {
    if (isMap) {
      made[name] = relax(held, false);
    } else if (name === 'additionalProperties' && isObject(held)) {
      made[name] = relax(held, false);
    } else if (!LEFT_OUT.has(name)) {
      // Without `required`, several branches may fit.
      made[name === 'oneOf' ? 'anyOf' : name] = DATA.has(name) ? held : relax(held, MAPS.has(name));
    }
  }
  return made;
}
