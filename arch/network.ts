/** Data of a trained network (float, as on disk), and of its shape for a chip (topology). */
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

/** Running statistics and affine part of a batch normalisation; each array has one value per output. */
export interface BatchNorm {
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly epsilon: number;
}

/** Parameters of one gate; the cell defines the gates of a system (`cells/`). */
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
  /** [neurons] each, by the names of the cell's `perNeuron`; a missing one is neutral. */
  readonly perNeuron: PerNeuron;
}

interface Readout {
  /** Row-major [classes][neurons]. */
  readonly weights: Float32Array;
  readonly norm: BatchNorm;
}

/** A complete trained network: a model file holds exactly this and its training record. */
export interface Network {
  readonly name: string;
  /** Name of its cell, built-in or of a plug-in. */
  readonly system: string;
  readonly inputs: number;
  readonly classes: number;
  /** `sequence`: one label per utterance, scored on the mean of frame scores. `frames`: one label per frame. */
  readonly task: "sequence" | "frames";
  /** Frame t is scored with the label of frame t - outputDelayFrames. */
  readonly outputDelayFrames: number;
  /** Input encoder's quantiser; null for gru and lstm (dense input). */
  readonly encoder: Quantiser | null;
  /**
   * [inputs]: largest magnitude of each feature in the training data, for gru and lstm; absent: features of standard
   * deviation 1, clamped to [-4, 4).
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
   * Accumulators per neuron: lif 1, rec 2, gru 3, lstm 4, encoder 0, readout 1. A spike meets `accumulators` weights
   * per target neuron.
   */
  readonly accumulators: number;
  /** State words per neuron of `stateBits` each, accumulators not counted (rec: h and a = 2). */
  readonly states: number;
  /** Pipeline depth: the population works on timestep w - depth in wave w. */
  readonly depth: number;
  /** Bits of its spikes' payload, with sign if it can be negative; 0 for a population that sends nothing. */
  readonly payloadBits: number;
  /**
   * True if silent neurons without input stay silent: an update of zero states and accumulators leaves them 0 and sends
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
  /** True if spikes of step t count for step t + 1 (recurrent). */
  readonly recurrent: boolean;
  /** null: dense. */
  readonly sparse: SparseRows | null;
  /** For a dense projection: its non-zero synapses. Absent: all are non-zero, or it is unknown. */
  readonly present?: SparseRows | undefined;
  /**
   * For a sparse projection: the convolution whose weights its synapses share. Absent: each synapse has its own weight.
   */
  readonly kernel?: SharedKernel | undefined;
  /**
   * [source neurons]: the row that a source's spike reads, numbered in the order of their first sources; -1: none, the
   * source has no synapses. Sources with one row have equal synapses and weights, because they enter the weights at one
   * place, e.g. behind a pool. Absent: each source has its own row.
   */
  readonly rowOf?: Int32Array | undefined;
  /** For a sparse projection on a chip: how its rows encode targets. Absent: an index per synapse. */
  readonly coding?: RowCoding | undefined;
}

/** A projection that a mapping has cut: only some of its rows, or a partial sum without weights. */
export interface PartProjection extends Projection {
  readonly rows: { readonly first: number; readonly count: number };
  readonly weightless: boolean;
}

/** A bit per target neuron before the weights; or, with each weight, the number of zeros before it in `bits` bits. */
export type RowCoding = { readonly kind: "bitmap" } | { readonly kind: "run-length"; readonly runBits: number };

/** Synapses by source neuron: row i holds synapses `rowStart[i] .. rowStart[i + 1] - 1`. Read them with `rowReader`. */
export interface SparseRows {
  /** [source neurons + 1]. */
  readonly rowStart: Uint32Array;
  /** [synapses]; null: the projection's kernel defines them. */
  readonly targets: Uint32Array | null;
}

/**
 * Taps of a kernel whose windows differ: a convolution that pads the output of a pool has fewer products at the border.
 * For each axis, [output][reach]: row or column of the kernel at this offset from the window's beginning; -1: none.
 * Taps at larger offsets are higher, in all windows.
 */
export type WindowTaps = readonly [rows: Int32Array, columns: Int32Array];

/** Along [height, width]. */
export type Plane = readonly [height: number, width: number];

/**
 * A convolution's kernel as a memory stores it: a row of weights per source channel, [target channels of its
 * group][taps]. Neurons of a channel are contiguous, `sourceArea` per source channel and `targetArea` per target
 * channel. Taps count backwards, so that positions ascend in a row of synapses.
 */
export interface SharedKernel {
  readonly sourceChannels: number;
  readonly sourceArea: number;
  readonly targetChannels: number;
  readonly targetArea: number;
  readonly groups: number;
  /** Weights from one source channel to one target channel. */
  readonly taps: number;
  /** Extents of the input, the output and the kernel. */
  readonly input: Plane;
  readonly output: Plane;
  readonly size: Plane;
  readonly stride: Plane;
  readonly dilation: Plane;
  /** Padding with zeros before the first row and column. */
  readonly padding: Plane;
  /**
   * [source neurons]: position of the input, [channel][y][x], at which a spike enters after a pool or a Delay; -1:
   * none. null: each at its own position.
   */
  readonly entering: Int32Array | null;
  /**
   * [source channels][target channels of its group][taps]: 1 for a synapse, 0 for a zero weight. null: all are
   * synapses, also those of zero, as on a chip that holds the kernel.
   */
  readonly present: Uint8Array | null;
  /** null: tap k of every window is at offset k × `dilation` from its beginning. */
  readonly windowTaps: WindowTaps | null;
}

/** The shape of a network for the timing engine. Values of weights do not change time. */
export interface Topology {
  readonly populations: readonly Population[];
  readonly projections: readonly Projection[];
}
