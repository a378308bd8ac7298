/**
 * Requests of a soma to its state memory, batch by batch: word ranges of those neurons of a slice that are updated in a
 * wave.
 *
 * Arrays: lastNeuron [batches]; rangeStart [batches + 1]; rangeFirst, rangeLast, inBuffer [ranges]. Words of
 * accumulators are those of buffer 0; the soma adds the offset of the wave's buffer. A word that two neurons of a batch
 * share is requested once; the next batch requests it again.
 */
import type { Packing } from "../../arch/index.js";
import type { SomaSlice } from "./blocks.js";

export class BatchPlan {
  batches = 0;
  neurons = 0;
  /** Number of words of all batches. */
  words = 0;
  lastNeuron: Int32Array;
  rangeStart: Int32Array;
  rangeFirst: Int32Array;
  rangeLast: Int32Array;
  /** 1 for accumulator words. */
  inBuffer: Uint8Array;
  /**
   * For states in DRAM, by batch: bits of the chunks that it is the first to need. Then bits and words of all batches.
   */
  readonly fetchBits: Float64Array;
  dramBits = 0;
  dramWords = 0;
  private lastChunk = -1;
  private ranges = 0;

  constructor(
    private readonly soma: SomaSlice,
    private readonly units: number,
  ) {
    const most = Math.ceil(soma.slice.neurons / units);
    this.lastNeuron = new Int32Array(most);
    this.rangeStart = new Int32Array(most + 1);
    this.rangeFirst = new Int32Array(2 * soma.slice.neurons);
    this.rangeLast = new Int32Array(2 * soma.slice.neurons);
    this.inBuffer = new Uint8Array(2 * soma.slice.neurons);
    this.fetchBits = new Float64Array(most);
  }

  /** Plans the update of the first `count` neurons of `order` (positions in the slice, ascending). */
  plan(order: Int32Array, count: number): void {
    const { soma, units } = this;
    this.batches = 0;
    this.words = 0;
    this.ranges = 0;
    this.neurons = count;
    this.dramBits = 0;
    this.dramWords = 0;
    this.lastChunk = -1;
    for (let from = 0; from < count; from += units) {
      const to = Math.min(from + units, count);
      const before = this.ranges;
      this.addRegion(order, from, to, soma.states, 1, soma.stateBase, 0);
      this.fetchBits[this.batches] = this.bitsOfNewChunks(before);
      this.addRegion(order, from, to, soma.accumulators, soma.accumulatorsPerNeuron, soma.accumulatorBase, 1);
      this.lastNeuron[this.batches] = soma.slice.firstNeuron + order[to - 1];
      this.rangeStart[++this.batches] = this.ranges;
    }
  }

  /** Bits of the chunks, of the state ranges from `range` on, that no earlier batch has brought. */
  private bitsOfNewChunks(range: number): number {
    const { stateBase, dramStates } = this.soma;
    if (dramStates === null) return 0;
    const { chunkWords, chunkBits, lastChunk, lastChunkBits } = dramStates;
    let bits = 0;
    for (let r = range; r < this.ranges; r++) {
      const end = Math.floor((this.rangeLast[r] - stateBase) / chunkWords);
      const first = Math.max(Math.floor((this.rangeFirst[r] - stateBase) / chunkWords), this.lastChunk + 1);
      for (let chunk = first; chunk <= end; chunk++) {
        bits += chunk === lastChunk ? lastChunkBits : chunkBits;
        this.dramWords += chunkWords;
        this.lastChunk = chunk;
      }
    }
    this.dramBits += bits;
    return bits;
  }

  private addRegion(order: Int32Array, from: number, to: number, p: Packing, perNeuron: number, base: number, inBuffer: 0 | 1): void {
    if (p.wordsPerItem === 0 || perNeuron === 0) return;
    let lastWord = -1;
    for (let k = from; k < to; ) {
      const start = order[k];
      let end = start + 1;
      for (k++; k < to && order[k] === end; k++) end++;
      const wide = p.wordsPerItem > 1;
      const head = wide ? start * perNeuron * p.wordsPerItem : Math.floor((start * perNeuron) / p.itemsPerWord);
      const last = wide ? end * perNeuron * p.wordsPerItem - 1 : Math.floor((end * perNeuron - 1) / p.itemsPerWord);
      const first = Math.max(head, lastWord + 1);
      if (last < first) continue;
      this.rangeFirst[this.ranges] = base + first;
      this.rangeLast[this.ranges] = base + last;
      this.inBuffer[this.ranges++] = inBuffer;
      this.words += last - first + 1;
      lastWord = last;
    }
  }
}
