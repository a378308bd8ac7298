/**
 * Runs a point as SystemVerilog in Verilator and compares it with the simulator. Effects: works in a temporary folder,
 * prints one line.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emission, judge, runBench, writeChip } from "../rtl/index.js";

/** Prints what was compared; `more` is added to the line. Resolves to true if everything is equal. */
export async function verilated(name: string, { files, expected, bench }: Emission, more = ""): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "verilated-"));
  try {
    writeChip(join(folder, "chip"), files, expected, name);
    const outputs = await runBench(join(folder, "chip"), "verilator");
    const { isEqual, compared, differences } = judge(outputs, expected);
    const seconds = /cpu ([\d.]+) s/.exec(outputs[0])?.[1] ?? "?";
    const { overflows, saturations, counters } = bench;
    console.log(
      `${isEqual ? "equal  " : "DIFFERS"} ${name}: ${compared.spikes} spikes, ${compared.scores} scores, ${compared.waves} waves, ${compared.counters} counters, ` +
        `${counters.cycles} cycles, ${overflows} overflows, ${saturations} clamped states; ${seconds} s of processor time${more}` +
        (isEqual ? "" : `; ${differences.slice(0, 5).join("; ")}`),
    );
    return isEqual;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
