import type { FieldClass, Lifecycle } from '../catalog/documents.ts';

/** Who answers for something, and where to ask. */
export interface Contact {
  readonly team: string;
  readonly contact?: string;
  readonly email?: string;
}

interface Named<K extends string> {
  readonly kind: K;
  /** Unique within a graph: kind and name, and whatever else tells it from others. */
  readonly id: string;
  readonly name: string;
}

/** A system: as what owns values. */
export interface SystemNode extends Named<'system'> {
  readonly title?: string;
  readonly owner: Contact;
}

/** A field as a system holds it, such as `odoo/res.partner.email`. */
export interface PlaceNode extends Named<'place'> {
  readonly system: string;
  /** Model of Odoo, or schema of another system's API. */
  readonly dataset: string;
  readonly field: string;
}

/** The house's own name of what stands at one place; at another place it is another node. */
export type CanonicalNode = Named<'canonical'>;

/** A field of one version of an interface, such as `customer-master/1.2:Customer.email`. */
export interface FieldNode extends Named<'field'> {
  readonly interface: string;
  readonly version: string;
  readonly lifecycle: Lifecycle;
  /** `Schema.path`, as grants name it. */
  readonly field: string;
  readonly class: FieldClass;
  readonly tags: readonly string[];
  readonly systemOfRecord?: string;
}

export interface GrantNode extends Named<'grant'> {
  readonly consumer: string;
  readonly interface: string;
  readonly major: number;
  readonly purpose: string;
  /** ISO date, or `never`. */
  readonly until: string;
  readonly protocols: readonly Protocol[];
  /** Operations that neither show nor write a field of the interface, but do something: `operation: model.method`. */
  readonly actions: readonly string[];
}

export interface ConsumerNode extends Named<'consumer'> {
  readonly title?: string;
  readonly owner: Contact;
  readonly disabled: boolean;
}

export type Protocol = 'rest' | 'odoo';
export type LineageNode = SystemNode | PlaceNode | CanonicalNode | FieldNode | GrantNode | ConsumerNode;

/** What was seen of one way of a field, over the stretch of time that was asked for. */
export interface Observed {
  readonly exchanges: number;
  readonly records: number;
  /** Of these exchanges, those in which the value was masked. */
  readonly masked: number;
  /** ISO 8601; absent where there was none. */
  readonly first?: string;
  readonly last?: string;
}

/**
 * From where data comes to where it goes. Towards consumers: `owns` (system of record → place or field), `copies` (Odoo
 * computes the one place from the other), `leads` (a relation that is followed to the value), `stands` (place → canonical →
 * field), `reads` and `filters` (field → grant), `receives` (grant → consumer). From them: `sends`, `writes`, `stores`.
 */
export type EdgeKind =
  | 'owns'
  | 'copies'
  | 'leads'
  | 'stands'
  | 'reads'
  | 'filters'
  | 'receives'
  | 'sends'
  | 'writes'
  | 'stores';

export interface LineageEdge {
  readonly kind: EdgeKind;
  readonly from: string;
  readonly to: string;
  /** `copies`: why the one holds the value of the other. */
  readonly reason?: string;
  /** `stands`, `stores`: what becomes of the value on the way; absent: nothing. */
  readonly transforms?: readonly string[];
  /** `reads`: what hides the value, in words. */
  readonly masks?: readonly string[];
  /** `reads`: false where the value also stands unmasked somewhere in the answers. */
  readonly maskedEverywhere?: boolean;
  /** `stands`, `stores`, `reads`, `writes`: ids of the operations that go this way. */
  readonly operations?: readonly string[];
  /** `reads`, `writes`: present where the ledger was asked. */
  readonly observed?: Observed;
}

/** Everything on the ways through one subject. Nodes and edges in an order that depends on their names alone. */
export interface LineageGraph {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
}

const NODE_ORDER: readonly LineageNode['kind'][] = ['system', 'place', 'canonical', 'field', 'grant', 'consumer'];
const EDGE_ORDER: readonly EdgeKind[] = [
  ...(['owns', 'copies', 'leads', 'stands', 'reads', 'filters', 'receives', 'sends', 'writes', 'stores'] as const),
];

/** Gathers nodes and edges, each once; of an edge that is added again the operations and masks come together. */
export class GraphBuilder {
  readonly #nodes = new Map<string, LineageNode>();
  readonly #edges = new Map<string, LineageEdge>();

  node(node: LineageNode): string {
    if (!this.#nodes.has(node.id)) this.#nodes.set(node.id, node);
    return node.id;
  }

  edge(edge: LineageEdge): void {
    const key = JSON.stringify([edge.kind, edge.from, edge.to]);
    const known = this.#edges.get(key);
    this.#edges.set(key, known === undefined ? edge : joined(known, edge));
  }

  graph(): LineageGraph {
    const nodes = [...this.#nodes.values()].sort(
      (a, b) => NODE_ORDER.indexOf(a.kind) - NODE_ORDER.indexOf(b.kind) || byText(a.id, b.id),
    );
    const edges = [...this.#edges.values()].sort(
      (a, b) => EDGE_ORDER.indexOf(a.kind) - EDGE_ORDER.indexOf(b.kind) || byText(a.from, b.from) || byText(a.to, b.to),
    );
    return { nodes, edges };
  }
}

function joined(one: LineageEdge, other: LineageEdge): LineageEdge {
  const operations = union(one.operations, other.operations);
  const masks = union(one.masks, other.masks);
  const transforms = union(one.transforms, other.transforms);
  const isMasked = masks === undefined ? undefined : covers(one) && covers(other);
  return {
    ...one,
    ...(transforms === undefined ? {} : { transforms }),
    ...(operations === undefined ? {} : { operations }),
    ...(masks === undefined ? {} : { masks }),
    ...(isMasked === undefined ? {} : { maskedEverywhere: isMasked }),
  };
}

const covers = ({ masks, maskedEverywhere }: LineageEdge): boolean => masks !== undefined && maskedEverywhere === true;

function union(one: readonly string[] | undefined, other: readonly string[] | undefined) {
  if (one === undefined || other === undefined) return one ?? other;
  return [...new Set([...one, ...other])].sort(byText);
}

/** By code units: the same order on every machine. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
