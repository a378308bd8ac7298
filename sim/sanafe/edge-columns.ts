/**
 * Synapses in the order of the file, in blocks of columns: 16 bytes each. Columns that most files do not use (delay,
 * tap, unit) take no memory until an edge has such a value.
 */
import { inputError } from "../../base/errors.js";

const BLOCK = 65_536;
const SHIFT = 16;
const MASK = BLOCK - 1;
/** Synapses have 32-bit numbers. */
const MOST_SYNAPSES = 1_073_741_824;

type Block = Int32Array | Uint8Array | Float64Array;

/** A column of numbers that grows without being copied. Blocks of zeros take no memory. */
export class BlockColumn<B extends Block> {
  private blocks: (B | null)[] = [];

  constructor(private readonly make: (length: number) => B) {}

  set(at: number, value: number): void {
    const block = this.blocks[at >> SHIFT] ?? null;
    if (block !== null) block[at & MASK] = value;
    else if (value !== 0) this.fresh(at >> SHIFT)[at & MASK] = value;
  }

  get(at: number): number {
    return this.blocks[at >> SHIFT]?.[at & MASK] ?? 0;
  }

  /** Whether all values are 0. */
  get isZero(): boolean {
    return this.blocks.length === 0;
  }

  /** Values at `places`, in one array; the column is empty afterwards. */
  gathered(places: Int32Array): B {
    const all = this.make(places.length);
    let number = -1;
    let block: B | null = null;
    for (let i = 0; !this.isZero && i < places.length; i++) {
      const place = places[i];
      // neighbours are usually in the same block
      if (place >> SHIFT !== number) {
        number = place >> SHIFT;
        block = this.blocks[number] ?? null;
      }
      if (block !== null) all[i] = block[place & MASK];
    }
    this.blocks = [];
    return all;
  }

  /** Frees the blocks between `from` and `to`. */
  drop(from: number, to: number): void {
    for (let number = (from + MASK) >> SHIFT; number < to >> SHIFT && number < this.blocks.length; number++) this.blocks[number] = null;
  }

  private fresh(number: number): B {
    while (this.blocks.length < number) this.blocks.push(null);
    const block = this.make(BLOCK);
    this.blocks[number] = block;
    return block;
  }
}

export class EdgeColumns {
  /** Neuron numbers. */
  readonly source = new BlockColumn((length) => new Int32Array(length));
  readonly target = new BlockColumn((length) => new Int32Array(length));
  readonly weight = new BlockColumn((length) => new Float64Array(length));
  readonly delay = new BlockColumn((length) => new Uint8Array(length));
  readonly tap = new BlockColumn((length) => new Float64Array(length));
  /** Index of the unit's name in `names`. */
  readonly synapse = new BlockColumn((length) => new Int32Array(length));
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
