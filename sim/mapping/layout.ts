/**
 * Layout of a slice in a core's two memories: the one rule that capacity, checker and timing share.
 *
 * Items are packed in words and never straddle one: `itemsPerWord = floor(word / item)` (at least 1); an item wider
 * than a word takes `wordsPerItem = ceil(item / word)` words.
 *
 * | memory  | item                                   | bits of an item                         | region of a slice of n neurons             |
 * |---------|----------------------------------------|-----------------------------------------|--------------------------------------------|
 * | synapse | one weight (dense projection)          | weight                                  | a row a source neuron: n x accumulators    |
 * | synapse | one target neuron (sparse projection)  | accumulators x weight + ceil(log2 n)    | a row a source neuron: its targets inside  |
 * | synapse | the same as a bitmap                   | accumulators x weight                   | its targets inside, behind words of a bitmap |
 * | synapse | the same by run lengths                | accumulators x weight + longest run     | its targets inside                         |
 * | synapse | one weight (kernel of a convolution)   | weight                                  | a row a source channel: kernels.ts         |
 * | state   | one neuron's states                    | states x state                          | n items                                    |
 * | state   | one accumulator                        | accumulator                             | n x accumulators items, once a buffer      |
 *
 * Rows and regions begin at a word. Where kernels are shared, sources that enter the weights at one place share a row
 * (`Projection.rowOf`), to which their axons point. Accumulators have `1 + longest delay` buffers: one for this wave
 * and one for each wave ahead (2 in a plain pipeline). Each wave by which a source may run ahead (`barrier.scope:
 * sources`) adds one.
 * Not modelled: row pointers (they are part of the axon look-up), parity and error correction bits.
 */

import {
  accumulatorBitsOf,
  isPart,
  isSum,
  KernelReader,
  type Packing,
  type Population,
  type Precision,
  type Projection,
  packedWords,
  packing,
  stateBitsOf,
  storedRows,
  type Topology,
  targetBits,
  weightBitsInto,
} from "../../arch/index.js";
import { kernelWords } from "./kernels.js";
import { codeWords } from "./row-coding.js";

/** A population whose sources may run ahead of it. */
interface AheadPopulation extends Population {
  readonly aheadWaves: number;
}

const aheadOf = (population: Population | AheadPopulation): number => ("aheadWaves" in population ? population.aheadWaves : 0);

/** Source neurons with rows in a projection. */
export function rowsOf(topology: Topology, projection: Projection): { readonly first: number; readonly count: number } {
  return isPart(projection) ? projection.rows : { first: 0, count: topology.populations[projection.source].neurons };
}

/** Waves from firing to use: 1 in a plain pipeline and for recurrent projections; more if a projection skips stages. */
export function delayWaves(topology: Topology, projection: Projection): number {
  const source = topology.populations[projection.source];
  const target = topology.populations[projection.target];
  return target.depth + (projection.recurrent ? 1 : 0) - source.depth;
}

/**
 * Number of accumulator buffers of a population: one for this wave, one for every wave by which a spike can be ahead.
 */
export function accumulatorBuffers(topology: Topology, population: number): number {
  let longest = 1;
  for (const projection of topology.projections) {
    if (projection.target === population) longest = Math.max(longest, delayWaves(topology, projection));
  }
  return 1 + longest + aheadOf(topology.populations[population]);
}

/** Bits of one item of a projection's rows in a slice of `neurons` target neurons. */
export function synapseItemBits(topology: Topology, projection: Projection, precision: Precision, neurons: number): number {
  const { accumulators, name } = topology.populations[projection.target];
  const weightBits = weightBitsInto(precision, name);
  if (isSum(projection)) return 0;
  if (projection.sparse === null || projection.kernel !== undefined) return weightBits;
  return accumulators * weightBits + targetBits(projection, neurons);
}

/** A sparse projection by target: the sources of target j are `sources[columnStart[j] .. columnStart[j + 1])`. */
interface Columns {
  readonly columnStart: Uint32Array;
  readonly sources: Uint32Array;
}
const columnsOf = new WeakMap<object, Columns>();

