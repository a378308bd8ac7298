/**
 * What ends a step, a barrier, a tick, or word from each core's sources: key names, bounds, defaults, one sentence
 * each.
 */
import * as z from "zod";
import { choice, int, real } from "./schema-fields.js";

/** A spike tells its step by as many bits as a message of the cycle engine has for it. */
const MOST_AHEAD = 6;

export const barrierSchema = z
  .strictObject({
    base_cycles: int(
      1,
      100_000,
      "end of every wave; never less than hardware needs to write the last words and to know that all cores rest",
      4,
    ),
    per_core_cycles: int(0, 10_000, "added for each core in use", 1),
    scope: choice(
      ["chip", "sources"],
      "who waits for whom between two steps: every core for all others; or each for the cores that send it spikes, without a barrier, by packets on the network",
      "chip",
    ),
    run_ahead_steps: int(
      0,
      MOST_AHEAD,
      "of scope: sources: steps by which a core may be ahead of one that gets its spikes; each takes one more buffer of accumulators there",
      1,
    ),
  })
  .prefault({});

export const tickSchema = z
  .strictObject({
    period_us: real(0, 1_000_000, "time between two steps, given by a global tick; 0: none, a barrier ends every step", 0),
    overrun: choice(
      ["wait", "refuse", "late", "drop"],
      "work that is not over at the next tick: the step lasts whole ticks more, or the point is infeasible; or the next step begins and messages left in an input queue count to it (late) or are lost (drop)",
      "wait",
    ),
    timers: choice(
      ["global", "local"],
      "of late and drop: one tick for all cores, or a timer of the same period in each core, free-running",
      "global",
    ),
    spread_us: real(0, 1_000_000, "of local timers: core i of n has its first tick at this times i / n", 0),
  })
  .prefault({});
