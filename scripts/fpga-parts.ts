/**
 * `npx tsx scripts/fpga-parts.ts [--only NAME] [--ultrascale]`: routers and address generators of varied shape, alone,
 * and a whole chip as Yosys's cells of an ECP5, routers also after nextpnr's packing; `--ultrascale` adds those of an
 * UltraScale+ to the named row. Writes docs/logs/fpga-parts.json; a row that is there is not synthesised again unless
 * it is named. `scripts/fpga-laws.ts` fits laws to them. Needs yosys and nextpnr-ecp5.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { FpgaFamily } from "../arch/fpga/devices.js";
import { cellCounts } from "../rtl/gates/reports.js";
import { runTool } from "../rtl/gates/run-tool.js";
import { LEFT } from "../rtl/gates/yosys-scripts.js";
import { emit, toolsFor, writeChip } from "../rtl/index.js";
import { libraryFolder } from "../rtl/tools.js";
import { type Cells, cellUse } from "./fpga/cells.js";
import { ECP5_PART, packedLog, packedLuts } from "./fpga/packed.js";
import { FPGA_PARTS, type PartRow, type PartShape, regionsOf } from "./fpga/parts.js";
import { readGenerator, writeGenerators } from "./rtl-gates/generator-module.js";
import { partsFor } from "./rtl-gates/parts.js";
import { routerChip } from "./rtl-gates/router-chip.js";

const LOG = "docs/logs/fpga-parts.json";

/** Writes a part's sources, and returns the commands that read them and find its uppermost module. */
async function sourcesOf(folder: string, shape: PartShape): Promise<readonly string[]> {
  if (shape.part === "generator") {
    writeGenerators(folder);
    return readGenerator(shape.size);
  }
  if (shape.part === "chip") {
    const { files, expected } = emit(await partsFor(shape.size, 1));
    writeChip(folder, files, expected, "a chip");
  } else {
    mkdirSync(join(folder, "lib"));
    cpSync(libraryFolder(), join(folder, "lib"), { recursive: true });
    const { cores, hasTrees } = shape.size;
    const place = { cores, regions: regionsOf(shape.size), more: hasTrees ? ".TREE(1), " : "" };
    writeFileSync(join(folder, "chip.sv"), routerChip(shape.size, place));
  }
  const library = readdirSync(join(folder, "lib")).sort();
  const read = `read_verilog -sv -D SYNTHESIS ${library.map((file) => `lib/${file}`).join(" ")} chip.sv`;
  return [read, "hierarchy -check -top chip", "delete -output chip/w:on_* chip/w:unwritten"];
}

interface Found {
  readonly cells: Cells;
  /** After nextpnr's packing; null: it cannot pack the part, or the family. */
  readonly packed: number | null;
}

async function foundFor(shape: PartShape, family: FpgaFamily): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), "fpga-part-"));
  const isWide = family !== "ecp5";
  try {
    const target = isWide ? "synth_xilinx -family xcup -flatten" : `synth_ecp5 -json ${LEFT.ecp5}`;
    writeFileSync(
      join(folder, "synth.ys"),
      `${[...(await sourcesOf(folder, shape)), target, `tee -q -o ${LEFT.cells} stat -json`].join("\n")}\n`,
    );
    await runTool("yosys", ["-s", "synth.ys"], { onStage: () => {}, signal: null, folder, log: "yosys.log", makes: [LEFT.cells] });
    const cells = cellCounts(readFileSync(join(folder, LEFT.cells), "utf8"), LEFT.cells);
    // tables and memories of a generator are empty modules
    const packs = !isWide && shape.part !== "generator";
    return { cells, packed: packs ? packedLuts(await packedLog(folder, false)) : null };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A part with its cells of an ECP5. */
async function rowOf(name: string, shape: PartShape): Promise<PartRow> {
  const { cells, packed } = await foundFor(shape, "ecp5");
  return { name, ...shape, tools: toolsFor({ target: "ecp5", device: ECP5_PART }), ecp5: cells, packed };
}

const { values } = parseArgs({ options: { only: { type: "string", default: "" }, ultrascale: { type: "boolean", default: false } } });
const rows = existsSync(LOG) ? (JSON.parse(readFileSync(LOG, "utf8")) as PartRow[]) : [];
const order = Object.keys(FPGA_PARTS);
for (const [name, shape] of Object.entries(FPGA_PARTS)) {
  const known = rows.find((row) => row.name === name);
  if (values.only === "" ? known !== undefined : name !== values.only) continue;
  const row: PartRow =
    values.ultrascale && known !== undefined
      ? { ...known, ultrascale: (await foundFor(shape, "ultrascale-plus")).cells }
      : { ...known, ...(await rowOf(name, shape)) };
  rows.splice(0, rows.length, ...rows.filter((other) => other.name !== name), row);
  rows.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  writeFileSync(LOG, `[\n${rows.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
  const { luts, inMemories, flipFlops } = cellUse(row.ecp5, "ecp5");
  console.log(`${name}: ECP5 ${luts} LUT, ${row.packed ?? "-"} packed, of which ${inMemories} in memories, ${flipFlops} FF`);
}
