/**
 * Capacity: the space left on each core, how many more neurons fit, and the error that names a change that would fit.
 */

import { type Chip, type Core, type MappingRequest, type Precision, portPopulations, type Topology } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { stateRegions, synapseWords } from "./layout.js";
import { continues, joined, type Slice } from "./placement.js";
import { stateChunks } from "./state-chunks.js";
import { addAxons } from "./tables.js";

/** Input of a mapping strategy. Its `Core`s are those of `chip`, or larger ones in the search for a fix. */
export interface MappingTask {
  readonly topology: Topology;
  readonly precision: Precision;
  readonly chip: Chip;
  readonly request: MappingRequest;
  /** Membrane states of slices may be in the chip's DRAM, with a buffer in their place. */
  readonly statesInDram: boolean;
  /** A failure is shown to the user, with the smallest change that fits; false: the caller tries something else. */
  readonly explains: boolean;
}

/** Indices of the populations on cores: all but those behind the port. */
export function placedPopulations({ chip, topology }: Pick<MappingTask, "chip" | "topology">): readonly number[] {
  const away = portPopulations(chip, topology);
  return topology.populations.flatMap((_, p) => (away.includes(p) ? [] : [p]));
}

/** Words of a slice in a core's memories. */
interface Words {
  readonly synapse: number;
  readonly state: number;
}

/** A core's free space while it is being filled. */
export interface Room {
  readonly core: Core;
  neurons: number;
  synapseWords: number;
  stateWords: number;
  /** Number of neurons already on the core, by population. */
  readonly held: number[];
  /** Slices on the core as the placement will have them: joined with their neighbours. */
  pieces: readonly { readonly slice: Slice; readonly words: Words }[];
  /** Sources with rows on the core; null if their number is not limited. */
  readonly axons: Set<number> | null;
}

export function emptyRoom(task: MappingTask, core: Core): Room {
  return {
    core,
    neurons: core.maxNeurons,
    synapseWords: Math.floor(core.synapseMemory.sizeBits / core.synapseMemory.wordBits),
    stateWords: Math.floor(core.stateMemory.sizeBits / core.stateMemory.wordBits),
    held: task.topology.populations.map(() => 0),
    pieces: [],
    axons: core.axonEntries === null ? null : new Set(),
  };
}

/** Words of a slice on `core`; `most`: a count of synapse words above this may stop early. */
function wordsOf(
  task: MappingTask,
  core: Core,
  { population, firstNeuron, neurons }: Omit<Slice, "core">,
  most = Number.POSITIVE_INFINITY,
): Words {
  const regions = stateRegions(task.topology, task.precision, core.stateMemory.wordBits, population, neurons);
  const { spill } = task.chip;
  const away = task.statesInDram && spill !== null ? regions.stateWords - stateChunks(core, spill, regions).bufferWords : 0;
  return {
    synapse: synapseWords(task.topology, task.precision, core.synapseMemory.wordBits, population, firstNeuron, neurons, most),
    state: regions.totalWords - away,
  };
}

/**
 * What a slice adds to a core. It is joined with its neighbours there, whose rows then get longer and their target
 * indices wider, so the joined slice is counted and not the new one. Words may become fewer.
 */
function addition(task: MappingTask, room: Room, slice: Slice, most = Number.POSITIVE_INFINITY) {
  const isNeighbour = ({ slice: held }: Room["pieces"][number]): boolean => continues(held, slice) || continues(slice, held);
  const neighbours = room.pieces.filter(isNeighbour);
  const sum = (kind: keyof Words): number => neighbours.reduce((words, piece) => words + piece.words[kind], 0);
  const [whole] = joined([...neighbours.map((piece) => piece.slice), slice]);
  const words = wordsOf(task, room.core, whole, most + sum("synapse"));
  return { piece: { slice: whole, words }, neighbours, synapse: words.synapse - sum("synapse"), state: words.state - sum("state") };
}

/**
 * Largest number of neurons of `population` from `first` on, at most `wanted`, that fit. Words grow with neurons, so
 * bisection finds it.
 */
