/** Reading from and writing to a pipe or socket that does not block, as if it did. */
import { systemCode } from "./file-errors.js";

const WAIT_MS = 2;
const never = new Int32Array(new SharedArrayBuffer(4));

/** What `transfer` gives, as soon as the other side is ready for it. */
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
