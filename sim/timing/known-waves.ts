/**
 * Cycles of waves that utterances took when they ran alone, for when they follow each other.
 *
 * In the middle of an utterance all populations work on it, and a wave asks of the chip what it asked when the utterance ran alone, if its wave
 * number puts the accumulator buffers into the same banks. What it may find different is whose turn it is at the network's arbiters, which breaks
 * ties only. So such a wave counts as it was; waves in which two utterances meet, or whose banks differ, are run.
 * Not modelled: the turns at the arbiters that the waves before leave. On chips of 1 to 128 cores that changes the cycles between completions by
 * less than 0.1 % (test/sim/timing/run.test.ts bounds it).
 */
import type { Program } from "./program.js";
import type { Timeline } from "./timeline.js";

export class KnownWaves {
  /** By step of the populations of depth 0, then wave number modulo the period. */
  private readonly cycles = new Map<number, number>();
  private readonly period: number;
  /** Cores update touched neurons only: what a wave does depends on the waves before it, and none is known. */
  private readonly dependent: boolean;

  /** `depth`: of the network's deepest population. */
  constructor(
    { usedCores, somaSlices }: Program,
    private readonly depth: number,
  ) {
    this.dependent = usedCores.some(({ id, neuronUpdate }) => neuronUpdate.policy === "touched" && somaSlices[id].some((s) => s.hasInputs));
    const buffered = usedCores.flatMap(({ id, stateMemory: { banks } }) =>
      somaSlices[id].map(({ buffers, accumulatorWords }) => ({ buffers, accumulatorWords, banks })),
    );
    this.period = bankPeriod(buffered);
  }

  /** Cycles of such a wave, barrier included; null: it has to be run. */
  find(line: Timeline, wave: number): number | null {
    const key = this.keyOf(line, wave);
    return key === null ? null : (this.cycles.get(key) ?? null);
  }

  keep(line: Timeline, wave: number, cycles: number): void {
    const key = this.keyOf(line, wave);
    if (key !== null) this.cycles.set(key, cycles);
  }

  /** null: populations work on different utterances, or some on none. */
  private keyOf(line: Timeline, wave: number): number | null {
    if (this.dependent || wave < this.depth || wave >= line.steps.length) return null;
    for (let position = wave; position > wave - this.depth; position--) if (line.first[position] === 1) return null;
    return line.steps[wave] * this.period + (wave % this.period);
  }
}

/** Wave numbers that differ by a multiple of this use the same banks for their buffers. */
function bankPeriod(slices: readonly { readonly buffers: number; readonly accumulatorWords: number; readonly banks: number }[]): number {
  let period = 1;
  for (const { buffers, accumulatorWords, banks } of slices) {
    if (buffers < 2 || accumulatorWords % banks === 0) continue;
    let multiple = period;
    while (multiple % buffers !== 0) multiple += period;
    period = multiple;
  }
  return period;
}
