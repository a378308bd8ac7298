/**
 * `lstm`: long short-term memory without peepholes, the dense baseline: F. Gers et al., Neural Computation 12 (2000).
 * States: c and the h that is sent.
 */
import { type KernelCell, signedPayloadBits } from "./cell.js";

export const lstm = {
  gates: { i: "sigmoid", f: "sigmoid", g: "tanh", o: "sigmoid" },
  splitGate: null,
  recurrent: true,
  spiking: false,
  perNeuron: [],
  states: 2,
  stateIntegerBits: 3,
  kernel: "lstm",
  movedBy: { g: "any" },
  payloadBits: signedPayloadBits,
  // Requantise i, f, g, o, then f c, i g, o tanh(c); four biases and the sum.
  update: () => ({ requantises: 4, multiplies: 7, additions: 5, lutReads: 5 }),
  equation: () => ({ multiplies: 3, additions: 5, lutReads: 5 }),
} as const satisfies KernelCell;
