/** Random points with memories far wider than their networks need: words, banks, lanes and units. */
import { InfeasibleError } from "../../base/errors.js";
import { createRng } from "../../base/rng.js";
import { replay } from "../../sim/index.js";
import { Draw, least, type RandomCore } from "./random-cores.js";

/** The point with wide memories and a barrier that they need; null: its network does not fit. */
export function widened(point: RandomCore): RandomCore | null {
  const draw = new Draw(createRng(point.seed, "rtl wide"));
  const { chip } = point.experiment;
  const [core] = chip.cores;
  const wide: Partial<typeof core> = {
    lanes: draw.of("wide lanes", 1, 8, 16, 32),
    synapseMemory: {
      ...core.synapseMemory,
      wordBits: draw.of("wide synapse word", 16, 17, 60, 124, 200, 516),
      banks: draw.of("wide synapse banks", 1, 2, 8, 16),
    },
    stateMemory: {
      ...core.stateMemory,
      wordBits: draw.of("wide state word", 32, 96, 240, 512),
      banks: draw.of("wide state banks", 1, 4, 8),
    },
    neuronUpdate: { ...core.neuronUpdate, units: draw.of("wide units", 1, 3, 8, 24) },
  };
  const cores = chip.cores.map((one) => ({ ...one, ...wide }));
  try {
    const experiment = { ...point.experiment, chip: { ...chip, cores, barrier: { baseCycles: 0, perCoreCycles: 0 } } };
    const baseCycles =
      least(experiment, point.functional) + draw.of("barrier slack", 0, 9) + (point.experiment.chip.barrier.baseCycles > 0 ? 12 : 0);
    const drained = { ...experiment, chip: { ...experiment.chip, barrier: { baseCycles, perCoreCycles: 0 } } };
    return { ...point, experiment: drained, run: replay(drained, point.functional.trace), choices: [...point.choices, ...draw.choices] };
  } catch (error) {
    if (error instanceof InfeasibleError) return null;
    throw error;
  }
}
