/**
 * Units between SNE's event queue and its event router. They insert missing time steps, insert refresh sweeps, and drop
 * spikes outside a box. Each passes a word in the cycle in which it sees it; holding, inserting and dropping take
 * cycles.
 * Source: specification of the slice, between E and the event router.
 */
import type { Part } from "../parts/part.js";
import type { WordSource } from "./ports.js";
import { NONE, OP, opOf, timeOf, timeWord, UPDATE_WORD, xOf, yOf } from "./sne-words.js";

const isTime = (word: number): boolean => word !== NONE && opOf(word) === OP.time;

/** Fills gaps of more than one step, and drops repeated steps; step 0 passes once. */
export class TimeInsertion implements Part, WordSource {
  readonly name = "time insertion";
  private isInserting = false;
  private nextInserting = false;
  private current = 0;
  private nextCurrent = 0;
  private target = 0;
  private hasSeenZero = false;
  private hasPassedZero = false;

  constructor(
    private readonly source: WordSource,
    private readonly isEnabled: boolean,
  ) {}

  private holds(word: number): boolean {
    return this.isEnabled && isTime(word) && timeOf(word) > this.current + 1;
  }

  private absorbs(word: number): boolean {
    return this.isEnabled && isTime(word) && timeOf(word) === this.current && (timeOf(word) !== 0 || this.hasSeenZero);
  }

  private get isFilled(): boolean {
    return this.current + 1 > this.target;
  }

  word(): number {
    if (this.isInserting) return this.isFilled ? NONE : timeWord(this.current + 1);
    const word = this.source.word();
    return this.holds(word) || this.absorbs(word) ? NONE : word;
  }

  take(): void {
    if (this.isInserting) {
      this.nextCurrent = this.current + 1;
      return;
    }
    const word = this.source.word();
    if (isTime(word)) {
      this.nextCurrent = timeOf(word);
      if (this.nextCurrent === 0) this.hasPassedZero = true;
    }
    this.source.take();
  }

  nextCycle(cycle: number): number {
    return this.source.word() === NONE ? Number.POSITIVE_INFINITY : cycle;
  }

  evaluate(_cycle: number): void {
    const word = this.source.word();
    if (this.isInserting) {
      this.nextInserting = !this.isFilled;
      if (this.isFilled) this.source.take();
    } else {
      this.nextInserting = this.holds(word);
      if (this.nextInserting) this.target = timeOf(word);
      if (this.absorbs(word)) this.source.take();
    }
  }

  commit(_cycle: number): void {
    this.current = this.nextCurrent;
    this.hasSeenZero = this.hasPassedZero;
    this.isInserting = this.nextInserting;
  }
}

/** Inserts a refresh of all states before every 256th step but the first. */
export class RefreshInsertion implements Part, WordSource {
  readonly name = "refresh insertion";
  private state: "PASS" | "REFRESH" | "ALLOW" = "PASS";
  private next: "PASS" | "REFRESH" | "ALLOW" = "PASS";
  private isTaken = false;

  constructor(
    private readonly source: WordSource,
    private readonly isEnabled: boolean,
  ) {}

  private holds(word: number): boolean {
    return this.isEnabled && this.state === "PASS" && isTime(word) && (timeOf(word) & 0xff) === 0 && timeOf(word) !== 0;
  }

  word(): number {
    if (this.state === "REFRESH") return UPDATE_WORD;
    const word = this.source.word();
    return this.holds(word) ? NONE : word;
  }

  take(): void {
    this.isTaken = true;
    if (this.state !== "REFRESH") this.source.take();
  }

  nextCycle(cycle: number): number {
    return this.source.word() === NONE ? Number.POSITIVE_INFINITY : cycle;
  }

  evaluate(_cycle: number): void {
    if (this.holds(this.source.word())) this.next = "REFRESH";
  }

  commit(_cycle: number): void {
    if (this.isTaken) this.next = this.state === "REFRESH" ? "ALLOW" : "PASS";
    this.isTaken = false;
    this.state = this.next;
  }
}

/** The corners of a box, inclusive. */
export interface Box {
  readonly lowX: number;
  readonly lowY: number;
  readonly highX: number;
  readonly highY: number;
}

/**
 * Drops every word whose low bits, read as coordinates, lie outside a box: spikes, but also time steps whose value has
 * such bits.
 */
export class SpikeFilter implements Part, WordSource {
  readonly name = "spike filter";
  /** Number of words dropped. */
  dropped = 0;

  constructor(
    private readonly source: WordSource,
    /** Null: the filter is off. */
    private readonly box: Box | null,
  ) {}

  private drops(word: number): boolean {
    if (this.box === null || word === NONE) return false;
    const { lowX, lowY, highX, highY } = this.box;
    return xOf(word) < lowX || xOf(word) > highX || yOf(word) < lowY || yOf(word) > highY;
  }

  word(): number {
    const word = this.source.word();
    return this.drops(word) ? NONE : word;
  }

  take(): void {
    this.source.take();
  }

  nextCycle(cycle: number): number {
    return this.source.word() === NONE ? Number.POSITIVE_INFINITY : cycle;
  }

  evaluate(_cycle: number): void {
    if (!this.drops(this.source.word())) return;
    this.source.take();
    this.dropped++;
  }

  commit(_cycle: number): void {}
}
