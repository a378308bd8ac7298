/**
 * Edges between whole groups, as SANA-FE's network YAML writes them: dense, sparse and conv2d.
 *
 * dense: weights [source][target]. sparse: `source_target_pairs` in order. conv2d: no padding, neurons channel-major
 * (c, y, x), filter [y][x][input channel][output channel]; its sizes are kernel_* or, in older files, filter_* and
 * filters. Every listed pair is a synapse, also with a weight of 0. Values stand in one list in that order, or nested
 * so; a nested list of other lengths says something else, and is refused.
 */
import type { Attributes } from "./attributes.js";
import { isMap, listOf } from "./attributes.js";
import type { NetworkBuilder, SanafeGroup } from "./network.js";
import { isSameShape, NumberList, shapeOf } from "./number-list.js";
import type { Tree } from "./tree.js";

export const MAX_DELAY_STEPS = 5;
/** Largest number of synapses of one edge between groups. */
const MAX_SYNAPSES = 50_000_000;

/** One value per synapse: from a list, one value for all, or the default. */
function column(
  attributes: Attributes,
  names: readonly string[],
  fallback: number,
  builder: NetworkBuilder,
): (pairs: Pairs) => (index: number) => number {
  const values = attributes.numbers(names) ?? [fallback];
  const given = shapeOf(attributes.tree(names.find((name) => attributes.isGiven(name)) ?? names[0]));
  return ({ shape, axes }) => {
    if (values.length === 1) {
      const value = values[0];
      return () => value;
    }
    const count = shape.reduce((product, length) => product * length, 1);
    const difference = `${names[0]}: got ${values.length} values, expected ${count}`;
    const { report, file } = builder;
    if (count > 0 && !fits(given, shape)) {
      const got = given === null ? "lists of different lengths" : `${given.join(" x ")} values`;
      const message = `${names[0]}: got ${got}, expected ${shape.join(" x ")}: ${axes}`;
      report.problem(file, attributes.path, message, "nest the values so, or write one list of them in that order");
    } else if (values.length < count) report.problem(file, attributes.path, difference);
    else if (values.length > count && count > 0) report.warn(file, attributes.path, `${difference}; the rest has no effect`);
    return (index) => values[index] ?? 0;
  };
}

/** Axes of length 1 change no order. */
function fits(given: readonly number[] | null, expected: readonly number[]): boolean {
  const long = (shape: readonly number[]): readonly number[] => shape.filter((length) => length !== 1);
  return given !== null && (given.length <= 1 || isSameShape(long(given), long(expected)));
}

export function checkDelay(delay: number, builder: NetworkBuilder, path: string): void {
  if (!Number.isInteger(delay) || delay < 0 || delay > MAX_DELAY_STEPS)
    builder.report.problem(builder.file, path, `delay ${delay} is outside 0..${MAX_DELAY_STEPS} steps`);
}

/** Adds all synapses of an edge between groups. */
export function addGroupEdges(builder: NetworkBuilder, source: SanafeGroup, target: SanafeGroup, attributes: Attributes): void {
  const weight = column(attributes, ["weight", "w", "weights"], 0, builder);
  const delay = column(attributes, ["delay", "d"], 0, builder);
  const tap = column(attributes, ["tap"], 0, builder);
  const synapse = attributes.text(["synapse_hw_name"], "");
  const type = attributes.text(["type"], null);
  const tooMany = type === "dense" ? source.size * target.size : 0;
  if (tooMany > MAX_SYNAPSES) {
    builder.report.problem(builder.file, attributes.path, `${tooMany} synapses, at most ${MAX_SYNAPSES} are read`);
    return;
  }
  const pairs = pairsOf(type, builder, source, target, attributes);
  if (pairs === null) return;
  const [weightOf, delayOf, tapOf] = [weight, delay, tap].map((values) => values(pairs));
  pairs.each((from, to, index) => {
    const steps = delayOf(index);
    if (steps !== 0) checkDelay(steps, builder, attributes.path);
    builder.edges.push(source.first + from, target.first + to, weightOf(index), steps, tapOf(index), synapse);
  });
}

/** Pairs of neurons that an edge between two groups joins. */
interface Pairs {
  /** Lengths of the list of weights that the pairs use, if it is nested. */
  readonly shape: readonly number[];
  /** What its levels are. */
  readonly axes: string;
  /** Calls `take` with source, target and index in the list of weights for each pair. */
  readonly each: (take: (from: number, to: number, index: number) => void) => void;
}

/** null: a problem was reported. */
function pairsOf(type: string, builder: NetworkBuilder, source: SanafeGroup, target: SanafeGroup, attributes: Attributes): Pairs | null {
  const refuse = (message: string): null => {
    builder.report.problem(builder.file, attributes.path, message);
    return null;
  };
  if (type === "dense") return dense(source.size, target.size);
  if (type === "sparse") return sparse(source, target, attributes, refuse);
  if (type === "conv2d") return convolution(source, target, attributes, refuse);
  return refuse(`type ${JSON.stringify(type)} is unknown; known: dense, sparse, conv2d`);
}

