import type { OperationPlan, VersionPlan } from './plan.ts';
import type { RouteMatch, RouteMiss, Router } from './router.ts';

const PATH_MISS: RouteMiss = { miss: 'path' };

/** One segment template with a parameter inside literal text, e.g. `{id}.json`. */
interface MixedSegment {
  readonly literals: readonly string[];
  readonly node: Node;
}

interface Node {
  readonly literal: Map<string, Node>;
  readonly mixed: MixedSegment[];
  parameter: Node | undefined;
  readonly methods: Map<string, OperationPlan>;
}

interface Base {
  readonly root: Node;
  /** Set where the version is retired: every path below it is gone. */
  readonly retired: RouteMiss | undefined;
}

function createNode(): Node {
  return { literal: new Map(), mixed: [], parameter: undefined, methods: new Map() };
}

/**
 * Two levels: interface and version by one map look-up, then the segments of the operation path. Literal segments win
 * over `{id}.json`-like ones, those over parameters (OpenAPI 3.1 §4.8.8.2). Collisions were refused by `check`.
 */
export function buildRouter(versions: readonly VersionPlan[], operations: readonly OperationPlan[]): Router {
  const bases = new Map<string, Base>();
  for (const version of versions) {
    const retired: RouteMiss | undefined =
      version.version.lifecycle === 'retired' ? { miss: 'retired', version } : undefined;
    bases.set(version.basePath, { root: createNode(), retired });
  }
  for (const plan of operations) {
    const base = bases.get(plan.version.basePath);
    if (base !== undefined) insert(base.root, plan);
  }
  return { match: (method, path) => match(bases, method, path) };
}

function insert(root: Node, plan: OperationPlan): void {
  let node = root;
  for (const segment of templateSegments(plan.operation.path)) {
    if (!segment.includes('{')) {
      node = getOrCreate(node.literal, encodeLiteral(segment));
    } else if (/^\{[^{}]+\}$/.test(segment)) {
      node.parameter ??= createNode();
      node = node.parameter;
    } else {
      const literals = segment.split(/\{[^{}]+\}/).map(encodeLiteral);
      const known = node.mixed.find((mixed) => mixed.literals.join('{}') === literals.join('{}'));
      if (known !== undefined) {
        node = known.node;
      } else {
        const mixed = { literals, node: createNode() };
        node.mixed.push(mixed);
        node = mixed.node;
      }
    }
  }
  node.methods.set(plan.operation.method, plan);
}

/** Names of the path parameters of a template, in order of appearance. */
export function pathParameterNames(template: string): string[] {
  return [...template.matchAll(/\{([^{}]+)\}/g)].map((found) => found[1] ?? '');
}

function templateSegments(template: string): string[] {
  const trimmed = template.startsWith('/') ? template.slice(1) : template;
  return trimmed === '' ? [] : trimmed.split('/');
}

/** A literal as it stands in a canonical request path. */
function encodeLiteral(literal: string): string {
  return encodeURIComponent(literal).replace(/%(?:21|24|26|27|28|29|2A|2B|2C|3D|3A|40)/g, decodeURIComponent);
}

function getOrCreate(map: Map<string, Node>, key: string): Node {
  let node = map.get(key);
  if (node === undefined) {
    node = createNode();
    map.set(key, node);
  }
  return node;
}

function match(bases: ReadonlyMap<string, Base>, method: string, path: string): RouteMatch | RouteMiss {
  const afterInterface = path.indexOf('/', 1);
  if (afterInterface < 0) return PATH_MISS;
  const afterVersion = path.indexOf('/', afterInterface + 1);
  const base = bases.get(afterVersion < 0 ? path : path.slice(0, afterVersion));
  if (base === undefined) return PATH_MISS;
  if (base.retired !== undefined) return base.retired;
  const values: string[] = [];
  const node = afterVersion < 0 ? base.root : descend(base.root, path, afterVersion + 1, values);
  if (node === undefined || node.methods.size === 0) return PATH_MISS;
  const plan = node.methods.get(method) ?? (method === 'HEAD' ? node.methods.get('GET') : undefined);
  if (plan === undefined) return { miss: 'method', others: [...node.methods.values()] };
  return { plan, pathValues: values };
}

/** Depth-first, so that `/a/{x}/c` is found although `/a/b` exists as a literal. Visits a node at most once: bounded by the tree. */
function descend(node: Node, path: string, start: number, values: string[]): Node | undefined {
  const slash = path.indexOf('/', start);
  const segment = slash < 0 ? path.slice(start) : path.slice(start, slash);
  const literal = node.literal.get(segment);
  if (literal !== undefined) {
    const found = slash < 0 ? leaf(literal) : descend(literal, path, slash + 1, values);
    if (found !== undefined) return found;
  }
  for (const mixed of node.mixed) {
    const inner = matchMixed(mixed.literals, segment);
    if (inner === undefined) continue;
    values.push(...inner);
    const found = slash < 0 ? leaf(mixed.node) : descend(mixed.node, path, slash + 1, values);
    if (found !== undefined) return found;
    values.length -= inner.length;
  }
  if (node.parameter !== undefined && segment !== '') {
    values.push(segment);
    const found = slash < 0 ? leaf(node.parameter) : descend(node.parameter, path, slash + 1, values);
    if (found !== undefined) return found;
    values.length -= 1;
  }
  return undefined;
}

function leaf(node: Node): Node | undefined {
  return node.methods.size > 0 ? node : undefined;
}

/** Values of the parameters between the literals, shortest first; every value must be non-empty. */
function matchMixed(literals: readonly string[], segment: string): string[] | undefined {
  const first = literals[0] ?? '';
  const last = literals[literals.length - 1] ?? '';
  if (!segment.startsWith(first)) return undefined;
  const values: string[] = [];
  let at = first.length;
  for (let index = 1; index < literals.length - 1; index++) {
    const literal = literals[index] ?? '';
    const next = segment.indexOf(literal, at + 1);
    if (next < 0) return undefined;
    values.push(segment.slice(at, next));
    at = next + literal.length;
  }
  const end = segment.length - last.length;
  if (end <= at || !segment.endsWith(last)) return undefined;
  values.push(segment.slice(at, end));
  return values;
}
