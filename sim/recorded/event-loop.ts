/**
 * The clocked kernel of coupled runs: it evaluates all parts, commits all parts, and skips cycles in which none has
 * work.
 *
 * Parts see only committed state in `evaluate`, so their order cannot matter. `observe` runs between evaluate and
 * commit and sees the settled cycle. A run is quiet from the first cycle in which no part will ever have work again.
 */
import type { Part } from "./parts/part.js";

interface KernelRun {
  /** Simulated cycles: [0, cycles). */
  readonly cycles: number;
  /** First cycle from which nothing moves any more; null if the limit came first. */
  readonly quietAt: number | null;
}

interface KernelOptions {
  /** Cycles are 0 .. limitCycles - 1. */
  readonly limitCycles: number;
  /** A run counts as quiet if this many quiet cycles fit before the limit. */
  readonly settleCycles: number;
  /** Called in every cycle, also in idle ones, until the run is quiet; null: not called. */
  readonly observe: ((cycle: number) => void) | null;
}

/** Runs parts on a clock; tests pass kernels that skip no cycle or shuffle the parts. */
export type Kernel = (parts: readonly Part[], options: KernelOptions) => KernelRun;

export function runKernel(parts: readonly Part[], options: KernelOptions): KernelRun {
  const { limitCycles, settleCycles, observe } = options;
  // first cycle not yet simulated; all earlier ones are simulated, or were idle
  let from = 0;
  for (;;) {
    let next = Number.POSITIVE_INFINITY;
    for (const part of parts) next = Math.min(next, part.nextCycle(from));
    const isQuiet = next === Number.POSITIVE_INFINITY;
    const idleUntil = Math.min(isQuiet ? from + settleCycles : next, limitCycles);
    if (observe !== null) for (let cycle = from; cycle < idleUntil; cycle++) observe(cycle);
    if (isQuiet && from + settleCycles <= limitCycles) return { cycles: from + settleCycles, quietAt: from };
    if (next >= limitCycles) return { cycles: limitCycles, quietAt: null };
    for (const part of parts) part.evaluate(next);
    observe?.(next);
    for (const part of parts) part.commit(next);
    from = next + 1;
  }
}
