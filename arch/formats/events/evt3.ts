/**
 * EVT 3.0: words of 16 bits, little endian, that change a state. Type (4 bits): 0 y (11 bits); 2 an event at x (11
 * bits) with polarity (bit 11); 3 base x and polarity of vectors; 4 and 5 a vector of 12 or 8 bits, an event at base +
 * i for each bit i, then base grows by 12 or 8; 6 and 8 the low and high 12 bits of the time in microseconds, 24 bits
 * that wrap; 7, 10, 13, 14, 15: triggers, the inertial sensor and extensions, which are skipped. Events before the
 * first high bits have no time and are skipped, as in the manufacturer's decoder.
 * Source: Prophesee, "EVT 3.0 Format" (docs.prophesee.ai).
 */
import { byteError, checkWhole, type EventCollector, viewOf, WrappedClock } from "./event-list.js";

const BYTES = 2;
const LARGEST_X = 2047;
const Y = 0;
const X = 2;
const VECTOR_BASE = 3;
const VECTOR_12 = 4;
const VECTOR_8 = 5;
const TIME_LOW = 6;
const TIME_HIGH = 8;
const PASSED: ReadonlySet<number> = new Set([7, 10, 13, 14, 15]);

export function addEvt3(bytes: Uint8Array, start: number, events: EventCollector, file: string): void {
  checkWhole(file, bytes, start, BYTES);
  const view = viewOf(bytes);
  const clock = new WrappedClock(24);
  let [y, base, polarity, highUs, lowUs] = [0, 0, 0, -1, 0];
  for (let at = start; at < bytes.length; at += BYTES) {
    const word = view.getUint16(at, true);
    const type = word >> 12;
    if (type === Y) y = word & 2047;
    else if (type === X) {
      if (highUs >= 0) events.add(word & 2047, y, (word >> 11) & 1, highUs + lowUs);
    } else if (type === VECTOR_BASE) [base, polarity] = [word & 2047, (word >> 11) & 1];
    else if (type === VECTOR_12 || type === VECTOR_8) {
      const count = type === VECTOR_12 ? 12 : 8;
      for (let i = 0; i < count; i++) {
        if (((word >> i) & 1) === 0) continue;
        if (base + i > LARGEST_X) throw byteError(file, at, `a vector reaches x = ${base + i}, at most ${LARGEST_X}: damaged`);
        if (highUs >= 0) events.add(base + i, y, polarity, highUs + lowUs);
      }
      base += count;
    } else if (type === TIME_LOW) lowUs = word & 4095;
    else if (type === TIME_HIGH) highUs = clock.at((word & 4095) * 4096);
    else if (!PASSED.has(type)) throw byteError(file, at, `a word of type ${type}, which EVT 3.0 does not have: damaged`);
  }
}
