import type { Database } from './database.ts';
import { isStored } from './model-definition.ts';
import { userError, valueError } from './odoo-error.ts';
import { compareScalars } from './scalar-test.ts';

type Compare = (left: number, right: number) => number;
const TERM = /^\s*("?[a-z_0-9]+"?(?:\.[a-z_]+)?)(?:\s+(asc|desc))?(?:\s+nulls\s+(?:first|last))?\s*$/i;

/** Compiles `name desc, id` to a comparison of records; NULLs sort as PostgreSQL has them (last, with desc first). */
export function compileOrder(db: Database, model: string, order: string, depth = 0): Compare {
  const parts: Compare[] = [];
  for (const term of order.split(',')) {
    const match = TERM.exec(term);
    if (match === null) {
      throw userError(
        `Invalid "order" specified (${order}). A valid "order" specification is a comma-separated list of valid field names (optionally followed by asc/desc for the direction)`,
      );
    }
    const part = compileTerm(db, model, match[1] ?? '', match[2]?.toLowerCase() === 'desc', depth);
    if (part !== undefined) parts.push(part);
  }
  return (left, right) => {
    for (const part of parts) {
      const result = part(left, right);
      if (result !== 0) return result;
    }
    return left - right;
  };
}

function compileTerm(
  db: Database,
  model: string,
  name: string,
  descending: boolean,
  depth: number,
): Compare | undefined {
  const sign = descending ? -1 : 1;
  const [own = '', property] = name.replaceAll('"', '').split('.');
  const field = db.known(model).fields.get(own);
  // From 19 on a relation can be ordered by its id.
  if (db.version >= 19 && property === 'id' && field?.type === 'many2one') {
    return (left, right) => sign * (Number(db.value(model, left, own)) - Number(db.value(model, right, own)));
  }
  if (field === undefined || property !== undefined) throw valueError(`Invalid field '${name}' on model '${model}'`);
  if (own === 'id') return (left, right) => sign * (left - right);
  if (!isStored(db.version, field) || field.type === 'one2many' || field.type === 'many2many') {
    // 16 and 17 ignore what they cannot sort by.
    if (db.version < 18) return undefined;
    throw valueError(`Cannot convert ${model}.${name} to SQL because it is not stored`);
  }
  const value = (id: number) => db.value(model, id, own);
  if (field.type === 'boolean') return (left, right) => sign * compareScalars(value(left), value(right));
  const relation = field.type === 'many2one' ? field.relation : undefined;
  const inner =
    relation === undefined || depth > 3
      ? undefined
      : compileOrder(db, relation, db.known(relation).order.replace('order_id, ', ''), depth + 1);
  return (left, right) => {
    const [a, b] = [value(left), value(right)];
    if (a === false || b === false) return a === b ? 0 : sign * (a === false ? 1 : -1);
    const result = inner === undefined ? compareScalars(a, b) : inner(Number(a), Number(b));
    return sign * result;
  };
}
