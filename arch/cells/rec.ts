/**
 * `rec-v1` and `rec-v2`: LIF-like cells with a gated leak of Ponghiran & Roy (AAAI 2022), section 4: z = sigma(.), h = h + z (h - c), a = a + h - q;
 * v2 has recurrent weights. States: h and a.
 */
import type { Cell } from "./cell.js";

const rec: Omit<Cell, "recurrent"> = {
  gates: { z: "sigmoid", c: "state" },
  splitGate: null,
  spiking: true,
  hasTau: false,
  states: 2,
  stateIntegerBits: null,
  kernel: "rec",
  // h >= 0 and soft reset keep the membrane from going below 0: no sign.
  payloadBits: (bits) => Math.max(1, bits - 1),
  // Requantise z and c, z (h - c); biases, h - c, c +, a + h, a - q; sigmoid.
  update: () => ({ multiplies: 3, additions: 6, lutReads: 1 }),
  equation: () => ({ multiplies: 2, additions: 6, lutReads: 1 }),
};

export const recV1: Cell = { ...rec, recurrent: false, equation: () => ({ multiplies: 2, additions: 4, lutReads: 1 }) };
export const recV2: Cell = { ...rec, recurrent: true };
