/** A core of the page as a point that can be emitted, with rows of a digit. Effects: reads shipped files. */
import { loadModel, loadSamples } from "../../app/inputs.js";
import { experimentWith, openChip } from "../../app/open.js";
import { subsetOf } from "../../arch/index.js";
import { candidateOf, checkEmittable, type PointParts, partsOf } from "../../rtl/index.js";
import { selectUtterances } from "../../sim/index.js";
import { FILE, GATES_NM, GATES_V } from "./cores.js";

/** First row of the digit that is not blank; a blank row makes no spikes. */
const FIRST_ROW = 12;

/** The point of a core on rows of one digit. */
export async function partsFor(shape: { readonly [path: string]: number | string }, steps: number): Promise<PointParts> {
  const common = {
    ...{ "workload.timing_samples": 1, "chip.technology_nm": GATES_NM, "chip.voltage_v": GATES_V, "prices.basis": "library" },
    // narrow weights have many zeros, which compressed rows would leave out; the library holds dense rows
    "chip.weight_format": "dense",
  };
  const experiment = experimentWith(openChip(FILE), { ...common, ...shape });
  const model = await loadModel(experiment, FILE);
  const samples = await loadSamples(experiment, FILE);
  const { utterances, timed } = selectUtterances(experiment.workload, samples.frameStart.length - 1);
  const digit = subsetOf(samples, Uint32Array.of(utterances[timed[0]]));
  const first = FIRST_ROW * digit.inputs;
  const rows = { ...digit, features: digit.features.slice(first, first + steps * digit.inputs), frameStart: Uint32Array.of(0, steps) };
  const one = { ...experiment, workload: { ...experiment.workload, samples: 1, timingSamples: 1 } };
  const parts = partsOf(one, model.network, rows);
  checkEmittable(candidateOf(parts), "a core of the page");
  return parts;
}
