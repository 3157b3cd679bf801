import type { Context, Database } from './database.ts';
import { compareDatePart, isDatePart } from './date-parts.ts';
import type { FieldDefinition } from './model-definition.ts';
import { accessError, pythonRepr, typeError, valueError } from './odoo-error.ts';
import { scalarTest } from './scalar-test.ts';

/** Who evaluates: decides about fields with groups, and whether archived records count. */
export interface Viewer {
  readonly uid: number;
  readonly groups: ReadonlySet<string>;
  readonly activeTest: boolean;
  readonly context: Context;
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
  if (!OPERATORS.has(operator) || (db.version < 17 && operator.endsWith('any'))) {
    if (db.version < 17 && Array.isArray(right) && right.some(Array.isArray))
      throw typeError("unhashable type: 'list'");
    throw valueError(`Invalid operator in condition ${shown}`);
  }
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
  if (db.version >= 19 && rest.length === 1 && isDatePart(field, rest[0])) {
    return (id) => compareDatePart(db.value(model, id, name), rest[0], operator, right);
  }
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
    const roots = rootsOf(db, target, right, viewer);
    // A relation to the model itself is the hierarchy: its own end counts, too.
    const within = name === 'id' || target === model;
    const parent = within && name !== 'id' ? name : db.known(target).model.parent;
    const from = (id: number) => idsOf(within ? id : db.value(model, id, name, false));
    const reaches = (id: number) => climbs(db, target, id, roots, parent);
    if (operator === 'child_of') return (id) => from(id).some(reaches);
    return (id) => [...roots].some((root) => climbs(db, target, root, new Set(from(id)), parent));
  }
  if (relation !== undefined) return compareRelation(db, model, name, relation, operator, right, viewer);
  if (name === 'display_name' && db.version >= 17) return nameTest(db, model, operator, right, viewer);
  if (field.searchable === false) {
    // Up to 18 a condition that cannot be searched by holds for every record, with a line in the log.
    if (db.version < 19) return () => true;
    throw valueError(`Cannot convert ${model}.${name} to SQL because it is not stored`);
  }
  const test = scalarTest(db.version, field, operator, right);
  return (id) => test(name === 'id' ? id : db.value(model, id, name));
}

/** Texts stand for the records that a search by name finds. */
function rootsOf(db: Database, model: string, right: unknown, viewer: Viewer): ReadonlySet<number> {
  const given = Array.isArray(right) ? right : [right];
  const texts = given.filter((value) => typeof value === 'string');
  const found = texts.flatMap((value) => {
    const named = nameTest(db, model, 'ilike', value, viewer);
    return [...db.known(model).rows.keys()].filter(named);
  });
  return new Set([...idsOf(given), ...found]);
}

/** What `name_search` looks into: the names of the model, and with them e-mail, reference, tax id of a contact. */
export function nameTest(db: Database, model: string, operator: string, right: unknown, viewer: Viewer): Test {
  const negative = operator === '!=' || operator === '<>' || operator.startsWith('not ');
  const tests = db
    .known(model)
    .searchNames.map((name) =>
      path(db, model, name.split('.'), operator, right, viewer, pythonRepr([name, operator, right])),
    );
  return (id) => (negative ? tests.every((test) => test(id)) : tests.some((test) => test(id)));
}

function climbs(
  db: Database,
  model: string,
  start: number,
  roots: ReadonlySet<number>,
  parent: string | undefined,
): boolean {
  for (let id: unknown = start, depth = 0; typeof id === 'number' && depth < 50; depth++) {
    if (roots.has(id)) return true;
    id = parent === undefined ? false : db.value(model, id, parent);
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
  viewer: Viewer,
): Test {
  const wanted = Array.isArray(right) ? right : [right];
  const texts = wanted.filter((value) => typeof value === 'string');
  // Odoo searches by name when a relation is compared with text.
  const positive = operator
    .replace(/^not /, '')
    .replace(/^(!=|<>)$/, '=')
    .replace(/^in$/, '=');
  const named = texts.map((value) => nameTest(db, relation, positive, value, viewer));
  const byLabel = (id: number) => named.some((test) => test(id));
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
