/**
 * Temporary files and folders of this process. They are removed when it ends in any way but `kill -9` and a loss of
 * power. Effects: files, signals.
 */
import { rmSync } from "node:fs";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Within this time after a long write, Node delivers a signal that came during it. */
const DELIVERY_MS = 50;

const kept = new Set<string>();
let isListening = false;

/** Removes the file or folder when the program ends, unless it is released before. */
export function keepTemporary(file: string): void {
  kept.add(file);
  if (isListening) return;
  isListening = true;
  process.on("exit", removeAll);
  for (const signal of SIGNALS) process.on(signal, leave);
}

export function releaseTemporary(file: string): void {
  kept.delete(file);
  if (kept.size === 0) setTimeout(deafen, DELIVERY_MS).unref();
}

function deafen(): void {
  if (kept.size > 0 || !isListening) return;
  isListening = false;
  process.off("exit", removeAll);
  for (const signal of SIGNALS) process.off(signal, leave);
}

/** A process that was killed a moment ago may still end its last write. */
const REMOVALS = { recursive: true, force: true, maxRetries: 3 } as const;

function removeAll(): void {
  for (const path of kept) rmSync(path, REMOVALS);
}

/** Ends the program as the signal would have done, unless another listener exists, which then ends it. */
function leave(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  kept.clear();
  deafen();
  process.kill(process.pid, signal);
}
