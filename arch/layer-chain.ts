/**
 * A feed-forward network as the layers that events pass one after the other: what training sees of a graph of another
 * tool. Orders are NIR's: images [channels][height][width], weights [targets][sources of a group][height][width].
 */
import type { Windows } from "./rows.js";

/** A dense matrix is a kernel as large as its input. */
export interface ConvolutionShape extends Windows {
  readonly sourceChannels: number;
  readonly targetChannels: number;
  readonly groups: number;
}

export interface PoolShape extends Windows {
  readonly channels: number;
  /** What a window's sum is multiplied by. */
  readonly gain: number;
}

export interface WeightStage {
  readonly kind: "weights";
  /** Of the graph. */
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

/** In a step u = keep v + gain x + drive, and a neuron spikes where u > threshold; v is u after the reset. */
export interface NeuronStage {
  readonly kind: "neurons";
  readonly node: string;
  readonly channels: number;
  /** Neurons of a channel. */
  readonly area: number;
  /** [channels][area] each. */
  readonly keep: Float32Array;
  readonly gain: Float32Array;
  readonly drive: Float32Array;
  readonly threshold: Float32Array;
  readonly resetTo: Float32Array;
  /** A spike takes the threshold from u; false: v becomes `resetTo`. */
  readonly subtracts: boolean;
}

export interface LayerChain {
  /** Of the file. */
  readonly name: string;
  readonly input: { readonly channels: number; readonly height: number; readonly width: number };
  readonly stages: readonly (WeightStage | PoolStage | NeuronStage)[];
  /** Decided between by sums over the steps of what comes out at the end. */
  readonly classes: number;
}
