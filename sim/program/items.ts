/**
 * Items of a sparse projection's rows in a slice: target neurons with their weights, or weights of a kernel. Item
 * numbers run through all rows of the projection; the items of a kernel are made row by row.
 */
import { type KernelReader, type Projection, rowHolding, type SharedKernel } from "../../arch/index.js";
import { channelsIn } from "../mapping/index.js";

export interface Items {
  /** Targets, as neurons of the population, of the items read last; the first item is at `first`. */
  readonly targets: Uint32Array;
  readonly first: number;
  /**
   * For the same items, the word of the row that contains the item's weight (if weights are wider than a word, the
   * number of the weight); null: a row's items are consecutive.
   */
  readonly words: Uint32Array | null;
  /** Reads items `from .. to - 1`, the part of a row in the slice. */
  read(from: number, to: number): void;
}

/** Rows in lists, with ascending targets. */
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

  /** Largest number of items per row. */
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

/** Targets with every row ascending, copied only if some row is not; null: there is no list of targets. */
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
