/**
 * The numbers that make one core of the library this point's core: parameters and tables, by their names in
 * `rtl/lib/core.sv`.
 * Shapes: a table by population has one entry per population, a table by segment one entry per row of weights that an
 * event has; all entries have `TW` bits. A core's soma tables are by slice, its synapse unit's tables by source
 * population. A core without rows has one row, which no event uses.
 */
import { type Core, coreNeedsOf, type Packing, packing, rowLanes, writePath } from "../arch/index.js";
import { InvariantError } from "../base/errors.js";
import type { Block, Program, SomaSlice } from "../sim/program/index.js";
import { deepest, type RtlNetwork } from "./cells.js";
import { indexBits, LEAST_INDEX_BITS } from "./index-bits.js";
import type { RtlPoint } from "./point.js";
import { type RowTables, rowTables } from "./rows.js";

/** Parameters of the core and tables, in the order in which they are written. */
export interface CoreTables {
  readonly scalars: { readonly [name: string]: number };
  readonly tables: { readonly [name: string]: readonly (readonly number[])[] };
  /** Slices in the order of their depths, as the soma updates them. */
  readonly slices: readonly SomaSlice[];
  /** Rows of weights that an event has, by source population, in the order in which the synapse unit takes them. */
  readonly segments: readonly (readonly Block[])[];
  /** Row tables for an imported network; null: rows follow each other, source by source. */
  readonly rows: RowTables | null;
  /** Waves by which the last population is behind the first one. */
  readonly stages: number;
}

/** Step from one batch of `items` items to the next: rows, banks and items in a word. */
function stepOf(p: Packing, items: number, banks: number): { readonly row: number; readonly bank: number; readonly place: number } {
  const words = p.wordsPerItem > 1 ? items * p.wordsPerItem : Math.floor(items / p.itemsPerWord);
  return { row: Math.floor(words / banks), bank: words % banks, place: p.wordsPerItem > 1 ? 0 : items % p.itemsPerWord };
}

/**
 * Rows of each source population. Those for its own recurrent spikes come first, because `dense_rows.sv` skips them.
 */
function segmentsOf(program: Program, core: Core, { topology }: RtlNetwork): readonly (readonly Block[])[] {
  const here = program.blocks.filter(({ target }) => target.slice.core === core.id);
  const isOwn = ({ projection }: Block): boolean => topology.projections[projection].recurrent;
  return topology.populations.map((_, source) => {
    const found = here.filter(({ projection }) => topology.projections[projection].source === source);
    if (found.some((block, i) => i > 0 && isOwn(block) && !isOwn(found[i - 1])))
      throw new InvariantError("rtl tables", null, `own rows of population ${source} are not its first`);
    return found;
  });
}

/** A row that no event uses, for a core without rows. */
const NO_ROW: readonly number[] = [0, 1, 0, 0, 0, 0];

const rowScalars = ({ kinds, lastAxons, axons, segments, routes }: RowTables) => ({
  KINDS: kinds.length,
  LAST_AXONS: lastAxons,
  AXON_ROWS: axons.length,
  SEGMENT_ROWS: segments.length,
  ROUTE_ROWS: routes.length,
});

