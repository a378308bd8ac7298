/** Data fidelity: fewer timed utterances cut out of a run with more equal a run of those alone. */
import { expect, test } from "vitest";
import { type Chip, type Experiment, type MappingRequest, PLAIN_INTAKE } from "../../arch/index.js";
import { DIRECT } from "../../sim/functional/spike-encoders.js";
import { fewerTimed, prepareFunctional } from "../../sim/index.js";
import { chip } from "./board/fixtures.js";
import { randomNetwork, randomSamples, USUAL } from "./functional/random-network.js";

const SEED = 31;

function experimentOf(made: Chip, timingSamples: number, strategy: MappingRequest["strategy"] = "balanced"): Experiment {
  return {
    chip: made,
    mapping: { strategy, manual: {}, maxNeuronsPerCore: null, seed: 1 },
    network: { model: "m", nir: {}, lava: { restartSteps: 0, remainder: "lost" }, training: null },
    workload: { dataset: "random", path: null, split: "test", samples: 15, timingSamples, seed: SEED, encoding: DIRECT },
    precision: USUAL,
  } as unknown as Experiment;
}

test.each([
  ["lif", "stall"],
  ["rec-v1", "stall"],
  ["rec-v2", "stall"],
  ["rec-v2", "drop"],
] as const)("%s, queues that %s: 1, 3 and all of 9 timed utterances, cut out of 9, equal their own runs bit for bit", (system, full) => {
  const shape = { system, inputs: 7, neurons: [9, 6], classes: 4, bits: 6, theta: 1, fill: 0.8, gain: 1 };
  const network = randomNetwork(SEED, shape);
  const samples = randomSamples(SEED, network, 20, 9);
  const made = chip([1, 1], { core: { inputQueue: { depth: 1 }, intake: { ...PLAIN_INTAKE, full } } });
  const experiment = (timingSamples: number): Experiment => experimentOf(made, timingSamples);
  const whole = prepareFunctional(experiment(9), network, "m", samples);
  expect(whole.trace.payload.length).toBeGreaterThan(100);
  expect(whole.placedBy === whole.trace).toBe(full === "stall");
  for (const count of [1, 3, 9])
    expect(fewerTimed(experiment(count), network, samples, whole)).toEqual(prepareFunctional(experiment(count), network, "m", samples));
  expect(() => fewerTimed(experiment(10), network, samples, whole)).toThrow(/not among the timed ones/);
});

test("a part of a run on a chip is what that part's own run gives, or null if its utterances place the network otherwise", () => {
  const seen = { equal: 0, placedOtherwise: 0 };
  for (let seed = 0; seed < 4; seed++) {
    const shape = { system: "rec-v2", inputs: 7, neurons: [24, 16], classes: 4, bits: 6, theta: 1, fill: 0.8, gain: 1 } as const;
    const network = randomNetwork(SEED + seed, shape);
    const samples = randomSamples(SEED + seed, network, 20, 9);
    const made = chip([2, 2, 2], { core: { inputQueue: { depth: 2 }, intake: { ...PLAIN_INTAKE, full: "drop" } } });
    for (const strategy of ["balanced", "sequential"] as const) {
      const whole = prepareFunctional(experimentOf(made, 9, strategy), network, "m", samples);
      for (const count of [1, 2, 4]) {
        const experiment = experimentOf(made, count, strategy);
        const part = fewerTimed(experiment, network, samples, whole);
        if (part !== null) expect(part, `seed ${seed}, ${count}`).toEqual(prepareFunctional(experiment, network, "m", samples));
        seen[part === null ? "placedOtherwise" : "equal"]++;
        if (strategy === "sequential") expect(part).not.toBeNull();
      }
    }
  }
  expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(0);
});
