/** The grid's wires follow a RANC case's stim.csv: ticks and packets in their cycles, for any order of rows. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../../base/package-root.js";
import { rancOutputs } from "../../../sim/recorded/ranc-case.js";
import { recordedChip } from "../../../sim/recorded/shipped-chip.js";

const folder = join(packageRoot(), "test", "conformance", "ranc", "cases", "tiny2x2");
const files = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const [header = "", ...rows] = (files.get("stim.csv") as string).trim().split("\n");
const outputsOf = (stimulus: readonly string[]) =>
  rancOutputs(recordedChip("ranc"), new Map(files).set("stim.csv", [header, ...stimulus].join("\n")));

test("rows in any order give the same run, with ticks numbered by time", () => {
  expect(rows.length).toBeGreaterThan(5);
  expect(outputsOf([...rows].reverse())).toEqual(outputsOf(rows));
});

test("a cycle before 0 is refused", () => {
  expect(() => outputsOf(["-3,tick,,,,", ...rows])).toThrow(/stim.csv:2: cycle is -3, expected 0 to/);
});

test("two packets or two ticks in one cycle are refused, also if other rows are between them", () => {
  const packet = rows.find((row) => row.includes("inject")) as string;
  const tick = rows.find((row) => row.includes("tick")) as string;
  expect(() => outputsOf([...rows, packet])).toThrow(/two packets in cycle/);
  expect(() => outputsOf([...rows, tick])).toThrow(/two ticks in cycle/);
});
