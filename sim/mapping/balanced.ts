/**
 * Load-balanced mapping by activity: equal parts of every population, the parts with most work first. A core's soma and
 * synapse unit work side by side, so the busier one counts: each part goes to the core on which this unit then has the
 * least work (at a tie, both units together), among the cores without a part of its population as long as one has
 * space. A part's work is that on the core which would take it, with this core's parameters; parts are in order of
 * their mean over all cores. A part is as large as the largest core allows; a smaller core takes what it can hold.
 *
 * Soma: updates with the accesses to their words (`update-work.ts`). Synapse unit: arriving events, each with its
 * overhead and its weights over the lanes. Both are estimated from the trace. Numbers of parts from 1 to the number of
 * cores are tried (all up to 16, then in steps of a quarter), and cores filled in order, the largest first. The attempt
 * with the least work on its busiest core wins; at a tie, the one with fewer parts.
 *
 * Not modelled: differences between steps; lanes without work at the end of a row; packets.
 * Tried, mean latency of 18 chips of `thousand-chips.yaml` and of 4 of `mesh-scaling.yaml` (the sum of both units, with
 * one cycle per update: 1.00 and 1.00; now 0.89 and 0.98): parts of a population on one core 1.01 and 1.00; fewer parts
 * of populations with less work 1.19 and 1.11; rows with the lanes at their end 0.89 and 1.06; the banks of the state
 * memory as a third unit 0.89 and 0.98. The sum of both units: 0.89 and 0.98 too, but N-MNIST with kernels on 16 cores
 * takes 1.05 times as long.
 * Source: longest processing time first, R. L. Graham, SIAM J. Applied Mathematics 17 (1969).
 */
import { accumulatorBitsOf, type Chip, type Core, coreKind, denseShare, packing, synapsesIn, weightBitsInto } from "../../arch/index.js";
import { type Activity, spikesOf } from "./activity.js";
import { emptyRoom, kindsBySize, largestFit, type MappingTask, occupy, placedPopulations, type Room } from "./fit.js";
import { rowsOf } from "./layout.js";
import { type Placement, placement, type Slice } from "./placement.js";
import { everything, fillSequentially, mapSequential } from "./sequential.js";
import { updateWork } from "./update-work.js";

/** Busy cycles of the units of a core, or those that a slice adds to them. */
export interface UnitCycles {
  readonly somaCycles: number;
  readonly synapseCycles: number;
}

/** Estimated busy cycles for a slice over the whole trace, on a core with the parameters of `core`. */
export function sliceCycles(
  { topology, precision }: Pick<MappingTask, "topology" | "precision">,
  activity: Activity,
  core: Core,
  slice: Slice,
): UnitCycles {
  const { stateMemory, synapseMemory } = core;
  const target = topology.populations[slice.population];
  const accumulator = packing(accumulatorBitsOf(precision, target.name), stateMemory.wordBits);
  const weightsPerCycle = Math.min(
    core.lanes,
    packing(weightBitsInto(precision, target.name), synapseMemory.wordBits).itemsPerWord * synapseMemory.banks,
    accumulator.itemsPerWord * stateMemory.banks,
  );
  const portCycles = stateMemory.ports === "1rw" ? 2 : 1;
  const denseTargetCycles = (portCycles * target.accumulators) / weightsPerCycle;
  // targets of a sparse row are in different words
  const sparseWords = Math.max(1, target.accumulators / accumulator.itemsPerWord);
  const sparseTargetCycles = Math.max(denseTargetCycles, (portCycles * sparseWords) / stateMemory.banks);
  const overheadCycles = core.eventOverheadCycles + synapseMemory.readLatencyCycles;
  let synapseCycles = 0;
  for (const projection of topology.projections) {
    if (projection.target !== slice.population) continue;
    const { sparse } = projection;
    const source = topology.populations[projection.source];
    const { first, count } = rowsOf(topology, projection);
    const events = spikesOf(activity, projection.source, first, count);
    const fanOut =
      sparse === null
        ? slice.neurons * denseShare(projection, first, count)
        : (synapsesIn(sparse) / source.neurons) * (slice.neurons / target.neurons);
    const targetCycles = sparse === null ? denseTargetCycles : sparseTargetCycles;
    synapseCycles += events * (Math.min(1, fanOut) * overheadCycles + fanOut * targetCycles);
  }
  const { batches, batchCycles } = updateWork(core, precision, target, slice.neurons);
  return { somaCycles: activity.steps * batches * batchCycles, synapseCycles };
}

/** The cycles of a core's busier unit. */
export const busierOf = ({ somaCycles, synapseCycles }: UnitCycles): number => Math.max(somaCycles, synapseCycles);

/** Numbers of parts to try. */
export function partCounts(cores: number): number[] {
  const counts: number[] = [];
  for (let parts = 1; parts <= cores; parts = parts < 16 ? parts + 1 : Math.ceil(parts * 1.25)) counts.push(parts);
  return counts;
}

/** Cores while they are filled, by index: free space, and cycles of each unit. */
interface Load {
  readonly rooms: readonly Room[];
  readonly soma: Float64Array;
  readonly synapse: Float64Array;
}

/** The kinds of a chip's cores, and its cores in an order that does not depend on their numbering beyond equal ones. */
interface Kinds {
  /** The largest first. */
  readonly kinds: ReturnType<typeof kindsBySize>;
  /** Index of the kind of each core. */
  readonly kindOf: Int32Array;
  /** Indices of cores, by kind. */
  readonly order: readonly number[];
}

