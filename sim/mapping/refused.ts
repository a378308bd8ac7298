/** Placements that fail whatever the activity of neurons will be: known from shapes alone. */
import type { Chip, MappingRequest, Precision, Topology } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { mapNetwork } from "./map.js";
import { succeeds } from "./sequential.js";
import { heldBy } from "./weight-formats.js";

/**
 * Why the network cannot be placed; null: it can, or only its activity will say. A placement by activity that fails
 * without one may succeed with one: it is refused where not even one core as large as all together could hold the
 * network, because each cut of a row or of a region fills words less.
 * @throws InputError for a wrong manual placement
 */
export function refusedPlacement(topology: Topology, chip: Chip, precision: Precision, request: MappingRequest): InfeasibleError | null {
  const followsActivity = chip.cores.length > 1 && (request.strategy === "balanced" || request.strategy === "min-traffic");
  // Least traffic is sought among balanced placements: where there is none, both fail for one reason.
  const asked: MappingRequest = followsActivity ? { ...request, strategy: "balanced" } : request;
  try {
    mapNetwork(topology, chip, precision, asked, null);
    return null;
  } catch (error) {
    if (!(error instanceof InfeasibleError)) throw error;
    return followsActivity && mayHold(topology, chip, precision, request) ? null : error;
  }
}

/** False where one core as large as all together cannot hold the network. */
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
    explains: false,
  });
}
