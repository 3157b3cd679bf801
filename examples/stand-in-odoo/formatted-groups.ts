import { type Call, isObject } from './call.ts';
import { searchIds } from './core-methods.ts';
import { aggregate, compileGrouping, type Group, type Grouping, groupRecords } from './group-by.ts';
import { valueError } from './odoo-error.ts';
import { orderGroups } from './order-groups.ts';
import { withoutFloats } from './python-float.ts';
import { compareScalars } from './scalar-test.ts';
import { readSpecified } from './web-methods.ts';

const textsOf = (given: unknown): string[] => (Array.isArray(given) ? given.map(String) : []);

/** `formatted_read_group` of 19: keys as pairs, aggregates under the names they were asked by. */
export function formattedReadGroup(call: Call, groupby: readonly string[]): Record<string, unknown>[] {
  const { offset, limit } = call.args;
  const groupings = groupby.map((spec) => compileGrouping(call, spec));
  const chosen = groupsOf(call, groupings);
  const from = Number(offset ?? 0);
  const page = Number(limit ?? 0) > 0 ? chosen.slice(from, from + Number(limit)) : chosen.slice(from);
  return page.map((group) => formatted(call, groupings, group));
}

function groupsOf(call: Call, groupings: readonly Grouping[]): Group[] {
  const { domain, having, order } = call.args;
  const groups = groupRecords(searchIds(call, domain ?? []), groupings);
  if (groupings.length === 0 && groups.length === 0) groups.push({ keys: [], ids: [] });
  const kept = groups.filter((group) => passes(call, group, Array.isArray(having) ? having : []));
  return orderGroups(kept, groupings, order, (group, name) => aggregated(call, group, name));
}

function formatted(call: Call, groupings: readonly Grouping[], group: Group): Record<string, unknown> {
  const answer: Record<string, unknown> = {};
  for (const [index, grouping] of groupings.entries()) answer[grouping.spec] = grouping.shown(group.keys[index]);
  const parts = groupings.map((grouping, index) => grouping.domain(group.keys[index]));
  answer.__extra_domain = [...parts.slice(1).map(() => '&'), ...parts.flat()];
  for (const spec of textsOf(call.args.aggregates)) answer[shownName(spec)] = aggregated(call, group, spec);
  return answer;
}

/** Recordsets are shown under the name of their ids. */
const shownName = (spec: string) => spec.replace(/:recordset$/, ':array_agg');

function aggregated(call: Call, group: Group, spec: string): unknown {
  if (spec === '__count') return group.ids.length;
  const [name = '', how] = spec.split(':');
  if (how === undefined) throw valueError(`Aggregate method is mandatory for '${name}'`);
  return aggregate(call, name, how, group.ids);
}

/** `having`: a domain over aggregates. */
function passes(call: Call, group: Group, having: readonly unknown[]): boolean {
  const stack: boolean[] = [];
  for (const item of having.toReversed()) {
    if (item === '!') stack.push(!stack.pop());
    else if (item === '&' || item === '|') {
      const [left, right] = [stack.pop() ?? true, stack.pop() ?? true];
      stack.push(item === '&' ? left && right : left || right);
    } else if (Array.isArray(item))
      stack.push(holds(withoutFloats(aggregated(call, group, String(item[0]))), item[1], item[2]));
    else throw valueError(`Invalid having clause ${String(item)}`);
  }
  return stack.every(Boolean);
}

function holds(left: unknown, operator: unknown, right: unknown): boolean {
  const order = compareScalars(left, right);
  switch (operator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case 'in':
      return Array.isArray(right) && right.includes(left);
    case 'not in':
      return !Array.isArray(right) || !right.includes(left);
    default:
      throw valueError(`Invalid having operator ${String(operator)}`);
  }
}

/** `web_read_group` of 19: the groups, and the records of the unfolded ones. */
export function webReadGroup(call: Call, groupby: readonly string[]): unknown {
  const groupings = groupby.slice(0, 1).map((spec) => compileGrouping(call, spec));
  const all = groupsOf(call, groupings);
  const specification = call.args.unfold_read_specification;
  const groups = all.map((group) => ({
    ...formatted(call, groupings, group),
    __count: group.ids.length,
    ...(call.args.auto_unfold === true && isObject(specification)
      ? { __records: readSpecified(call, call.model, group.ids, specification) }
      : {}),
  }));
  return { groups, length: groups.length };
}
