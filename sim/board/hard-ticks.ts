/**
 * Throughput where cores begin their steps at hard ticks, and none waits for another.
 *
 * A core that overruns its ticks falls behind the others; only full queues bound by how far. So a stream of utterances
 * begins faster than it goes on, and from the cycle on in which the first core has no more waves, the others get fewer
 * messages. What lies between is measured: the second half of the turns that are complete by then; a quarter more runs
 * behind them, so that cores that keep up have work until the last is complete. If it does not take as long as the
 * quarter before it, the stream is too short, and a stream of twice the length is run.
 */
import type { SpikeTrace } from "../../arch/index.js";
import { timeline } from "../program/index.js";
import { completions } from "./completions.js";
import type { Board } from "./pace.js";

/** Least utterances and steps of a quarter, so that single waves do not decide. */
const QUARTER = { utterances: 2, steps: 64 } as const;
/** Most steps of a stream, unless quarters of one turn have more. */
const MOST_STEPS = 1 << 14;
const TOLERANCE = 0.01;

/**
 * Mean cycles between completions of the utterances of `order` in turn; null: in the longest stream they still change,
 * or a core falls behind so fast that the first one has no more work too soon.
 */
export function hardTickCycles(fresh: () => Board, trace: SpikeTrace, order: readonly number[]): number | null {
  const steps = timeline(trace, order).steps.length;
  const quarter = Math.ceil(Math.max(QUARTER.utterances / order.length, QUARTER.steps / steps));
  for (let turns = 4 * quarter; turns === 4 * quarter || turns * steps <= MOST_STEPS; turns *= 2) {
    const done = completions(fresh(), trace, order, turns, quarter * steps);
    const whole = done.length - (done.length % 4);
    if (whole < 4 * quarter) continue;
    const cyclesOf = (from: number, to: number): number => (done[to - 1] - done[from - 1]) / (to - from);
    const [before, after] = [cyclesOf(whole / 4, whole / 2), cyclesOf(whole / 2, whole)];
    if (Math.abs(after - before) <= TOLERANCE * after) return after / order.length;
  }
  return null;
}
