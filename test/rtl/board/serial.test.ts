/** A chip behind its serial line answers a host with the simulator's scores, in Icarus Verilog. */
// @module-tag slow
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../../base/package-root.js";
import { candidateOf, emit, obstaclesOf, versionOf, writeChip } from "../../../rtl/index.js";
import { randomCore } from "../random-cores.js";

const absent = versionOf("iverilog") === null;
const SEEDS = [[1], [5, "long"], [13, "long"]] as const;

/** Output of the bench, and the number of scores that it should compare. */
function serial(
  seed: number,
  change: (name: string, text: string) => string = (_, text) => text,
): { readonly said: string; readonly scores: number } {
  const point = randomCore(seed);
  expect(obstaclesOf(candidateOf(point))).toEqual([]);
  const folder = join(mkdtempSync(join(tmpdir(), "serial-")), "chip");
  try {
    const { files, expected, bench } = emit(point);
    writeChip(folder, Object.fromEntries(Object.entries(files).map(([name, text]) => [name, change(name, text)])), expected, "serial");
    const sizeOf = (name: string): string => new RegExp(`\\.${name}\\((\\d+)\\)`).exec(files["ulx3s.sv"])?.[1] ?? "";
    const shared = ["TW", "UNITS", "STATE", "SCORE", "INPUTS", "CLASSES", "MOST_STEPS"].map((name) => `.${name}(${sizeOf(name)})`);
    const own = ["UTTERANCES", "STEPS"].map((name) => `.${name}(${bench.sizes[name]})`);
    writeFileSync(join(folder, "top.sv"), `module top;\n  serial_tb #(${[...shared, ...own].join(", ")}) tb ();\nendmodule\n`);
    const board = ["uart_rx.sv", "uart_tx.sv", "serial_chip.sv"].map((name) => join("board", name));
    const lib = readdirSync(join(folder, "lib")).map((name) => join("lib", name));
    const sources = [...lib, "chip.sv", ...board, join(packageRoot(), "test/rtl/board/serial_tb.sv"), "top.sv"];
    const built = spawnSync("iverilog", ["-g2012", "-s", "top", "-o", "serial.vvp", ...sources], { cwd: folder, encoding: "utf8" });
    expect(built.stderr).toBe("");
    return { said: spawnSync("vvp", ["-n", "serial.vvp"], { cwd: folder, encoding: "utf8" }).stdout, scores: expected.scores };
  } finally {
    rmSync(join(folder, ".."), { recursive: true });
  }
}

for (const [seed, ...tags] of SEEDS)
  test.skipIf(absent)(
    `random core ${seed} sends the simulator's scores over its line${absent ? " (skipped: Icarus Verilog is absent)" : ""}`,
    { tags: [...tags] },
    () => {
      const { said, scores } = serial(seed);
      expect(scores).toBeGreaterThan(0);
      expect(said).toMatch(new RegExp(`RESULT serial ${scores} of ${scores} scores, 0 wrong`));
    },
  );

test.skipIf(absent)("a wrong weight is noticed through the line", { tags: ["long"] }, () => {
  const flip = (name: string, text: string): string =>
    name === "own.hex" ? text.replace(/\w/g, (digit) => (Number.parseInt(digit, 16) ^ 5).toString(16)) : text;
  expect(serial(3, flip).said).not.toMatch(/, 0 wrong/);
});