function kindsOf(chip: Chip): Kinds {
  const kinds = kindsBySize(chip);
  const names = new Map(kinds.map(({ core }, k) => [coreKind(core), k]));
  const kindOf = Int32Array.from(chip.cores, (core) => names.get(coreKind(core)) ?? 0);
  const order = chip.cores.map((_, i) => i).sort((a, b) => kindOf[a] - kindOf[b] || a - b);
  return { kinds, kindOf, order };
}

function emptyLoad(task: MappingTask): Load {
  const rooms = task.chip.cores.map((core) => emptyRoom(task, core));
  return { rooms, soma: new Float64Array(rooms.length), synapse: new Float64Array(rooms.length) };
}

function addCycles({ soma, synapse }: Load, core: number, { somaCycles, synapseCycles }: UnitCycles): void {
  soma[core] += somaCycles;
  synapse[core] += synapseCycles;
}

/** Slices of all neurons, and the cycles of the busiest unit. */
interface Attempt {
  readonly slices: readonly Slice[];
  readonly worst: number;
}

const attempted = (slices: readonly Slice[], { soma, synapse }: Load): Attempt => ({ slices, worst: Math.max(...soma, ...synapse) });

/**
 * The core among `open` ones whose busier unit has the least work with a part, the first in order of equal ones; -1:
 * none is. `more`: cycles of the part by kind of core.
 */
function leastBusy({ soma, synapse }: Load, more: readonly UnitCycles[], { kindOf, order }: Kinds, open: Uint8Array): number {
  let [best, leastBusier, leastBoth] = [-1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const i of order) {
    if (open[i] === 0) continue;
    const part = more[kindOf[i]];
    const somaCycles = soma[i] + part.somaCycles;
    const synapseCycles = synapse[i] + part.synapseCycles;
    const busier = Math.max(somaCycles, synapseCycles);
    const both = somaCycles + synapseCycles;
    if (busier > leastBusier || (busier === leastBusier && both >= leastBoth)) continue;
    [best, leastBusier, leastBoth] = [i, busier, both];
  }
  return best;
}

/** `parts` slices per population (more if the limit or a core's size requires it); null if they do not fit. */
function equalParts(task: MappingTask, activity: Activity, on: Kinds, parts: number): Attempt | null {
  const { topology, chip } = task;
  const load = emptyLoad(task);
  const { rooms } = load;
  const { kinds } = on;
  const biggest = Math.min(task.request.maxNeuronsPerCore ?? Number.POSITIVE_INFINITY, kinds[0].core.maxNeurons);
  /** `cycles` by kind of core; `mean` of the busier unit, over all cores. */
  const wanted: { readonly slice: Slice; readonly cycles: readonly UnitCycles[]; readonly mean: number }[] = [];
  for (const population of placedPopulations(task)) {
    const { neurons: all } = topology.populations[population];
    const pieces = Math.min(all, Math.max(parts, Math.ceil(all / biggest)));
    for (let i = 0, firstNeuron = 0; i < pieces; i++) {
      const slice = { population, firstNeuron, neurons: Math.ceil((all - firstNeuron) / (pieces - i)), core: 0 };
      const cycles = kinds.map(({ core }) => sliceCycles(task, activity, core, slice));
      const mean = kinds.reduce((sum, { count }, k) => sum + (count / chip.cores.length) * busierOf(cycles[k]), 0);
      wanted.push({ slice, cycles, mean });
      firstNeuron += slice.neurons;
    }
  }
  wanted.sort((a, b) => b.mean - a.mean);
  const slices: Slice[] = [];
  const open = new Uint8Array(rooms.length);
  for (const { slice, cycles } of wanted) {
    const { population } = slice;
    let { firstNeuron, neurons: left } = slice;
    // cores with a part of the population take another only if no other core has space
    for (const holds of [false, true]) {
      if (left === 0) break;
      rooms.forEach(({ held }, i) => {
        open[i] = held[population] > 0 === holds ? 1 : 0;
      });
      while (left > 0) {
        const i = leastBusy(load, cycles, on, open);
        if (i < 0) break;
        open[i] = 0;
        const neurons = largestFit(task, rooms[i], population, firstNeuron, left);
        if (neurons === 0) continue;
        const placed = { population, firstNeuron, neurons, core: rooms[i].core.id };
        occupy(task, rooms[i], placed);
        addCycles(load, i, sliceCycles(task, activity, rooms[i].core, placed));
        slices.push(placed);
        firstNeuron += neurons;
        left -= neurons;
      }
    }
    if (left > 0) return null;
  }
  return attempted(slices, load);
}

/** Cores filled in order, the largest first; null if not all fits. */
function inOrder(task: MappingTask, activity: Activity, { order }: Kinds): Attempt | null {
  const load = emptyLoad(task);
  const slices: Slice[] = [];
  const rooms = order.map((i) => load.rooms[i]);
  if (fillSequentially(task, rooms, everything(task), slices) !== null) return null;
  for (const slice of slices) addCycles(load, slice.core, sliceCycles(task, activity, task.chip.cores[slice.core], slice));
  return attempted(slices, load);
}

/** @throws InfeasibleError if no attempt fits, with the reason why filling in order does not */
export function mapBalanced(task: MappingTask, activity: Activity): Placement {
  const on = kindsOf(task.chip);
  const attempts = partCounts(task.chip.cores.length).map((parts) => equalParts(task, activity, on, parts));
  // filling in order finds fits that equal parts miss, and on a few small chips less work
  attempts.push(inOrder(task, activity, on));
  let best: Attempt | null = null;
  for (const found of attempts) if (found !== null && (best === null || found.worst < best.worst)) best = found;
  return best === null ? mapSequential(task) : placement(task.topology, "balanced", best.slices);
}
