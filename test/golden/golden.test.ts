/** Counts of twelve chips and three networks, recorded before the engine was rebuilt: spikes, cycles and counters stay as they were. */
// @module-tag slow
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadDataset } from "../../training/index.js";
import { CHIPS, type Golden, goldenOf, NETWORKS } from "./cases.js";

const recorded = JSON.parse(readFileSync(new URL("counts.json", import.meta.url), "utf8")) as { [chip: string]: { [network: string]: Golden } };
const samples = loadDataset("mnist-rows", { path: null, split: "test" });

test.each(Object.keys(CHIPS).flatMap((chip) => NETWORKS.map((network) => [chip, network])))("%s, %s: spikes, cycles and counters are those recorded", (chip, network) => {
  expect(goldenOf(chip, network, samples)).toEqual(recorded[chip][network]);
});

test("each chip counts something else than the others: no change is without effect", () => {
  for (const network of NETWORKS) {
    const waves = Object.values(recorded).map((of) => of[network].waves + JSON.stringify(of[network].core));
    expect(new Set(waves).size).toBe(waves.length);
  }
});
