/**
 * SNE's output: one word per cycle leaves the slice. A round-robin tree arbiter selects spikes; a time step leaves once
 * all clusters have reached it.
 *
 * States FLOW, BARRIER. While the sink is not ready, the requests of the cycle before are used again.
 * Source: specification of the slice, output.
 */
import type { Part } from "../parts/part.js";
import type { WordSource } from "./ports.js";
import { NONE, OP, opOf } from "./sne-words.js";

export class OutputMerge implements Part {
  readonly name = "output merge";
  words = 0;
  spikes = 0;
  private isBarrier = false;
  private nextBarrier = false;
  /** One bit per cluster: it has passed its step. */
  private passed = 0;
  private nextPassed = 0;
  /** Index after which the arbiter continues. */
  private turn = 0;
  private nextTurn = 0;
  /** Requests to use again; 0: none. */
  private heldRequests = 0;
  private nextHeld = 0;
  private readonly all: number;

  constructor(
    private readonly sources: readonly WordSource[],
    private readonly isSinkReady: (cycle: number) => boolean,
    private readonly onWord: (word: number, cycle: number) => void,
  ) {
    this.all = (1 << sources.length) - 1;
  }

  nextCycle(cycle: number): number {
    for (const source of this.sources) if (source.word() !== NONE) return cycle;
    return this.isBarrier || this.heldRequests !== 0 ? cycle : Number.POSITIVE_INFINITY;
  }

  evaluate(cycle: number): void {
    this.nextPassed = this.passed;
    let requests = 0;
    if (this.isBarrier) {
      if ((this.passed & 1) === 0) requests = 1;
      this.nextBarrier = requests === 1;
      if (!this.nextBarrier) this.nextPassed = 0;
      else this.dropOthers();
    } else requests = this.flow();
    this.arbitrate(this.heldRequests === 0 ? requests : this.heldRequests, cycle);
  }

  /** Spikes at the fronts of queues request to leave; steps wait for each other. */
  private flow(): number {
    let requests = 0;
    let steps = 0;
    for (let g = 0; g < this.sources.length; g++) {
      const word = this.sources[g].word();
      if (word === NONE) continue;
      if (opOf(word) === OP.time) steps |= 1 << g;
      else requests |= 1 << g;
    }
    this.nextBarrier = steps === this.all;
    return requests;
  }

  private dropOthers(): void {
    for (let g = 1; g < this.sources.length; g++) {
      if (((this.passed >>> g) & 1) === 1) continue;
      this.sources[g].take();
      this.nextPassed |= 1 << g;
    }
  }

  private arbitrate(requests: number, cycle: number): void {
    const isReady = this.isSinkReady(cycle);
    this.nextHeld = isReady ? 0 : requests;
    this.nextTurn = this.turn;
    if (requests === 0 || !isReady) return;
    const chosen = this.choose(requests);
    const word = this.sources[chosen].word();
    this.sources[chosen].take();
    if (this.isBarrier) this.nextPassed |= 1;
    this.words++;
    if (opOf(word) === OP.spike) this.spikes++;
    this.onWord(word, cycle);
    const above = requests & ~((2 << this.turn) - 1);
    this.nextTurn = lowestBit(above !== 0 ? above : requests);
  }

  /**
   * Halves the clusters level by level: the upper half wins if the lower one requests nothing, or if it is its turn.
   */
  private choose(requests: number): number {
    let base = 0;
    for (let half = this.sources.length / 2; half >= 1; half /= 2) {
      const mask = (1 << half) - 1;
      const lower = (requests >>> base) & mask;
      const upper = (requests >>> (base + half)) & mask;
      if (lower === 0 || (upper !== 0 && (this.turn & half) !== 0)) base += half;
    }
    return base;
  }

  commit(_cycle: number): void {
    this.isBarrier = this.nextBarrier;
    this.passed = this.nextPassed;
    this.turn = this.nextTurn;
    this.heldRequests = this.nextHeld;
  }
}

const lowestBit = (bits: number): number => 31 - Math.clz32(bits & -bits);
