/**
 * The geometry of a convolution, in 32-bit words that the host lays out (sim/kernel/convolution-table.ts), and the
 * output positions that a source's spike reaches.
 */
import { isNone, Table } from "./views.part.as";

@unmanaged
export class Convolution {
  /** Neurons of one source channel, and of one target channel. */
  sourceArea: i32;
  targetArea: i32;
  /** Source channels and target channels of one group. */
  sources: i32;
  targets: i32;
  /** Weights from one source channel to one target channel. */
  taps: i32;
  height: i32;
  width: i32;
  outWidth: i32;
  kernelWidth: i32;
  /** Per source: the position at which it enters, or -1 for none. No table: each source enters at its own position. */
  entering: Table<i32>;
  /** Per row of the input: where its taps begin; the taps that cover it; the output row of each. Same per column. */
  rowStart: Table<i32>;
  rowTap: Table<i32>;
  rowOut: Table<i32>;
  columnStart: Table<i32>;
  columnTap: Table<i32>;
  columnOut: Table<i32>;
  /** Of the source that was placed last, [positions]: the offset in a target channel, and the tap of the kernel. */
  offsets: Table<i32>;
  places: Table<i32>;
}

/** Places a source; returns the number of positions it reaches. Their offsets and taps ascend. */
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
