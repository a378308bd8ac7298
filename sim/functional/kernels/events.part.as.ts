/** Events as kernels write them, one after the other, and as the program reads them. */
import { behind, Table } from "../../../base/kernel/views.part.as";

@unmanaged
export class Event {
  neuron: u32;
  payload: i32;
}

/** Writes an event; returns the place of the next one, which is the same place if `counts` is false. */
@inline
export function send(out: Event, neuron: u32, payload: i32, counts: bool): Event {
  out.neuron = neuron;
  out.payload = payload;
  return behind(out, <i32>counts);
}

/** [16 masks][16]: for each mask of four lanes, the byte shuffle that moves its lanes to the front, in order. */
const front = changetype<Table<u8>>(memory.data(256));

/** Fills the table that `sendLanes` needs. */
export function prepareLanes(): void {
  for (let mask = 0; mask < 16; mask++) {
    let at = mask << 4;
    for (let lane = 0; lane < 4; lane++) {
      if (((mask >> lane) & 1) == 0) continue;
      for (let byte = 0; byte < 4; byte++) front[at++] = <u8>(lane * 4 + byte);
    }
  }
}

/** Writes four events, first those of the lanes that fire, in order; returns the place after these. */
@inline
export function sendLanes(out: Event, fires: v128, neurons: v128, payloads: v128): Event {
  const mask = i32x4.bitmask(fires);
  const places = front.lanes(mask << 4);
  const who = i8x16.swizzle(neurons, places),
    what = i8x16.swizzle(payloads, places);
  const words = changetype<Table<u32>>(out);
  words.setLanes(0, v128.shuffle<i32>(who, what, 0, 4, 1, 5));
  words.setLanes(4, v128.shuffle<i32>(who, what, 2, 6, 3, 7));
  return behind(out, popcnt(mask));
}

/** Splits events into neurons [count] and payloads [count]; writes up to three entries beyond. */
export function unpack(events: Event, count: i32, neurons: Table<u32>, payloads: Table<i16>): void {
  for (let e = 0; e < count; e += 4) {
    const words = changetype<Table<u32>>(behind(events, e));
    const a = words.lanes(0),
      b = words.lanes(4);
    neurons.setLanes(e, v128.shuffle<i32>(a, b, 0, 2, 4, 6));
    const q = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
    payloads.setHalfLanes(e, i16x8.narrow_i32x4_s(q, q));
  }
}
