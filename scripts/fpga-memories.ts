/**
 * `npx tsx scripts/fpga-memories.ts`: memories and queues of varied shape, alone, as block RAMs and tables of an ECP5
 * and of an UltraScale+, beside the rule of `arch/fpga/memory-blocks.ts`. Writes docs/logs/fpga-memories.json. Needs
 * yosys. Exit code 1 if the rule differs.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FPGA_DEVICES, type FpgaFamily } from "../arch/fpga/devices.js";
import { memoryBlocks } from "../arch/fpga/memory-blocks.js";
import { cellCounts } from "../rtl/gates/reports.js";
import { runTool } from "../rtl/gates/run-tool.js";
import { LEFT } from "../rtl/gates/yosys-scripts.js";
import { libraryFolder } from "../rtl/tools.js";
import type { Cells } from "./fpga/cells.js";
import type { MemoryRow } from "./fpga/row.js";

const LOG = "docs/logs/fpga-memories.json";
const SOURCES = ["sram.sv", "pipe.sv", "queue.sv", "flags.sv"];

type Shape = Omit<MemoryRow, "family" | "blockRams" | "luts">;

const sram = (words: number, wordBits: number, maskBits: number | null): Shape => ({ module: "sram", words, wordBits, maskBits });
const queue = (words: number, wordBits: number): Shape => ({ module: "queue", words, wordBits, maskBits: null });

const WORDS: readonly (readonly [wordBits: number, maskBits: number | null])[] = [
  ...([
    [32, null],
    [32, 8],
    [64, null],
    [64, 4],
    [16, null],
    [48, 2],
  ] as const),
];
const SHAPES: { readonly [family in FpgaFamily]: readonly Shape[] } = {
  ecp5: [
    ...[8, 16, 32, 64, 100, 256, 384, 1024].flatMap((words) => WORDS.map((word) => sram(words, ...word))),
    ...[2, 4, 8, 16, 20, 32, 64, 128, 256, 1024].flatMap((words) => [16, 40].map((wordBits) => queue(words, wordBits))),
  ],
  "ultrascale-plus": [
    ...[16, 64, 256].flatMap((words) => [sram(words, 32, null), sram(words, 64, 4)]),
    ...[4, 20, 256].map((words) => queue(words, 40)),
  ],
};

/** What a cell holds: blocks of 18 kbit, or tables. */
const CELLS: { readonly [cell: string]: { readonly blockRams?: number; readonly luts?: number } } = {
  DP16KD: { blockRams: 1 },
  TRELLIS_DPR16X4: { luts: 6 },
  RAMB18E2: { blockRams: 1 },
  RAMB36E2: { blockRams: 2 },
  RAM32M16: { luts: 8 },
  RAM64M8: { luts: 8 },
};

async function cellsOf({ module, words, wordBits, maskBits }: Shape, family: FpgaFamily): Promise<Cells> {
  const folder = mkdtempSync(join(tmpdir(), "fpga-memory-"));
  const sizes = module === "sram" ? { WIDTH: wordBits, ROWS: words, GRAN: maskBits ?? wordBits } : { WIDTH: wordBits, DEPTH: words };
  const given = Object.entries(sizes).map(([name, value]) => `-chparam ${name} ${value}`);
  const target = family === "ecp5" ? "synth_ecp5" : "synth_xilinx -family xcup -flatten";
  try {
    const script = [
      `read_verilog -sv -D SYNTHESIS ${SOURCES.map((name) => join(libraryFolder(), name)).join(" ")}`,
      ...[`hierarchy -check -top ${module} ${given.join(" ")}`, `rename -top ${module}`, `${target} -top ${module}`],
      `tee -q -o ${LEFT.cells} stat -json`,
    ];
    writeFileSync(join(folder, "synth.ys"), `${script.join("\n")}\n`);
    await runTool("yosys", ["-s", "synth.ys"], { onStage: () => {}, signal: null, folder, log: "yosys.log", makes: [LEFT.cells] });
    return cellCounts(readFileSync(join(folder, LEFT.cells), "utf8"), LEFT.cells);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const rows: MemoryRow[] = [];
for (const [name, device] of Object.entries({ ecp5: FPGA_DEVICES["ecp5-45"], "ultrascale-plus": FPGA_DEVICES.xczu7ev })) {
  const family = name as FpgaFamily;
  for (const shape of SHAPES[family]) {
    const cells = Object.entries(await cellsOf(shape, family));
    const sum = (kind: "blockRams" | "luts"): number => cells.reduce((all, [cell, count]) => all + count * (CELLS[cell]?.[kind] ?? 0), 0);
    const row: MemoryRow = { family, ...shape, blockRams: sum("blockRams"), luts: sum("luts") };
    const rule = memoryBlocks(shape, device);
    const isSame = rule.blockRams === row.blockRams && rule.luts === row.luts;
    if (!isSame) process.exitCode = 1;
    console.log(`${isSame ? "same" : "DIFFERS"} ${JSON.stringify(row)}, rule ${JSON.stringify(rule)}`);
    rows.push(row);
  }
}
writeFileSync(LOG, `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`);
