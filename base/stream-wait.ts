/** Blocking reads from and writes to a pipe or socket that was opened non-blocking. */
import { systemCode } from "./file-errors.js";

const WAIT_MS = 2;
const never = new Int32Array(new SharedArrayBuffer(4));

/** Repeats `transfer` until the other side is ready; returns its result. */
export function waitForStream(transfer: () => number): number {
  for (;;) {
    try {
      return transfer();
    } catch (error) {
      if (systemCode(error) !== "EAGAIN") throw error;
      Atomics.wait(never, 0, 0, WAIT_MS);
    }
  }
}
