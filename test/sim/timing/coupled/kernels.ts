/** Kernels for tests: every cycle is simulated, in shuffled part order, and nothing may move after the run called itself quiet. */
import { createRng } from "../../../../arch/index.js";
import type { Kernel } from "../../../../sim/timing/coupled/kernel.js";

/** No idle cycle is skipped; the parts' order is new in every phase of every cycle. */
export function denseShuffled(seed: number): Kernel {
  const rng = createRng(seed, "part order");
  return (parts, { limitCycles, settleCycles, observe }) => {
    let quietFrom = 0;
    let cycle = 0;
    for (; cycle < limitCycles; cycle++) {
      for (const part of rng.shuffle([...parts])) part.evaluate(cycle);
      observe?.(cycle);
      for (const part of rng.shuffle([...parts])) part.commit(cycle);
      const isQuiet = parts.every((part) => part.nextCycle(cycle + 1) === Number.POSITIVE_INFINITY);
      if (!isQuiet) quietFrom = Number.POSITIVE_INFINITY;
      else if (quietFrom > cycle) quietFrom = cycle + 1;
      if (isQuiet && cycle + 1 - quietFrom >= settleCycles) return { cycles: cycle + 1, quietAt: quietFrom };
    }
    return { cycles: limitCycles, quietAt: null };
  };
}
