/** Networks that stay at 0 without input: the integer network does what the topology says. */
import { expect, test } from "vitest";
import { type Network, topologyOf } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { restsAlone } from "../../../sim/functional/integer-graph.js";
import { quantise } from "../../../sim/functional/quantise.js";
import { Counted } from "../../counted.js";
import { referenceOf } from "../../oracles/reference.js";
import { randomDense } from "./random-dense.js";
import { randomNetwork, resting, USUAL } from "./random-network.js";

const SEED = 20_261_210;
const SYSTEMS = ["lif", "alif", "rec-v1", "rec-v2", "gru", "lstm"] as const;

function drawn(system: (typeof SYSTEMS)[number], seed: string): Network {
  const shape = { inputs: 3, neurons: [4, 3], classes: 2, bits: 4, theta: 0, fill: 1, gain: 1 };
  return system === "gru" || system === "lstm" ? randomDense(seed, system, shape) : randomNetwork(seed, { system, ...shape });
}

/** Activity of 20 steps without input in integers: spikes or scores, or membranes that change. */
function movesAlone(network: Network): boolean {
  const run = referenceOf(quantise(network, USUAL)).run(new Int32Array(20 * network.inputs));
  // every membrane counts as moved in the first step
  const first = network.inputs + network.layers.reduce((sum, { neurons }) => sum + neurons, 0);
  const moved = run.membraneUpdates === null ? first : run.membraneUpdates.reduce((sum, count) => sum + count, 0);
  return run.neuron.length > 0 || run.scores.some((score) => score !== 0) || moved > first;
}

test("cells whose topology rests do nothing in 20 steps without input; biases of the gates that it names move them", () => {
  const seen = new Counted(`networks at rest, seed ${SEED}`);
  const rng = createRng(SEED, "rests");
  for (let i = 0; i < 60; i++) {
    const system = SYSTEMS[i % SYSTEMS.length];
    const network = drawn(system, `${SEED}/${i}`);
    const still = resting(network);
    expect(topologyOf(still, USUAL).populations.map(({ rests }) => rests)).toEqual([true, true, true, true]);
    expect(movesAlone(still), `${system} ${i}`).toBe(false);
    seen.see(`${system} at rest`);
    // one neuron of one gate gets its bias back
    const [layer] = still.layers;
    const gate = rng.int(0, layer.gates.length - 1);
    const gates = layer.gates.map((one, g) => {
      if (g !== gate) return one;
      const beta = one.inputNorm.beta.with(rng.int(0, layer.neurons - 1), 3);
      return { ...one, inputNorm: { ...one.inputNorm, beta } };
    });
    const moved = { ...still, layers: [{ ...layer, gates }, ...still.layers.slice(1)] };
    const says = topologyOf(moved, USUAL).populations[1].rests;
    expect(movesAlone(moved), `${system} ${layer.gates[gate].name}`).toBe(!says);
    seen.see(says ? "a bias that does nothing" : "a bias that moves");
  }
  seen.expectEach([...SYSTEMS.map((system) => `${system} at rest`), "a bias that does nothing", "a bias that moves"], 8);
});

test.each([
  ["nothing", {}, true],
  ["a bias that rounds to nothing", { bias: 3 }, true],
  ["a bias", { bias: 40 }, false],
  ["a resting potential", { rest: -1 }, false],
  ["a threshold below 0", { threshold: -1 }, false],
  ["no threshold", { threshold: null }, true],
] as const)("an imported neuron with %s rests as the topology says", (_, changes, rests) => {
  const { bias, rest, threshold } = { bias: 0, rest: 0, threshold: 64, ...changes };
  const cell = {
    requantiser: { multiplier: Int32Array.of(1), bias: Float64Array.of(bias), shift: 3 },
    keepCurrent: null,
    keepVoltage: null,
    rest: Int32Array.of(rest),
    threshold,
    reset: "zero" as const,
    resetTo: Int32Array.of(0),
    loses: 64,
    delta: null,
    mostSpikes: 1,
    lowest: null,
    restart: null,
    refractorySteps: 0,
    unit: Float64Array.of(1),
  };
  expect(restsAlone({ name: "n", neurons: 1, kind: "neurons", cell })).toBe(rests);
});
