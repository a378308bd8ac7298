/**
 * Edges between whole groups, as SANA-FE's network YAML writes them: dense, sparse and conv2d.
 *
 * dense: weights [source][target]. sparse: `source_target_pairs` in order. conv2d: no padding, neurons channel-major (c, y, x),
 * filter [y][x][input channel][output channel]; a filter's sizes are kernel_* or, as in older files, filter_* and filters. Every
 * listed pair is a synapse, weight 0 too.
 */
import type { Attributes } from "./attributes.js";
import { isMap, listOf } from "./attributes.js";
import type { NetworkBuilder, SanafeGroup } from "./network.js";
import type { Tree } from "./tree.js";

export const MAX_DELAY_STEPS = 5;
/** Of one edge between groups. */
const MAX_SYNAPSES = 50_000_000;

/** One value a synapse: a list, one value for all, or the default. */
function column(
  attributes: Attributes,
  names: readonly string[],
  fallback: number,
  builder: NetworkBuilder,
): (index: number, count: number) => number {
  const values = attributes.numbers(names) ?? [fallback];
  let isCompared = false;
  return (index, count) => {
    if (values.length === 1) return values[0];
    if (!isCompared) {
      isCompared = true;
      const difference = `${names[0]}: got ${values.length} values, expected ${count}`;
      if (values.length < count) builder.report.problem(builder.file, attributes.path, difference);
      if (values.length > count) builder.report.warn(builder.file, attributes.path, `${difference}; the rest has no effect`);
    }
    return values[index] ?? 0;
  };
}

export function checkDelay(delay: number, builder: NetworkBuilder, path: string): void {
  if (!Number.isInteger(delay) || delay < 0 || delay > MAX_DELAY_STEPS)
    builder.report.problem(builder.file, path, `delay ${delay} is outside 0..${MAX_DELAY_STEPS} steps`);
}

/** Adds all synapses of a group-to-group edge. */
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
  const count = pairs.reduce((most, [, , index]) => Math.max(most, index + 1), 0);
  for (const [from, to, index] of pairs) {
    const steps = delay(index, count);
    checkDelay(steps, builder, attributes.path);
    builder.addEdge(source.first + from, target.first + to, weight(index, count), steps, tap(index, count), synapse);
  }
}

/** [source, target, position in the weight list]. */
function pairsOf(
  type: string,
  builder: NetworkBuilder,
  source: SanafeGroup,
  target: SanafeGroup,
  attributes: Attributes,
): [number, number, number][] {
  const refuse = (message: string): [number, number, number][] => {
    builder.report.problem(builder.file, attributes.path, message);
    return [];
  };
  if (type === "dense") {
    return Array.from({ length: source.size * target.size }, (_, i) => [Math.floor(i / target.size), i % target.size, i]);
  }
  if (type === "sparse") {
    const pairs = listOf(attributes.tree("source_target_pairs")).map(pairOf);
    const wrong = pairs.find((pair) => pair === null || !(pair[0] >= 0 && pair[0] < source.size && pair[1] >= 0 && pair[1] < target.size));
    if (wrong !== undefined) return refuse(`source_target_pairs: a pair is outside ${source.size} sources and ${target.size} targets`);
    return (pairs as [number, number][]).map(([from, to], i) => [from, to, i]);
  }
  if (type === "conv2d") return convolution(source, target, attributes, refuse);
  return refuse(`type ${JSON.stringify(type)} is unknown; known: dense, sparse, conv2d`);
}

function pairOf(tree: Tree): [number, number] | null {
  const list = isMap(tree) ? Object.entries(tree).flat() : typeof tree === "string" ? tree.split(/\s*(?:->|,)\s*/) : listOf(tree);
  const [from, to] = list.map((entry) => Number(entry));
  return list.length === 2 && Number.isInteger(from) && Number.isInteger(to) ? [from, to] : null;
}

function convolution(
  source: SanafeGroup,
  target: SanafeGroup,
  attributes: Attributes,
  refuse: (message: string) => [number, number, number][],
): [number, number, number][] {
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
  const pairs: [number, number, number][] = [];
  for (let cOut = 0; cOut < outChannels; cOut++) {
    for (let yOut = 0; yOut < outHeight; yOut++) {
      for (let xOut = 0; xOut < outWidth; xOut++) {
        const to = (cOut * outHeight + yOut) * outWidth + xOut;
        for (let cIn = 0; cIn < inChannels; cIn++) {
          for (let yFilter = 0; yFilter < kernelHeight; yFilter++) {
            for (let xFilter = 0; xFilter < kernelWidth; xFilter++) {
              const from = (cIn * inHeight + yOut * strideY + yFilter) * inWidth + xOut * strideX + xFilter;
              pairs.push([from, to, ((yFilter * kernelWidth + xFilter) * inChannels + cIn) * outChannels + cOut]);
            }
          }
        }
      }
    }
  }
  return pairs;
}
