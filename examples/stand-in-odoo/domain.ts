import { type Database, emptyValue } from './database.ts';
import type { FieldDefinition } from './model-definition.ts';
import { accessError, pythonRepr, valueError } from './odoo-error.ts';

/** Who evaluates: decides about fields with groups, and whether archived records count. */
export interface Viewer {
  readonly uid: number;
  readonly groups: ReadonlySet<string>;
  readonly activeTest: boolean;
}

type Test = (id: number) => boolean;
const OPERATORS = new Set([
  ...['=', '!=', '<>', '==', '=?', '>', '>=', '<', '<=', 'in', 'not in', 'child_of', 'parent_of', 'any', 'not any'],
  ...['like', 'ilike', 'not like', 'not ilike', '=like', '=ilike'],
]);

/** Compiles an Odoo domain to a test of one record. Fails as Odoo does on unknown fields and operators. */
export function compileDomain(db: Database, model: string, domain: unknown, viewer: Viewer): Test {
  if (!Array.isArray(domain)) throw valueError(`Domain() invalid item in domain: ${pythonRepr(domain)}`);
  const stack: Test[] = [];
  for (const item of domain.toReversed()) {
    if (item === '!') {
      const operand = pop(stack, domain);
      stack.push((id) => !operand(id));
    } else if (item === '&' || item === '|') {
      const [left, right] = [pop(stack, domain), pop(stack, domain)];
      stack.push(item === '&' ? (id) => left(id) && right(id) : (id) => left(id) || right(id));
    } else stack.push(leaf(db, model, item, viewer));
  }
  return (id) => stack.every((test) => test(id));
}

/** True when some leaf names the field `active`: Odoo then does not hide archived records. */
export function mentionsActive(domain: unknown): boolean {
  return Array.isArray(domain) && domain.some((item) => Array.isArray(item) && item[0] === 'active');
}

function pop(stack: Test[], domain: unknown): Test {
  const test = stack.pop();
  if (test === undefined) throw valueError(`Domain ${pythonRepr(domain)} is not well-formed`);
  return test;
}

function leaf(db: Database, model: string, item: unknown, viewer: Viewer): Test {
  if (!Array.isArray(item) || item.length !== 3) {
    throw valueError(`Domain() invalid item in domain: ${pythonRepr(item)}`);
  }
  const [left, rawOperator, right] = item;
  if (typeof left === 'number') return () => (left === right) === (rawOperator !== '!=');
  const shown = `(${item.map(pythonRepr).join(', ')})`;
  const operator = typeof rawOperator === 'string' ? rawOperator.toLowerCase() : '';
  if (!OPERATORS.has(operator)) throw valueError(`Invalid operator in condition ${shown}`);
  return path(db, model, String(left).split('.'), operator, right, viewer, shown);
}

function path(
  db: Database,
  model: string,
  steps: readonly string[],
  operator: string,
  right: unknown,
  viewer: Viewer,
  shown: string,
): Test {
  const [name = '', ...rest] = steps;
  const field = db.known(model).fields.get(name);
  if (field === undefined) throw valueError(`Invalid field ${model}.${name} in condition ${shown}`);
  if (db.version >= 17) checkGroups(field, model, name, viewer);
  if (rest.length === 0) return compare(db, model, name, field, operator, right, viewer);
  if (field.relation === undefined) throw valueError(`Invalid field ${model}.${steps.join('.')} in condition ${shown}`);
  const inner = path(db, field.relation, rest, operator, right, viewer, shown);
  // A negative operator over a path means "some related record, or none at all", as Odoo's joins have it.
  const emptyMatches = operator === '=' && right === false;
  return (id) => {
    const related = idsOf(db.value(model, id, name, false));
    return related.length === 0 ? emptyMatches : related.some(inner);
  };
}

/** Fields with groups do not exist for users outside them. */
export function checkGroups(field: FieldDefinition, model: string, name: string, viewer: Viewer): void {
  if (field.groups === undefined || viewer.groups.has(field.groups)) return;
  throw accessError(
    `You do not have enough rights to access the field "${name}" on ${model}. Please contact your system administrator.\n\nOperation: read\nUser: ${viewer.uid}\nGroups: allowed for groups 'Access Rights'`,
  );
}

function idsOf(value: unknown): number[] {
  if (Array.isArray(value)) return value.filter((id) => typeof id === 'number');
  return typeof value === 'number' ? [value] : [];
}

