/**
 * Between two steps of work that has no event of its own, lets a signal be heard. Effects: a turn of the event loop.
 */
import { setTimeout as turn } from "node:timers/promises";

/**
 * Waits for a timer, not for an immediate: an immediate may run ahead of timers that are due, and `AbortSignal.timeout`
 * and most programs abort by one.
 *
 * @throws the signal's reason if it has stopped the work
 */
export async function unlessAborted(signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return;
  await turn(0);
  signal.throwIfAborted();
}
