/**
 * A regression forest over parameter levels: bagged trees, each split chosen for the largest reduction of variance.
 * Deterministic by its seed. Rows are design points, columns are parameters; a value is the index of its level, and a
 * split cuts the levels in two. Each tree sorts unordered levels by their means over the rows that it has drawn: the
 * best split of them is one along this order, and rows that the tree has not seen stay unseen. The order of the rows is
 * part of the forest's random numbers. The trees are in groups, whose spread tells how much these numbers matter.
 * Source: Breiman, "Random forests", Machine Learning 45, 2001; for the order, Breiman et al., "Classification and
 * regression trees", 1984.
 */
import { square } from "../../base/math.js";
import { createRng, type Rng } from "../../base/rng.js";

/** Groups of trees. */
export const GROUPS = 8;
/**
 * Shares of the latency of the shipped example's 237 points vary over forests by a standard deviation of 0.02 to 0.05
 * with 32 trees, 0.015 to 0.025 with 128, and hardly less with 256, where the choice of settings counts for more.
 */
const TREES_PER_GROUP = 16;
/** Least rows per leaf. */
const LEAF = 2;
const DEEPEST = 24;
/** Share of the parameters that are tried at a split. */
const LOOKED_AT = 0.75;

/** The levels of one parameter. */
export interface Levels {
  readonly count: number;
  readonly ordered: boolean;
}

/** Nodes as arrays: parameter of the split (-1: leaf), highest place that goes left, children; `value` of a leaf. */
interface Tree {
  /** [parameters][levels]: the place of each level in the tree's order. */
  readonly places: readonly Int32Array[];
  readonly parameter: number[];
  readonly cut: number[];
  readonly left: number[];
  readonly right: number[];
  readonly value: number[];
}

export interface Forest {
  /** Writes the mean over the trees of each group. `row` [parameters]: levels. `into` [groups] */
  predict(row: Int32Array, into: Float64Array): void;
  /**
   * Share of the variance of these rows, by their indices, that trees explain where they have not seen the row; null if
   * every tree has seen each, or if they do not vary.
   */
  fit(of: readonly number[]): number | null;
}

/** @param rows [rows][parameters] indices of levels  @param metric [rows]  @param levels [parameters] */
export function growForest(rows: readonly Int32Array[], metric: Float64Array, levels: readonly Levels[], seed: number): Forest {
  const rng = createRng(seed, "forest");
  const [sums, counts] = [new Float64Array(rows.length), new Float64Array(rows.length)];
  const scratch = {
    sums: levels.map(({ count }) => new Float64Array(count)),
    counts: levels.map(({ count }) => new Float64Array(count)),
    right: new Int32Array(rows.length),
  };
  const grown = (): Tree => {
    const drawn = Int32Array.from(rows, () => rng.int(0, rows.length - 1));
    const places = levels.map(({ count, ordered }, p) =>
      ordered ? Int32Array.from({ length: count }, (_, level) => level) : placesOf(count, drawn, (i) => rows[i][p], metric),
    );
    const tree: Tree = { places, parameter: [], cut: [], left: [], right: [], value: [] };
    const seen = new Set(drawn);
    grow(tree, drawn, { rows, metric, levels, rng, scratch }, 0);
    for (const [i, row] of rows.entries()) {
      if (seen.has(i)) continue;
      sums[i] += ask(tree, row);
      counts[i]++;
    }
    return tree;
  };
  const groups = Array.from({ length: GROUPS }, () => Array.from({ length: TREES_PER_GROUP }, grown));
  return {
    predict: (row, into) => {
      for (let g = 0; g < GROUPS; g++) {
        let sum = 0;
        for (const tree of groups[g]) sum += ask(tree, row);
        into[g] = sum / TREES_PER_GROUP;
      }
    },
    fit: (of) => fitOf(of, metric, sums, counts),
  };
}

function ask({ places, parameter, cut, left, right, value }: Tree, row: Int32Array): number {
  let node = 0;
  for (let p = parameter[0]; p >= 0; p = parameter[node]) node = places[p][row[p]] <= cut[node] ? left[node] : right[node];
  return value[node];
}

/**
 * The place of each level in the order of their means over the drawn rows; a level without rows has the mean of all.
 */
