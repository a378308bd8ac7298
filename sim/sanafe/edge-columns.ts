/**
 * Synapses in the order of the file, in blocks of columns: 8 bytes each if the network has at most 65,536 neurons and
 * 32 bits say its weights exactly, else 16. Columns that most files do not use (delay, tap, unit) take no memory until
 * an edge has such a value.
 */
import { inputError } from "../../base/errors.js";

const BLOCK = 65_536;
const SHIFT = 16;
const MASK = BLOCK - 1;
/** Synapses have 32-bit numbers. */
const MOST_SYNAPSES = 1_073_741_824;

/** Arrays of a column: small ones for the values that they say exactly, large ones for the others. */
export interface Widths<Numbers> {
  readonly small: (length: number) => Numbers;
  readonly large: (length: number) => Numbers;
}

export type Whole = Uint16Array | Int32Array;
export type Real = Float32Array | Float64Array;

/** Numbers from 0 to 2³¹ - 1; most networks have at most 65,536 neurons. */
export const WHOLE: Widths<Whole> = {
  small: (length) => new Uint16Array(length),
  large: (length) => new Int32Array(length),
};
export const REAL: Widths<Real> = {
  small: (length) => new Float32Array(length),
  large: (length) => new Float64Array(length),
};

/**
 * A column of numbers that grows without being copied. Blocks of zeros take no memory, and a block is large only if one
 * of its values needs it.
 */
export class BlockColumn<Numbers extends Whole | Real> {
  private blocks: (Numbers | null)[] = [];
  private readonly isLarge: boolean[] = [];

  constructor(private readonly widths: Widths<Numbers>) {}

  set(at: number, value: number): void {
    const number = at >> SHIFT;
    let block = this.blocks[number] ?? null;
    if (block === null) {
      if (value === 0) return;
      block = this.fresh(number);
    }
    block[at & MASK] = value;
    if (block[at & MASK] !== value && !this.isLarge[number]) this.enlarged(number, block)[at & MASK] = value;
  }

  get(at: number): number {
    return this.blocks[at >> SHIFT]?.[at & MASK] ?? 0;
  }

  /** Whether all values are 0. */
  get isZero(): boolean {
    return this.blocks.length === 0;
  }

  /** Values at `places` (null: the first `count`), in one array; the column is empty afterwards. */
  gathered(count: number, places: Int32Array | null): Numbers {
    const all = this.isLarge.includes(true) ? this.widths.large(count) : this.widths.small(count);
    if (places === null) this.join(all);
    else if (!this.isZero) this.gather(all, places);
    this.clear();
    return all;
  }

  clear(): void {
    this.blocks = [];
    this.isLarge.length = 0;
  }

  /** Frees the blocks between `from` and `to`. */
  drop(from: number, to: number): void {
    for (let number = (from + MASK) >> SHIFT; number < to >> SHIFT && number < this.blocks.length; number++) this.blocks[number] = null;
  }

  private join(all: Numbers): void {
    this.blocks.forEach((block, number) => {
      const from = number << SHIFT;
      if (block !== null && from < all.length) all.set(block.subarray(0, all.length - from), from);
      this.blocks[number] = null;
    });
  }

  private gather(all: Numbers, places: Int32Array): void {
    let number = -1;
    let block: Numbers | null = null;
    for (let i = 0; i < places.length; i++) {
      const place = places[i];
      // neighbours are usually in the same block
      if (place >> SHIFT !== number) {
        number = place >> SHIFT;
        block = this.blocks[number] ?? null;
      }
      if (block !== null) all[i] = block[place & MASK];
    }
  }

  private fresh(number: number): Numbers {
    while (this.blocks.length < number) this.blocks.push(null);
    const block = this.widths.small(BLOCK);
    this.blocks[number] = block;
    this.isLarge[number] = false;
    return block;
  }

  private enlarged(number: number, block: Numbers): Numbers {
    const larger = this.widths.large(BLOCK);
    larger.set(block);
    this.blocks[number] = larger;
    this.isLarge[number] = true;
    return larger;
  }
}

export class EdgeColumns {
  /** Neuron numbers. */
  readonly source = new BlockColumn(WHOLE);
  readonly target = new BlockColumn(WHOLE);
  readonly weight = new BlockColumn(REAL);
  readonly delay = new BlockColumn(WHOLE);
  readonly tap = new BlockColumn(REAL);
  /** Index of the unit's name in `names`. */
  readonly synapse = new BlockColumn(WHOLE);
  /** Names of synapse units on edges; the first is "", for none. */
  readonly names: string[] = [""];
  private readonly places = new Map<string, number>([["", 0]]);
  count = 0;

  constructor(private readonly file: string) {}

  push(source: number, target: number, weight: number, delay: number, tap: number, synapse: string): void {
    const at = this.count++;
    if (at >= MOST_SYNAPSES) throw inputError(this.file, `has more than ${MOST_SYNAPSES} synapses`);
    this.source.set(at, source);
    this.target.set(at, target);
    this.weight.set(at, weight);
    if (delay !== 0) this.delay.set(at, delay);
    if (tap !== 0) this.tap.set(at, tap);
    if (synapse !== "") this.synapse.set(at, this.placeOf(synapse));
  }

  private placeOf(name: string): number {
    let place = this.places.get(name);
    if (place === undefined) {
      place = this.names.push(name) - 1;
      this.places.set(name, place);
    }
    return place;
  }
}
