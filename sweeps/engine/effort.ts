/**
 * Processor time of a sweep's parts, predicted without a run from mean activity and the analytical model's counts.
 *
 * The rates were measured on one core of an AMD EPYC at 2.6 GHz (Node 20): replays of 88 chips of 1 to 128 cores, least
 * squares of the relative error (typically within a factor of 1.2, at most 2.3); functional runs of the shipped models.
 * `npm run bench -- estimate` compares them with whole sweeps.
 */
import { type Experiment, synapsesIn, type Topology } from "../../arch/index.js";
import type { ActivityProfile, Estimate } from "../../sim/expect/index.js";
import { CORE_COUNTERS, coreColumn } from "../../sim/index.js";
import { comparedPaths } from "../../sim/mapping/index.js";

/** Per spike that reaches a core, per flit through a router, and per soma batch. */
const SECONDS_PER_EVENT = 2.2e-7;
const SECONDS_PER_FLIT_HOP = 6.4e-8;
const SECONDS_PER_SOMA_BATCH = 1.65e-7;
/** Cost of an utterance whose function and time are computed together, in replays: 2.4 to 3.7 where queues drop. */
const REPLAYS_PER_LIVE_RUN = 3;
/**
 * Description, keys, mapping, pricing and storing of one point: in all, and per core of its chip. Sweeps of 20 to 300
 * points on chips of 1 to 4,096 cores in 1 to 4,096 tiles took 0.023 to 0.037 of a point of one core, measured beside
 * them, per core; tiles by themselves take no more.
 */
const POINT_SECONDS = 0.003;
const SECONDS_PER_CORE = 8e-5;
/** Of the search for little traffic: 3 to 5 ns on 256 to 16,384 cores. */
const SECONDS_PER_PATH = 3.5e-9;
/** Quantisation, packing and compiling for one precision. */
const SECONDS_PER_PRECISION = 0.06;
const SECONDS_PER_NEURON_UPDATE = 1.5e-8;
const SECONDS_PER_SYNAPTIC_OPERATION = 1e-10;

/** Until the program and the network are loaded; with a search, also the database and the data in each worker. */
const LOADING_SECONDS = 0.3;
const SWEEP_LOADING_SECONDS = 0.7;
/** Work in each thread that takes twice as long, because its code is not compiled yet. */
const UNCOMPILED_SECONDS = 0.5;
/** Processor time beside the work of a sweep: of the thread that asks and stores, and of the engine's compilers. */
const BESIDE_WORK = 0.3;

/**
 * Seconds by the clock for `work` seconds of points on an otherwise idle machine. `busy`: worker threads that have
 * points; 0: a single point in the process itself. 14 sweeps of 2 to 1,200 points with 2 workers on 2 processors
 * took 0.64 to 1.18 times as long.
 */
export function elapsedSeconds(work: number, busy: number, processors: number): number {
  const threads = Math.max(1, busy);
  const slow = Math.min(UNCOMPILED_SECONDS, work / threads);
  const own = work / threads + slow;
  if (busy === 0) return LOADING_SECONDS + own;
  return LOADING_SECONDS + SWEEP_LOADING_SECONDS + Math.max(own, ((1 + BESIDE_WORK) * (work + threads * slow)) / processors);
}

function counted(cores: Float64Array, column: number): number {
  let sum = 0;
  for (let at = column; at < cores.length; at += CORE_COUNTERS.length) sum += cores[at];
  return sum;
}

/** Seconds of one replay on the estimated chip: `timed` utterances, of which `live` compute their function too. */
export function replaySeconds({ counters }: Estimate, timed: number, live: number): number {
  const { cores, flitHops } = counters;
  const replay =
    counted(cores, coreColumn.input_queue_pushes) * SECONDS_PER_EVENT +
    flitHops * SECONDS_PER_FLIT_HOP +
    counted(cores, coreColumn.soma_busy_cycles) * SECONDS_PER_SOMA_BATCH;
  return (timed + REPLAYS_PER_LIVE_RUN * live) * replay;
}

/** Seconds of a point on a chip of so many cores, without its replay. */
export const pointSecondsOf = (cores: number): number => POINT_SECONDS + SECONDS_PER_CORE * cores;

/** Seconds of the search for a placement, beside those of `pointSecondsOf`. */
export function placingSeconds({ chip, mapping }: Pick<Experiment, "chip" | "mapping">, { populations }: Topology): number {
  if (mapping.strategy !== "min-traffic") return 0;
  const neurons = populations.reduce((sum, population) => sum + population.neurons, 0);
  return SECONDS_PER_PATH * comparedPaths(chip, Math.min(chip.cores.length, neurons));
}

/** Seconds of one functional run of `utterances`. */
export function functionalSeconds({ topology, steps, spikes }: ActivityProfile, utterances: number): number {
  const operations = topology.projections.reduce((sum, projection) => sum + spikes[projection.source] * rowOf(topology, projection), 0);
  const neurons = topology.populations.reduce((sum, population) => sum + population.neurons, 0);
  return SECONDS_PER_PRECISION + utterances * steps * (neurons * SECONDS_PER_NEURON_UPDATE + operations * SECONDS_PER_SYNAPTIC_OPERATION);
}

/** Mean number of weights that one spike meets. */
function rowOf({ populations }: Topology, { source, target, sparse }: Topology["projections"][number]): number {
  const targets = sparse === null ? populations[target].neurons : synapsesIn(sparse) / populations[source].neurons;
  return targets * populations[target].accumulators;
}

/** Bytes of a spike trace: four per spike, and four per step and population. */
export function traceBytes({ topology, steps, spikes }: ActivityProfile, utterances: number): number {
  const events = spikes.reduce((sum, many) => sum + many, 0);
  return utterances * steps * 4 * (events + topology.populations.length);
}

/** Bytes of a count in a packed replay: 2.0 on chips of 1 to 128 cores, 2.9 in `arch/examples/edge.yaml`. */
const BYTES_PER_COUNT = 2.5;

/** Bytes of a packed replay: counters per utterance and in total, and the cycles of its waves. */
export function replayBytes({ counters }: Estimate, { topology, steps }: ActivityProfile, utterances: number): number {
  const { cores, routers, links } = counters;
  const depth = Math.max(...topology.populations.map((population) => population.depth));
  const counts = (utterances + 1) * (cores.length + routers.length + links.length) + utterances * (steps + depth + 1);
  return BYTES_PER_COUNT * counts;
}
