/**
 * Signals that ask a program to leave. One wish often comes twice: Slurm sends SIGTERM to the batch script, which hands
 * it on, and to the program itself; a terminal and `npx` both deliver Ctrl-C. Effects: signal handlers of the process.
 */
import { performance } from "node:perf_hooks";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Two presses of a person lie further apart. */
const SAME_PRESS_MS = 200;

/**
 * Calls `leave` for the first signal, and again for each later SIGINT of its own; who sends SIGTERM twice has SIGKILL.
 * Returns what ends the listening.
 */
export function onLeaveSignals(leave: () => void): () => void {
  let lastMs: number | null = null;
  const heard = (signal: NodeJS.Signals): void => {
    const before = lastMs;
    lastMs = performance.now();
    if (before === null || (signal === "SIGINT" && lastMs - before > SAME_PRESS_MS)) leave();
  };
  for (const signal of SIGNALS) process.on(signal, heard);
  return () => {
    for (const signal of SIGNALS) process.off(signal, heard);
  };
}
