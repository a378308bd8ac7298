/** Emits a random core into a temporary folder and runs it; another library can replace the shipped one. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emit, judge, type Verdict } from "../../rtl/index.js";
import { benchCommands } from "../../rtl/run-bench.js";
import { libraryFolder } from "../../rtl/tools.js";
import type { RandomCore } from "./random-cores.js";

export interface CoreRun {
  readonly verdict: Verdict;
  readonly output: string;
  readonly overflows: number;
  readonly saturations: number;
  /** Cycles in which both units ask for the state memory, a sum is on its way to it, the input queue is full. */
  readonly met: { readonly ties: number; readonly forwards: number; readonly full: number };
  /** Counters by name. */
  readonly counters: { readonly [name: string]: number };
}

/** The library's indices have no more bits than they need, if that is more than the six bits of a shift. */
const TIGHT_BITS = 6;

export function runCore(
  point: RandomCore,
  simulator: "iverilog" | "verilator" = "iverilog",
  library = libraryFolder(),
  change: (name: string, text: string) => string = (_, text) => text,
): CoreRun {
  const folder = mkdtempSync(join(tmpdir(), "rtl-"));
  try {
    const { files, expected, bench } = emit(point, TIGHT_BITS);
    symlinkSync(library, join(folder, "lib"));
    symlinkSync(join(libraryFolder(), "..", "tb.sv"), join(folder, "tb.sv"));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), change(name, text));
    const outputs = benchOutputs(folder, simulator);
    const [ties = 0, forwards = 0, full = 0] = (/MET ties (\d+), forwards (\d+), full (\d+)/.exec(outputs[0]) ?? []).slice(1).map(Number);
    return {
      met: { ties, forwards, full },
      verdict: judge(outputs, expected),
      output: outputs.join(""),
      overflows: bench.overflows,
      saturations: bench.saturations,
      counters: bench.counters,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** As the product runs a bench, but in one step. @throws if a command fails */
function benchOutputs(folder: string, simulator: "iverilog" | "verilator"): readonly [string, ...string[]] {
  const commands = benchCommands(folder, simulator);
  let next = commands.next();
  while (next.done !== true) {
    const { command, args } = next.value;
    next = commands.next(execFileSync(command, args, { cwd: folder, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 }));
  }
  return next.value;
}
