/**
 * Exact expected hypervolume improvement for independent normal objectives (minimised): the region that no front point dominates is cut
 * into disjoint boxes; over a box [l, u] the expected gain is the product over objectives of G(u) - G(l), G(b) = E max(0, b - Y).
 * Boxes: [count][objectives] lower and upper corners; the number grows as front^(objectives - 1).
 * Source: Emmerich, Giannakoglou, Naujoks 2006; Yang et al. 2019 (box sums).
 */
import { exp } from "../../base/math.js";
import { lexicographic, nonDominated } from "../../base/pareto.js";
import type { Prediction } from "./gaussian-process.js";
import { normalCdf } from "./normal.js";

type Point = readonly number[];

export interface Box {
  readonly lower: Point;
  readonly upper: Point;
}

/** Disjoint boxes that cover all points better than the reference and dominated by no point of the front. */
export function undominatedBoxes(front: readonly Point[], reference: Point): Box[] {
  const last = reference.length - 1;
  const inside = front.filter((p) => p.every((value, k) => value < reference[k]));
  if (reference.length === 1) {
    return [{ lower: [Number.NEGATIVE_INFINITY], upper: [inside.reduce((least, p) => Math.min(least, p[0]), reference[0])] }];
  }
  const sorted = [...inside].sort((a, b) => a[last] - b[last] || lexicographic(a, b));
  const boxes: Box[] = [];
  // Slab by slab along the last objective: only points at or below a slab dominate in it.
  for (let i = 0; i <= sorted.length; i++) {
    const from = i === 0 ? Number.NEGATIVE_INFINITY : sorted[i - 1][last];
    const to = i === sorted.length ? reference[last] : sorted[i][last];
    if (from === to) continue;
    // Of the others, those that one of them dominates in the objectives that are left cut nothing more.
    const below = sorted.slice(0, i).map((p) => p.slice(0, last));
    const flat = undominatedBoxes(
      nonDominated(below).map((k) => below[k]),
      reference.slice(0, last),
    );
    for (const box of flat) boxes.push({ lower: [...box.lower, from], upper: [...box.upper, to] });
  }
  return boxes;
}

/** E max(0, bound - Y). */
function expectedBelow(bound: number, { mean, deviation }: Prediction): number {
  if (bound === Number.NEGATIVE_INFINITY) return 0;
  const z = (bound - mean) / deviation;
  return (bound - mean) * normalCdf(z) + (deviation * exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI);
}

/** The expected gain over boxes, of one prediction after the other: a bound occurs in many boxes, and its expectation is computed once. */
export class ExpectedImprovement {
  /** [objectives] */
  private readonly edges: readonly Edges[];
  /** Of all objectives, one behind the other: what is expected between the ends of each pair of bounds. */
  private readonly gains: Float64Array;
  /** [boxes x objectives] places in `gains`. */
  private readonly pairs: Int32Array;

  constructor(boxes: readonly Box[]) {
    const objectives = boxes[0]?.lower.length ?? 0;
    this.pairs = new Int32Array(boxes.length * objectives);
    const edges: Edges[] = [];
    let first = 0;
    for (let k = 0; k < objectives; k++) {
      const { pairs, ...found } = pairsOf(boxes, k);
      for (let b = 0; b < boxes.length; b++) this.pairs[b * objectives + k] = first + pairs[b];
      edges.push({ ...found, first });
      first += found.lower.length;
    }
    this.edges = edges;
    this.gains = new Float64Array(first);
  }

  of(predictions: readonly Prediction[]): number {
    const { edges, gains, pairs } = this;
    for (const [k, of] of edges.entries()) fillGains(of, predictions[k], gains);
    const objectives = edges.length;
    let sum = 0;
    for (let z = 0; z < pairs.length; ) {
      let product = 1;
      for (let k = 0; k < objectives; k++) product *= gains[pairs[z++]];
      sum += product;
    }
    return sum;
  }
}

/** Bounds of one objective, and the pairs of them that boxes lie between. */
interface Edges {
  readonly bounds: Float64Array;
  /** [bounds] expected below each. */
  readonly below: Float64Array;
  /** [pairs] places of their ends in `bounds`. */
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  /** Place of its first pair among the gains. */
  readonly first: number;
}

function fillGains({ bounds, below, lower, upper, first }: Edges, prediction: Prediction, gains: Float64Array): void {
  for (let i = 0; i < bounds.length; i++) below[i] = expectedBelow(bounds[i], prediction);
  for (let i = 0; i < lower.length; i++) gains[first + i] = below[upper[i]] - below[lower[i]];
}

/** Of one objective: the pair of each box. */
function pairsOf(boxes: readonly Box[], k: number): Omit<Edges, "first"> & { readonly pairs: Int32Array } {
  const placeOf = new Map<number, number>();
  const place = (bound: number): number => {
    const known = placeOf.get(bound) ?? placeOf.size;
    placeOf.set(bound, known);
    return known;
  };
  const pairOf = new Map<number, number>();
  const [lower, upper]: [number[], number[]] = [[], []];
  const pairs = Int32Array.from(boxes, (box) => {
    const [from, to] = [place(box.lower[k]), place(box.upper[k])];
    const key = from * (2 * boxes.length) + to;
    const known = pairOf.get(key) ?? pairOf.size;
    if (known === pairOf.size) {
      pairOf.set(key, known);
      lower.push(from);
      upper.push(to);
    }
    return known;
  });
  const bounds = Float64Array.from(placeOf.keys());
  return { pairs, bounds, below: new Float64Array(bounds.length), lower: Int32Array.from(lower), upper: Int32Array.from(upper) };
}