/** All parameters and tables of the core's instance; `leastBits`: least width of its indices. */
export function coreTables(
  { experiment, network, program, longestSteps, run }: RtlPoint,
  core: Core,
  leastBits: number = LEAST_INDEX_BITS,
): CoreTables {
  const { precision } = experiment;
  const { topology } = network;
  const { placement } = run;
  const slices = program.somaSlices[core.id];
  const rowsHere = network.routedBits > 0 ? rowTables({ placement, program, network, precision }, core) : null;
  const segments = rowsHere === null ? segmentsOf(program, core, network) : topology.populations.map(() => []);
  const flat = segments.flat();
  const { own } = network;
  const { units, cyclesPerNeuron, pipelineDepthCycles } = core.neuronUpdate;
  const { stateMemory, synapseMemory, scan, intake } = core;
  const { banks } = stateMemory;
  const place = (word: number) => ({ row: Math.floor(word / banks), bank: word % banks });
  const stateBits = (p: number): number => topology.populations[p].states * precision.stateBits;
  const accumulators = packing(precision.accumulatorBits, stateMemory.wordBits);
  const { synapse, groupItems } = flat[0] ?? { synapse: packing(precision.weightBits, synapseMemory.wordBits), groupItems: 1 };
  const populationOf = ({ slice }: SomaSlice): number => slice.population;
  const axons = topology.populations.map((population, p) => (segments[p].length > 0 ? population.neurons : 0));
  const axonCount = axons.reduce((sum, count) => sum + count, 0);
  const before = (values: readonly number[]): number[] => values.map((_, i) => values.slice(0, i).reduce((sum, value) => sum + value, 0));
  const strides = segments.map((rows) => rows.reduce((sum, { rowSynapseWords }) => sum + rowSynapseWords, 0));
  const sourceWords = strides.map((stride, p) => stride * topology.populations[p].neurons);
  const synapseWords = rowsHere?.words.length ?? sourceWords.reduce((sum, words) => sum + words, 0);
  const batches = slices.map(({ slice }) => (network.hasRows(slice.population) ? Math.ceil(slice.neurons / units) : 0));
  const { stateWords, sumWords, returnDepth, sumsDepth, maskBits } = writePath(core, precision, coreNeedsOf(topology));
  const grain = stateMemory.wordBits / maskBits;
  // scattered sums of two groups in one bank are written before the soma's words
  const scattered = rowsHere === null ? 0 : 2 * rowsHere.bankWords;
  const stateSteps = slices.map(({ states }) => stepOf(states, units, banks));
  const sumSteps = slices.map((s) => stepOf(s.accumulators, units * s.accumulatorsPerNeuron, banks));
  const buffer = (soma: SomaSlice, which: number) => place(soma.accumulatorBase + which * soma.accumulatorWords);
  const multiple = accumulators.wordsPerItem;
  const starts = slices.map((soma, p) => {
    const [states, first, second] = [place(soma.stateBase), buffer(soma, 0), buffer(soma, 1)];
    return [
      soma.slice.neurons,
      states.row,
      states.bank,
      first.row,
      first.bank,
      second.row,
      second.bank,
      before(batches)[p],
      soma.slice.firstNeuron,
    ];
  });
  const steps = slices.map((soma, p) => {
    const { states, accumulatorsPerNeuron: sums } = soma;
    const [next, nextSums] = [stateSteps[p], sumSteps[p]];
    const grains = states.wordsPerItem > 1 ? 0 : stateBits(populationOf(soma)) / grain;
    const ofStates = [states.wordsPerItem, states.itemsPerWord, next.row, next.bank, next.place];
    return [...ofStates, sums * multiple, accumulators.itemsPerWord, nextSums.row, nextSums.bank, nextSums.place, grains];
  });
  const enters = slices.map((soma) => [network.kindOf(populationOf(soma)), soma.accumulatorsPerNeuron]);
  const rounds = slices.map((soma) => network.shiftsOf(populationOf(soma)));
  const leaves = slices.map((soma) => {
    const p = populationOf(soma);
    return [network.kindOf(p), stateBits(p), ...network.boundsOf(p)];
  });
  const isOwn = ({ projection }: Block): number => (topology.projections[projection].recurrent ? 1 : 0);
  const ends = segments.map((_, p) => segments.slice(0, p + 1).flat().length);
  const sources = segments.map((rows, p) => {
    const own = rows.filter((row) => isOwn(row) === 1);
    const ownWords = own.reduce((sum, { rowSynapseWords }) => sum + rowSynapseWords, 0);
    return [ends[p] - rows.length, ends[p], before(sourceWords)[p], strides[p], own.length, ownWords, before(axons)[p]];
  });
  const rows = flat.map((block) => {
    const [first, second] = [buffer(block.target, 0), buffer(block.target, 1)];
    return [isOwn(block), block.rowItems, first.row, first.bank, second.row, second.bank];
  });
  const last = slices.length - 1;
  const tables = {
    POPULATIONS: slices.map((soma) => [populationOf(soma)]),
    DEPTHS: slices.map((soma) => [topology.populations[populationOf(soma)].depth]),
    RESETS: slices.map((soma) => network.resetOf(populationOf(soma))),
    ...{ STARTS: starts, STEPS: steps, ENTERS: enters, ROUNDS: rounds, LEAVES: leaves, SOURCES: sources },
    SEGMENTS: rows.length > 0 ? rows : [NO_ROW],
    ...(rowsHere === null
      ? {}
      : { KIND_TABLE: rowsHere.kinds, AXON_STARTS: rowsHere.axonStarts.map((start) => [start]), ROUTE_PLACES: rowsHere.routePlaces }),
  };
  const stateRows = Math.ceil(Math.max(...slices.map((s) => s.accumulatorBase + s.buffers * s.accumulatorWords)) / banks);
  const itemBits = Math.max(2 * precision.stateBits, network.sumBits, ...slices.map((soma) => stateBits(populationOf(soma))));
  const counts = { NP: topology.populations.length, NS: slices.length };
  const scalars = {
    UNITS: units,
    INTERVAL: cyclesPerNeuron,
    SOMA_DEPTH: pipelineDepthCycles,
    OWN_ROWS: Math.max(1, before(batches)[last] + batches[last]),
    INPUT: network.input,
    CELL: network.cell,
    GATES: own.gates,
    FACTORS: own.factors,
    JUMPS: own.jumps,
    STATE: precision.stateBits,
    ITEM: itemBits,
    ACC: precision.accumulatorBits,
    MULT: own.multiplierBits,
    BIAS: own.biasBits,
    PAYLOAD: network.payloadBits,
    SHIFT: precision.stateFractionBits,
    FACTOR: own.factorBits,
    FRACTION: precision.gateBits,
    SHIFTS: precision.leak === "shift" ? 1 : 0,
    JUMP: own.jumpBits,
    GATE: precision.gateBits,
    LUT: precision.lutBits,
    SCORE: network.scoreBits,
    SUM: network.sumBits,
    SUMS: network.sums ? 1 : 0,
    ST_WORD: stateMemory.wordBits,
    ST_BANKS: banks,
    ST_ROWS: stateRows,
    ST_GRAN: grain,
    ST_LATENCY: stateMemory.readLatencyCycles,
    ONE_PORT: stateMemory.ports === "1rw" ? 1 : 0,
    LATCHES: stateMemory.kind === "latches" ? 1 : 0,
    ACC_PER_WORD: accumulators.itemsPerWord,
    ACC_WORDS_PER: accumulators.wordsPerItem,
    STATE_WORDS: stateWords,
    ACC_WORDS: sumWords,
    RETURN: returnDepth + scattered,
    SEGS: tables.SEGMENTS.length,
    SCAN: axonCount === 0 ? 0 : { event: 0, compressed: 1, dense: 2 }[scan.policy],
    CHUNK: Math.max(1, Math.min(scan.chunkBits, axonCount)),
    CHUNK_CYCLES: scan.cyclesPerChunk,
    AXONS: Math.max(1, axonCount),
    OVERHEAD:
      axonCount === 0 && rowsHere === null
        ? 1
        : { event: core.eventOverheadCycles, compressed: scan.cyclesPerSetBit, dense: 0 }[scan.policy],
    SY_WORD: synapseMemory.wordBits,
    SY_BANKS: synapseMemory.banks,
    SY_ROWS: Math.max(1, Math.ceil(synapseWords / synapseMemory.banks)),
    SY_LATENCY: synapseMemory.readLatencyCycles,
    GROUP: rowsHere?.groupItems ?? Math.min(groupItems, rowLanes(coreNeedsOf(topology))),
    ...(rowsHere === null ? {} : rowScalars(rowsHere)),
    WEIGHT: precision.weightBits,
    PER_WORD: synapse.itemsPerWord,
    WORDS_PER: synapse.wordsPerItem,
    WRAP: precision.accumulatorOverflow === "wrap" ? 1 : 0,
    SYNAPSE_DEPTH: core.accumulateDepthCycles,
    SUMS_QUEUE: sumsDepth + scattered,
    QUEUE: core.inputQueue.depth,
    VISIBLE: intake.visibilityCycles,
    AFTER_POP: intake.fullJudged === "after-pop" ? 1 : 0,
    FREEZE: intake.full === "freeze" ? 1 : 0,
  };
  const stages = deepest(network);
  const indexed = {
    ...{ scalars, tables, rows: rowsHere, waves: longestSteps + stages },
    neurons: Math.max(...topology.populations.map(({ neurons }) => neurons)),
    statesPerWord: Math.max(1, ...slices.map(({ states }) => states.itemsPerWord)),
  };
  return { scalars: { ...counts, TW: indexBits(indexed, leastBits), ...scalars }, tables, slices, segments, rows: rowsHere, stages };
}
