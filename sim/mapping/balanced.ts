/**
 * Load-balanced mapping by activity: equal parts of every population; the parts with most work first, each to the core
 * with the least work.
 *
 * Work of a slice = cycles of its synapse unit (arriving events, each with its overhead and its weights over the lanes)
 * plus cycles of its neuron updates, both estimated from the trace. Numbers of parts from 1 to the number of cores are
 * tried (all up to 16, then in steps of a quarter). The number with the least work on its busiest core wins; at a tie,
 * the smaller one.
 *
 * Not modelled: an update's wait for its words (a core of one 1rw bank takes 4 cycles per update, not 1), the overlap
 * of both units. Tried, latencies as multiples of those of now: updates with their words as in
 * `sim/expect/expected-load.ts`, a word per target of a sparse row, parts of a population on different cores. With the
 * sum of both units' work: the N-MNIST network with kernels on 4 cores 0.86, with its events at a port 1.07. With the
 * busier unit's work: 0.86 and 1.00; 18 chips of `thousand-chips.yaml` 0.37 to 1.10, mean 0.87 (energy 0.94); 4 chips
 * of `mesh-scaling.yaml` 0.95 to 1.00; 2 of 93 chips of `edge.yaml` move, 1.00. Rows, too, as in `expected-load.ts`,
 * with the sum: `grid-study.yaml` 1.12, `mesh-scaling.yaml` 0.97 to 1.13.
 * Source: longest processing time first, R. L. Graham, SIAM J. Applied Mathematics 17 (1969).
 */
import { accumulatorBitsOf, type Core, denseShare, packing, synapsesIn, weightBitsInto } from "../../arch/index.js";
import { type Activity, spikesOf } from "./activity.js";
import { emptyRoom, largestFit, type MappingTask, occupy, placedPopulations } from "./fit.js";
import { rowsOf } from "./layout.js";
import { type Placement, placement, type Slice } from "./placement.js";
import { mapSequential } from "./sequential.js";

/** Estimated busy cycles of a slice over the whole trace, on a core with the parameters of `core`. */
export function sliceWork(task: Pick<MappingTask, "topology" | "precision">, activity: Activity, core: Core, slice: Slice): number {
  const { topology, precision } = task;
  const target = topology.populations[slice.population];
  const weightsPerCycle = Math.min(
    core.lanes,
    packing(weightBitsInto(precision, target.name), core.synapseMemory.wordBits).itemsPerWord * core.synapseMemory.banks,
    packing(accumulatorBitsOf(precision, target.name), core.stateMemory.wordBits).itemsPerWord * core.stateMemory.banks,
  );
  const portCycles = core.stateMemory.ports === "1rw" ? 2 : 1;
  let work = (activity.steps * slice.neurons * core.neuronUpdate.cyclesPerNeuron) / core.neuronUpdate.units;
  for (const projection of topology.projections) {
    if (projection.target !== slice.population) continue;
    const source = topology.populations[projection.source];
    const { first, count } = rowsOf(topology, projection);
    const events = spikesOf(activity, projection.source, first, count);
    const fanOut =
      projection.sparse === null
        ? slice.neurons * denseShare(projection, first, count)
        : (synapsesIn(projection.sparse) / source.neurons) * (slice.neurons / target.neurons);
    const overhead = core.eventOverheadCycles + core.synapseMemory.readLatencyCycles;
    work += events * (Math.min(1, fanOut) * overhead + (portCycles * fanOut * target.accumulators) / weightsPerCycle);
  }
  return work;
}

/** Numbers of parts to try. */
export function partCounts(cores: number): number[] {
  const counts: number[] = [];
  for (let parts = 1; parts <= cores; parts = parts < 16 ? parts + 1 : Math.ceil(parts * 1.25)) counts.push(parts);
  return counts;
}

/** The core with the least work among those not tried, the first of equal ones; -1 if all have been tried. */
function leastLoaded(load: Float64Array, tried: Uint8Array): number {
  let least = -1;
  for (let i = 0; i < load.length; i++) if (tried[i] === 0 && (least < 0 || load[i] < load[least])) least = i;
  return least;
}

/**
 * One attempt with `parts` slices per population (more if the limit or a memory requires it); null if it does not fit.
 */
function attempt(task: MappingTask, activity: Activity, parts: number): { slices: Slice[]; worst: number } | null {
  const rooms = task.chip.cores.map((core) => emptyRoom(task, core));
  const load = new Float64Array(rooms.length);
  const limit = task.request.maxNeuronsPerCore ?? Number.POSITIVE_INFINITY;
  const wanted: Slice[] = [];
  for (const index of placedPopulations(task)) {
    const population = task.topology.populations[index];
    const biggest = Math.min(limit, ...rooms.map((room) => room.core.maxNeurons));
    const pieces = Math.min(population.neurons, Math.max(parts, Math.ceil(population.neurons / biggest)));
    for (let i = 0, first = 0; i < pieces; i++) {
      const neurons = Math.ceil((population.neurons - first) / (pieces - i));
      wanted.push({ population: index, firstNeuron: first, neurons, core: 0 });
      first += neurons;
    }
  }
  const work = new Map(wanted.map((slice) => [slice, sliceWork(task, activity, task.chip.cores[0], slice)]));
  wanted.sort((a, b) => (work.get(b) ?? 0) - (work.get(a) ?? 0) || a.population - b.population || a.firstNeuron - b.firstNeuron);
  const slices: Slice[] = [];
  const tried = new Uint8Array(rooms.length);
  for (const slice of wanted) {
    let first = slice.firstNeuron;
    let left = slice.neurons;
    tried.fill(0);
    while (left > 0) {
      const i = leastLoaded(load, tried);
      if (i < 0) return null;
      tried[i] = 1;
      const neurons = largestFit(task, rooms[i], slice.population, first, left);
      if (neurons === 0) continue;
      const placed = { population: slice.population, firstNeuron: first, neurons, core: rooms[i].core.id };
      occupy(task, rooms[i], placed);
      load[i] += sliceWork(task, activity, rooms[i].core, placed);
      slices.push(placed);
      first += neurons;
      left -= neurons;
    }
  }
  return { slices, worst: Math.max(...load) };
}

/** @throws InfeasibleError if no attempt fits, and sequential filling does not fit either (its reason is given) */
export function mapBalanced(task: MappingTask, activity: Activity): Placement {
  let best: { slices: Slice[]; worst: number } | null = null;
  for (const parts of partCounts(task.chip.cores.length)) {
    const found = attempt(task, activity, parts);
    if (found !== null && (best === null || found.worst < best.worst)) best = found;
  }
  // equal parts can miss a fit that first-fit finds
  if (best === null) return { ...mapSequential(task), strategy: "balanced" };
  return placement(task.topology, "balanced", best.slices);
}
