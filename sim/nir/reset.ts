/** Reset rule of a single neuron node: snnTorch's delayed reset to zero depends on the module that wrote the node. */
import { NEURON_TYPES, type ResetRule } from "../../arch/index.js";
import type { FlatGraph } from "./flatten-hierarchy.js";

/** A LIF or IF without recurrent weights was a Leaky, whose delayed reset to zero gives the same spikes as `zero`. */
export function resetOf(
  name: string,
  { graph, options }: { readonly graph: FlatGraph; readonly options: { readonly reset: ResetRule } },
): ResetRule {
  return options.reset === "snntorch-delayed-zero" && wasLeaky(graph, name) ? "zero" : options.reset;
}

/** The rule as text, with the nodes that follow another one. */
export function resetText(graph: FlatGraph, reset: ResetRule): string {
  const others = [...graph.nodes.keys()].filter((name) => firesAt(graph, name) && resetOf(name, { graph, options: { reset } }) !== reset);
  return others.length === 0 ? reset : `${reset}; zero, which spikes as snnTorch's Leaky does: ${others.join(", ")}`;
}

const firesAt = (graph: FlatGraph, name: string): boolean => graph.nodes.get(name)?.fields.has("v_threshold") ?? false;

function wasLeaky(graph: FlatGraph, name: string): boolean {
  const type = graph.nodes.get(name)?.type;
  return (type === "LIF" || type === "IF") && !feedsItself(graph, name);
}

/** Whether its spikes return to it through weights alone. */
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
