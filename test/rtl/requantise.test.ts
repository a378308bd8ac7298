/** The library's requantiser rounds and clamps as the simulator's arithmetic, for every input of small widths. */
// @module-tag slow
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { versionOf } from "../../rtl/index.js";
import { libraryFolder } from "../../rtl/tools.js";

const absent = versionOf("iverilog") === null;

/** Rounds to nearest, halves away from zero. */
const nearest = (value: number): number => Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
const clamped = (value: number, most: number): number => Math.max(-most - 1, Math.min(most, value));

test.skipIf(absent)(
  `sums are multiplied, shifted to nearest with halves away from zero, and clamped to two widths${absent ? " (skipped: Icarus Verilog is absent)" : ""}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "requantise-"));
    try {
      const program = join(folder, "bench.vvp");
      const library = ["requantise", "pipe"].map((name) => join(libraryFolder(), `${name}.sv`));
      const sources = [...library, join(packageRoot(), "test/rtl/requantise_bench.sv")];
      const made = spawnSync("iverilog", ["-g2012", "-s", "bench", "-o", program, ...sources], { encoding: "utf8" });
      expect(made.status, made.stderr).toBe(0);
      const { stdout } = spawnSync("vvp", ["-n", program], { encoding: "utf8", maxBuffer: 2 ** 24 });
      const rows = stdout
        .trim()
        .split("\n")
        .map((line) => line.split(" ").map(Number));
      const wrong = rows.filter(([sum, multiplier, bias, shift, out, index]) => {
        const value = nearest((sum * multiplier + bias) / 2 ** shift);
        return out !== clamped(value, 7) || index !== clamped(value, 1);
      });
      expect(wrong.slice(0, 5)).toEqual([]);
      const halves = rows.filter(([sum, multiplier, bias, shift]) => ((sum * multiplier + bias) / 2 ** shift) % 1 === -0.5);
      expect(rows).toHaveLength(12 * 16 * 8 * 16);
      expect(halves.length).toBeGreaterThan(1000);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  60_000,
);
