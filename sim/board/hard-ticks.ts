/**
 * Throughput where cores begin their steps at hard ticks, and none waits for another.
 *
 * If no core overruns a tick, a step takes a tick, and that is all. A core that overruns its ticks falls behind the
 * others; only full queues bound by how far. So a stream of utterances begins faster than it goes on, and from the
 * cycle on in which the first core has no more waves, the others get fewer messages. What lies between is measured: the
 * second half of the turns that are complete by then. The rate drifts while queues fill, and swings while a core's
 * steps pass those of its senders, so the quarter and the eighth before have to take as long; else a stream of twice
 * the length is run. In the longest stream the quarter decides.
 */
import type { SpikeTrace } from "../../arch/index.js";
import { timeline } from "../program/index.js";
import { completions } from "./completions.js";
import type { Board } from "./pace.js";

/** Least utterances and steps of an eighth of a stream, so that single waves do not decide. */
const EIGHTH = { utterances: 2, steps: 64 } as const;
/** Most steps of a stream, unless eighths of one turn have more. */
const MOST_STEPS = 1 << 14;
const TOLERANCE = 0.01;

/**
 * Mean cycles between completions of the utterances of `order` in turn; null: in the longest stream they still change,
 * or a core falls behind so fast that the first one has no more work too soon.
 */
export function hardTickCycles(fresh: () => Board, trace: SpikeTrace, order: readonly number[], periodCycles: number): number | null {
  const steps = timeline(trace, order).steps.length;
  const eighth = Math.ceil(Math.max(EIGHTH.utterances / order.length, EIGHTH.steps / steps));
  const first = fresh();
  completions(first, trace, order, 4 * eighth);
  if (first.lateWaves === 0) return (steps * periodCycles) / order.length;
  for (let turns = 8 * eighth, isLast = false; !isLast; turns *= 2) {
    isLast = 2 * turns * steps > MOST_STEPS;
    const done = completions(fresh(), trace, order, turns);
    const whole = done.length - (done.length % 8);
    if (whole === 0) continue;
    const cyclesOf = (from: number, to: number): number => (done[to - 1] - done[from - 1]) / (to - from);
    const half = cyclesOf(whole / 2, whole);
    const before = [cyclesOf(whole / 4, whole / 2), ...(isLast ? [] : [cyclesOf(whole / 8, whole / 4)])];
    const all = [half, ...before];
    if (Math.max(...all) - Math.min(...all) <= TOLERANCE * half) return half / order.length;
  }
  return null;
}
