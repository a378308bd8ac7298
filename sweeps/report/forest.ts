/**
 * A regression forest over parameter levels: bagged trees, each split chosen for the largest reduction of variance.
 * Deterministic by its seed. Rows are design points, columns are parameters; a value is the index of its level, and a
 * split cuts the levels in two. Each tree sorts unordered levels by their means over the rows that it has drawn: the
 * best split of them is one along this order, and rows that the tree has not seen stay unseen.
 * Source: Breiman, "Random forests", Machine Learning 45, 2001; for the order, Breiman et al., "Classification and
 * regression trees", 1984.
 */
import { square } from "../../base/math.js";
import { createRng, type Rng } from "../../base/rng.js";

const TREES = 32;
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
  /** [parameters]: the place of each level in the tree's order; null if the levels are ordered. */
  readonly places: readonly (Int32Array | null)[];
  readonly parameter: number[];
  readonly cut: number[];
  readonly left: number[];
  readonly right: number[];
  readonly value: number[];
}

export interface Forest {
  /** Mean over the trees. `row` [parameters]: levels. */
  predict(row: ArrayLike<number>): number;
  /**
   * Share of the variance of these rows, by their indices, that trees explain where they have not seen the row; null if
   * every tree has seen each, or if they do not vary.
   */
  fit(of: readonly number[]): number | null;
}

/** @param rows [rows][parameters] indices of levels  @param metric [rows]  @param levels [parameters] */
export function growForest(rows: readonly ArrayLike<number>[], metric: ArrayLike<number>, levels: readonly Levels[], seed: number): Forest {
  const rng = createRng(seed, "forest");
  const [sums, counts] = [new Float64Array(rows.length), new Float64Array(rows.length)];
  const trees = Array.from({ length: TREES }, () => {
    const drawn = Int32Array.from(rows, () => rng.int(0, rows.length - 1));
    const places = levels.map(({ count, ordered }, p) => (ordered ? null : placesOf(count, drawn, (i) => rows[i][p], metric)));
    const tree: Tree = { places, parameter: [], cut: [], left: [], right: [], value: [] };
    grow(tree, drawn, { rows, metric, levels, rng }, 0);
    const seen = new Set(drawn);
    for (const [i, row] of rows.entries()) {
      if (seen.has(i)) continue;
      sums[i] += ask(tree, row);
      counts[i]++;
    }
    return tree;
  });
  return {
    predict: (row) => trees.reduce((sum, tree) => sum + ask(tree, row), 0) / TREES,
    fit: (of) => fitOf(of, metric, sums, counts),
  };
}

function ask(tree: Tree, row: ArrayLike<number>): number {
  let node = 0;
  while (tree.parameter[node] >= 0) node = placeOf(tree, row, tree.parameter[node]) <= tree.cut[node] ? tree.left[node] : tree.right[node];
  return tree.value[node];
}

/** The place of a row's level in the tree's order. */
function placeOf({ places }: Tree, row: ArrayLike<number>, parameter: number): number {
  return places[parameter]?.[row[parameter]] ?? row[parameter];
}

/**
 * The place of each level in the order of their means over the drawn rows; a level without rows has the mean of all.
 */
function placesOf(count: number, drawn: Int32Array, levelOf: (row: number) => number, metric: ArrayLike<number>): Int32Array {
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
  readonly rows: readonly ArrayLike<number>[];
  readonly metric: ArrayLike<number>;
  readonly levels: readonly Levels[];
  readonly rng: Rng;
}

/** Adds the node of these rows and all nodes below it; returns the node's index. */
function grow(tree: Tree, members: Int32Array, training: Training, depth: number): number {
  const { rows, metric } = training;
  const node = tree.parameter.length;
  const mean = members.reduce((sum, i) => sum + metric[i], 0) / members.length;
  tree.parameter.push(-1);
  tree.cut.push(0);
  tree.left.push(0);
  tree.right.push(0);
  tree.value.push(mean);
  const split = depth < DEEPEST && members.length >= 2 * LEAF ? bestSplit(tree, members, mean, training) : null;
  if (split === null) return node;
  tree.parameter[node] = split.parameter;
  tree.cut[node] = split.cut;
  const goesLeft = (i: number): boolean => placeOf(tree, rows[i], split.parameter) <= split.cut;
  tree.left[node] = grow(tree, members.filter(goesLeft), training, depth + 1);
  tree.right[node] = grow(
    tree,
    members.filter((i) => !goesLeft(i)),
    training,
    depth + 1,
  );
  return node;
}

/**
 * The split with the largest squared distance of its two means from the whole's, weighted by rows; null if no split
 * separates the rows.
 */
function bestSplit(tree: Tree, members: Int32Array, mean: number, { rows, metric, levels, rng }: Training) {
  const looked = rng.shuffle(levels.map((_, p) => p)).slice(0, Math.max(1, Math.ceil(LOOKED_AT * levels.length)));
  let best: { readonly parameter: number; readonly cut: number } | null = null;
  let most = 0;
  for (const parameter of looked) {
    const places = levels[parameter].count;
    const [sums, counts] = [new Float64Array(places), new Float64Array(places)];
    for (const i of members) {
      const place = placeOf(tree, rows[i], parameter);
      sums[place] += metric[i] - mean;
      counts[place]++;
    }
    let [sum, count] = [0, 0];
    for (let cut = 0; cut < places - 1; cut++) {
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

function fitOf(of: readonly number[], metric: ArrayLike<number>, sums: Float64Array, counts: Float64Array): number | null {
  const known = of.filter((i) => counts[i] > 0);
  if (known.length < 2) return null;
  const mean = known.reduce((sum, i) => sum + metric[i], 0) / known.length;
  const spread = known.reduce((sum, i) => sum + square(metric[i] - mean), 0);
  const missed = known.reduce((sum, i) => sum + square(metric[i] - sums[i] / counts[i]), 0);
  return spread > 0 ? Math.max(0, 1 - missed / spread) : null;
}
