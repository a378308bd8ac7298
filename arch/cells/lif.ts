/**
 * `lif`: the leaky integrate-and-fire cell of Ponghiran & Roy (AAAI 2022), section 3: i = tau i + W x, a = a + i - q.
 * States: i and a.
 */
import { type KernelCell, signedPayloadBits, type UpdateWork } from "./cell.js";

const WITH_SHIFT: UpdateWork = { requantises: 1, multiplies: 1, additions: 5, lutReads: 0 };
const WITH_TAU: UpdateWork = { requantises: 1, multiplies: 2, additions: 4, lutReads: 0 };
const WITHOUT_LEAK: UpdateWork = { requantises: 1, multiplies: 1, additions: 3, lutReads: 0 };

export const lif = {
  gates: { i: "state" },
  splitGate: null,
  recurrent: false,
  spiking: true,
  perNeuron: [{ name: "tau", kind: "leak", initial: 1, most: 1 }],
  states: 2,
  stateIntegerBits: null,
  kernel: "lif",
  movedBy: { i: "any" },
  payloadBits: signedPayloadBits,
  // Requantise, tau i (or i - (i >> k)); bias, + tau i, a + i, a - q.
  update: (leaks, leak) => (leaks > 0 ? (leak === "shift" ? WITH_SHIFT : WITH_TAU) : WITHOUT_LEAK),
  equation: (leaks) => ({ multiplies: leaks, additions: 3, lutReads: 0 }),
} as const satisfies KernelCell;
