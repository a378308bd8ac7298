/** Why an imported network has no integer form, and what to do about each reason. */
import { InputError, type Problem } from "../../../base/errors.js";
import type { ImportedNir } from "./import.js";
import { constantInputs, type LoweredGraph, lowerGraph } from "./lowered-graph.js";
import { NEURON_TYPES } from "./node-types.js";
import { arrayOf } from "./shapes.js";
import { nirTopology } from "./topology.js";

/** All reasons; none where it has one. */
export function integerObstacles(imported: ImportedNir): readonly Problem[] {
  try {
    const lowered = lowerGraph(imported);
    const found = obstaclesIn(imported, lowered);
    if (found.length === 0) {
      constantInputs(imported, lowered);
      nirTopology(imported, lowered);
    }
    return found;
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
}

/** Those that nodes and the ways between populations show. */
export function obstaclesIn({ graph, options, report }: ImportedNir, { populations, matrices }: LoweredGraph): readonly Problem[] {
  const problems: Problem[] = [];
  const problem = (path: string, message: string, fix: string): void => {
    problems.push({ file: report.file, line: null, column: null, path, message, fix });
  };
  if (options.scheme === "exact") problem("", "scheme exact has no integer form", "use euler or zoh");
  const inputs = populations.filter(({ node }) => node.type === "Input").length;
  if (inputs !== 1) problem("", `has ${inputs} inputs, integer form takes exactly one`, "run it in float");
  for (const [name, node] of graph.nodes) {
    if (!node.fields.has("v_threshold")) continue;
    const lowest = arrayOf(node, "v_threshold").data.reduce((a, b) => Math.min(a, b));
    if (!(lowest > 0)) problem(name, `a threshold is ${lowest}: its state unit is a fraction of the threshold`, "run it in float");
  }
  for (const { source, target, linear } of matrices) {
    const [from, to] = [populations[source], populations[target]];
    if (!linear) problem("", `a Threshold between ${from.name} and ${to.name} has no integer form`, "use an IF neuron");
    if (NEURON_TYPES.has(from.node.type) && !from.node.fields.has("v_threshold"))
      problem("", `${from.name} (${from.node.type}) sends voltages to ${to.name}: in integers, weights take spikes`, "run it in float");
  }
  return problems;
}
