/** Data fidelity: fewer timed utterances cut out of a run with more equal a run of those alone. */
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { type Chip, type Experiment, PLAIN_INTAKE, type SpikeTrace } from "../../arch/index.js";
import { DIRECT } from "../../sim/functional/spike-encoders.js";
import { fewerTimed, prepareFunctional } from "../../sim/index.js";
import { mapNetwork } from "../../sim/mapping/index.js";
import { replay } from "../../sim/replay.js";
import { chip } from "./board/fixtures.js";
import { randomNetwork, randomSamples, USUAL } from "./functional/random-network.js";

const SEED = 31;

function experimentOf(made: Chip, timingSamples: number): Experiment {
  return {
    chip: made,
    mapping: { strategy: "balanced", manual: {}, maxNeuronsPerCore: null, seed: 1 },
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

test("what a chip computes and loses does not depend on how many utterances are timed, also if these would place it otherwise", () => {
  let otherwise = 0;
  for (let seed = 0; seed < 2; seed++) {
    const shape = { system: "rec-v2", inputs: 7, neurons: [24, 16], classes: 4, bits: 6, theta: 1, fill: 0.8, gain: 1 } as const;
    const network = randomNetwork(SEED + seed, shape);
    const samples = randomSamples(SEED + seed, network, 20, 9);
    const made = chip([2, 2, 2], { core: { inputQueue: { depth: 2 }, intake: { ...PLAIN_INTAKE, full: "drop" } } });
    const whole = prepareFunctional(experimentOf(made, 15), network, "m", samples);
    const { correct, operations, lostMessages, placedBy } = whole;
    // all are timed: the replay counts what the run lost
    expect(lostMessages).toBe(
      replay(experimentOf(made, 15), whole.trace, placedBy).timing.droppedMessages.reduce((sum, lost) => sum + lost),
    );
    expect(lostMessages).toBeGreaterThan(0);
    for (const count of [1, 2]) {
      const experiment = experimentOf(made, count);
      const part = prepareFunctional(experiment, network, "m", samples);
      expect(part, `seed ${seed}, ${count}`).toMatchObject({ correct, operations, lostMessages });
      expect(fewerTimed(experiment, network, samples, whole)).toEqual(part);
      const place = (by: SpikeTrace) => mapNetwork(by.topology, made, USUAL, experiment.mapping, by).slices;
      const { trace: timed } = prepareFunctional(experimentOf(chip([2, 2, 2], {}), count), network, "m", samples);
      otherwise += Number(!isDeepStrictEqual(place(timed), place(placedBy)));
    }
  }
  expect(otherwise).toBeGreaterThan(0);
});
