/**
 * Cells: `own-lif`, `own-rec-v1` and `own-rec-v2`, rules of the program once more, and `long-refractory`, which it does
 * not have.
 */
export const apiVersion = 1;

/** The rule of `lif`: i = leaked i + pre, a = a + i, a spike of a. */
const ownLif = {
  about: "leaky integrate-and-fire, as the program's own",
  gates: { i: "state" },
  parameters: [{ name: "tau", kind: "leak" }],
  states: 2,
  rests: true,
  update: ({ leaks, leak }) => ({ multiplies: leak === "shift" ? 0 : leaks, additions: 2 + leaks * (leak === "shift" ? 2 : 1) }),
  equation: ({ leaks }) => ({ multiplies: leaks, additions: 3 }),
  step({ neurons, pre, states: [membrane, current], parameters: { tau }, clamp, leaked, fire }) {
    for (let n = 0; n < neurons; n++) {
      current[n] = clamp(pre.i[n] + (tau === null ? current[n] : leaked(current[n], tau[n])));
      membrane[n] = fire(n, membrane[n] + current[n]);
    }
  },
};

/** The rules of `rec-v1` and `rec-v2`: h goes to c by the share that z leaves, a = a + h, a spike of a. */
const ownRec = (recurrent) => ({
  about: "gated leak, as the program's own",
  gates: { z: "sigmoid", c: "state" },
  recurrent,
  signed: false,
  states: 2,
  rests: false,
  update: () => ({ multiplies: 1, additions: 5, lutReads: 1 }),
  equation: () => ({ multiplies: 2, additions: 3, lutReads: 1 }),
  step({ neurons, pre, states: [membrane, h], tables: { sigmoid }, gateBits, clamp, shiftRound, fire }) {
    const half = sigmoid.length / 2;
    for (let n = 0; n < neurons; n++) {
      const z = sigmoid[Math.max(0, Math.min(sigmoid.length - 1, pre.z[n] + half))];
      const c = clamp(Math.max(0, pre.c[n]));
      h[n] = c + shiftRound(z * (h[n] - c), gateBits);
      membrane[n] = fire(n, membrane[n] + h[n]);
    }
  },
});

/**
 * After a spike a neuron is silent for some steps, one more with each further spike that follows at once, at most
 * seven; then it forgets.
 */
const refractory = {
  about: "integrate-and-fire whose refractory time grows with its activity",
  gates: { i: "state" },
  parameters: [{ name: "tau", kind: "leak" }],
  states: 3,
  rests: true,
  update: ({ leaks }) => ({ multiplies: leaks, additions: 4 }),
  equation: ({ leaks }) => ({ multiplies: leaks, additions: 4 }),
  step({ neurons, pre, states: [membrane, wait, length], parameters: { tau }, spikes, clamp, leaked, fire }) {
    for (let n = 0; n < neurons; n++) {
      const kept = tau === null ? membrane[n] : leaked(membrane[n], tau[n]);
      if (wait[n] > 0) {
        wait[n]--;
        membrane[n] = clamp(kept);
        continue;
      }
      membrane[n] = fire(n, kept + pre.i[n]);
      length[n] = spikes[n] === 0 ? 0 : Math.min(7, length[n] + 1);
      wait[n] = length[n];
    }
  },
};

export default () => ({
  cells: { "own-lif": ownLif, "own-rec-v1": ownRec(false), "own-rec-v2": ownRec(true), "long-refractory": refractory },
});
