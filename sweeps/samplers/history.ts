/**
 * What model-based samplers share: a start (evenly spread, or from the best points of another sweep), the asked and
 * told positions, and positions that were not asked before.
 */
import { createRng, type Rng } from "../../base/rng.js";
import type { Space } from "../space.js";
import { bestOf } from "./best.js";
import { Ranks } from "./ranks.js";
import { Remaining } from "./remaining.js";
import type { Observation, OptionTable, SamplerSetup } from "./sampler.js";
import { SobolSequence } from "./sobol.js";

const SEARCH = 200; // random positions that are tried before the rest of a finite space is looked through

export const STARTUP: OptionTable[string] = {
  value: 0,
  low: 0,
  high: 100_000,
  whole: true,
  about: "evenly spread points first; 0: 16, or two per parameter if that is more",
};

export class History {
  readonly told: Observation[] = [];
  /** Ranks of `told`. */
  readonly ranks = new Ranks();
  /** Positions asked and not yet told, in order. */
  readonly pending: Float64Array[] = [];
  readonly rng: Rng;
  private readonly names = new Set<string>();
  private readonly remaining: Remaining;
  private readonly sequence: SobolSequence;
  /** The best positions of another sweep, which are asked first. */
  private readonly warm: readonly Float64Array[];
  /** Number of evenly spread points before the model takes over. */
  private readonly startup: number;
  private started = 0;

  /** @param startup value of the option `STARTUP` */
  constructor(
    private readonly setup: SamplerSetup,
    name: string,
    startup: number,
  ) {
    this.startup = startup > 0 ? startup : Math.max(16, 2 * setup.space.dimensions.length);
    this.rng = createRng(setup.seed, `sampler/${name}`);
    this.warm = bestOf(setup.warm, this.startup).map(({ position }) => position);
    this.remaining = new Remaining(setup.space);
    this.sequence = new SobolSequence(setup.space.dimensions.length, setup.seed, setup.file);
  }

  get space(): Space {
    return this.setup.space;
  }

  get starting(): boolean {
    return this.started < this.startup;
  }

  tell(observation: Observation): void {
    this.pending.shift();
    this.told.push(observation);
    this.ranks.add(observation);
  }

  /** True if the position's point was not asked before; does not mark it. */
  isNew(position: Float64Array): boolean {
    return !this.names.has(this.nameOf(position));
  }

  /** Marks a position as asked. */
  take(position: Float64Array): Float64Array {
    this.names.add(this.nameOf(position));
    this.pending.push(position);
    return position;
  }

  /** Next position of the evenly spread start that was not asked; null: the start is over. */
  spread(): Float64Array | null {
    while (this.starting) {
      const position = this.warm[this.started] ?? this.sequence.next();
      this.started++;
      if (this.isNew(position)) return this.take(position);
    }
    return null;
  }

  anywhere(): Float64Array {
    return Float64Array.from(this.space.dimensions, () => this.rng.float());
  }

  /** A position that was not asked, drawn at random if that finds one; null if none was found. */
  fresh(): Float64Array | null {
    for (let i = 0; i < SEARCH; i++) {
      const position = this.anywhere();
      if (this.isNew(position)) return this.take(position);
    }
    const rest = this.remaining.next((position) => this.isNew(position));
    return rest === null ? null : this.take(rest);
  }

  private nameOf(position: Float64Array): string {
    return JSON.stringify(this.space.decode(position)); // decode writes names in a fixed order
  }
}
