/** tinyODIN as a core model. */
import type { TinyOdinChip } from "../../arch/index.js";
import { powerOfTwo } from "../../base/math.js";
import { createRng } from "../../base/rng.js";
import { aerFacts, aerSignals } from "./aer-model.js";
import { type CoupledModel, flat, limited, NANOSECOND, UNPRICED } from "./coupled-model.js";
import { runTinyOdin, type TinyOdinStimulus, tinyOdinCase, tinyOdinOutputs, tinyOdinStimulus } from "./tinyodin.js";
import { arrivals, fields, NEURONS, sparse, type WorkloadRequest } from "./workload.js";

function tinyOdinWorkload(chip: TinyOdinChip, request: WorkloadRequest): TinyOdinStimulus {
  const rng = createRng(request.seed, "tinyODIN workload");
  // of a potential; a threshold above it is never reached
  const top = powerOfTwo(chip.membrane_bits - 1) - 1;
  return {
    weights: sparse(rng, request.density, () => rng.int(0, 15)),
    disable: new Uint8Array(NEURONS),
    leak: Uint8Array.from(fields(rng, 0, 4)),
    threshold: fields(rng, 5, 20, top),
    membrane: fields(rng, 0, 4, top),
    // Four spike events per virtual event (weight 7 for one of the first 16 neurons).
    events: arrivals(rng, request, () =>
      rng.float() < 0.8 ? rng.int(0, chip.neurons - 1) : 0x270 | rng.int(0, Math.min(chip.neurons, 16) - 1),
    ),
    limitCycles: request.limitCycles,
  };
}

export const tinyodin: CoupledModel<TinyOdinChip> = {
  run: (chip, input) => {
    const stimulus = input.kind === "case" ? limited(tinyOdinStimulus(chip, input.files), input) : tinyOdinWorkload(chip, input.request);
    const run = runTinyOdin(chip, stimulus, false);
    return { metrics: flat(run.summary), facts: aerFacts(chip, run), trace: run.trace };
  },
  cases: {
    inputs: ["case.json", "case.txt", "syn.hex", "neur_init.csv", "input.csv"],
    needed: ["trace.csv", "summary.json"],
    mark: "max_neur",
    names: ["tinyodin"],
    withRegisters: (chip, files) => tinyOdinCase(chip, files).chip,
    outputs: tinyOdinOutputs,
  },
  costs: UNPRICED,
  periodPs: NANOSECOND,
  ...aerSignals,
};
