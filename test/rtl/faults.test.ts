/** Random cores, networks and chips notice every fault that is planted in the library, one at a time. */
// @module-tag slow
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { candidateOf, obstaclesOf, versionOf } from "../../rtl/index.js";
import { libraryFolder } from "../../rtl/tools.js";
import { CORE_FAULTS, type Fault, planted } from "./faults.js";
import { NETWORK_FAULTS } from "./noc/network-faults.js";
import { networkCase } from "./noc/random-network.js";
import { PORT_FAULTS } from "./port-faults.js";
import { randomChip } from "./random-chips.js";
import { type RandomCore, randomCore } from "./random-cores.js";
import { randomPort } from "./random-ports.js";
import { randomRows } from "./random-rows.js";
import { ROW_FAULTS } from "./row-faults.js";
import { runCore } from "./run-core.js";
import { UNKNOWN_FAULTS } from "./unknown-faults.js";

const absent = versionOf("iverilog") === null;
const why = absent ? " (skipped: Icarus Verilog is absent)" : "";

const FAULTS = [...CORE_FAULTS, ...ROW_FAULTS, ...NETWORK_FAULTS, ...PORT_FAULTS, ...UNKNOWN_FAULTS];
/**
 * One in twenty of the faults of cores, and a kernel's index, a lost credit, a wrong turn, an allocator's pointer and a
 * full queue of the port, and one in six unknown values; the long run plants all.
 */
const SHORT = [
  ...CORE_FAULTS.filter((_, i) => i % 20 === 1),
  ...ROW_FAULTS.slice(1, 2),
  ...NETWORK_FAULTS.slice(0, 3),
  ...PORT_FAULTS.slice(0, 1),
  ...UNKNOWN_FAULTS.filter((_, i) => i % 6 === 0),
];

/** Differences when the case of a seed runs with a library. @throws if the subset refuses the case */
const differencesBy: { readonly [by in Fault["by"]]: (seed: number, library: string) => readonly string[] } = {
  core: (seed, library) => differencesOf(randomCore(seed), library),
  "row core": (seed, library) => differencesOf(randomRows(seed), library),
  network: (seed, library) => networkCase(seed, library).differences,
  chip: (seed, library) => differencesOf(randomChip(seed), library),
  port: (seed, library) => differencesOf(randomPort(seed), library),
};

function differencesOf(point: RandomCore | null, library: string): readonly string[] {
  if (point === null) throw new Error("the seed's network fits no chip of this kind");
  expect(obstaclesOf(candidateOf(point))).toEqual([]);
  return runCore(point, "iverilog", library).verdict.differences;
}

for (const fault of FAULTS)
  test.skipIf(absent)(
    `a random ${fault.by} notices that '${fault.name}'${why}`,
    { tags: SHORT.includes(fault) ? [] : ["long"], timeout: 300_000 },
    () => {
      const folder = planted(fault);
      try {
        expect(differencesBy[fault.by](fault.seed, folder)).not.toEqual([]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

test.skipIf(absent)("a core notices one wrong bit of a weight", () => {
  const flip = (name: string, text: string): string =>
    name === "weights_00.hex"
      ? text.replace(/^(\w+)(\w)/, (_, rest: string, digit: string) => rest + (Number.parseInt(digit, 16) ^ 4).toString(16))
      : text;
  expect(runCore(randomCore(3), "iverilog", libraryFolder(), flip).verdict.isEqual).toBe(false);
});

test.skipIf(absent)("a core notices that the first class's score is given for every class, though each has its right value", () => {
  const named = { file: "soma.sv", from: "assign score_class = b_neuron;", by: "core", seed: 3, name: "kept score" } as const;
  const kept = `logic [UNITS*SCORE-1:0] made, first;
  always_ff @(posedge clk) if (score_valid[0] && b_neuron == '0) first <= made;
  assign scores = b_neuron == '0 ? made : first;
  assign score_class = '0;`;
  const folder = planted({ ...named, to: kept });
  try {
    const soma = join(folder, "soma.sv");
    writeFileSync(soma, readFileSync(soma, "utf8").replace(".score(scores[", ".score(made["));
    const { differences } = runCore(randomCore(3), "iverilog", folder).verdict;
    expect(differences).not.toEqual([]);
    for (const difference of differences) expect(difference).toMatch(/score/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.skipIf(absent)(
  `the library without a fault passes the cases that notice ${FAULTS.length} of them${why}`,
  { tags: ["long"], timeout: 900_000 },
  () => {
    const cases = new Map(FAULTS.map(({ by, seed }) => [`${by} ${seed}`, { by, seed }] as const));
    for (const { by, seed } of cases.values()) expect(differencesBy[by](seed, libraryFolder()), `${by} ${seed}`).toEqual([]);
  },
);
