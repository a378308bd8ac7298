/**
 * Whether the synapses of a way are those of one convolution, and the factors of its kernel's weights.
 *
 * They are if three conditions hold. The convolutions and pools on the only route compose to one
 * (`composed-kernel.ts`). Each source enters it at one place at most (pools before it with disjoint windows need no
 * taps of their own). Nodes after it and before it leave the factors of a channel equal, unlike a Scale with one factor
 * per position. No synapses are listed.
 */
import { axesOf, KernelReader, rowLengths, type SharedKernel, weightsOfChannel } from "../../arch/index.js";
import { composedKernel } from "./composed-kernel.js";
import type { KernelShape } from "./connections.js";
import { Walker } from "./walker.js";
import type { GraphWays, Stage, Way } from "./ways.js";

export interface WayKernel {
  readonly kernel: SharedKernel;
  /** [source channels][target channels of its group][taps]; 0 if no source uses the weight. */
  readonly factors: Float64Array;
}

/** null: no kernel can be shared. */
export function kernelOf({ populations }: GraphWays, { routes, source, target }: Way): WayKernel | null {
  if (routes.length !== 1) return null;
  const [route] = routes;
  const last = route.findLastIndex(({ kernel }) => kernel !== null);
  const sources = populations[source].neurons;
  if (last < 0 || !route.slice(last + 1).every(({ isOneToOne }) => isOneToOne)) return null;
  const entered = enteredKernel(route.slice(0, last + 1), sources);
  if (entered === null) return null;
  const { shape, entries } = entered;
  // neurons that share a weight step are whole channels
  if (populations[target].sharing % shape.targetArea !== 0) return null;
  const { weights, ...geometry } = shape;
  const kernel = { ...geometry, sourceArea: sources / shape.sourceChannels, entering: entries.places };
  const behind = route.slice(last + 1).map(factorsOf);
  const factors =
    entries.ofChannel !== null && behind.every((by) => isAlike(by, shape.targetArea))
      ? channelFactors(kernel, weights, entries.ofChannel, behind)
      : metFactors(kernel, weights, entries.bySource, behind);
  return factors === null ? null : { kernel, factors };
}

interface Entries {
  /** Place at which each source enters the convolution; -1: none. null: at its own place. */
  readonly places: Int32Array | null;
  /** Factor with which a source enters; null: 1. */
  readonly bySource: Float64Array | null;
  /** The same by source channel; null: it differs within a channel. */
  readonly ofChannel: ((channel: number) => number) | null;
}

const EVERYWHERE: Entries = { places: null, bySource: null, ofChannel: () => 1 };

/**
 * The last node of a route, composed with as many nodes before it as needed until each source enters at one place;
 * null: they do not compose to a single convolution.
 */
function enteredKernel(route: readonly Stage[], sources: number): { readonly shape: KernelShape; readonly entries: Entries } | null {
  let shape = route[route.length - 1].kernel;
  for (let stage = route.length - 1; shape !== null; stage--) {
    const isWhole = sources % shape.sourceChannels === 0;
    const entries = !isWhole ? null : stage === 0 ? EVERYWHERE : entriesOf(route.slice(0, stage), shape, sources);
    if (entries !== null) return { shape, entries };
    const before = route[stage - 1].kernel;
    shape = before === null ? null : composedKernel(before, shape);
  }
  return null;
}

/** Entries after the nodes `before`; null: a source enters at several places, or in another channel. */
function entriesOf(before: readonly Stage[], shape: KernelShape, sources: number): Entries | null {
  const inputArea = shape.input[0] * shape.input[1];
  const sourceArea = sources / shape.sourceChannels;
  const lengths = rowLengths({ ...shape, sourceArea: inputArea, entering: null });
  const walker = new Walker([before], sources, 0);
  const [places, bySource] = [new Int32Array(sources).fill(-1), new Float64Array(sources)];
  const ofChannel = new Float64Array(shape.sourceChannels).fill(Number.NaN);
  let isAlike = true;
  for (let source = 0; source < sources; source++) {
    const { indices, length, values } = walker.walk(source);
    let synapses = 0;
    for (let e = 0; e < length; e++) synapses += lengths[indices[e]];
    if (synapses === 0) continue;
    const channel = Math.floor(source / sourceArea);
    if (length > 1 || Math.floor(indices[0] / inputArea) !== channel) return null;
    const factor = values[indices[0]];
    places[source] = indices[0];
    bySource[source] = factor;
    if (Number.isNaN(ofChannel[channel])) ofChannel[channel] = factor;
    else if (ofChannel[channel] !== factor) isAlike = false;
  }
  return { places, bySource, ofChannel: isAlike ? (channel) => ofChannel[channel] : null };
}