function dense(sources: number, targets: number): Pairs {
  return {
    shape: [sources, targets],
    axes: "rows are sources, columns targets",
    each: (take) => {
      for (let from = 0; from < sources; from++) for (let to = 0; to < targets; to++) take(from, to, from * targets + to);
    },
  };
}

function sparse(source: SanafeGroup, target: SanafeGroup, attributes: Attributes, refuse: (message: string) => null): Pairs | null {
  const tree = attributes.tree("source_target_pairs");
  const flat = tree instanceof NumberList && tree.shape?.length === 2 && tree.shape[1] === 2 ? tree.values : flatPairs(tree);
  const isInside = (value: number, size: number): boolean => Number.isInteger(value) && value >= 0 && value < size;
  let isSound = flat !== null;
  for (let i = 0; flat !== null && i < flat.length; i += 2)
    isSound = isSound && isInside(flat[i], source.size) && isInside(flat[i + 1], target.size);
  if (flat === null || !isSound) return refuse(`source_target_pairs: a pair is outside ${source.size} sources and ${target.size} targets`);
  return {
    shape: [flat.length / 2],
    axes: "one per pair",
    each: (take) => {
      for (let i = 0; i < flat.length; i += 2) take(flat[i], flat[i + 1], i / 2);
    },
  };
}

/** Sources and targets alternating; null if an entry is not a pair. */
function flatPairs(tree: Tree | undefined): ArrayLike<number> | null {
  const flat: number[] = [];
  for (const entry of listOf(tree)) {
    const pair = pairOf(entry);
    if (pair === null) return null;
    flat.push(...pair);
  }
  return flat;
}

function pairOf(tree: Tree): [number, number] | null {
  const list = isMap(tree) ? Object.entries(tree).flat() : typeof tree === "string" ? tree.split(/\s*(?:->|,)\s*/) : listOf(tree);
  const [from, to] = list.map((entry) => Number(entry));
  return list.length === 2 && Number.isInteger(from) && Number.isInteger(to) ? [from, to] : null;
}

function convolution(source: SanafeGroup, target: SanafeGroup, attributes: Attributes, refuse: (message: string) => null): Pairs | null {
  const number = (names: string, fallback: number | null): number => attributes.number(names.split("|"), fallback);
  const [inWidth, inHeight, inChannels] = [number("input_width", null), number("input_height", null), number("input_channels", 1)];
  const [kernelWidth, kernelHeight, outChannels] = [
    number("kernel_width|filter_width", null),
    number("kernel_height|filter_height", null),
    number("kernel_count|filters|output_channels", 1),
  ];
  const [strideX, strideY] = [number("stride_width|stride", 1), number("stride_height|stride", 1)];
  const sizes = [inWidth, inHeight, inChannels, kernelWidth, kernelHeight, outChannels, strideX, strideY];
  if (!sizes.every((size) => Number.isInteger(size) && size >= 1))
    return refuse("conv2d: sizes and strides are whole numbers of at least 1");
  const outWidth = Math.floor((inWidth - kernelWidth) / strideX) + 1;
  const outHeight = Math.floor((inHeight - kernelHeight) / strideY) + 1;
  if (!(outWidth > 0 && outHeight > 0))
    return refuse(`conv2d: a ${kernelWidth} x ${kernelHeight} kernel does not fit in ${inWidth} x ${inHeight}`);
  if (inWidth * inHeight * inChannels > source.size)
    return refuse(`conv2d: the input has ${inWidth * inHeight * inChannels} positions, group ${source.name} ${source.size} neurons`);
  if (outWidth * outHeight * outChannels > target.size)
    return refuse(`conv2d: the output has ${outWidth * outHeight * outChannels} positions, group ${target.name} ${target.size} neurons`);
  const count = outWidth * outHeight * outChannels * inChannels * kernelWidth * kernelHeight;
  if (count > MAX_SYNAPSES) return refuse(`conv2d: ${count} synapses, at most ${MAX_SYNAPSES} are read`);
  return {
    shape: [kernelHeight, kernelWidth, inChannels, outChannels],
    axes: "[y][x][input channel][output channel]",
    each: (take) => {
      for (let cOut = 0; cOut < outChannels; cOut++) {
        for (let yOut = 0; yOut < outHeight; yOut++) {
          for (let xOut = 0; xOut < outWidth; xOut++) {
            const to = (cOut * outHeight + yOut) * outWidth + xOut;
            for (let cIn = 0; cIn < inChannels; cIn++) {
              for (let yFilter = 0; yFilter < kernelHeight; yFilter++) {
                for (let xFilter = 0; xFilter < kernelWidth; xFilter++) {
                  const from = (cIn * inHeight + yOut * strideY + yFilter) * inWidth + xOut * strideX + xFilter;
                  take(from, to, ((yFilter * kernelWidth + xFilter) * inChannels + cIn) * outChannels + cOut);
                }
              }
            }
          }
        }
      }
    },
  };
}
