/**
 * Chips of others, described as boards of library parts (`arch/chips/*-board.yaml`) as a user would, without prices of
 * their own: their areas, energies, leakage and clock. `board-values.ts` says which of these were published.
 *
 * Not modelled: learning.
 */
import {
  areaOf,
  type Chip,
  type CorePrices,
  coreNeedsOf,
  corePrices,
  type Precision,
  type SpikeTrace,
  type Topology,
} from "../../../arch/index.js";
import { runTiming } from "../../board/index.js";
import type { Counters } from "../../counters.js";
import { price } from "../../energy.js";
import { placement } from "../../mapping/index.js";
import type { BreakdownRow } from "../../result.js";

export interface Board {
  readonly chip: Chip;
  readonly precision: Precision;
}

/** Boards by the names of their descriptions, in the order of the rows. */
export const BOARDS = [
  "odin-board",
  "reckon-board",
  "morphic-board",
  "truenorth-board",
  "tianjic-board",
  "loihi-board",
  "seneca-board",
  "sne-board",
] as const;
export type BoardName = (typeof BOARDS)[number];
export type Boards = { readonly [name in BoardName]: Board };

const INPUTS = 2;
const ACTIONS: ReadonlySet<BreakdownRow["group"]> = new Set(["memory", "datapath", "queue"]);

/** A layer of `neurons` after two inputs, all on one core; `states`: states per neuron, without its sum. */
function layerOf(neurons: number, states: 0 | 1 = 1): Topology {
  const update = { requantises: 0, multiplies: 0, additions: 0, lutReads: 0 };
  return {
    populations: [
      { name: "input", neurons: INPUTS, accumulators: 0, states: 0, depth: 0, payloadBits: 1, rests: true, update },
      { name: "layer", neurons, accumulators: 1, states, depth: 1, payloadBits: 0, rests: true, update },
    ],
    projections: [{ source: 0, target: 1, recurrent: false, sparse: null }],
  };
}

/** Trace of one step in which the first `spikes` inputs fire with payload 1. */
function traceOf(topology: Topology, spikes: number): SpikeTrace {
  return {
    topology,
    stepStart: Uint32Array.of(0, 1),
    eventStart: Uint32Array.of(0, spikes, spikes),
    neuron: Uint16Array.from({ length: spikes }, (_, i) => i),
    payload: new Int16Array(spikes).fill(1),
    key: `${spikes} spikes`,
  };
}

/** Counts by run, of the boards that have these cores: a supply, a cell, a corner or silicon's factors change none. */
const counted = new WeakMap<Chip["cores"], Map<string, Counters>>();

/** Counts of the chip when the first `spikes` inputs of a layer fire. */
function countsOf({ chip, precision }: Board, topology: Topology, neurons: number, spikes: number): Counters {
  const runs = counted.get(chip.cores) ?? new Map<string, Counters>();
  counted.set(chip.cores, runs);
  const key = [spikes, ...topology.populations.map(({ neurons, states }) => `${neurons}/${states}`)].join();
  const slices = [
    { population: 0, firstNeuron: 0, neurons: INPUTS, core: 0 },
    { population: 1, firstNeuron: 0, neurons, core: 0 },
  ];
  const counts = runs.get(key) ?? runTiming(chip, placement(topology, "manual", slices), precision, traceOf(topology, spikes)).total;
  runs.set(key, counts);
  return counts;
}

/** Counts and prices of the chip when the first `spikes` inputs of a layer fire. */
function runOf(board: Board, neurons: number, spikes: number, states: 0 | 1 = 1) {
  const topology = layerOf(neurons, states);
  const total = countsOf(board, topology, neurons, spikes);
  return { cycles: total.cycles, rows: builtRows(board, price(board.chip, board.precision, topology, total).rows) };
}

/** Lines of parts that exist on the chip. */
function builtRows<Row extends { readonly component: string }>({ chip }: Board, rows: readonly Row[]): readonly Row[] {
  const absent = ABSENT.get(chip.name) ?? NOTHING;
  return rows.filter(({ component }) => !absent.test(component));
}

function sumPj(rows: readonly BreakdownRow[], isOf: (row: BreakdownRow) => boolean): number {
  return rows.filter(isOf).reduce((sum, row) => sum + (row.energyPj ?? 0), 0);
}

/**
 * Lines without cost: if sums stay in registers until they are complete, and if many neurons share a weight, as in a
 * kernel.
 */
