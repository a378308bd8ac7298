/**
 * The clocked kernel of coupled runs: evaluate all parts, commit all parts, and jump over cycles in which none has work.
 *
 * Parts see only committed state in `evaluate`, so their order cannot matter. `observe` runs between evaluate and commit and
 * sees the settled cycle. A run is quiet from the first cycle in which no part will ever have work again.
 */
import type { Part } from "../part.js";

export interface KernelRun {
  /** Cycles simulated: [0, cycles). */
  readonly cycles: number;
  /** First cycle from which nothing moves any more; null when the limit came first. */
  readonly quietAt: number | null;
}

export interface KernelOptions {
  /** Cycles are 0 .. limitCycles - 1. */
  readonly limitCycles: number;
  /** Quiet cycles that must fit before the limit for the run to count as quiet. */
  readonly settleCycles: number;
  /** Called every cycle, idle ones too, until the run has settled; null costs nothing. */
  readonly observe: ((cycle: number) => void) | null;
}

export function runKernel(parts: readonly Part[], options: KernelOptions): KernelRun {
  const { limitCycles, settleCycles, observe } = options;
  let cycle = 0;
  while (cycle < limitCycles) {
    for (const part of parts) part.evaluate(cycle);
    observe?.(cycle);
    for (const part of parts) part.commit(cycle);
    let next = Number.POSITIVE_INFINITY;
    for (const part of parts) {
      const wakes = part.nextCycle(cycle + 1);
      if (wakes < next) next = wakes;
    }
    const idleUntil = next === Number.POSITIVE_INFINITY ? cycle + 1 + settleCycles : next;
    if (observe !== null) for (let c = cycle + 1; c < Math.min(idleUntil, limitCycles); c++) observe(c);
    if (next === Number.POSITIVE_INFINITY) {
      const settled = idleUntil <= limitCycles;
      return { cycles: settled ? idleUntil : limitCycles, quietAt: settled ? cycle + 1 : null };
    }
    cycle = next;
  }
  return { cycles: limitCycles, quietAt: null };
}
