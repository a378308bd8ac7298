/** Attempts that are repeated, with the thread at rest between them, until another program lets them pass. */
import { systemCode } from "./file-errors.js";

const WAIT_MS = 2;
const never = new Int32Array(new SharedArrayBuffer(4));

/** Repeats `attempt` while it fails for a passing reason; after `limitMs` of waiting throws that reason. */
export function untilPossible<T>(attempt: () => T, isPassing: (error: unknown) => boolean, limitMs = Number.POSITIVE_INFINITY): T {
  for (let waitedMs = 0; ; waitedMs += WAIT_MS) {
    try {
      return attempt();
    } catch (error) {
      if (!isPassing(error) || waitedMs >= limitMs) throw error;
      Atomics.wait(never, 0, 0, WAIT_MS);
    }
  }
}

/** A blocking read from or write to a pipe or socket that was opened non-blocking: waits for the other side. */
export const waitForStream = (transfer: () => number): number => untilPossible(transfer, (error) => systemCode(error) === "EAGAIN");