/** [places] factors of a stage that maps every place to itself. */
function factorsOf({ size, targets }: Stage): Float64Array {
  const factors = new Float64Array(size);
  for (let i = 0; i < size; i++)
    targets(i, (at, by) => {
      factors[at] = by;
    });
  return factors;
}

function isAlike(factors: Float64Array, area: number): boolean {
  return factors.every((factor, i) => factor === factors[i - (i % area)]);
}

/** Factors if all neurons of a channel have the same. */
function channelFactors(
  kernel: SharedKernel,
  weights: Float64Array,
  before: (channel: number) => number,
  behind: readonly Float64Array[],
): Float64Array {
  const { sourceChannels, targetChannels, targetArea, groups, taps } = kernel;
  const met = metTaps(kernel);
  const each = weightsOfChannel(kernel);
  const factors = new Float64Array(weights.length);
  for (let channel = 0; channel < sourceChannels; channel++) {
    const group = Math.floor((channel * groups) / sourceChannels);
    for (let w = 0; w < each; w++) {
      const at = channel * each + w;
      if (met[channel * taps + (w % taps)] === 0 || weights[at] === 0) continue;
      const target = ((group * targetChannels) / groups + Math.floor(w / taps)) * targetArea;
      // + 0 removes the sign of a negative zero
      factors[at] = behind.reduce((factor, by) => factor * by[target], before(channel) * weights[at]) + 0;
    }
  }
  return factors;
}

/** [source channels][taps]: 1 if some source uses it. */
function metTaps(kernel: SharedKernel): Uint8Array {
  const { sourceChannels, sourceArea, taps, input, size, entering } = kernel;
  const [rows, columns] = axesOf(kernel, kernel.windowTaps);
  const met = new Uint8Array(sourceChannels * taps);
  for (let channel = 0; channel < sourceChannels; channel++) {
    const entered = new Uint8Array(input[0] * input[1]).fill(entering === null ? 1 : 0);
    if (entering !== null)
      for (const place of entering.subarray(channel * sourceArea, (channel + 1) * sourceArea))
        if (place >= 0) entered[place % entered.length] = 1;
    for (let y = 0, at = 0; y < input[0]; y++) {
      for (let x = 0; x < input[1]; x++, at++) {
        if (entered[at] === 0) continue;
        for (let r = rows.start[y]; r < rows.start[y + 1]; r++)
          for (let c = columns.start[x]; c < columns.start[x + 1]; c++)
            met[(channel + 1) * taps - 1 - (rows.tap[r] * size[1] + columns.tap[c])] = 1;
      }
    }
  }
  return met;
}

/** Factors if neurons of a channel differ, computed from every synapse; null: a weight has several. */
function metFactors(
  kernel: SharedKernel,
  weights: Float64Array,
  before: Float64Array | null,
  behind: readonly Float64Array[],
): Float64Array | null {
  const reader = new KernelReader(kernel);
  const met = new Float64Array(weights.length).fill(Number.NaN);
  for (let source = 0; source < kernel.sourceChannels * kernel.sourceArea; source++) {
    reader.read(source);
    for (let k = 0; k < reader.length; k++) {
      const at = reader.weightOf(k);
      const target = reader.targets[k];
      const factor = behind.reduce((product, by) => product * by[target], (before?.[source] ?? 1) * weights[at]) + 0;
      if (Number.isNaN(met[at])) met[at] = factor;
      else if (met[at] !== factor) return null;
    }
  }
  return met.map((factor) => (Number.isNaN(factor) ? 0 : factor));
}
