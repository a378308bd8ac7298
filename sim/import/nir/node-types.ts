/**
 * Node types of NIR and the datasets each may hold.
 * Source: neuromorphs/NIR, package version 1.0.7 (19 serialisable types); v_reset since 1.0.6, input_type of Flatten and input_shape of
 * convolutions absent in some files.
 */

export interface FieldType {
  /** `reals`: float array or scalar. `integers`: int64 array or scalar. `padding`: integers, or "same" or "valid". */
  readonly kind: "reals" | "integers" | "padding";
  readonly optional: boolean;
}

const real: FieldType = { kind: "reals", optional: false };
const realOptional: FieldType = { kind: "reals", optional: true };
const integer: FieldType = { kind: "integers", optional: false };
const integerOptional: FieldType = { kind: "integers", optional: true };
const padding: FieldType = { kind: "padding", optional: false };

const convolution = {
  input_shape: integerOptional,
  weight: real,
  stride: integer,
  padding,
  dilation: integer,
  groups: integer,
  bias: real,
};
const pool = { kernel_size: integer, stride: integer, padding: integer };
const leaky = { tau: real, r: real, v_leak: real };
const current = { tau_syn: real, tau_mem: real, r: real, v_leak: real, w_in: realOptional };
const threshold = { v_threshold: real, v_reset: realOptional };

/** Fields by type; `type`, `metadata`, and a graph's `nodes` and `edges` are understood everywhere. */
export const NODE_TYPES: { readonly [type: string]: { readonly [field: string]: FieldType } } = {
  Input: { shape: integer },
  Output: { shape: integer },
  NIRGraph: {},
  Affine: { weight: real, bias: real },
  Linear: { weight: real },
  Scale: { scale: real },
  Conv1d: convolution,
  Conv2d: convolution,
  SumPool2d: pool,
  AvgPool2d: pool,
  Flatten: { start_dim: integer, end_dim: integer, input_type: integerOptional },
  Delay: { delay: real },
  Threshold: { threshold: real },
  I: { r: real },
  IF: { r: real, ...threshold },
  LI: leaky,
  LIF: { ...leaky, ...threshold },
  CubaLI: current,
  CubaLIF: { ...current, ...threshold },
};

/** Types whose output at a step depends on what they were before it. */
export const NEURON_TYPES = new Set(["I", "IF", "LI", "LIF", "CubaLI", "CubaLIF"]);
/** Types with weights: what NeuroBench calls connection layers. */
export const CONNECTION_TYPES = new Set(["Affine", "Linear", "Conv1d", "Conv2d"]);
