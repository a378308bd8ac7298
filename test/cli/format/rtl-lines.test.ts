/** What is said before a test bench runs. */
import { expect, test } from "vitest";
import { benchLines } from "../../../cli/format/rtl-lines.js";

test("before a long bench its cycles are said, and of Icarus Verilog how long they may take and what is faster", () => {
  expect(benchLines({ simulator: "iverilog", cycles: 19_999 })).toEqual([]);
  expect(benchLines({ simulator: "verilator", cycles: 1_400_000 })).toEqual([
    "1 400 000 cycles in verilator; nothing is heard until the end",
  ]);
  const [cycles, faster, ...more] = benchLines({ simulator: "iverilog", cycles: 1_400_000 });
  expect(more).toEqual([]);
  expect(cycles).toMatch(/^1 400 000 cycles in iverilog; nothing is heard until the end, .* after 34 minutes; it is stopped after 60$/);
  expect(faster).toMatch(/--simulator verilator \(apt-get install verilator\).*--samples 1$/);
  expect(benchLines({ simulator: "iverilog", cycles: 30_000 })[0]).toContain("after 1 minute;");
});
