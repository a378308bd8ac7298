/**
 * Flattens nested graphs: an inner node B of graph node G becomes `G.B`; edges to G lead to its inner inputs, edges
 * from G come from its outputs.
 */
import type { NirEdge, NirGraph, NirNode } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";

export interface FlatGraph {
  /** Nodes by name, none of type NIRGraph. */
  readonly nodes: ReadonlyMap<string, NirNode>;
  readonly edges: readonly NirEdge[];
}

/** Throws: InputError if two nodes would get the same name, or an edge could mean several nodes of an inner graph. */
export function flattenHierarchy(graph: NirGraph, file: string): FlatGraph {
  const nodes = new Map<string, NirNode>();
  const edges: NirEdge[] = [];
  const visit = (level: NirGraph, prefix: string): void => {
    for (const [name, node] of level.nodes) {
      const full = prefix + name;
      if (node.graph === null) {
        if (nodes.has(full)) throw inputError(file, `two nodes are called ${full} once nested graphs are opened`, "rename one");
        nodes.set(full, node);
      } else visit(node.graph, `${full}.`);
    }
    const ends = (name: string, type: "Input" | "Output"): string[] => {
      const inner = level.nodes.get(name)?.graph ?? null;
      if (inner === null) return [prefix + name];
      const ports = portsOf(inner, `${prefix}${name}.`, type);
      if (ports.length === 0) throw inputError(file, `graph ${prefix}${name} has an outer edge but no ${type} node`);
      if (ports.length > 1)
        throw inputError(
          file,
          `graph ${prefix}${name} has ${ports.length} ${type} nodes, and an edge does not say which of them it means: ${ports.join(", ")}`,
          "write its nodes into the outer graph",
        );
      return ports;
    };
    for (const { from, to } of level.edges) {
      for (const source of ends(from, "Output")) for (const target of ends(to, "Input")) edges.push({ from: source, to: target });
    }
  };
  visit(graph, "");
  return { nodes, edges };
}

/** The graph with each edge once: edges are a set in the format. `repeated`: those that the file has more than once. */
export function withoutRepeats({ nodes, edges }: FlatGraph): { readonly graph: FlatGraph; readonly repeated: readonly NirEdge[] } {
  const seen = new Set<string>();
  const isNew = ({ from, to }: NirEdge): boolean => {
    const key = JSON.stringify([from, to]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };
  const once = edges.filter(isNew);
  seen.clear();
  return { graph: { nodes, edges: once }, repeated: edges.filter((edge) => !isNew(edge)) };
}

function portsOf(graph: NirGraph, prefix: string, type: "Input" | "Output"): string[] {
  return [...graph.nodes].filter(([, node]) => node.type === type).map(([name]) => prefix + name);
}
