/**
 * `gru`: gated recurrent unit, the dense baseline: K. Cho et al., EMNLP 2014, with the reset gate applied to the
 * recurrent product. States: h and U_n h.
 */
import { type KernelCell, signedPayloadBits } from "./cell.js";

export const gru = {
  gates: { r: "sigmoid", z: "sigmoid", n: "tanh" },
  splitGate: "n",
  recurrent: true,
  spiking: false,
  perNeuron: [],
  states: 2,
  stateIntegerBits: 1, // |h| <= 1
  kernel: "gru",
  movedBy: { n: "any" },
  payloadBits: signedPayloadBits,
  // Requantise r, z, x, u, then r u, (1 - z) n, z h; three biases, x + r u, 1 - z, and their sum.
  update: () => ({ requantises: 4, multiplies: 7, additions: 6, lutReads: 3 }),
  equation: () => ({ multiplies: 3, additions: 5, lutReads: 3 }),
} as const satisfies KernelCell;