export function largestFit(task: MappingTask, room: Room, population: number, first: number, wanted: number): number {
  const limit = task.request.maxNeuronsPerCore ?? Number.POSITIVE_INFINITY;
  let high = Math.min(wanted, room.neurons, limit - room.held[population]);
  if (high <= 0) return 0;
  const fits = (n: number): boolean => {
    const slice = { population, firstNeuron: first, neurons: n, core: room.core.id };
    const need = addition(task, room, slice, room.synapseWords);
    return need.synapse <= room.synapseWords && need.state <= room.stateWords && axonsHaveRoom(task, room, population, first, n);
  };
  if (fits(high)) return high;
  let low = 0;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function axonsHaveRoom({ topology }: MappingTask, { core, axons }: Room, population: number, first: number, neurons: number): boolean {
  if (axons === null || core.axonEntries === null) return true;
  const all = new Set(axons);
  addAxons(all, topology, population, first, neurons);
  return all.size <= core.axonEntries;
}

/** Subtracts a slice from the free space; the caller has checked that it fits. */
export function occupy(task: MappingTask, room: Room, slice: Slice): void {
  const { piece, neighbours, synapse, state } = addition(task, room, slice);
  room.neurons -= slice.neurons;
  room.synapseWords -= synapse;
  room.stateWords -= state;
  room.pieces = [...room.pieces.filter((held) => !neighbours.includes(held)), piece];
  room.held[slice.population] += slice.neurons;
  if (room.axons !== null) addAxons(room.axons, task.topology, slice.population, slice.firstNeuron, slice.neurons);
}

const kib = (bits: number): string => `${(bits / 8192).toFixed(1)} KiB`;
/** Memory sizes are proposed in steps of 1/16 KiB. */
const STEP_BITS = 512;
const steps = (bits: number): number => Math.floor(bits / STEP_BITS);

/** The chip with at least as much of every resource as `grown` asks for. */
function grownChip(chip: Chip, grown: { neurons?: number; synapseBits?: number; stateBits?: number; axons?: number }): Chip {
  return {
    ...chip,
    cores: chip.cores.map((core) => ({
      ...core,
      maxNeurons: Math.max(core.maxNeurons, grown.neurons ?? 0),
      axonEntries: core.axonEntries === null ? null : Math.max(core.axonEntries, grown.axons ?? 0),
      synapseMemory: { ...core.synapseMemory, sizeBits: Math.max(core.synapseMemory.sizeBits, grown.synapseBits ?? 0) },
      stateMemory: { ...core.stateMemory, sizeBits: Math.max(core.stateMemory.sizeBits, grown.stateBits ?? 0) },
    })),
  };
}

/**
 * Smallest value in (low, high] for which `works` is true; null if it is false for `high`. `works` must be monotonic.
 */
function smallest(low: number, high: number, works: (value: number) => boolean): number | null {
  if (!works(high)) return null;
  let no = low;
  let yes = high;
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2);
    if (works(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

/** Bits that hold all weights twice on one core, with padding. */
function amplySynapseBits({ topology, precision, chip }: MappingTask): number {
  const { wordBits } = chip.cores[0].synapseMemory;
  return topology.populations.reduce(
    (sum, { neurons }, p) => sum + 2 * wordBits * synapseWords(topology, precision, wordBits, p, 0, neurons),
    8192,
  );
}

/** Smallest size in bits of every synapse memory for which `tryFill` succeeds; null: their size is not the problem. */
export function smallestSynapseMemory(task: MappingTask, tryFill: (task: MappingTask) => boolean): number | null {
  const have = Math.min(...task.chip.cores.map((core) => core.synapseMemory.sizeBits));
  const found = smallest(steps(have) - 1, steps(amplySynapseBits(task)), (value) =>
    tryFill({ ...task, chip: grownChip(task.chip, { synapseBits: value * STEP_BITS }) }),
  );
  return found === null ? null : found * STEP_BITS;
}

/** The task's chip with synapse memories of at least `bits`; null: each can hold all weights. */
export function largerSynapseMemories(task: MappingTask, bits: number | null): Chip {
  return grownChip(task.chip, { synapseBits: bits ?? amplySynapseBits(task) });
}

/** Needs and capacity of all cores together; null if they do not show the shortage. */
function inAll(need: number, have: number, text: (value: number) => string): { inAll: { need: string; have: string } | null } {
  const told = { need: text(need), have: text(have) };
  return { inAll: need > have && told.need !== told.have ? told : null };
}

/**
 * Error for a network that does not fit: the scarcest resource, the amount needed, and the smallest change that was
 * tried and fits. `tryFill`: whether a strategy succeeds on another task (larger memories, no limit).
 */
export function doesNotFit(task: MappingTask, population: number, left: number, tryFill: (task: MappingTask) => boolean): InfeasibleError {
  const { chip, topology } = task;
  const said = topology.populations[population].name;
  const name = /^\d/.test(said) ? `population ${said}` : said; // nodes of a NIR file may have numbers for names
  const where = chip.cores.length === 1 ? "core[0]" : `core[0..${chip.cores.length - 1}]`;
  const most = (value: (core: Core) => number): number => Math.max(...chip.cores.map(value));
  const placed = placedPopulations(task);
  const total = placed.reduce((sum, p) => sum + topology.populations[p].neurons, 0);
  const whole = (pick: "synapse" | "state", wordBits: number): number =>
    placed.reduce(
      (sum, p) =>
        sum + wordsOf(task, chip.cores[0], { population: p, firstNeuron: 0, neurons: topology.populations[p].neurons })[pick] * wordBits,
      0,
    );
  const neuronsHave = most((core) => core.maxNeurons);
  const synapseHave = most((core) => core.synapseMemory.sizeBits);
  const stateHave = most((core) => core.stateMemory.sizeBits);
  const sum = (value: (core: Core) => number): number => chip.cores.reduce((all, core) => all + value(core), 0);
  const synapseWhole = whole("synapse", chip.cores[0].synapseMemory.wordBits);
  const stateWhole = whole("state", chip.cores[0].stateMemory.wordBits);
  const unlimited = { ...task, request: { ...task.request, maxNeuronsPerCore: null } };
  if (task.request.maxNeuronsPerCore !== null && tryFill(unlimited)) {
    const limit = smallest(task.request.maxNeuronsPerCore, total, (value) =>
      tryFill({ ...task, request: { ...task.request, maxNeuronsPerCore: value } }),
    );
    return new InfeasibleError(
      "MAP_CORES_FULL",
      `${where} under mapping.max_neurons_per_core ${task.request.maxNeuronsPerCore}`,
      `room for ${left} more neurons of ${name}`,
      `${chip.cores.length} cores`,
      `set mapping.max_neurons_per_core: ${limit ?? total}, or more cores`,
    );
  }
  const all = { neurons: total, synapseBits: synapseWhole * 2 + 8192, stateBits: stateWhole * 2 + 8192, axons: total };
  const axonsHave = most((core) => core.axonEntries ?? total);
  const limited = chip.cores.some((core) => core.axonEntries !== null);
  const axonsFit = (value: number): boolean => tryFill({ ...task, chip: grownChip(chip, { ...all, axons: value }) });
  const axonsNeed = limited ? smallest(axonsHave - 1, Math.max(axonsHave, total), axonsFit) : null;
  const options = [
    {
      code: "MAP_SYNAPSE_MEMORY_FULL",
      resource: "synapse memory",
      key: "tile.core.synapse_memory.size_kib",
      ...inAll(
        synapseWhole,
        sum((core) => core.synapseMemory.sizeBits),
        kib,
      ),
      now: steps(synapseHave),
      unit: 1 / 16,
      need: smallest(steps(synapseHave) - 1, steps(all.synapseBits), (value) =>
        tryFill({ ...task, chip: grownChip(chip, { ...all, synapseBits: value * STEP_BITS }) }),
      ),
    },
    {
      code: "MAP_STATE_MEMORY_FULL",
      resource: "state memory",
      key: "tile.core.state_memory.size_kib",
      ...inAll(
        stateWhole,
        sum((core) => core.stateMemory.sizeBits),
        kib,
      ),
      now: steps(stateHave),
      unit: 1 / 16,
      need: smallest(steps(stateHave) - 1, steps(all.stateBits), (value) =>
        tryFill({ ...task, chip: grownChip(chip, { ...all, stateBits: value * STEP_BITS }) }),
      ),
    },
    {
      code: "MAP_NEURONS_FULL",
      resource: "neuron slots",
      key: "tile.core.max_neurons",
      ...inAll(
        total,
        sum((core) => core.maxNeurons),
        (neurons) => `${neurons} neurons`,
      ),
      now: neuronsHave,
      unit: 1,
      need: smallest(neuronsHave - 1, Math.max(neuronsHave, total), (value) =>
        tryFill({ ...task, chip: grownChip(chip, { ...all, neurons: value }) }),
      ),
    },
    {
      code: "MAP_AXON_TABLE_FULL",
      resource: "axon table",
      key: "tile.core.axon_table.entries",
      inAll: { need: `${axonsNeed ?? total} axons in a core`, have: `${axonsHave} entries` },
      now: axonsHave,
      unit: 1,
      need: axonsNeed,
    },
  ];
  // the scarcest resource first: the one that must grow most even if all others were unlimited
  const short = options
    .filter((option) => option.need !== null && option.need > option.now)
    .sort((a, b) => (b.need ?? 0) / b.now - (a.need ?? 0) / a.now);
  const worst = short[0] ?? options[0];
  const fix = short.map((option) => `set ${option.key}: ${(option.need ?? 0) * option.unit}`).join(" and ");
  // All cores together may have enough, but not a single core: each keeps its kernels whole, and rows fill its words
  // less.
  const size = (value: number): string => `${value * worst.unit}${worst.unit === 1 ? " neurons" : " KiB"} in a core`;
  const isCore = worst.need !== null && worst.need > worst.now;
  const oneCore = isCore
    ? { need: size(worst.need ?? worst.now), have: size(worst.now) }
    : { need: "more cores", have: `${chip.cores.length}` };
  const told = worst.inAll ?? oneCore;
  return new InfeasibleError(
    worst.code,
    `${where} ${worst.resource} (${left} neurons of ${name} are left over)`,
    told.need,
    told.have,
    fix === "" ? "use more cores, or narrower weights (precision.weight_bits)" : `${fix}, or use more cores`,
  );
}
