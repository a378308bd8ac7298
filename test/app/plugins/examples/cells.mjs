/** Cells: `own-lif`, a rule of the program once more, and `long-refractory`, which it does not have. */
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

export default () => ({ cells: { "own-lif": ownLif, "long-refractory": refractory } });
