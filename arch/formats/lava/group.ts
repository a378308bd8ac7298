/** A group of a Lava file: reads its values by name, checks them, and collects all problems. */
import type { Group } from "h5wasm/node";
import type { Problem } from "../../../base/errors.js";
import { h5wasm, valuesOf } from "../nir/hdf5.js";

export interface LavaArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export class LavaGroup {
  private readonly names: ReadonlySet<string>;

  constructor(
    private readonly group: Group,
    private readonly file: string,
    /** Path of the group in the file. */
    readonly path: string,
    private readonly problems: Problem[],
  ) {
    this.names = new Set(group.keys());
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  /** The inner group with this name; null: there is none. */
  inner(name: string): LavaGroup | null {
    const found = this.has(name) ? this.group.get(name) : null;
    if (found === null) return null;
    if (found instanceof h5wasm.Group) return new LavaGroup(found, this.file, `${this.path}/${name}`, this.problems);
    this.problem(name, "is a dataset, expected a group");
    return null;
  }

  /** A text, also if it is the only element of an array. */
  text(name: string): string {
    const value = this.value(name);
    const [first] = Array.isArray(value) ? (value as readonly unknown[]).flat() : [value];
    if (typeof first === "string") return first;
    this.problem(name, value === null ? "is missing, expected a text" : "is no text");
    return "";
  }

  /** A whole number from `low` to `high`; `otherwise` if it is missing (null: it is required). */
  whole(name: string, [low, high]: readonly [number, number], otherwise: number | null = null): number {
    if (!this.has(name) && otherwise !== null) return otherwise;
    const found = this.numbers(name);
    if (found === null) return low;
    const [value] = found.data;
    if (found.data.length === 1 && Number.isInteger(value) && value >= low && value <= high) return value;
    this.problem(
      name,
      `is ${found.data.length === 1 ? value : `${found.data.length} numbers`}, expected a whole number from ${low} to ${high}`,
    );
    return low;
  }

  /** Whole numbers of two axes, [y, x]; a single number applies to both. */
  axes(name: string, low: number): readonly [number, number] {
    const found = this.numbers(name);
    if (found === null) return [low, low];
    const { data } = found;
    const values: readonly [number, number] = data.length === 1 ? [data[0], data[0]] : [data[0], data[1]];
    if (data.length <= 2 && values.every((value) => Number.isInteger(value) && value >= low)) return values;
    this.problem(name, `is ${data.slice(0, 4).join(", ")}, expected one or two whole numbers from ${low}`);
    return [low, low];
  }

  /** Whole numbers that a file stores as reals; null: missing or wrong. */
  integers(name: string): LavaArray | null {
    const found = this.numbers(name);
    const bad = found?.data.findIndex((value) => !Number.isInteger(value)) ?? -1;
    if (found === null || bad < 0) return found;
    this.problem(name, `element ${bad} is ${found.data[bad]}, expected whole numbers`, "export the network with quantised weights");
    return null;
  }

  private numbers(name: string): LavaArray | null {
    const entity = this.has(name) ? this.group.get(name) : null;
    const value = this.value(name);
    if (value === null || !(entity instanceof h5wasm.Dataset)) {
      if (!this.has(name)) this.problem(name, "is missing, expected numbers");
      return null;
    }
    const all = typeof value === "number" || typeof value === "bigint" ? [value] : value;
    if (!ArrayBuffer.isView(all) && !Array.isArray(all)) {
      this.problem(name, "holds no numbers");
      return null;
    }
    const data = all instanceof Float32Array ? new Float64Array(all) : Float64Array.from(all as ArrayLike<number>, Number);
    if (data.length > 0 && data.every((x) => Number.isFinite(x))) return { shape: entity.shape ?? [], data };
    this.problem(name, data.length === 0 ? "is empty" : "holds a number that is not finite");
    return null;
  }

  private value(name: string): unknown {
    const entity = this.has(name) ? this.group.get(name) : null;
    if (entity instanceof h5wasm.Dataset) return valuesOf(entity, this.file, `${this.path}/${name}`);
    if (entity !== null) this.problem(name, "is a group, expected a dataset");
    return null;
  }

  /** Adds a problem for each key that is not in `known`. */
  refuseOthers(known: readonly string[]): void {
    for (const name of this.names)
      if (!known.includes(name)) this.problem(name, "is not read", `${this.path} may have ${known.join(", ")}`);
  }

  /** Adds a problem, once however often its value is read. */
  problem(name: string, message: string, fix = ""): void {
    const path = `${this.path}/${name}`;
    if (this.problems.some((known) => known.path === path && known.message === message)) return;
    this.problems.push({ file: this.file, line: null, column: null, path, message, fix });
  }
}
