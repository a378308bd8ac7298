/** Reasons why an imported network has no integer form, each with a cure. */
import { LAVA_NEURONS, NEURON_TYPES } from "../../arch/index.js";
import { InputError, type Problem } from "../../base/errors.js";
import type { ImportedNir } from "./import.js";
import { constantInputs } from "./lowered-graph.js";
import { arrayOf } from "./shapes.js";
import { nirLayers } from "./topology.js";
import { refuseTooMany } from "./unroll.js";
import { type GraphWays, graphWays, type Way } from "./ways.js";

/** All reasons; empty if it has an integer form. No synapses are listed for the answer. */
export function integerObstacles(imported: ImportedNir): readonly Problem[] {
  try {
    const graph = graphWays(imported);
    const found = obstaclesIn(imported, graph.populations, graph.ways);
    if (found.length === 0) {
      constantInputs(imported, graph);
      nirLayers(imported, graph);
      refuseTooMany(graph, imported.report.file);
    }
    return found;
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
}

/** Reasons that nodes and the ways between populations show. */
export function obstaclesIn(
  { graph, options, report }: ImportedNir,
  populations: GraphWays["populations"],
  ways: readonly Pick<Way, "source" | "target" | "linear">[],
): readonly Problem[] {
  const problems: Problem[] = [];
  const problem = (path: string, message: string, fix: string): void => {
    problems.push({ file: report.file, line: null, column: null, path, message, fix });
  };
  if (options.scheme === "exact") problem("", "scheme exact has no integer form", "use euler or zoh");
  const inputs = populations.filter(({ node }) => node.type === "Input").length;
  if (inputs === 0) problem("", "has no Input that nothing feeds", "add an Input node that no edge leads to");
  for (const [name, node] of graph.nodes) {
    if (!node.fields.has("v_threshold") || LAVA_NEURONS.has(node.type)) continue;
    const lowest = arrayOf(node, "v_threshold").data.reduce((a, b) => Math.min(a, b));
    if (!(lowest > 0)) problem(name, `a threshold is ${lowest}: its state unit is a fraction of the threshold`, "run it in float");
  }
  for (const { source, target, linear } of ways) {
    const [from, to] = [populations[source], populations[target]];
    if (!linear) problem("", `a Threshold between ${from.name} and ${to.name} has no integer form`, "use an IF neuron");
    if (NEURON_TYPES.has(from.node.type) && !from.node.fields.has("v_threshold"))
      problem(
        "",
        `${from.name} (${from.node.type}) sends voltages to ${to.name}: in integers, weights take only spikes`,
        "run it in float",
      );
  }
  return problems;
}
