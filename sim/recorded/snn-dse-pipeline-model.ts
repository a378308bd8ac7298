/** SNN-DSE's pipeline as a core model. No run of it is recorded, and it has no trace. */
import type { SnnDsePipelineChip } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";
import { createRng } from "../../base/rng.js";
import { type CoupledModel, NANOSECOND, UNPRICED } from "./coupled-model.js";
import { runSnnDsePipeline } from "./snn-dse-pipeline.js";
import { LAYER_INPUTS, refuseBeyond, type WorkloadRequest } from "./workload.js";

/** Drawn inputs of all steps; 2^27 take about 15 s. */
const MOST_DRAWS = powerOfTwo(27);

/** [layer][step] number of incoming spikes: those of 784 inputs, then those of the layer before. */
function snnDsePipelineWorkload(chip: SnnDsePipelineChip, request: WorkloadRequest): number[][] {
  const rng = createRng(request.seed, "SNN-DSE pipeline workload");
  const draw = (neurons: number): number => Array.from({ length: neurons }).filter(() => rng.float() < request.density).length;
  const inputs = chip.layers.map((_, i) => (i === 0 ? LAYER_INPUTS : (chip.layers[i - 1] as { neurons: number }).neurons));
  const draws = request.events * inputs.reduce((sum, senders) => sum + senders, 0);
  refuseBeyond(MOST_DRAWS, draws, "inputs of layers in all steps", "fewer steps (workload.synthetic.events) or smaller layers");
  return inputs.map((senders) => {
    return Array.from({ length: request.events }, () => draw(senders));
  });
}

export const snnDsePipeline: CoupledModel<SnnDsePipelineChip> = {
  run: (chip, input) => {
    if (input.kind === "case") throw inputError(chip.model, "there are no recorded cases of this chip", "use synthetic inputs");
    const { totalCycles } = runSnnDsePipeline(chip, snnDsePipelineWorkload(chip, input.request));
    const unknown = { spikes: null, eventsProcessed: null, eventsDropped: null, synapticOperations: null, ticks: null };
    return {
      metrics: { total_cycles: totalCycles },
      facts: { latencyCycles: totalCycles, cycles: totalCycles, ...unknown, cores: [], links: [] },
      trace: null,
    };
  },
  cases: null,
  costs: UNPRICED,
  periodPs: NANOSECOND,
  begin: () => {},
  row: () => {},
};