function compare(
  db: Database,
  model: string,
  name: string,
  field: FieldDefinition,
  operator: string,
  right: unknown,
  viewer: Viewer,
): Test {
  const relation = field.relation;
  if (operator === 'any' || operator === 'not any') {
    const inner = compileDomain(db, relation ?? '', right, viewer);
    return (id) => idsOf(db.value(model, id, name, false)).some(inner) === (operator === 'any');
  }
  if (operator === 'child_of' || operator === 'parent_of') {
    const target = relation ?? model;
    const roots = new Set(idsOf(Array.isArray(right) ? right : [right]));
    const reaches = (id: number) => climbs(db, target, id, roots);
    if (operator === 'child_of') return (id) => idsOf(name === 'id' ? id : db.value(model, id, name)).some(reaches);
    return (id) =>
      [...roots].some((root) =>
        climbs(db, target, root, new Set(idsOf(name === 'id' ? id : db.value(model, id, name)))),
      );
  }
  if (relation !== undefined) return compareRelation(db, model, name, relation, operator, right);
  const test = scalarTest(db.version, field, operator, right);
  return (id) => test(name === 'id' ? id : db.value(model, id, name));
}

function climbs(db: Database, model: string, start: number, roots: ReadonlySet<number>): boolean {
  for (let id: unknown = start, depth = 0; typeof id === 'number' && depth < 50; depth++) {
    if (roots.has(id)) return true;
    id = db.known(model).fields.has('parent_id') ? db.value(model, id, 'parent_id') : false;
  }
  return false;
}

function compareRelation(
  db: Database,
  model: string,
  name: string,
  relation: string,
  operator: string,
  right: unknown,
): Test {
  const wanted = Array.isArray(right) ? right : [right];
  const texts = wanted.filter((value) => typeof value === 'string');
  // Odoo searches by name when a relation is compared with text.
  const byLabel = (id: number) =>
    texts.some((value) => {
      const label = db.label(relation, id);
      return operator.includes('like') ? likeTest(operator, value)(label) : label === value;
    });
  const matches = (ids: number[]) => {
    if (ids.length === 0) return wanted.some((value) => value === false || value === null);
    return ids.some((id) => wanted.includes(id) || byLabel(id));
  };
  const negative = operator === '!=' || operator === '<>' || operator.startsWith('not ');
  if ((operator === '=' || operator === '!=') && right === true) {
    return (id) => idsOf(db.value(model, id, name, false)).length > 0 === (operator === '=');
  }
  return (id) => matches(idsOf(db.value(model, id, name, false))) !== negative;
}

function scalarTest(
  version: number,
  field: FieldDefinition,
  operator: string,
  right: unknown,
): (value: unknown) => boolean {
  const nothing = (value: unknown) => value === false || value === null || value === undefined;
  const normal = (value: unknown) => (nothing(value) ? emptyValue(field) : value);
  switch (operator) {
    case '=?':
      return nothing(right) ? () => true : (value) => value === right;
    case '=':
    case '==':
    case '!=':
    case '<>': {
      const same = (value: unknown) => normal(value) === normal(right);
      return operator.startsWith('=') ? same : (value) => !same(value);
    }
    case 'in':
    case 'not in': {
      const wanted = new Set((Array.isArray(right) ? right : [right]).map(normal));
      return (value) => wanted.has(normal(value)) === (operator === 'in');
    }
    case '<':
    case '<=':
    case '>':
    case '>=':
      return (value) => {
        let left = normal(value);
        // From 18 on an empty text counts as '' in comparisons; before, NULL never matches.
        if (left === false && field.type !== 'boolean') {
          if (version < 18 || (field.type !== 'char' && field.type !== 'text' && field.type !== 'html')) return false;
          left = '';
        }
        const order = compareScalars(left, right);
        return operator === '<'
          ? order < 0
          : operator === '<='
            ? order <= 0
            : operator === '>'
              ? order > 0
              : order >= 0;
      };
    default: {
      const like = likeTest(operator.replace(/^not /, ''), nothing(right) ? '' : String(right));
      return (value) => like(nothing(value) ? '' : String(value)) !== operator.startsWith('not ');
    }
  }
}

/** SQL LIKE with backslash escapes; `like` and `ilike` are wrapped in `%` as Odoo does, `=like` is not. */
function likeTest(operator: string, pattern: string): (text: string) => boolean {
  const wrapped = operator.startsWith('=') ? pattern : `%${pattern}%`;
  let source = '';
  for (let index = 0; index < wrapped.length; index++) {
    const sign = wrapped.charAt(index);
    if (sign === '%') source += '[^]*';
    else if (sign === '_') source += '[^]';
    else if (sign === '\\' && index + 1 < wrapped.length) source += quoteSign(wrapped.charAt(++index));
    else source += quoteSign(sign);
  }
  const expression = new RegExp(`^${source}$`, operator.includes('ilike') ? 'i' : '');
  return (text) => expression.test(text);
}

const quoteSign = (sign: string) => sign.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');

/** Numbers by value, all else by code unit, booleans false first. */
export function compareScalars(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [a, b] = [String(left), String(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}
