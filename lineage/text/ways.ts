import type { EdgeKind, LineageEdge, LineageGraph, LineageNode } from '../graph.ts';

type NodeOf<K extends LineageNode['kind']> = Extract<LineageNode, { readonly kind: K }>;

/** Finds its way in a graph: nodes by id, edges by their ends. */
export class Ways {
  readonly graph: LineageGraph;
  readonly #nodes: ReadonlyMap<string, LineageNode>;
  readonly #from: ReadonlyMap<string, readonly LineageEdge[]>;
  readonly #to: ReadonlyMap<string, readonly LineageEdge[]>;

  constructor(graph: LineageGraph) {
    this.graph = graph;
    this.#nodes = new Map(graph.nodes.map((node) => [node.id, node]));
    this.#from = Map.groupBy(graph.edges, ({ from }) => from);
    this.#to = Map.groupBy(graph.edges, ({ to }) => to);
  }

  /** Edges of a kind that lead away from a node, with the nodes of a kind that they lead to. */
  after<K extends LineageNode['kind']>(id: string, edge: EdgeKind, kind: K): (readonly [LineageEdge, NodeOf<K>])[] {
    return this.#pairs(this.#from.get(id), edge, kind, ({ to }) => to);
  }

  /** Edges of a kind that lead to a node, with the nodes of a kind that they come from. */
  before<K extends LineageNode['kind']>(id: string, edge: EdgeKind, kind: K): (readonly [LineageEdge, NodeOf<K>])[] {
    return this.#pairs(this.#to.get(id), edge, kind, ({ from }) => from);
  }

  of<K extends LineageNode['kind']>(kind: K): NodeOf<K>[] {
    return this.graph.nodes.filter((node): node is NodeOf<K> => node.kind === kind);
  }

  consumerOf(grant: NodeOf<'grant'>): NodeOf<'consumer'> | undefined {
    const node = this.#nodes.get(`consumer ${grant.consumer}`);
    return node?.kind === 'consumer' ? node : undefined;
  }

  #pairs<K extends LineageNode['kind']>(
    edges: readonly LineageEdge[] = [],
    kind: EdgeKind,
    wanted: K,
    end: (edge: LineageEdge) => string,
  ): (readonly [LineageEdge, NodeOf<K>])[] {
    return edges.flatMap((edge) => {
      const node = edge.kind === kind ? this.#nodes.get(end(edge)) : undefined;
      return node?.kind === wanted ? [[edge, node as NodeOf<K>] as const] : [];
    });
  }
}
