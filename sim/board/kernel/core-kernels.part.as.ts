/** Rows of a block whose weights are those of a convolution's kernel, made when they are opened: per item, a neuron and the word of its weight. */
import { positionsOf } from "../../../base/kernel/convolution.part.as";
import { Table } from "../../../base/kernel/views.part.as";
import { Block } from "./core-records.part.as";

/** Index of the row that contains item `item`. */
function rowHolding(rowStart: Table<u32>, rows: i32, item: u32): i32 {
  let low = 0,
    high = rows;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (rowStart[middle] <= item) low = middle;
    else high = middle;
  }
  return low;
}

/** Makes the part of a row, whose first item is number `first`, that lies in the block's slice; returns its number of items. */
export function makeRow(block: Block, first: u32): i32 {
  const kernel = block.kernel;
  const shape = kernel.convolution;
  const source = rowHolding(kernel.rowStart, kernel.sources, first);
  const count = positionsOf(shape, source);
  const area = shape.targetArea,
    taps = shape.taps,
    channels = shape.targets;
  const offsets = shape.offsets,
    places = shape.places;
  const targets = kernel.targets,
    words = kernel.words;
  const each = kernel.itemsPerWord;
  const from = block.slice.firstNeuron;
  const to = from + block.slice.neurons;
  const channel = source / shape.sourceArea;
  const group = (channel / shape.sources) * channels;
  const start = max(group, from / area);
  const end = min(group + channels, (to + area - 1) / area);
  let items = 0;
  for (let o = start; o < end; o++) {
    const base = o * area;
    const isWhole = base >= from && base + area <= to;
    for (let p = 0; p < count; p++) {
      const target = base + offsets[p];
      if (!isWhole && (target < from || target >= to)) continue;
      targets[items] = target;
      words[items++] = ((o - start) * taps + places[p]) / each;
    }
  }
  return items;
}
