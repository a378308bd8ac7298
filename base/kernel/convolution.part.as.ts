/** A convolution as its geometry, in 32-bit words that the host lays out (sim/kernel/convolution-table.ts); and the positions at which a source's spike meets its kernel. */
import { isNone, Table } from "./views.part.as";

@unmanaged
export class Convolution {
  /** Neurons of a source channel, and of a target channel. */
  sourceArea: i32;
  targetArea: i32;
  /** Source channels and target channels of a group. */
  sources: i32;
  targets: i32;
  /** Weights from one source channel to one target channel. */
  taps: i32;
  height: i32;
  width: i32;
  outWidth: i32;
  kernelWidth: i32;
  /** Per source, the place at which it enters, -1: at none; none: at its own. */
  entering: Table<i32>;
  /** Per weight 1: a synapse, 0: zero; none: all are synapses. */
  present: Table<u8>;
  /** Per row of the input, where its taps begin; the taps that cover it; where in the output they do. Likewise per column. */
  rowStart: Table<i32>;
  rowTap: Table<i32>;
  rowOut: Table<i32>;
  columnStart: Table<i32>;
  columnTap: Table<i32>;
  columnOut: Table<i32>;
  /** Of the source that was placed last [positions]: where in a target channel, and which of a kernel's places. */
  offsets: Table<i32>;
  places: Table<i32>;
}

/** Places a source; returns how many positions meet it, whose offsets and places ascend. */
export function positionsOf(shape: Convolution, source: i32): i32 {
  const place = isNone(shape.entering) ? source : shape.entering[source];
  if (place < 0) return 0;
  const width = shape.width;
  const line = place / width;
  const column = place - line * width;
  const row = line % shape.height;
  const offsets = shape.offsets,
    places = shape.places;
  const from = shape.columnStart[column],
    to = shape.columnStart[column + 1];
  const end = shape.rowStart[row + 1];
  const last = shape.taps - 1;
  let count = 0;
  for (let r = shape.rowStart[row]; r < end; r++) {
    const out = shape.rowOut[r] * shape.outWidth;
    const place = last - shape.rowTap[r] * shape.kernelWidth;
    for (let c = from; c < to; c++) {
      offsets[count] = out + shape.columnOut[c];
      places[count++] = place - shape.columnTap[c];
    }
  }
  return count;
}
