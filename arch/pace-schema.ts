/**
 * Schema of what ends a step, a barrier, a tick, or packets from each core's sources: key names, bounds, defaults, one
 * sentence each.
 */
import * as z from "zod";
import { choice, int, real } from "./schema-fields.js";

/** Bounded by the step bits of a message in the cycle engine. */
const MOST_AHEAD = 6;

export const barrierSchema = z
  .strictObject({
    base_cycles: int(
      1,
      100_000,
      "cycles at the end of every wave; never fewer than hardware needs to write the last words and to detect that all cores are idle",
      4,
    ),
    per_core_cycles: int(0, 10_000, "further cycles of the barrier per core in use", 1),
    scope: choice(
      ["chip", "sources"],
      "who waits for whom between two steps. chip: every core waits for all others; sources: each core waits only for the cores that send it spikes, which tell it by packets on the network",
      "chip",
    ),
    run_ahead_steps: int(
      0,
      MOST_AHEAD,
      "with scope: sources, steps by which a core may be ahead of a core that receives its spikes; each step takes one more buffer of accumulators in the receiver",
      1,
    ),
  })
  .prefault({});

export const tickSchema = z
  .strictObject({
    period_us: real(
      0,
      1_000_000,
      "time between two steps, given by a global tick, rounded to whole cycles, at least one; 0: no tick, a barrier ends every step",
      0,
    ),
    overrun: choice(
      ["wait", "refuse", "late", "drop"],
      "what happens if work is not finished at the next tick. wait: the step lasts one or more further ticks; refuse: the point is infeasible; late, drop: the next step begins, and messages left in an input queue count to it (late) or are lost (drop)",
      "wait",
    ),
    timers: choice(
      ["global", "local"],
      "with late and drop. global: one tick for all cores; local: each core has a free-running timer of the same period",
      "global",
    ),
    spread_us: real(0, 1_000_000, "first tick of core i of n: spread_us × i / n (local timers)", 0),
  })
  .prefault({});
