/**
 * Whether the synapses of a way are those of one convolution, and which weight of its kernel each of them is.
 *
 * They are where one convolution lies on the only route, where each source enters it at one place at most (pools before it do not overlap), and where
 * whatever comes behind it or before it leaves the factors of a place the same: a Scale of its own per position does not.
 */
import type { SharedKernel } from "../../arch/index.js";
import type { KernelShape } from "./connections.js";
import type { Way } from "./ways.js";

/** The places of a way's synapses, gathered row by row; null where no kernel can be shared. */
export function kernelOf({ routes }: Way, sources: number, synapses: number): GatheredKernel | null {
  if (routes.length !== 1) return null;
  const [route] = routes;
  const stage = route.findIndex(({ kernel }) => kernel !== null);
  const shape = route[stage]?.kernel ?? null;
  if (shape === null || sources % shape.sourceChannels !== 0 || !route.slice(stage + 1).every(({ isOneToOne }) => isOneToOne)) return null;
  return new GatheredKernel(stage, shape, sources / shape.sourceChannels, synapses);
}

class GatheredKernel {
  private readonly places: Uint32Array;
  /** [source channels][target channels][taps] factors that were met; not a number: none yet. */
  private readonly met: Float64Array;
  private isShared = true;

  constructor(
    readonly stage: number,
    private readonly shape: KernelShape,
    private readonly sourceArea: number,
    synapses: number,
  ) {
    this.places = new Uint32Array(synapses);
    this.met = new Float64Array(shape.sourceChannels * shape.targetChannels * shape.taps).fill(Number.NaN);
  }

  /** Takes row `row` of the way, its synapses from `first` on; `entering`: where it enters the convolution. */
  take(row: number, entering: Uint32Array, first: number, targets: Uint32Array, factors: Float64Array, length: number): void {
    const { shape, sourceArea, places, met } = this;
    if (!this.isShared || length === 0) return;
    const [input] = entering;
    const channel = Math.floor(row / sourceArea);
    if (entering.length !== 1 || Math.floor(input / shape.inputArea) !== channel) {
      this.isShared = false;
      return;
    }
    const base = channel * shape.targetChannels * shape.taps;
    for (let at = first; at < first + length; at++) {
      const place = shape.placeOf(input, targets[at]);
      places[at] = place;
      if (Number.isNaN(met[base + place])) met[base + place] = factors[at];
      else if (met[base + place] !== factors[at]) this.isShared = false;
    }
  }

  /** null: the same place came with several factors. */
  shared(): SharedKernel | null {
    if (!this.isShared) return null;
    const { sourceChannels, targetChannels, targetArea, groups, taps } = this.shape;
    return { sourceChannels, sourceArea: this.sourceArea, targetChannels, targetArea, groups, taps, places: this.places };
  }
}
