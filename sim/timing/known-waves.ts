/**
 * Cycles of waves that have been run, so that the same wave in the same state need not run again.
 *
 * In the middle of an utterance all populations work on it, and a wave asks of the chip what it asked when the utterance ran alone. What else it
 * depends on is the network's state between waves (noc-state.part.as.ts; everything else is at rest), and where the accumulator buffers of its
 * wave number lie among the banks. The first waves of an utterance behind another leave other pointers than those of an utterance alone; after one or
 * two more waves they are mostly the same again. State is known by a hash of 64 bits, and in full after the last wave of an utterance only.
 */

/** What was seen of a wave. A state is null when something was still under way. */
export interface SeenWave {
  readonly phase: number;
  readonly before: bigint;
  readonly after: bigint | null;
  readonly cycles: number;
  /** Full state after it; null: not kept. */
  readonly left: Uint8Array | null;
}

export class KnownWaves {
  /** By the step of the populations of depth 0. */
  private readonly seen = new Map<number, SeenWave>();

  /** `period`: wave numbers that differ by a multiple of it find their buffers in the same banks. */
  constructor(private readonly period: number) {}

  /** The wave of `step` in such a state; null: not seen. */
  find(step: number, wave: number, state: bigint): SeenWave | null {
    const known = this.seen.get(step);
    return known !== undefined && known.before === state && known.phase === wave % this.period ? known : null;
  }

  has(step: number): boolean {
    return this.seen.has(step);
  }

  keep(step: number, wave: number, seen: Omit<SeenWave, "phase">): void {
    this.seen.set(step, { ...seen, phase: wave % this.period });
  }
}

/** Wave numbers that differ by a multiple of this use the same banks for their buffers. */
export function bankPeriod(
  slices: readonly { readonly buffers: number; readonly accumulatorWords: number; readonly banks: number }[],
): number {
  let period = 1;
  for (const { buffers, accumulatorWords, banks } of slices) {
    if (buffers < 2 || accumulatorWords % banks === 0) continue;
    let multiple = period;
    while (multiple % buffers !== 0) multiple += period;
    period = multiple;
  }
  return period;
}
