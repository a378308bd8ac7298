/**
 * Which rule of reset a single neuron node obeys: snnTorch's delayed reset to zero depends on the module that a node
 * was written from.
 */
import { NEURON_TYPES, type ResetRule } from "../../arch/index.js";
import type { FlatGraph } from "./flatten-hierarchy.js";

/** A LIF or IF without recurrent weights was a Leaky, whose delayed reset to zero gives the spikes of `zero`. */
export function resetOf(
  name: string,
  { graph, options }: { readonly graph: FlatGraph; readonly options: { readonly reset: ResetRule } },
): ResetRule {
  return options.reset === "snntorch-delayed-zero" && wasLeaky(graph, name) ? "zero" : options.reset;
}

/** The rule for a reader, with the nodes that take another. */
export function resetText(graph: FlatGraph, reset: ResetRule): string {
  const others = [...graph.nodes.keys()].filter((name) => firesAt(graph, name) && resetOf(name, { graph, options: { reset } }) !== reset);
  return others.length === 0 ? reset : `${reset}; zero, which spikes as snnTorch's Leaky does: ${others.join(", ")}`;
}

const firesAt = (graph: FlatGraph, name: string): boolean => graph.nodes.get(name)?.fields.has("v_threshold") ?? false;

function wasLeaky(graph: FlatGraph, name: string): boolean {
  const type = graph.nodes.get(name)?.type;
  return (type === "LIF" || type === "IF") && !feedsItself(graph, name);
}

/** Its spikes come back to it through weights alone. */
function feedsItself(graph: FlatGraph, name: string): boolean {
  const seen = new Set<string>();
  const open = [name];
  for (let from = open.pop(); from !== undefined; from = open.pop()) {
    for (const edge of graph.edges) {
      if (edge.from !== from || seen.has(edge.to)) continue;
      if (edge.to === name) return true;
      seen.add(edge.to);
      if (!NEURON_TYPES.has(graph.nodes.get(edge.to)?.type ?? "")) open.push(edge.to);
    }
  }
  return false;
}
