/**
 * EVT 2.0: words of 32 bits, little endian. Type (4 bits): 0 and 1 an event of polarity 0 and 1: low 6 bits of the time
 * (27 to 22), x (21 to 11), y (10 to 0); 8: high 28 bits of the time, in microseconds; 10, 14, 15: triggers and
 * extensions, which are skipped. Events before the first high bits have no time and are skipped, as in the
 * manufacturer's decoder.
 * Source: Prophesee, "EVT 2.0 Format" (docs.prophesee.ai).
 */
import { byteError, checkWhole, type EventCollector, viewOf, WrappedClock } from "./event-list.js";

const BYTES = 4;
const TIME_HIGH = 8;
const PASSED: ReadonlySet<number> = new Set([10, 14, 15]);

export function addEvt2(bytes: Uint8Array, start: number, events: EventCollector, file: string): void {
  checkWhole(file, bytes, start, BYTES);
  const view = viewOf(bytes);
  const clock = new WrappedClock(34);
  let highUs = -1;
  for (let at = start; at < bytes.length; at += BYTES) {
    const word = view.getUint32(at, true);
    const type = word >>> 28;
    if (type === TIME_HIGH) highUs = clock.at((word & 0xfffffff) * 64);
    else if (type < 2) {
      if (highUs >= 0) events.add((word >> 11) & 2047, word & 2047, type, highUs + ((word >> 22) & 63));
    } else if (!PASSED.has(type)) throw byteError(file, at, `a word of type ${type}, which EVT 2.0 does not have: damaged`);
  }
}
