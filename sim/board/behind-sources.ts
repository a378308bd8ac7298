/**
 * Throughput where each core begins a wave behind its own sources.
 *
 * Cores run ahead of others, as far as their buffers allow. So utterances back to back run once before those that are
 * measured, and are followed by so many waves that no core is without work before the last of these is complete.
 */
import type { SpikeTrace } from "../../arch/index.js";
import { timeline } from "../program/index.js";
import { completions } from "./completions.js";
import type { Board } from "./pace.js";

/** Least steps before and in the measurement, so that single waves do not decide. */
const LEAST_STEPS = 128;
/** Waves that run first behind the measurement; twice as many as often as some core has no work. */
const FIRST_BEHIND = 8;

/** Mean cycles between completions of the utterances of `order` in turn. */
export function sourceCycles(fresh: () => Board, trace: SpikeTrace, order: readonly number[]): number {
  const turns = Math.ceil(LEAST_STEPS / timeline(trace, order).steps.length);
  for (let behind = FIRST_BEHIND; ; behind *= 2) {
    const done = completions(fresh(), trace, order, 2 * turns, behind);
    if (done.length === 2 * turns) return (done[2 * turns - 1] - done[turns - 1]) / turns / order.length;
  }
}
