/** What is said before a test bench runs. */
import { expect, test } from "vitest";
import { benchLines, runningText } from "../../../cli/format/rtl-lines.js";

test("before a long bench its cycles are said, and of Icarus Verilog how long they may take and what is faster", () => {
  expect(benchLines({ simulator: "iverilog", cycles: 19_999 })).toEqual([]);
  expect(benchLines({ simulator: "verilator", cycles: 1_400_000 })).toEqual(["1 400 000 cycles in verilator"]);
  const [cycles, faster, ...more] = benchLines({ simulator: "iverilog", cycles: 1_400_000 });
  expect(more).toEqual([]);
  expect(cycles).toMatch(/^1 400 000 cycles in iverilog, .* 34 minutes; it is stopped after 60$/);
  expect(faster).toMatch(/--simulator verilator \(apt-get install verilator\).*--samples 1$/);
  expect(benchLines({ simulator: "iverilog", cycles: 30_000 })[0]).toContain(", 1 minute;");
});

test("while a bench runs, its time is said, and of Icarus Verilog how much it may take", () => {
  expect(runningText({ simulator: "iverilog", cycles: 1_400_000 }, 125)).toBe("2:05 of about 34 minutes in iverilog");
  expect(runningText({ simulator: "iverilog", cycles: 30_000 }, 1)).toBe("0:01 of about 1 minute in iverilog");
  expect(runningText({ simulator: "verilator", cycles: 1_400_000 }, 60)).toBe("1:00 in verilator");
});
