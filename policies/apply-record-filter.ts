import type { FilterTerm } from '../catalog/documents.ts';
import { ImpossibleGrant, throwAll } from '../catalog/impossible-grant.ts';
import { suggestion } from '../catalog/nearest-name.ts';
import { quoted } from '../catalog/quoted.ts';
import type { BoundTerm } from '../gateway/exchange.ts';
import type { GrantedOperation } from '../gateway/plan.ts';
import type { GrantPolicy } from '../gateway/policy.ts';
import { refuse } from '../gateway/problems.ts';
import type { Shape } from '../openapi/contract.ts';
import { childPointer } from '../openapi/json-pointer.ts';
import { bindTerm, type TermBinder } from './bind-filter.ts';
import { forceParameters } from './force-parameters.ts';

interface SchemaFilter {
  readonly schema: string;
  readonly terms: readonly TermBinder[];
}

/**
 * Binds the grant's record filter to this caller: values from claims are put in, and a token without a needed claim is
 * refused. Odoo gets the bound terms as part of its domain; over HTTP every term must be a parameter of the
 * upstream, whose value is then the filter's, whatever the client sent.
 */
export function applyRecordFilter(): GrantPolicy {
  return {
    name: 'apply-record-filter',
    stage: 'shape',
    prepare(place) {
      const entries = Object.entries(place.grant.spec.filter ?? {}).filter(([, terms]) => terms.length > 0);
      if (entries.length === 0) return undefined;
      const causes: unknown[] = [];
      const filters = entries.map(([schema, terms]) => prepareSchema(place, schema, terms, causes));
      const force = place.version.system.spec.type === 'http' ? forceParameters(place, entries, causes) : undefined;
      throwAll(causes);

      return (exchange) => {
        const claims = exchange.caller?.claims ?? {};
        const bound: Record<string, readonly BoundTerm[]> = Object.create(null);
        for (const { schema, terms } of filters) {
          const own: BoundTerm[] = [];
          for (const bind of terms) {
            const term = bind(claims);
            if ('missing' in term) {
              return refuse('claim-missing', undefined, {
                reason: `claim ${term.missing} is missing or of another type`,
              });
            }
            own.push(term);
          }
          bound[schema] = own;
        }
        exchange.recordFilter = bound;
        return force?.(exchange);
      };
    },
  };
}

/** What is wrong goes to `causes`, for all terms at once. */
function prepareSchema(
  { version }: GrantedOperation,
  schema: string,
  terms: readonly FilterTerm[],
  causes: unknown[],
): SchemaFilter {
  const pointer = childPointer('/spec/filter', schema);
  const shape = version.contract.shapes.get(schema);
  if (shape === undefined) {
    const hint = suggestion(schema, version.contract.shapes.keys()) || '; name one under components/schemas';
    causes.push(
      new ImpossibleGrant(`the record filter speaks of ${quoted(schema)}, which is no named schema${hint}`, pointer),
    );
    return { schema, terms: [] };
  }
  const binders = terms.flatMap((term, index) => {
    try {
      return bindTerm(term, (field) => fieldTypes(shape, field), childPointer(pointer, index));
    } catch (error) {
      causes.push(error);
      return [];
    }
  });
  return { schema, terms: binders };
}

/** JSON types at a path of a schema; undefined where the path leads nowhere. */
function fieldTypes(schema: Shape, path: string): ReadonlySet<string> | undefined {
  let shape: Shape | undefined = schema;
  for (const name of path.split('.')) {
    while (shape?.items !== undefined && shape.fields.size === 0) shape = shape.items;
    shape = shape?.fields.get(name)?.shape;
  }
  while (shape?.items !== undefined && shape.fields.size === 0) shape = shape.items;
  return shape?.types;
}
