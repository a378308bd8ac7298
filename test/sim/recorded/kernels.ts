/**
 * Kernels for tests: they simulate every cycle, in shuffled order of parts, and check that nothing moves after a quiet
 * run.
 */
import { createRng } from "../../../base/rng.js";
import type { Kernel } from "../../../sim/recorded/event-loop.js";

/** Skips no idle cycle; shuffles the parts in every phase of every cycle. */
export function denseShuffled(seed: number): Kernel {
  const rng = createRng(seed, "part order");
  return (parts, { limitCycles, settleCycles, observe }) => {
    let quietFrom = Number.POSITIVE_INFINITY;
    for (let cycle = 0; ; cycle++) {
      const isQuiet = parts.every((part) => part.nextCycle(cycle) === Number.POSITIVE_INFINITY);
      quietFrom = isQuiet ? Math.min(quietFrom, cycle) : Number.POSITIVE_INFINITY;
      if (cycle - quietFrom >= settleCycles) return { cycles: cycle, quietAt: quietFrom };
      if (cycle === limitCycles) return { cycles: limitCycles, quietAt: null };
      for (const part of rng.shuffle([...parts])) part.evaluate(cycle);
      observe?.(cycle);
      for (const part of rng.shuffle([...parts])) part.commit(cycle);
    }
  };
}
