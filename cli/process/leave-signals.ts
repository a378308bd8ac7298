/**
 * Signals that ask the program to end. One request often arrives twice: Slurm sends SIGTERM to the batch script, which
 * forwards it, and to the program; a terminal and `npx` both deliver Ctrl-C. Effects: signal handlers of the process.
 */
import { performance } from "node:perf_hooks";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Two signals within this time are one request: a person is slower. */
const SAME_PRESS_MS = 200;

/**
 * Calls `leave` for the first signal, and again for each later separate SIGINT. A second SIGTERM is ignored; its sender
 * can use SIGKILL. Returns a function that removes the handlers.
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
