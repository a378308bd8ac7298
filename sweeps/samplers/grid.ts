/**
 * The whole grid, each point once, in an order whose every beginning is spread over the space: the stride is near the
 * golden section and coprime to the number of cells. A smaller budget is therefore a fair sample, and a larger one
 * later only adds points. If parameters are conditional, many cells may be the same point; once no cell has been new
 * for long, the rest of the points follows value by value.
 * Throws: `InputError` if a parameter is continuous.
 */
import { inputError } from "../../base/errors.js";
import { spacePoints } from "../distinct-points.js";
import { canonicalValues } from "../space.js";
import { Remaining } from "./remaining.js";
import { type Sampler, type SamplerKind, type SamplerSetup, STALE_ASKS } from "./sampler.js";
import { SHARD_OPTIONS, sharded } from "./shard.js";

const BATCH = 64;

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Stride coprime to `size`, nearest above size / golden ratio. */
function strideOf(size: number): number {
  let stride = Math.max(1, Math.round(size * 0.6180339887498949));
  while (greatestCommonDivisor(stride, size) !== 1) stride++;
  return stride;
}

class Grid implements Sampler {
  readonly fidelity = 1;
  readonly lag = Number.POSITIVE_INFINITY;
  private readonly size: number;
  private readonly stride: number;
  private asked = 0;
  private cell = 0;
  /**
   * Points asked so far, and what has not been asked of them all; empty and unused if every cell is a point of its own.
   */
  private readonly seen = new Set<string>();
  private readonly rest: Remaining;
  private stale = 0;

  constructor(private readonly setup: SamplerSetup) {
    const size = setup.space.gridSize;
    if (size === null) {
      const names = setup.space.dimensions.filter((d) => d.levels === null).map((d) => d.parameter.name);
      throw inputError(
        setup.file,
        `a grid needs finite parameters; continuous: ${names.join(", ")}`,
        "give a step or a list, or take sampler: sobol",
        "sweep.sampler",
      );
    }
    if (size > Number.MAX_SAFE_INTEGER / 2)
      throw inputError(setup.file, `the grid has ${size} cells`, "take another sampler", "sweep.sampler");
    this.size = size;
    this.stride = strideOf(size);
    this.rest = new Remaining(setup.space);
  }

  ask(): Float64Array[] {
    const batch: Float64Array[] = [];
    while (batch.length < BATCH) {
      const position = this.next();
      if (position === null) break;
      batch.push(position);
    }
    return batch;
  }

  private next(): Float64Array | null {
    const { space } = this.setup;
    while (this.asked < this.size && this.stale < STALE_ASKS) {
      const position = space.gridPosition(this.cell);
      this.cell = (this.cell + this.stride) % this.size;
      this.asked++;
      if (space.deciding.size === 0 || this.isNew(position)) return position;
    }
    return this.asked < this.size ? this.rest.next((position) => this.isNew(position)) : null;
  }

  private isNew(position: Float64Array): boolean {
    const values = canonicalValues(this.setup.space.decode(position));
    this.stale++;
    if (this.seen.has(values)) return false;
    if (this.stale < STALE_ASKS) this.stale = 0;
    this.seen.add(values);
    return true;
  }

  tell(): void {} // a grid does not learn from results

  state() {
    return { asked: this.asked, cells: this.size };
  }
}

export const grid: SamplerKind = {
  about: "every combination once",
  learns: false,
  screens: false,
  size: spacePoints,
  options: SHARD_OPTIONS,
  create: sharded((setup) => new Grid(setup)),
};
