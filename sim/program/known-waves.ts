/**
 * Cycles that each wave of an utterance took when it ran alone, used when utterances follow each other.
 *
 * In the middle of an utterance all populations work on it, and a wave makes the same requests as when the utterance
 * ran alone. Three things may differ: the state of the network's arbiters; at odd wave numbers, the bank in which its
 * accumulator buffers begin; and in a ring or torus the ways of packets that have two equal ones, because a core's coin
 * is not where it was. All shift conflicts but add no work, so the cycles of the run alone are used. Waves in which two
 * utterances meet are simulated.
 * Not modelled: those shifts. test/sim/board/steady-state.test.ts bounds their effect; docs/scale.md has measurements.
 */
import type { Program } from "./program.js";
import type { Timeline } from "./timeline.js";

export class KnownWaves {
  /** By the step of the populations of depth 0. */
  private readonly cycles = new Map<number, number>();
  /** If cores update touched neurons only, a wave's work depends on the waves before it, so no wave is known. */
  private readonly dependent: boolean;

  /** `depth`: that of the network's deepest population. */
  constructor(
    { usedCores, somaSlices }: Program,
    private readonly depth: number,
  ) {
    this.dependent = usedCores.some(({ id }) => somaSlices[id].some((slice) => slice.findsTouched));
  }

  /** Cycles of such a wave, barrier included; null if it must be simulated. */
  find(line: Timeline, wave: number): number | null {
    return this.isWithin(line, wave) ? (this.cycles.get(line.steps[wave]) ?? null) : null;
  }

  keep(line: Timeline, wave: number, cycles: number): void {
    if (this.isWithin(line, wave)) this.cycles.set(line.steps[wave], cycles);
  }

  /** Whether all populations work on the same utterance. */
  private isWithin(line: Timeline, wave: number): boolean {
    if (this.dependent || wave < this.depth || wave >= line.steps.length) return false;
    for (let position = wave; position > wave - this.depth; position--) if (line.first[position] === 1) return false;
    return true;
  }
}
