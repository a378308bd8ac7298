/** Output nodes that lead nowhere: what a network gives to the outside. Others pass values on within nested graphs. */
import type { ImportedNir } from "./import.js";

/** In the order of the file. */
export function terminalOutputs({ graph }: Pick<ImportedNir, "graph">): readonly string[] {
  const leads = new Set(graph.edges.map((edge) => edge.from));
  return [...graph.nodes].filter(([name, node]) => node.type === "Output" && !leads.has(name)).map(([name]) => name);
}
