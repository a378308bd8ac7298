/** Accuracy of an imported network in float64 on utterances of a workload: the reference for its integer widths. */

import type { SampleSet } from "../../arch/index.js";
import { InvariantError } from "../../base/errors.js";
import { type EncodedInput, scoreUtterance, valuesOf } from "../functional/index.js";
import { createNirEngine } from "./engine.js";
import type { ImportedNir } from "./import.js";
import { sizeOf } from "./shapes.js";
import { byInput, terminalInputs } from "./terminal-inputs.js";
import { terminalOutputs } from "./terminal-outputs.js";

/**
 * Scored like the integer form: by the values that reach its only Output. Throws: InvariantError for a network with
 * several outputs.
 */
export function scoreNir(
  imported: ImportedNir,
  samples: SampleSet,
  utterances: Uint32Array,
  input: EncodedInput,
): { readonly correct: number; readonly scored: number } {
  const inputs = terminalInputs(imported);
  const [output, ...otherOutputs] = terminalOutputs(imported);
  if (output === undefined || otherOutputs.length > 0)
    throw new InvariantError("NIR scores", null, `${imported.report.file} has not one output`);
  const classes = sizeOf(imported.shapes.get(output)?.output ?? []);
  const engine = createNirEngine(imported);
  let [correct, scored] = [0, 0];
  for (const utterance of utterances) {
    const values = valuesOf(samples, utterance, input);
    const run = engine.run(byInput(inputs, values), values.length / samples.inputs, [output]);
    const scores = run.outputs.get(output) ?? new Float64Array();
    const score = scoreUtterance({ classes, outputDelayFrames: 0 }, samples, utterance, scores, input.encoding.stepsPerFrame);
    correct += score.correct;
    scored += score.scored;
  }
  return { correct, scored };
}
