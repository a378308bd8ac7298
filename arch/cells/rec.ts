/**
 * `rec-v1` and `rec-v2`: LIF-like cells with a gated leak of Ponghiran & Roy (AAAI 2022), section 4: z = sigma(.), h =
 * h + z (h - c), a = a + h - q; v2 has recurrent weights. States: h and a.
 */
import type { KernelCell } from "./cell.js";

const rec = {
  gates: { z: "sigmoid", c: "state" },
  splitGate: null,
  spiking: true,
  perNeuron: [],
  states: 2,
  stateIntegerBits: null,
  kernel: "rec",
  movedBy: { c: "positive" },
  // h >= 0 and soft reset keep the membrane potential at 0 or above, so payloads have no sign.
  payloadBits: (bits: number) => Math.max(1, bits - 1),
  // Requantise z and c, z (h - c); biases, h - c, c +, a + h, a - q; sigmoid.
  update: () => ({ requantises: 2, multiplies: 3, additions: 6, lutReads: 1 }),
  equation: () => ({ multiplies: 2, additions: 6, lutReads: 1 }),
} as const satisfies Omit<KernelCell, "recurrent">;

export const recV1 = {
  ...rec,
  recurrent: false,
  equation: () => ({ multiplies: 2, additions: 4, lutReads: 1 }),
} as const satisfies KernelCell;
export const recV2 = { ...rec, recurrent: true } as const satisfies KernelCell;
