/**
 * `npx tsx scripts/fpga-cores.ts [--only NAME] [--place | --ultrascale] [--out docs/logs/fpga-cores.json]`: cores of
 * varied shape as logic, registers, block RAMs and multipliers of an ECP5 (Yosys, then nextpnr's packing). `--place`
 * adds placement, which gives the clock; `--ultrascale` adds Yosys's cells of an UltraScale+. Existing rows are kept
 * unless they are named. `scripts/fpga-laws.ts` fits laws to them.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { modulesOf } from "../rtl/gates/netlist.js";
import { cellCounts, slowestClock } from "../rtl/gates/reports.js";
import { runTool } from "../rtl/gates/run-tool.js";
import { shapeOf } from "../rtl/gates/shape.js";
import { LEFT, LEFT_BY, yosysScript } from "../rtl/gates/yosys-scripts.js";
import { emit, toolsFor, writeChip } from "../rtl/index.js";
import type { Cells } from "./fpga/cells.js";
import { FPGA_CORES } from "./fpga/cores.js";
import { ECP5_PART, packedLog, packedLuts, used } from "./fpga/packed.js";
import type { FpgaRow } from "./fpga/row.js";
import { partsFor } from "./rtl-gates/parts.js";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    place: { type: "boolean", default: false },
    ultrascale: { type: "boolean", default: false },
    out: { type: "string", default: "docs/logs/fpga-cores.json" },
  },
});
const quiet = { onStage: () => {}, signal: null };

/** Writes the core's sources into a temporary folder, and runs `work` there. */
async function inFolder<T>(name: string, work: (folder: string, sources: readonly string[]) => Promise<T>): Promise<T> {
  const emission = emit(await partsFor(FPGA_CORES[name].shape, 1));
  const folder = mkdtempSync(join(tmpdir(), "fpga-"));
  try {
    writeChip(folder, emission.files, emission.expected, name);
    const library = readdirSync(join(folder, "lib")).sort();
    return await work(folder, [...library.map((file) => `lib/${file}`), "chip.sv"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const rowOf = (name: string, place: boolean): Promise<FpgaRow> =>
  inFolder(name, async (folder, sources) => {
    const read = (file: string): string => readFileSync(join(folder, file), "utf8");
    writeFileSync(join(folder, "synth.ys"), yosysScript("ecp5", sources));
    await runTool("yosys", ["-s", "synth.ys"], { ...quiet, folder, log: "yosys.log", makes: LEFT_BY.ecp5 });
    const log = await packedLog(folder, place);
    const { memories, multipliers } = shapeOf(modulesOf(read(LEFT.shape), LEFT.shape), "chip");
    const cells = cellCounts(read(LEFT.cells), LEFT.cells);
    const { use, shape } = FPGA_CORES[name];
    return {
      ...{ name, use, shape, tools: toolsFor({ target: "ecp5", device: ECP5_PART }) },
      luts: packedLuts(log),
      flipFlops: used(log, "TRELLIS_FF"),
      blockRams: used(log, "DP16KD"),
      multipliers: used(log, "MULT18X18D"),
      distributed: cells.TRELLIS_DPR16X4 ?? 0,
      clockMhz: place ? slowestClock(log, folder) : null,
      cells,
      memories: memories.map(({ path, words, wordBits, isSram }) => ({ path, words, wordBits, isSram })),
      products: multipliers.map(({ part, aBits, bBits }) => ({ part, aBits, bBits })),
    };
  });

/** Cells of an UltraScale+ by kind. */
const ultrascaleOf = (name: string): Promise<Cells> =>
  inFolder(name, async (folder, sources) => {
    const script = [
      `read_verilog -sv -D SYNTHESIS ${sources.join(" ")}`,
      ...["hierarchy -check -top chip", "delete -output chip/w:on_* chip/w:unwritten", "synth_xilinx -family xcup -flatten -top chip"],
      `tee -q -o ${LEFT.cells} stat -json`,
    ];
    writeFileSync(join(folder, "synth.ys"), `${script.join("\n")}\n`);
    await runTool("yosys", ["-s", "synth.ys"], { ...quiet, folder, log: "yosys.log", makes: [LEFT.cells] });
    return cellCounts(readFileSync(join(folder, LEFT.cells), "utf8"), LEFT.cells);
  });

/** `--only` is a whole name, or a part of several. */
const isNamed = (name: string): boolean => (values.only in FPGA_CORES ? name === values.only : name.includes(values.only));

const rows: FpgaRow[] = existsSync(values.out) ? (JSON.parse(readFileSync(values.out, "utf8")) as FpgaRow[]) : [];
for (const name of Object.keys(FPGA_CORES)) {
  if (values.only === "" ? rows.some((row) => row.name === name) : !isNamed(name)) continue;
  const known = rows.find((row) => row.name === name);
  const row =
    values.ultrascale && known !== undefined
      ? { ...known, ultrascale: await ultrascaleOf(name) }
      : { ...known, ...(await rowOf(name, values.place)) };
  rows.splice(0, rows.length, ...rows.filter((other) => other.name !== name), row);
  rows.sort((a, b) => Object.keys(FPGA_CORES).indexOf(a.name) - Object.keys(FPGA_CORES).indexOf(b.name));
  writeFileSync(values.out, `[\n${rows.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
  console.log(`${name}: ${row.luts} LUT, ${row.flipFlops} FF, ${row.blockRams} BRAM, ${row.multipliers} DSP, ${row.clockMhz ?? "-"} MHz`);
}
