/** Placements that fail for any activity of the neurons, as shapes alone show. */
import type { Chip, MappingRequest, Precision, Topology } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { placesBySpikes } from "./activity.js";
import { mapNetwork } from "./map.js";
import { placement } from "./placement.js";
import { succeeds } from "./sequential.js";
import { checkTouched } from "./touched.js";
import { heldBy } from "./weight-formats.js";

/**
 * Why the network cannot be placed; null: it can, or it depends on its activity. A placement by activity may succeed
 * with a trace although it fails without one. So it is refused for its size only if a single core with the resources of
 * all cores together could not hold the network either; more cores only waste more space in words. For its updates it
 * is refused if no core could make them.
 * @throws InputError for a wrong manual placement
 */
export function refusedPlacement(topology: Topology, chip: Chip, precision: Precision, request: MappingRequest): InfeasibleError | null {
  const followsActivity = chip.cores.length > 1 && placesBySpikes(request.strategy);
  // min-traffic starts from a balanced placement: if there is none, both fail for the same reason
  const asked: MappingRequest = followsActivity ? { ...request, strategy: "balanced" } : request;
  try {
    mapNetwork(topology, chip, precision, asked, null);
    return null;
  } catch (error) {
    if (!(error instanceof InfeasibleError)) throw error;
    if (!followsActivity) return error;
    // all that a placement decides: neither shapes nor formats
    if (!/^(MAP|UPDATES)_/.test(error.code)) return error;
    return touchedAnywhere(topology, chip, precision) ?? (mayHold(topology, chip, precision, request) ? null : error);
  }
}

/** Why no placement passes `checkTouched`; null: a core updates all neurons, or DRAM may hold their states. */
function touchedAnywhere(topology: Topology, chip: Chip, precision: Precision): InfeasibleError | null {
  if (chip.spill !== null || chip.cores.some(({ neuronUpdate }) => neuronUpdate.policy === "dense")) return null;
  const held = heldBy(chip, precision, topology);
  const slices = held.populations.map(({ neurons }, population) => ({ population, firstNeuron: 0, neurons, core: 0 }));
  try {
    checkTouched(chip, placement(held, "balanced", slices));
    return null;
  } catch (error) {
    if (error instanceof InfeasibleError) return error;
    throw error;
  }
}

/** False if one core with the resources of all cores together cannot hold the network. */
function mayHold(topology: Topology, chip: Chip, precision: Precision, request: MappingRequest): boolean {
  const [first] = chip.cores;
  const words = (core: typeof first): string => `${core.synapseMemory.wordBits} ${core.stateMemory.wordBits}`;
  if (chip.spill !== null || chip.cores.some((core) => words(core) !== words(first))) return true;
  const sum = (of: (core: typeof first) => number): number => chip.cores.reduce((total, core) => total + of(core), 0);
  const whole = {
    ...first,
    maxNeurons: sum(({ maxNeurons }) => maxNeurons),
    axonEntries: null,
    synapseMemory: { ...first.synapseMemory, sizeBits: sum(({ synapseMemory }) => synapseMemory.sizeBits) },
    stateMemory: { ...first.stateMemory, sizeBits: sum(({ stateMemory }) => stateMemory.sizeBits) },
  };
  const held = heldBy(chip, precision, topology);
  const limitless = { ...request, maxNeuronsPerCore: null };
  return succeeds({
    topology: held,
    precision,
    chip: { ...chip, cores: [whole] },
    request: limitless,
    statesInDram: false,
    explains: null,
  });
}
