/**
 * A chip is refused exactly if no state of a population's word spikes: found by trying every state, whatever the rule.
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { check } from "../../../app/check.js";
import { open } from "../../../app/open.js";
import { quantise as study } from "../../../app/quantise.js";
import { rtl } from "../../../app/rtl.js";
import { type NirFile, nirArray } from "../../../arch/formats/nir/graph.js";
import type { Precision } from "../../../arch/index.js";
import { InfeasibleError } from "../../../base/errors.js";
import { demandSpikes, quantise, type Runnable, runnableGraph, runnableNetwork } from "../../../sim/functional/index.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import { node, whole } from "../../nir-nodes.js";
import { EULER } from "../nir/fixtures.js";
import { randomNetwork, USUAL } from "./random-network.js";

const refusalOf = (runnable: Runnable): InfeasibleError | null => {
  try {
    demandSpikes(runnable);
    return null;
  } catch (error) {
    if (error instanceof InfeasibleError) return error;
    throw error;
  }
};

/** States of a word, those next to its ends and to 0. */
const statesOf = (bits: number): number[] => [-(2 ** (bits - 1)), 1 - 2 ** (bits - 1), 0, 2 ** (bits - 1) - 2, 2 ** (bits - 1) - 1];

/** One IF neuron behind its input, which has no weights. */
function imported(threshold: number, precision: Precision): Runnable {
  const fields = { r: nirArray([1], [1], "f8"), v_threshold: nirArray([threshold], [1], "f8") };
  const nodes = { input: node("Input", { shape: whole(1) }), n: node("IF", fields), output: node("Output", { shape: whole(1) }) };
  const edges = [
    { from: "input", to: "n" },
    { from: "n", to: "output" },
  ];
  const file: NirFile = { version: "1.0.7", graph: { nodes: new Map(Object.entries(nodes)), edges, metadata: new Map() } };
  return runnableGraph(integerNir(prepareNir(file, "made", EULER), precision).graph);
}

test("this program's cells are refused if |a| >> state_fraction_bits is above theta for no state, with the nearest widths that are not", () => {
  const shape = { system: "rec-v2", inputs: 2, neurons: [3, 3], classes: 2, bits: 4, gain: 1, fill: 1 } as const;
  let refused = 0;
  for (const theta of [0, 1, 2, 6])
    for (let stateBits = 8; stateBits <= 12; stateBits++)
      for (let stateFractionBits = 3; stateFractionBits < stateBits; stateFractionBits++) {
        const on = (bits: number, fraction: number) =>
          refusalOf(
            runnableNetwork(quantise(randomNetwork(5, { ...shape, theta }), { ...USUAL, stateBits: bits, stateFractionBits: fraction })),
          );
        const spikes = statesOf(stateBits).some((a) => Math.abs(a) >> stateFractionBits > theta);
        const found = on(stateBits, stateFractionBits);
        expect(found === null, `theta ${theta}, ${stateBits} bits, ${stateFractionBits} fraction bits`).toBe(spikes);
        if (found === null) continue;
        refused++;
        const [, need, fraction] = /set precision\.state_bits: (\d+), or precision\.state_fraction_bits: (\d+)$/.exec(found.message) ?? [];
        expect([on(Number(need), stateFractionBits), on(stateBits, Number(fraction))]).toEqual([null, null]);
        expect(on(Number(need) - 1, stateFractionBits)).not.toBeNull();
        expect(on(stateBits, Number(fraction) + 1)).not.toBeNull();
      }
  expect(refused).toBeGreaterThan(10);
});

test("an imported network's neurons are refused if no state is above their threshold, but for the integrators of Lava", () => {
  for (let bits = 8; bits <= 17; bits++) {
    const at = (stateFractionBits: number): InfeasibleError | null =>
      refusalOf(imported(1, { ...USUAL, stateBits: bits, stateFractionBits }));
    expect(at(bits - 2), `${bits} bits`).toBeNull();
    expect(at(bits - 1)?.message).toBe(
      `STATE_BITS: a state of n that spikes, ${2 ** (bits - 1) + 1} with ${bits - 1} fraction bits, needs ${bits + 1} bits, has ${bits}; ` +
        `set precision.state_bits: ${bits + 1}, or precision.state_fraction_bits: ${bits - 2}`,
    );
  }
  const words = { ...USUAL, integers: "from-file", stateBits: 20 } as const;
  expect(refusalOf(imported(2 ** 19 - 2, words))).toBeNull();
  expect(refusalOf(imported(2 ** 19 - 1, words))?.message).toBe(
    "STATE_BITS: a state of n that spikes, 524288, needs 21 bits, has 20; set precision.state_bits: 21",
  );
  expect(refusalOf(imported(2 ** 23 - 1, { ...words, stateBits: 24 }))).toBeNull();
  for (const threshold of [2 ** 23, 2 ** 30, 2 ** 32 + 5])
    expect(() => imported(threshold, { ...words, stateBits: 24 }), `${threshold}`).toThrow(/FILE_STATE_BITS/);
  const own = { ...USUAL, layers: { n: { stateBits: 9 } } };
  expect(refusalOf(imported(1, own))?.message).toContain("set precision.layers.n.state_bits: 10, or precision.state_fraction_bits: 7");
});

test("rtl builds no such chip; check finds it infeasible and still says what it is; quantise, which builds no chip, has its accuracy", async () => {
  const description = open("edge");
  const values = { "precision.state_bits": 8, "precision.state_fraction_bits": 7 };
  const found = await check(description, { values });
  if (found.kind !== "board") throw new Error("another chip");
  expect(found.infeasible?.code).toBe("STATE_BITS");
  expect(found.areaMm2).toBeGreaterThan(0);
  await expect(rtl("edge", null, { out: join(tmpdir(), "snn-dse-never"), values })).rejects.toThrow(/STATE_BITS/);
  const { rows } = await study(description as Parameters<typeof study>[0], {
    bits: { state_bits: [8, 16] },
    samples: 5,
    values: { "precision.state_fraction_bits": 7 },
  });
  expect(rows.map(({ bits }) => bits)).toContain(8);
});