export const UNPAID = { sumsInRegisters: /^(state memory|write queue)/, sharedWeights: /^synapse memory/ } as const;
const NOTHING = /^$/;
/**
 * Parts of this project's cores that a chip does not have, according to its published RTL or paper. If a state is
 * written in the cycles after its read, nothing waits (ODIN's controller, ReckOn's `srnn.v`, SNE's clusters, TrueNorth
 * neuron by neuron). Each of SNE's groups has a memory beside its data path, so no word crosses the slice.
 */
const ABSENT: ReadonlyMap<string, RegExp> = new Map<BoardName, RegExp>([
  ["odin-board", /^write queue/],
  ["reckon-board", /^write queue/],
  ["truenorth-board", /^write queue/],
  ["sne-board", /^(write queue|state wires)/],
]);

/**
 * Energy of a synaptic operation, pJ: the energy that one more spike adds, without the lines `unpaid`, divided by the
 * neurons that it reaches.
 */
export function synapticOperationPj(board: Board, neurons: number, unpaid: RegExp = NOTHING): number {
  const isPaid = ({ group, component }: BreakdownRow): boolean => ACTIONS.has(group) && !unpaid.test(component);
  const actionsPj = (spikes: number): number => sumPj(runOf(board, neurons, spikes).rows, isPaid);
  return (actionsPj(2) - actionsPj(1)) / neurons;
}

/** Leakage of the cores, mW, and clock energy of the idle cores, pJ per cycle; without routers and links. */
export function atRest(board: Board): { readonly leakageMw: number; readonly clockPj: number } {
  const { cycles, rows } = runOf(board, 1, 1);
  const periodNs = 1000 / board.chip.technology.clockMhz;
  const isCore = ({ component }: BreakdownRow): boolean => !/router|link/.test(component);
  return {
    leakageMw: sumPj(rows, (row) => row.group === "leakage" && isCore(row)) / (cycles * periodNs),
    clockPj: sumPj(rows, (row) => row.group === "clock" && isCore(row)) / cycles,
  };
}

/** Memory accesses of a neuron's update in a core at rest. */
interface RestingUpdate {
  /** States per neuron besides the potential, to which weights are added in place. */
  readonly states: 0 | 1;
  /** The neuron's row of the crossbar is read too, with or without spikes. */
  readonly readsSynapses: boolean;
}

/**
 * TrueNorth's token controller processes the neurons of a tick one by one: it reads the neuron's row of the core's
 * memory, which holds synapses, parameters and potential, and gives parameters and potential to the neuron block, which
 * adds weights and leak to that potential (Akopyan et al., IEEE TCAD 34(10), 2015, seen in excerpts). RANC's RTL of the
 * same core (08ae4bd; its recorded runs count it) reads a neuron's word as a whole, and writes it once per tick before
 * it reads the next neuron's.
 */
export const NEURON_BY_NEURON: RestingUpdate = { states: 0, readsSynapses: true };

/** Leakage of a core and its share of the network, mW. */
export function sharedLeakageMw(board: Board): number {
  const { cycles, rows } = runOf(board, 1, 0);
  const ns = (cycles * 1000) / board.chip.technology.clockMhz;
  return sumPj(rows, ({ group }) => group === "leakage") / ns / board.chip.cores.length;
}

/**
 * Power of a core at rest, mW: leakage of the core and its share of the network, plus `updatesPerS` updates of all its
 * neurons per second.
 */
export function restingMw(board: Board, updatesPerS: number, { states, readsSynapses }: RestingUpdate): number {
  const { maxNeurons } = board.chip.cores[0];
  const { rows } = runOf(board, maxNeurons, 0, states);
  const crossbarPj = readsSynapses ? maxNeurons * firstCorePrices(board).synapse_memory_read_pj.value : 0;
  const updatePj = sumPj(rows, ({ group }) => ACTIONS.has(group)) + crossbarPj;
  return sharedLeakageMw(board) + updatePj * updatesPerS * 1e-9;
}

/** Area of a core and its share of the network, mm2; `alone`: without routers and links. */
export function coreAreaMm2(board: Board, alone: boolean): number {
  const { chip, precision } = board;
  const all = builtRows(board, areaOf(chip, precision, coreNeedsOf(layerOf(1))).rows);
  const rows = all.filter(({ component }) => !alone || !/router|link/.test(component));
  return rows.reduce((sum, row) => sum + row.areaMm2, 0) / chip.cores.length;
}

/** Prices of the board's first core. */
export const firstCorePrices = ({ chip, precision }: Board): CorePrices =>
  corePrices(chip, chip.cores[0], precision, coreNeedsOf(layerOf(1)));
