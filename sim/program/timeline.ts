/**
 * The step and utterance on which each population works, wave by wave: population p works on position w - depth(p) in
 * wave w.
 */
import type { SpikeTrace } from "../../arch/index.js";

/** Consecutive utterances without a gap; each array is [positions]. */
export interface Timeline {
  /** Steps in the trace. */
  readonly steps: Int32Array;
  readonly first: Uint8Array;
  readonly last: Uint8Array;
}

/** The given utterances of a trace, one after the other. */
export function timeline(trace: SpikeTrace, utterances: readonly number[]): Timeline {
  let length = 0;
  for (const u of utterances) length += trace.stepStart[u + 1] - trace.stepStart[u];
  const steps = new Int32Array(length);
  const first = new Uint8Array(length);
  const last = new Uint8Array(length);
  let at = 0;
  for (const u of utterances) {
    for (let step = trace.stepStart[u]; step < trace.stepStart[u + 1]; step++, at++) {
      steps[at] = step;
      if (step === trace.stepStart[u]) first[at] = 1;
      if (step === trace.stepStart[u + 1] - 1) last[at] = 1;
    }
  }
  return { steps, first, last };
}
