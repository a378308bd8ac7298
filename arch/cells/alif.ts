/**
 * `alif`: leaky integrate-and-fire cell whose threshold adapts to its own spikes, with recurrent weights. Per step, o the spike of the step before:
 *   b = rho b + jump |o|                              the threshold rises with each spike and falls back
 *   a = tau (a - o) + W x + U o                       leaky membrane, reset by the spike
 *   o = Q(sign(a) max(0, |a| - b))                    the multi-bit spike quantiser on the excess over b
 * With binary spikes it fires if |a| reaches step + b. States: a and b. All three parameters belong to each neuron.
 * In integers, in units of the spike's payload / 2^stateFractionBits, with >> to nearest or a leak by shift (`precision.leak`):
 *   a = clamp(a tau >> gateBits + pre), q = min(limit, max(0, |a| - b) >> fraction) sign(a), 0 if |q| <= theta
 *   a = a - (q << fraction), b = clamp(b rho >> gateBits + jump |q|)
 * Source: G. Bellec et al., NeurIPS 2018 (LSNN): b here is their beta times b, jump their beta (1 - rho); reset by the
 * constant part of the threshold as in Bellec et al., Nature Communications 11 (2020); learned time constants as in B.
 * Yin, F. Corradi and S. Bohte, Nature Machine Intelligence 3 (2021).
 * Not modelled: refractory steps; the leak acts after the reset.
 */
import { type KernelCell, signedPayloadBits } from "./cell.js";

export const alif = {
  gates: { i: "state" },
  splitGate: null,
  recurrent: true,
  spiking: true,
  perNeuron: [
    { name: "tau", kind: "leak", initial: 1, most: 1 },
    { name: "rho", kind: "leak", initial: 0.9, most: 1 },
    { name: "jump", kind: "gain", initial: 0.17, most: 4 },
  ],
  states: 2,
  stateIntegerBits: null,
  kernel: "alif",
  movedBy: { i: "any" },
  payloadBits: signedPayloadBits,
  // Requantise, jump |q|, each leak (or x - (x >> k)); bias, a + pre, |a| - b, a - q, b + jump |q|.
  update: (leaks, leak) => ({
    requantises: 1,
    multiplies: leak === "shift" ? 2 : 2 + leaks,
    additions: leak === "shift" ? 5 + leaks : 5,
    lutReads: 0,
    gains: 1,
  }),
  equation: (leaks) => ({ multiplies: 1 + leaks, additions: 4, lutReads: 0 }),
} as const satisfies KernelCell;
