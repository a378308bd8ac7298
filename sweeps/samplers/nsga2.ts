/**
 * NSGA-II with Deb's constraint rules, on the unit cube: binary tournaments, simulated binary crossover and polynomial
 * mutation on ordered axes, uniform crossover and random reset on unordered ones. A child equal to any point asked
 * before is mutated again.
 * Source: Deb, Pratap, Agarwal, Meyarivan, "A fast and elitist multiobjective genetic algorithm: NSGA-II", IEEE TEC
 * 6(2), 2002.
 */
import { pow, powerOfTwo } from "../../base/math.js";
import { dominates, nonDominatedRanks } from "../../base/pareto.js";
import { createRng, type Rng } from "../../base/rng.js";
import { crowdingDistances } from "../indicators.js";
import type { Dimension } from "../space.js";
import { badness, bestOf } from "./best.js";
import { Remaining } from "./remaining.js";
import { type Observation, type Sampler, type SamplerKind, type SamplerSetup, STOP_AFTER_EPOCHS } from "./sampler.js";

const TRIES = 20; // further mutations of a duplicate child before a random point replaces it
const EDGE = 1 - powerOfTwo(-30);

/** Deb's rule: feasible before infeasible, smaller violation before larger, then domination. */
export function constrainedBetter(a: Observation, b: Observation): boolean {
  const badA = badness(a);
  const badB = badness(b);
  if (badA !== badB) return badA < badB;
  if (badA > 0 || a.objectives === null || b.objectives === null) return false;
  return dominates(a.objectives, b.objectives);
}

/**
 * Polynomial mutation of a gene in 0 to 1: its shift by a draw `u` from 0 to 1, which goes neither below 0 nor above 1.
 */
export function mutationShift(x: number, u: number, power: number): number {
  if (u < 0.5) return pow(2 * u + (1 - 2 * u) * pow(1 - x, power), 1 / power) - 1;
  return 1 - pow(2 * (1 - u) + 2 * (u - 0.5) * pow(x, power), 1 / power);
}

interface Individual {
  readonly seen: Observation;
  readonly rank: number;
  readonly crowding: number;
}

export class Nsga2 implements Sampler {
  readonly fidelity = 1;
  readonly lag = 0;
  private readonly rng: Rng;
  private readonly asked = new Set<string>();
  private readonly remaining: Remaining;
  private parents: Individual[] = [];
  private children: Observation[] = [];
  private generation = 0;

  constructor(
    private readonly setup: SamplerSetup,
    private readonly options: { readonly [name: string]: number },
  ) {
    this.rng = createRng(setup.seed, "sampler/nsga2");
    this.remaining = new Remaining(setup.space);
  }

  ask(): Float64Array[] {
    if (this.children.length > 0) {
      this.parents = survivors([...this.parents.map((p) => p.seen), ...this.children], this.options.population);
      this.children = [];
    }
    this.generation++;
    const batch: Float64Array[] = [];
    const first = this.generation === 1 ? bestOf(this.setup.warm, this.options.population) : [];
    for (const { position } of first) {
      const fresh = this.unseen(Float64Array.from(position));
      if (fresh !== null) batch.push(fresh);
    }
    while (batch.length < this.options.population) {
      const offspring = this.parents.length < 2 ? [this.anywhere()] : this.mate();
      // `unseen` marks a child as asked: of an odd population, the second child of the last pair is left out before.
      for (const child of offspring.slice(0, this.options.population - batch.length)) {
        const fresh = this.unseen(child);
        if (fresh === null) return batch; // no new point was found
        batch.push(fresh);
      }
    }
    return batch;
  }

  /** The parents after the selection in the last `ask`. */
  get population(): readonly Observation[] {
    return this.parents.map((p) => p.seen);
  }

  tell(observation: Observation): void {
    this.children.push(observation);
  }

  state() {
    return { generation: this.generation, population: this.options.population };
  }

  private anywhere(): Float64Array {
    return Float64Array.from(this.setup.space.dimensions, () => this.rng.float());
  }

  private unseen(child: Float64Array): Float64Array | null {
    let candidate = child;
    for (let attempt = 0; attempt < 10 * TRIES; attempt++) {
      if (this.takes(candidate)) return candidate;
      if (attempt < TRIES) this.mutate(candidate);
      else candidate = this.anywhere();
    }
    return this.remaining.next((position) => this.takes(position));
  }

  /** Marks a position as asked; false if it was before. */
  private takes(position: Float64Array): boolean {
    const name = JSON.stringify(this.setup.space.decode(position)); // decode writes names in a fixed order
    if (this.asked.has(name)) return false;
    this.asked.add(name);
    return true;
  }

