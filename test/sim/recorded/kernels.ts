/**
 * Kernels for tests: every cycle is simulated, in shuffled part order, and nothing may move after the run called itself
 * quiet.
 */
import { createRng } from "../../../base/rng.js";
import type { Kernel } from "../../../sim/recorded/event-loop.js";

/** No idle cycle is skipped; the parts' order is new in every phase of every cycle. */
export function denseShuffled(seed: number): Kernel {
  const rng = createRng(seed, "part order");
  return (parts, { limitCycles, settleCycles, observe }) => {
    let quietFrom = Number.POSITIVE_INFINITY;
    for (let cycle = 0; cycle < limitCycles; cycle++) {
      const isQuiet = parts.every((part) => part.nextCycle(cycle) === Number.POSITIVE_INFINITY);
      quietFrom = isQuiet ? Math.min(quietFrom, cycle) : Number.POSITIVE_INFINITY;
      if (cycle - quietFrom >= settleCycles) return { cycles: cycle, quietAt: quietFrom };
      for (const part of rng.shuffle([...parts])) part.evaluate(cycle);
      observe?.(cycle);
      for (const part of rng.shuffle([...parts])) part.commit(cycle);
    }
    if (limitCycles - quietFrom >= settleCycles) return { cycles: limitCycles, quietAt: quietFrom };
    return { cycles: limitCycles, quietAt: null };
  };
}
