/** What a trained network IS (float, as on disk) and what a chip needs to know of its shape (topology). */
import type { UpdateWork } from "./cells/cell.js";

/**
 * Multi-bit spike quantiser with frozen range: q = trunc(clamp(v, -M, M) n (1 - 1e-4) / M), 0 if |q| <= theta, n =
 * 2^(bits-1).
 */
export interface Quantiser {
  /** 32 means none. */
  readonly bits: number;
  readonly theta: number;
  /** M, the frozen range. */
  readonly range: number;
}

/** Running statistics and affine part of a batch normalisation; each array has one value an output. */
export interface BatchNorm {
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly epsilon: number;
}

/** One gate's parameters; which gates a system has is its cell's (`cells/`). */
export interface Gate {
  readonly name: string;
  /** Row-major [neurons][inputs]. */
  readonly inputWeights: Float32Array;
  readonly inputNorm: BatchNorm;
  /** Row-major [neurons][neurons]; null for lif and rec-v1. */
  readonly recurrentWeights: Float32Array | null;
}

export type PerNeuron = { readonly [name: string]: Float32Array | undefined };

export interface NetworkLayer {
  readonly neurons: number;
  readonly inputs: number;
  readonly gates: readonly Gate[];
  /** Spike quantiser of the membrane; null for gru and lstm. */
  readonly quantiser: Quantiser | null;
  /** [neurons] each, by the names of the cell's `perNeuron`; one that is not there does nothing. */
  readonly perNeuron: PerNeuron;
}

interface Readout {
  /** Row-major [classes][neurons]. */
  readonly weights: Float32Array;
  readonly norm: BatchNorm;
}

/** A trained network, complete: a model file holds exactly this and its training record. */
export interface Network {
  readonly name: string;
  /** Name of its cell: the program's own, or a plug-in's. */
  readonly system: string;
  readonly inputs: number;
  readonly classes: number;
  /** `sequence`: one label an utterance, scored on the mean of frame scores. `frames`: a label a frame. */
  readonly task: "sequence" | "frames";
  /** Frame t is scored against the label of t - outputDelayFrames. */
  readonly outputDelayFrames: number;
  /** Input encoder's quantiser; null for gru and lstm (dense input). */
  readonly encoder: Quantiser | null;
  /**
   * [inputs] largest magnitude of each feature in the training data, for gru and lstm; absent: features of deviation 1,
   * taken to lie in [-4, 4).
   */
  readonly inputPeaks?: Float32Array;
  readonly layers: readonly NetworkLayer[];
  readonly readout: Readout;
}

/** A group of neurons that are updated together, e.g. `input`, `layer1`, `readout`. */
export interface Population {
  readonly name: string;
  readonly neurons: number;
  /**
   * Accumulators a neuron: lif 1, rec 2, gru 3, lstm 4, encoder 0, readout 1. A spike meets `accumulators` weights per
   * target neuron.
   */
  readonly accumulators: number;
  /** State words per neuron of `stateBits` each, accumulators not counted (rec: h and a = 2). */
  readonly states: number;
  /** Pipeline depth: the population works on timestep w - depth in wave w. */
  readonly depth: number;
  /** Bits of its spikes' payload, sign included where it can be negative; 0 for a population that sends nothing. */
  readonly payloadBits: number;
  /**
   * Silent neurons without input stay silent: an update of states and accumulators that are 0 leaves them 0 and sends
   * nothing.
   */
  readonly rests: boolean;
  /** Element-wise work of one neuron update, by kind. */
  readonly update: UpdateWork;
}

/** All-to-all or sparse connections between two populations; indices into `Topology.populations`. */
export interface Projection {
  readonly source: number;
  readonly target: number;
  /** True where spikes of step t arrive for step t + 1 (recurrent). */
  readonly recurrent: boolean;
  /** null: dense. */
  readonly sparse: SparseRows | null;
  /** Of a dense one: its synapses that are not 0. Absent: all are, or it is not known. */
  readonly present?: SparseRows | undefined;
  /**
   * Of a sparse one: the convolution whose weights its synapses share. Absent: each synapse has a weight of its own.
   */
  readonly kernel?: SharedKernel | undefined;
  /** Of a sparse one that a chip holds: how its rows tell the targets. Absent: an index per synapse. */
  readonly coding?: RowCoding | undefined;
}

/**
 * A bit per target neuron in front of the weights; or with each weight the number of zeros before it, in so many bits.
 */
export type RowCoding = { readonly kind: "bitmap" } | { readonly kind: "run-length"; readonly runBits: number };

/** Synapses by source neuron: row i holds numbers `rowStart[i] .. rowStart[i + 1] - 1`. Read them with `rowReader`. */
export interface SparseRows {
  /** [source neurons + 1]. */
  readonly rowStart: Uint32Array;
  /** [synapses]; null: the projection's kernel tells them. */
  readonly targets: Uint32Array | null;
}

/**
 * Taps of a kernel whose windows are not all alike: those of a convolution that pads what a pool gives lack products
 * towards the border. Along each axis [output][reach] row or column of the kernel that a window has so far behind its
 * beginning; -1: none. Those further behind are higher, in whichever windows.
 */
export type WindowTaps = readonly [rows: Int32Array, columns: Int32Array];

/** Along [height, width]. */
export type Plane = readonly [height: number, width: number];

/**
 * A convolution's kernel as a memory holds it: a row of weights per source channel, [target channels of its
 * group][taps]. Neurons of a channel follow each other, `sourceArea` of a source channel and `targetArea` of a target
 * channel. Taps count backwards, so that places ascend in a row of synapses.
 */
export interface SharedKernel {
  readonly sourceChannels: number;
  readonly sourceArea: number;
  readonly targetChannels: number;
  readonly targetArea: number;
  readonly groups: number;
  /** Weights from one source channel to one target channel. */
  readonly taps: number;
  /** What the kernel slides over, where it has been, and its own extent. */
  readonly input: Plane;
  readonly output: Plane;
  readonly size: Plane;
  readonly stride: Plane;
  readonly dilation: Plane;
  /** Zeros before the first row and column. */
  readonly padding: Plane;
  /**
   * [source neurons] place of the input, [channel][y][x], at which a spike enters behind a pool or a Delay; -1: at
   * none. null: at its own.
   */
  readonly entering: Int32Array | null;
  /**
   * [source channels][target channels of its group][taps] 1: a synapse; 0: a weight of zero, which is none. null: all
   * are synapses.
   */
  readonly present: Uint8Array | null;
  /** null: tap k of every window lies k × `dilation` behind its beginning. */
  readonly windowTaps: WindowTaps | null;
}

/** The shape of a network as the timing engine sees it. Weights' values do not matter to time. */
export interface Topology {
  readonly populations: readonly Population[];
  readonly projections: readonly Projection[];
}