function columns(projection: Projection, targetNeurons: number): Columns {
  const sparse = projection.sparse;
  if (sparse === null || sparse.targets === null) throw new Error("columns of a projection whose rows are not written down");
  const known = columnsOf.get(sparse);
  if (known !== undefined) return known;
  const { rowStart, targets } = sparse;
  const columnStart = new Uint32Array(targetNeurons + 1);
  for (const target of targets) columnStart[target + 1]++;
  for (let j = 0; j < targetNeurons; j++) columnStart[j + 1] += columnStart[j];
  const fill = columnStart.slice();
  const sources = new Uint32Array(targets.length);
  for (let i = 0; i + 1 < rowStart.length; i++) {
    for (let k = rowStart[i]; k < rowStart[i + 1]; k++) sources[fill[targets[k]]++] = i;
  }
  const built = { columnStart, sources };
  columnsOf.set(sparse, built);
  return built;
}

/**
 * Calls `visit` with each source of a sparse projection that has a target among neurons `first .. first + neurons - 1`,
 * with some more than once.
 */
export function eachSourceInto(
  topology: Topology,
  projection: Projection,
  first: number,
  neurons: number,
  visit: (source: number) => void,
): void {
  const rows = rowsOf(topology, projection);
  if (projection.kernel !== undefined) {
    const reader = new KernelReader(projection.kernel);
    for (let source = rows.first; source < rows.first + rows.count; source++)
      if (reader.reaches(source, first, first + neurons)) visit(source);
    return;
  }
  const { columnStart, sources } = columns(projection, topology.populations[projection.target].neurons);
  for (let k = columnStart[first]; k < columnStart[first + neurons]; k++) {
    if (sources[k] >= rows.first && sources[k] < rows.first + rows.count) visit(sources[k]);
  }
}

/**
 * Words of one projection's rows for target neurons `first .. first + neurons - 1`. The count of written rows may stop
 * early above `most`.
 */
export function projectionWords(
  topology: Topology,
  projection: Projection,
  precision: Precision,
  wordBits: number,
  first: number,
  neurons: number,
  most = Number.POSITIVE_INFINITY,
): number {
  const p = packing(synapseItemBits(topology, projection, precision, neurons), wordBits);
  const target = topology.populations[projection.target];
  const { first: firstRow, count } = rowsOf(topology, projection);
  if (projection.kernel !== undefined) return kernelWords(projection.kernel, p, { first: firstRow, count }, first, neurons);
  const stored = storedRows(projection, firstRow, count);
  if (projection.sparse === null) return (stored?.count ?? count) * packedWords(neurons * target.accumulators, p);
  const rows = topology.populations[projection.source].neurons;
  const { columnStart, sources } = columns(projection, target.neurons);
  const inRow = new Uint32Array(rows);
  const inFront = codeWords(projection, wordBits, neurons);
  let words = 0;
  for (let k = columnStart[first]; k < columnStart[first + neurons] && words <= most; k++) {
    if (sources[k] < firstRow || sources[k] >= firstRow + count || stored?.isOwner[sources[k] - firstRow] === 0) continue;
    if (inRow[sources[k]] === 0) words += inFront;
    // every itemsPerWord-th item of a row opens a word
    if (inRow[sources[k]]++ % p.itemsPerWord === 0) words += p.wordsPerItem;
  }
  return words;
}

/** Synapse-memory words of a slice, for all incoming projections. Above `most` the count may stop early. */
export function synapseWords(
  topology: Topology,
  precision: Precision,
  wordBits: number,
  population: number,
  first: number,
  neurons: number,
  most = Number.POSITIVE_INFINITY,
): number {
  let words = 0;
  for (const projection of topology.projections) {
    if (projection.target === population) words += projectionWords(topology, projection, precision, wordBits, first, neurons, most - words);
  }
  return words;
}

/** State-memory regions of a slice, in words. */
export interface StateRegions {
  readonly states: Packing;
  readonly accumulators: Packing;
  readonly stateWords: number;
  /** Words of one accumulator buffer. */
  readonly accumulatorWords: number;
  readonly buffers: number;
  readonly totalWords: number;
}

export function stateRegions(
  topology: Topology,
  precision: Precision,
  wordBits: number,
  population: number,
  neurons: number,
): StateRegions {
  const kind = topology.populations[population];
  const states = packing(kind.states * stateBitsOf(precision, kind.name), wordBits);
  const accumulators = packing(kind.accumulators === 0 ? 0 : accumulatorBitsOf(precision, kind.name), wordBits);
  const stateWords = packedWords(neurons, states);
  const accumulatorWords = packedWords(neurons * kind.accumulators, accumulators);
  const buffers = accumulatorBuffers(topology, population);
  return { states, accumulators, stateWords, accumulatorWords, buffers, totalWords: stateWords + buffers * accumulatorWords };
}
