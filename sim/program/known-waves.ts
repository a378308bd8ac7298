/**
 * Cycles of waves that utterances took when they ran alone, for when they follow each other.
 *
 * In the middle of an utterance all populations work on it, and a wave asks of the chip what it asked when the utterance ran alone. It may find two
 * things different: whose turn it is at the network's arbiters, and, at odd wave numbers, which bank its accumulator buffers begin in. Both shift
 * conflicts and remove none, so such a wave counts as it was; waves in which two utterances meet are run.
 * Not modelled: those shifts. test/sim/board/steady-state.test.ts bounds what they come to, docs/scale.md says what was measured.
 */
import type { Program } from "./program.js";
import type { Timeline } from "./timeline.js";

export class KnownWaves {
  /** By step of the populations of depth 0. */
  private readonly cycles = new Map<number, number>();
  /** Cores update touched neurons only: what a wave does depends on the waves before it, and none is known. */
  private readonly dependent: boolean;

  /** `depth`: of the network's deepest population. */
  constructor(
    { usedCores, somaSlices }: Program,
    private readonly depth: number,
  ) {
    this.dependent = usedCores.some(({ id }) => somaSlices[id].some((slice) => slice.findsTouched));
  }

  /** Cycles of such a wave, barrier included; null: it has to be run. */
  find(line: Timeline, wave: number): number | null {
    return this.isWithin(line, wave) ? (this.cycles.get(line.steps[wave]) ?? null) : null;
  }

  keep(line: Timeline, wave: number, cycles: number): void {
    if (this.isWithin(line, wave)) this.cycles.set(line.steps[wave], cycles);
  }

  /** All populations work on the same utterance. */
  private isWithin(line: Timeline, wave: number): boolean {
    if (this.dependent || wave < this.depth || wave >= line.steps.length) return false;
    for (let position = wave; position > wave - this.depth; position--) if (line.first[position] === 1) return false;
    return true;
  }
}
