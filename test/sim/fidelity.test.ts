/** Data fidelity: fewer timed utterances cut out of a run with more equal a run of those alone. */
import { expect, test } from "vitest";
import { type Experiment, PLAIN_INTAKE } from "../../arch/index.js";
import { DIRECT } from "../../sim/functional/spike-encoders.js";
import { fewerTimed, prepareFunctional } from "../../sim/index.js";
import { chip } from "./board/fixtures.js";
import { randomNetwork, randomSamples, USUAL } from "./functional/random-network.js";

const SEED = 31;

test.each([
  ["lif", "stall"],
  ["rec-v1", "stall"],
  ["rec-v2", "stall"],
  ["rec-v2", "drop"],
] as const)("%s, queues that %s: 1, 3 and all of 9 timed utterances, cut out of 9, equal their own runs bit for bit", (system, full) => {
  const shape = { system, inputs: 7, neurons: [9, 6], classes: 4, bits: 6, theta: 1, fill: 0.8, gain: 1 };
  const network = randomNetwork(SEED, shape);
  const samples = randomSamples(SEED, network, 20, 9);
  const experiment = (timingSamples: number): Experiment => {
    const workload = { dataset: "random", path: null, split: "test", samples: 15, timingSamples, seed: SEED, encoding: DIRECT };
    const made = chip([1, 1], { core: { inputQueue: { depth: 1 }, intake: { ...PLAIN_INTAKE, full } } });
    const mapping = { strategy: "balanced", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
    return {
      chip: made,
      mapping,
      network: { model: "m", nir: {}, lava: { restartSteps: 0, remainder: "lost" }, training: null },
      workload,
      precision: USUAL,
    } as unknown as Experiment;
  };
  const whole = prepareFunctional(experiment(9), network, "m", samples);
  expect(whole.trace.payload.length).toBeGreaterThan(100);
  expect(whole.placedBy === whole.trace).toBe(full === "stall");
  for (const count of [1, 3, 9])
    expect(fewerTimed(experiment(count), network, samples, whole)).toEqual(prepareFunctional(experiment(count), network, "m", samples));
  expect(() => fewerTimed(experiment(10), network, samples, whole)).toThrow(/not among the timed ones/);
});