function placesOf(count: number, drawn: Int32Array, levelOf: (row: number) => number, metric: Float64Array): Int32Array {
  const mean = drawn.reduce((sum, i) => sum + metric[i], 0) / drawn.length;
  const [above, rows] = [new Float64Array(count), new Float64Array(count)];
  for (const i of drawn) {
    above[levelOf(i)] += metric[i] - mean;
    rows[levelOf(i)]++;
  }
  const order = Int32Array.from({ length: count }, (_, level) => level).sort(
    (a, b) => above[a] / Math.max(1, rows[a]) - above[b] / Math.max(1, rows[b]) || a - b,
  );
  const places = new Int32Array(count);
  for (const [place, level] of order.entries()) places[level] = place;
  return places;
}

interface Training {
  readonly rows: readonly Int32Array[];
  readonly metric: Float64Array;
  readonly levels: readonly Levels[];
  readonly rng: Rng;
  /** [parameters][levels], and [rows]: overwritten by each split. */
  readonly scratch: { readonly sums: readonly Float64Array[]; readonly counts: readonly Float64Array[]; readonly right: Int32Array };
}

/**
 * Adds the node of these rows and all nodes below it; returns the node's index. Sorts the rows of the left child before
 * those of the right one, each in their order.
 */
function grow(tree: Tree, members: Int32Array, training: Training, depth: number): number {
  const { rows, metric, scratch } = training;
  const node = tree.parameter.length;
  let sum = 0;
  for (const i of members) sum += metric[i];
  const mean = sum / members.length;
  tree.parameter.push(-1);
  tree.cut.push(0);
  tree.left.push(0);
  tree.right.push(0);
  tree.value.push(mean);
  const split = depth < DEEPEST && members.length >= 2 * LEAF ? bestSplit(tree, members, mean, training) : null;
  if (split === null) return node;
  const { parameter, cut } = split;
  const places = tree.places[parameter];
  let [left, right] = [0, 0];
  for (const i of members)
    if (places[rows[i][parameter]] <= cut) members[left++] = i;
    else scratch.right[right++] = i;
  members.set(scratch.right.subarray(0, right), left);
  tree.parameter[node] = parameter;
  tree.cut[node] = cut;
  tree.left[node] = grow(tree, members.subarray(0, left), training, depth + 1);
  tree.right[node] = grow(tree, members.subarray(left), training, depth + 1);
  return node;
}

/**
 * The split with the largest squared distance of its two means from the whole's, weighted by rows; null if no split
 * separates the rows.
 */
function bestSplit({ places }: Tree, members: Int32Array, mean: number, { rows, metric, levels, rng, scratch }: Training) {
  const looked = rng.shuffle(levels.map((_, p) => p)).slice(0, Math.max(1, Math.ceil(LOOKED_AT * levels.length)));
  let best: { readonly parameter: number; readonly cut: number } | null = null;
  let most = 0;
  for (const parameter of looked) {
    const order = places[parameter];
    const [sums, counts] = [scratch.sums[parameter].fill(0), scratch.counts[parameter].fill(0)];
    for (const i of members) {
      const place = order[rows[i][parameter]];
      sums[place] += metric[i] - mean;
      counts[place]++;
    }
    let [sum, count] = [0, 0];
    for (let cut = 0; cut < order.length - 1; cut++) {
      sum += sums[cut];
      count += counts[cut];
      const rest = members.length - count;
      if (counts[cut] === 0 || count < LEAF || rest < LEAF) continue;
      const gain = sum * sum * (1 / count + 1 / rest); // deviations sum to 0, so the right side's sum is -sum
      if (gain > most * (1 + 1e-12)) {
        most = gain;
        best = { parameter, cut };
      }
    }
  }
  return best;
}

function fitOf(of: readonly number[], metric: Float64Array, sums: Float64Array, counts: Float64Array): number | null {
  const known = of.filter((i) => counts[i] > 0);
  if (known.length < 2) return null;
  const mean = known.reduce((sum, i) => sum + metric[i], 0) / known.length;
  const spread = known.reduce((sum, i) => sum + square(metric[i] - mean), 0);
  const missed = known.reduce((sum, i) => sum + square(metric[i] - sums[i] / counts[i]), 0);
  return spread > 0 ? Math.max(0, 1 - missed / spread) : null;
}
