/**
 * What an imported network decides in float64 on utterances of a workload: the line that its integer widths are judged
 * against.
 */

import type { SampleSet } from "../../arch/index.js";
import { InvariantError } from "../../base/errors.js";
import { type EncodedInput, scoreUtterance, valuesOf } from "../functional/index.js";
import { createNirEngine } from "./engine.js";
import type { ImportedNir } from "./import.js";
import { sizeOf } from "./shapes.js";

/**
 * Scored as the integer form is: by what reaches the one Output. Throws: InvariantError for a network of several inputs
 * or outputs.
 */
export function scoreNir(
  imported: ImportedNir,
  samples: SampleSet,
  utterances: Uint32Array,
  input: EncodedInput,
): { readonly correct: number; readonly scored: number } {
  const [port, ...otherPorts] = endsOf(imported, "Input");
  const [output, ...otherOutputs] = endsOf(imported, "Output");
  if (port === undefined || output === undefined || otherPorts.length + otherOutputs.length > 0)
    throw new InvariantError("NIR scores", null, `${imported.report.file} has not one input and one output`);
  const [inputs, classes] = [port, output].map((name) => sizeOf(imported.shapes.get(name)?.output ?? []));
  const engine = createNirEngine(imported);
  let [correct, scored] = [0, 0];
  for (const utterance of utterances) {
    const values = Float64Array.from(valuesOf(samples, utterance, input));
    const run = engine.run(new Map([[port, values]]), values.length / inputs, [output]);
    const scores = run.outputs.get(output) ?? new Float64Array();
    const score = scoreUtterance({ classes, outputDelayFrames: 0 }, samples, utterance, scores, input.encoding.stepsPerFrame);
    correct += score.correct;
    scored += score.scored;
  }
  return { correct, scored };
}

/** Input nodes that nothing feeds, or Output nodes that feed nothing. */
function endsOf({ graph }: ImportedNir, type: "Input" | "Output"): string[] {
  const inside = new Set(graph.edges.map((edge) => (type === "Input" ? edge.to : edge.from)));
  return [...graph.nodes].filter(([name, node]) => node.type === type && !inside.has(name)).map(([name]) => name);
}
