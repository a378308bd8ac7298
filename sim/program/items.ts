/**
 * Items of a sparse projection's rows inside a slice: target neurons with their weights, or weights of a kernel.
 * Numbers of items run through all rows of the projection; what a kernel makes is made row by row.
 */
import { type KernelReader, type Projection, rowHolding, type SharedKernel } from "../../arch/index.js";
import { channelsIn } from "../mapping/index.js";

export interface Items {
  /** Of the items that were read last, the first is at `first`: targets, neurons of the population. */
  readonly targets: Uint32Array;
  readonly first: number;
  /**
   * Likewise the word of the row that an item's weight lies in (of weights wider than a word, which weight); null:
   * items of a row follow each other.
   */
  readonly words: Uint32Array | null;
  /** Reads items `from .. to - 1`, a row's part in the slice. */
  read(from: number, to: number): void;
}

/** Rows that are written down, targets ascending. */
export class WrittenItems implements Items {
  readonly words = null;
  first = 0;

  constructor(readonly targets: Uint32Array) {}

  read(from: number): void {
    this.first = from;
  }
}

/** Rows of a kernel. */
export class KernelItems implements Items {
  readonly first = 0;
  readonly words: Uint32Array;

  constructor(
    readonly rowStart: Uint32Array,
    private readonly reader: KernelReader,
    private readonly slice: { readonly firstNeuron: number; readonly neurons: number },
    private readonly itemsPerWord: number,
  ) {
    this.words = new Uint32Array(reader.targets.length);
  }

  /** Items of a row at most. */
  get longest(): number {
    return this.words.length;
  }

  get targets(): Uint32Array {
    return this.reader.targets;
  }

  get kernel(): SharedKernel {
    return this.reader.kernel;
  }

  read(from: number, to: number): void {
    const { reader, words, rowStart, slice, itemsPerWord } = this;
    const { firstNeuron, neurons } = slice;
    const source = rowHolding(rowStart, from);
    reader.read(source, firstNeuron, firstNeuron + neurons);
    if (reader.length !== to - from) throw new Error(`row ${source} has ${reader.length} items in a slice, its route ${to - from}`);
    const { sourceArea, taps } = reader.kernel;
    const first = channelsIn(reader.kernel, Math.floor(source / sourceArea), firstNeuron, neurons).from * taps;
    for (let k = 0; k < reader.length; k++) words[k] = Math.floor((reader.places[k] - first) / itemsPerWord);
  }
}

/** Targets with every row ascending: a copy only where some row is not; null: none is written down. */
export function ascendingRows({ sparse }: Projection): Uint32Array | null {
  if (sparse === null || sparse.targets === null) return null;
  const { rowStart, targets } = sparse;
  let sorted = targets;
  for (let i = 0; i + 1 < rowStart.length; i++) {
    for (let k = rowStart[i] + 1; k < rowStart[i + 1]; k++) {
      if (sorted[k - 1] <= sorted[k]) continue;
      if (sorted === targets) sorted = targets.slice();
      sorted.subarray(rowStart[i], rowStart[i + 1]).sort();
      break;
    }
  }
  return sorted;
}
