/**
 * Other simulators beside ours, with programs that only burn time: what they are asked for, and that the ratio is
 * theirs divided by ours.
 */
// @module-tag slow
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { isBuilt } from "../cli/small-sweep.js";
import { runOther } from "./harness/other-program.js";
import { bookSimRows, sanafeRows } from "./harness/rivals.js";

const scratch = mkdtempSync(join(tmpdir(), "snn-dse-rivals-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const folder = join(scratch, "programs");
mkdirSync(folder);
const work = { folder, scratch, repeats: { warmUps: 0, runs: 1 } };
function program(name: string, lines: readonly string[]): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${lines.join("\n")}\n`);
  chmodSync(join(folder, name), 0o755);
}
const BURN = "i=0; while [ $i -lt 60000 ]; do i=$((i + 1)); done";

test("a folder without a program gives no rows of it", async () => {
  expect(await sanafeRows(work, [], [], () => 2)).toBeNull();
  expect(await bookSimRows(work, [])).toBeNull();
});

test("processor time of a program is what it burns, not what it sleeps; one that fails is named with its end", () => {
  program("burns", [BURN, "echo said"]);
  program("sleeps", ["sleep 0.3"]);
  program("fails", ["echo reason >&2", "exit 3"]);
  const burnt = runOther(join(folder, "burns"), [], scratch);
  expect(burnt.output).toBe("said");
  expect(burnt.cpuSeconds).toBeGreaterThan(0.02);
  expect(runOther(join(folder, "sleeps"), [], scratch).cpuSeconds).toBeLessThan(0.05);
  expect(() => runOther(join(folder, "fails"), [], scratch)).toThrow(/ended with 3: reason/);
});

test("BookSim runs on a description of the same mesh, and its cycles are ours", async () => {
  program("booksim", [`cp "$1" ${scratch}/asked.cfg`, BURN, "echo 'Time taken is 400 cycles'"]);
  const rows = await bookSimRows(work, [{ size: 4, flits: 2, rate: 0.1, cycles: 400 }]);
  expect(rows?.map(({ unit }) => unit)).toEqual(["CPU µs a cycle", "CPU µs a cycle", "times"]);
  const [theirs, ours, ratio] = rows?.map(({ best }) => best) ?? [];
  expect(theirs).toBeGreaterThan(20);
  expect(ratio).toBeCloseTo(theirs / ours, 9);
  expect(readFileSync(join(scratch, "asked.cfg"), "utf8")).toMatch(/k = 4;[\s\S]*packet_size = 2;[\s\S]*sample_period = 200;/);
  program("booksim", ["echo nothing"]);
  await expect(bookSimRows(work, [{ size: 4, flits: 2, rate: 0.1, cycles: 400 }])).rejects.toThrow(/did not say/);
});

test.skipIf(!isBuilt)(
  "SANA-FE gets the same chip and netlist as ours, a short and a long run of each model",
  { tags: ["long"] },
  async () => {
    program("sim", [`printf "%s\\n" "$*" >> ${scratch}/asked.txt`, BURN, `[ "$8" = 1 ] || { ${BURN}; }`]);
    const models = [{ theirs: "detailed", ours: ["--time", "detailed"], target: 10 }];
    const rows = await sanafeRows(work, [{ name: "tiny", neurons: 128, wiring: "clu" }], models, () => 5);
    expect(rows?.map(({ name }) => name.replace(/^.*: /, ""))).toEqual([
      "theirs",
      "ours",
      "theirs / ours",
      "theirs",
      "ours",
      "theirs / ours",
    ]);
    const asked = readFileSync(join(scratch, "asked.txt"), "utf8").trim().split("\n");
    const tail = (model: string, steps: number): string =>
      `-n -o ${scratch}/out -t ${model} ${scratch}/chip.yaml ${scratch}/tiny.net ${steps}`;
    expect(asked).toEqual([tail("simple", 1), tail("detailed", 5), tail("detailed", 1)]);
  },
);
