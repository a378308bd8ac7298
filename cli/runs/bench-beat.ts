/**
 * That a test bench still runs, of which only its end tells more: on a terminal a line that is rewritten every second
 * and taken away at the end, otherwise a line per minute. Effects: signals, the clock, a timer, prints to stderr.
 */
import type { BenchRun } from "../../app/rtl.js";
import { benchLines, runningText } from "../format/rtl-lines.js";
import { overwrite, warn } from "../output/print.js";
import { EXIT } from "../process/exit.js";
import { onLeaveSignals } from "../process/leave-signals.js";

const BEAT_MS = { terminal: 1000, pipe: 60_000 } as const;

/**
 * Runs `run`, which calls `onRun` when a bench begins. A signal to leave ends the program, and the bench with it.
 * `isQuiet`: the bench is announced and no more.
 */
export async function withBeat<T>(isQuiet: boolean, run: (onRun: (bench: BenchRun) => void) => Promise<T>): Promise<T> {
  const isTerminal = process.stderr.isTTY === true;
  let timer: NodeJS.Timeout | null = null;
  let deaf = (): void => {};
  const began = (bench: BenchRun): void => {
    warn(benchLines(bench));
    deaf = onLeaveSignals(() => process.exit(EXIT.interrupted));
    if (isQuiet) return;
    const beganMs = performance.now();
    const beat = (): void => {
      const text = runningText(bench, (performance.now() - beganMs) / 1000);
      if (isTerminal) overwrite(text, process.stderr);
      else warn(text);
    };
    timer = setInterval(beat, isTerminal ? BEAT_MS.terminal : BEAT_MS.pipe);
  };
  try {
    return await run(began);
  } finally {
    deaf();
    if (timer !== null) clearInterval(timer);
    if (timer !== null && isTerminal) overwrite("", process.stderr);
  }
}
