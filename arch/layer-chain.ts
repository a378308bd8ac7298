/**
 * A feed-forward network as a chain of layers, which training uses for a graph of another tool. Orders are NIR's:
 * images [channels][height][width], weights [targets][sources of a group][height][width].
 */
import type { Windows } from "./rows.js";

/** A dense matrix is a kernel of the size of its input. */
export interface ConvolutionShape extends Windows {
  readonly sourceChannels: number;
  readonly targetChannels: number;
  readonly groups: number;
}

export interface PoolShape extends Windows {
  readonly channels: number;
  /** Factor of a window's sum. */
  readonly gain: number;
}

export interface WeightStage {
  readonly kind: "weights";
  /** Node of the graph. */
  readonly node: string;
  readonly shape: ConvolutionShape;
  readonly weights: Float32Array;
  /** [targets]; null: the node has none. */
  readonly bias: Float32Array | null;
}

export interface PoolStage {
  readonly kind: "pool";
  readonly node: string;
  readonly shape: PoolShape;
}

/** In a step u = keep v + gain x + drive. A neuron spikes if u > threshold; v is u after the reset. */
export interface NeuronStage {
  readonly kind: "neurons";
  readonly node: string;
  readonly channels: number;
  /** Neurons of a channel. */
  readonly area: number;
  /** Each [channels][area]. */
  readonly keep: Float32Array;
  readonly gain: Float32Array;
  readonly drive: Float32Array;
  readonly threshold: Float32Array;
  readonly resetTo: Float32Array;
  /** True: a spike subtracts the threshold from u; false: v becomes `resetTo`. */
  readonly subtracts: boolean;
}

export interface LayerChain {
  /** Name of the file. */
  readonly name: string;
  readonly input: { readonly channels: number; readonly height: number; readonly width: number };
  readonly stages: readonly (WeightStage | PoolStage | NeuronStage)[];
  /** Number of classes; the decision is the largest sum of outputs over all steps. */
  readonly classes: number;
}