  private tournament(): Observation {
    const a = this.parents[this.rng.int(0, this.parents.length - 1)];
    const b = this.parents[this.rng.int(0, this.parents.length - 1)];
    if (a.rank !== b.rank) return (a.rank < b.rank ? a : b).seen;
    return (a.crowding >= b.crowding ? a : b).seen;
  }

  private mate(): Float64Array[] {
    const left = Float64Array.from(this.tournament().position);
    const right = Float64Array.from(this.tournament().position);
    if (this.rng.float() < this.options.crossover_probability) {
      this.setup.space.dimensions.forEach((dimension, d) => {
        if (this.rng.float() < 0.5) this.cross(dimension, left, right, d);
      });
    }
    this.mutate(left);
    this.mutate(right);
    return [left, right];
  }

  private cross(dimension: Dimension, left: Float64Array, right: Float64Array, d: number): void {
    const low = Math.min(left[d], right[d]);
    const high = Math.max(left[d], right[d]);
    if (!dimension.ordered || high - low < 1e-14) {
      [left[d], right[d]] = [right[d], left[d]];
      return;
    }
    const power = this.options.crossover_eta + 1;
    const u = this.rng.float();
    const spread = (room: number): number => {
      const alpha = 2 - pow(1 + (2 * room) / (high - low), -power);
      return u <= 1 / alpha ? pow(u * alpha, 1 / power) : pow(1 / (2 - u * alpha), 1 / power);
    };
    const a = clamp(0.5 * (low + high - spread(low) * (high - low)));
    const b = clamp(0.5 * (low + high + spread(EDGE - high) * (high - low)));
    [left[d], right[d]] = this.rng.float() < 0.5 ? [b, a] : [a, b];
  }

  private mutate(genes: Float64Array): void {
    const rate = this.options.mutation_probability > 0 ? this.options.mutation_probability : 1 / genes.length;
    const power = this.options.mutation_eta + 1;
    this.setup.space.dimensions.forEach((dimension, d) => {
      if (this.rng.float() >= rate) return;
      const u = this.rng.float();
      if (!dimension.ordered) {
        genes[d] = u;
        return;
      }
      const x = genes[d];
      const shift = mutationShift(x, u, power);
      // On a coarse axis a small shift stays in its cell, so the shift is at least one cell.
      const levels = dimension.levels;
      genes[d] = clamp(levels === null ? x + shift : x + Math.sign(shift) * Math.max(Math.abs(shift), Math.min(1, 1 / levels)));
    });
  }
}

function clamp(x: number): number {
  return Math.min(EDGE, Math.max(0, x));
}

/** The best `count` observations of a pool: fronts in order, the last one thinned by crowding. */
function survivors(pool: readonly Observation[], count: number): Individual[] {
  const { fronts } = nonDominatedRanks(pool.length, (a, b) => constrainedBetter(pool[a], pool[b]));
  const chosen: Individual[] = [];
  for (let rank = 0; rank < fronts.length && chosen.length < count; rank++) {
    const members = fronts[rank];
    const spread = members.every((i) => pool[i].objectives !== null);
    const crowding = crowdingDistances(members.map((i) => (spread ? (pool[i].objectives as readonly number[]) : [])));
    const order = members.map((_, i) => i).sort((a, b) => crowding[b] - crowding[a] || members[a] - members[b]);
    for (const i of order.slice(0, count - chosen.length)) chosen.push({ seen: pool[members[i]], rank, crowding: crowding[i] });
  }
  return chosen;
}

export const nsga2: SamplerKind = {
  about: "genetic search by non-domination and crowding, constraints by Deb's rules",
  learns: true,
  screens: false,
  size: () => null,
  options: {
    population: { value: 32, low: 4, high: 10_000, whole: true, about: "points per generation" },
    crossover_probability: { value: 0.9, low: 0, high: 1, whole: false, about: "probability that two parents are crossed" },
    crossover_eta: { value: 15, low: 0, high: 1000, whole: false, about: "crossover index: larger keeps children nearer to their parents" },
    mutation_probability: {
      value: 0,
      low: 0,
      high: 1,
      whole: false,
      about: "probability that a coordinate mutates; 0: one over the number of parameters",
    },
    mutation_eta: { value: 20, low: 0, high: 1000, whole: false, about: "mutation index: larger makes mutations smaller" },
    stop_after_epochs: STOP_AFTER_EPOCHS,
  },
  create: (setup, options) => new Nsga2(setup, options),
};
