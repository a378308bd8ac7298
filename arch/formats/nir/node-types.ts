/**
 * Node types of NIR and the datasets each may hold.
 * Source: neuromorphs/NIR, package version 1.0.7 (19 serialisable types); v_reset since 1.0.6, input_type of Flatten
 * and input_shape of convolutions absent in some files.
 */

export interface FieldType {
  /** `reals`: float array or scalar. `integers`: int64 array or scalar. `padding`: integers, or "same" or "valid". */
  readonly kind: "reals" | "integers" | "padding";
  readonly optional: boolean;
  /** Allowed values of every element; null: any finite number. */
  readonly range: "above 0" | "from 0" | "from 1" | null;
  /** A shape without axes; every other field holds at least one number. */
  readonly mayBeEmpty: boolean;
}

const real: FieldType = { kind: "reals", optional: false, range: null, mayBeEmpty: false };
const realOptional: FieldType = { ...real, optional: true };
/** Time constants, by which values are divided. */
const tau: FieldType = { ...real, range: "above 0" };
const seconds: FieldType = { ...real, range: "from 0" };
/** Sizes, strides, groups. */
const count: FieldType = { kind: "integers", optional: false, range: "from 1", mayBeEmpty: false };
const countOptional: FieldType = { ...count, optional: true };
/** Axis numbers; -1 is the last. */
const axis: FieldType = { ...count, range: null };
const zeros: FieldType = { ...count, range: "from 0" };
const padding: FieldType = { ...zeros, kind: "padding" };
const shape: FieldType = { ...count, mayBeEmpty: true };

const convolution = {
  input_shape: countOptional,
  weight: real,
  stride: count,
  padding,
  dilation: count,
  groups: count,
  bias: real,
};
const pool = { kernel_size: count, stride: count, padding: zeros };
const leaky = { tau, r: real, v_leak: real };
const current = { tau_syn: tau, tau_mem: tau, r: real, v_leak: real, w_in: realOptional };
const threshold = { v_threshold: real, v_reset: realOptional };

/** Fields by type; `type`, `metadata`, and a graph's `nodes` and `edges` are understood everywhere. */
export const NODE_TYPES: { readonly [type: string]: { readonly [field: string]: FieldType } } = {
  Input: { shape },
  Output: { shape },
  NIRGraph: {},
  Affine: { weight: real, bias: real },
  Linear: { weight: real },
  Scale: { scale: real },
  Conv1d: convolution,
  Conv2d: convolution,
  SumPool2d: pool,
  AvgPool2d: pool,
  Flatten: { start_dim: axis, end_dim: axis, input_type: { ...zeros, optional: true, mayBeEmpty: true } },
  Delay: { delay: seconds },
  Threshold: { threshold: real },
  I: { r: real },
  IF: { r: real, ...threshold },
  LI: leaky,
  LIF: { ...leaky, ...threshold },
  CubaLI: current,
  CubaLIF: { ...current, ...threshold },
};

/** Types whose output depends on their state. */
export const NEURON_TYPES = new Set(["I", "IF", "LI", "LIF", "CubaLI", "CubaLIF", "Loihi", "Delta", "SigmaDelta", "Sigma"]);
/** Types of neurons that send no spikes: their output is a voltage or a sum. */
export const VALUE_NEURONS = new Set(["I", "LI", "CubaLI", "Sigma"]);
/** Types with weights: what NeuroBench calls connection layers. */
export const CONNECTION_TYPES = new Set(["Affine", "Linear", "Conv1d", "Conv2d"]);
