/**
 * `npx tsx scripts/fpga-memories.ts`: memories, queues and random constants of varied shape, alone, as block RAMs and
 * tables of an ECP5 and of an UltraScale+, beside the rule of `arch/fpga/memory-blocks.ts`. Writes
 * docs/logs/fpga-memories.json. Needs yosys. Exit code 1 if the rule differs for a memory or a queue, or for constants
 * in block RAMs; tables of constants are printed beside the rule.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FPGA_DEVICES, type FpgaFamily } from "../arch/fpga/devices.js";
import { memoryBlocks } from "../arch/fpga/memory-blocks.js";
import { createRng } from "../base/rng.js";
import { cellCounts } from "../rtl/gates/reports.js";
import { runTool } from "../rtl/gates/run-tool.js";
import { LEFT } from "../rtl/gates/yosys-scripts.js";
import { libraryFolder } from "../rtl/tools.js";
import type { Cells } from "./fpga/cells.js";
import type { MemoryRow } from "./fpga/row.js";

const LOG = "docs/logs/fpga-memories.json";
const SOURCES = ["sram.sv", "pipe.sv", "queue.sv", "flags.sv"];

type Shape = Omit<MemoryRow, "family" | "blockRams" | "luts">;

const sram = (words: number, wordBits: number, maskBits: number | null): Shape => ({
  ...{ module: "sram", words, wordBits, maskBits, kind: "written" },
});
const queue = (words: number, wordBits: number): Shape => ({ module: "queue", words, wordBits, maskBits: null, kind: "written" });
const constants = (words: number, wordBits: number, kind: MemoryRow["kind"]): Shape => ({
  ...{ module: "constants", words, wordBits, maskBits: null, kind },
});

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
/** Where tables and block RAMs cost about the same: what chooses there is the cost of multiplexers and of enables. */
const EVEN: readonly (readonly [words: number, wordBits: number, maskBits: number | null])[] = [
  ...([
    [48, 62, null],
    [48, 63, null],
    [176, 7, null],
    [112, 26, 1],
    [96, 48, 2],
    [112, 48, 2],
    [80, 48, 3],
    [90, 48, 3],
    [90, 72, 3],
    [176, 6, 3],
    [64, 36, 6],
    [64, 39, 13],
    [48, 30, 15],
  ] as const),
];
const SHAPES: { readonly [family in FpgaFamily]: readonly Shape[] } = {
  ecp5: [
    ...[8, 16, 32, 64, 100, 256, 384, 1024].flatMap((words) => WORDS.map((word) => sram(words, ...word))),
    ...EVEN.map((shape) => sram(...shape)),
    ...[2, 4, 8, 16, 20, 32, 64, 128, 256, 1024].flatMap((words) => [16, 40].map((wordBits) => queue(words, wordBits))),
    ...[8, 16, 20, 32, 40, 64, 100, 128, 129, 200, 256, 512, 1024, 2048].flatMap((words) =>
      [8, 24].map((bits) => constants(words, bits, "constant at once")),
    ),
    // on both sides of where a block RAM costs less
    ...[16, 64, 128, 256, 260, 262, 1024].map((words) => constants(words, 8, "constant")),
    ...[16, 64, 87, 88, 512].map((words) => constants(words, 24, "constant")),
    ...[34, 57, 58, 256].map((words) => constants(words, 72, "constant")),
  ],
  "ultrascale-plus": [
    ...[16, 64, 256].flatMap((words) => [sram(words, 32, null), sram(words, 64, 4)]),
    ...[4, 20, 256].map((words) => queue(words, 40)),
    ...[16, 64, 100, 128, 200, 256, 400, 512, 600, 1024, 2048].flatMap((words) =>
      [8, 24].map((bits) => constants(words, bits, "constant at once")),
    ),
    ...[64, 512, 1040, 1056].map((words) => constants(words, 8, "constant")),
    ...[64, 345, 360].map((words) => constants(words, 24, "constant")),
    ...[64, 231, 240].map((words) => constants(words, 72, "constant")),
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
/** Logic, all of which constants are. */
const LOGIC = /^LUT\d$/;
const HOLDER = "holder.sv";
const CONTENTS = "contents.hex";

/** Constants as a core has them: a memory that is never written. */
const holder = (
  words: number,
  wordBits: number,
  kind: MemoryRow["kind"],
): string => `module constants(input logic clk, input logic [$clog2(${words})-1:0] row, output logic [${wordBits - 1}:0] out);
  sram #(.WIDTH(${wordBits}), .ROWS(${words}), .GRAN(${wordBits}), .LATENCY(${kind === "constant" ? 1 : 0}), .INIT("${CONTENTS}")) cells (
      .clk, .read(1'b1), .read_row(row), .out, .write(1'b0), .write_row('0), .in('0), .mask(1'b0)
  );
endmodule
`;

/** Random words of whole bytes. */
function contents(words: number, wordBits: number): string {
  const rng = createRng(1, `constants ${words} x ${wordBits}`);
  const byte = (): string => rng.int(0, 255).toString(16).padStart(2, "0");
  return Array.from({ length: words }, () => `${Array.from({ length: wordBits / 8 }, byte).join("")}\n`).join("");
}

async function cellsOf({ module, words, wordBits, maskBits, kind }: Shape, family: FpgaFamily): Promise<Cells> {
  const folder = mkdtempSync(join(tmpdir(), "fpga-memory-"));
  const sizes = module === "sram" ? { WIDTH: wordBits, ROWS: words, GRAN: maskBits ?? wordBits } : { WIDTH: wordBits, DEPTH: words };
  const given = module === "constants" ? [] : Object.entries(sizes).map(([name, value]) => `-chparam ${name} ${value}`);
  const sources = SOURCES.map((name) => join(libraryFolder(), name));
  const target = family === "ecp5" ? "synth_ecp5" : "synth_xilinx -family xcup -flatten";
  try {
    const script = [
      `read_verilog -sv -D SYNTHESIS ${[...sources, ...(module === "constants" ? [HOLDER] : [])].join(" ")}`,
      ...[`hierarchy -check -top ${module} ${given.join(" ")}`, `rename -top ${module}`, `${target} -top ${module}`],
      `tee -q -o ${LEFT.cells} stat -json`,
    ];
    if (module === "constants") {
      writeFileSync(join(folder, HOLDER), holder(words, wordBits, kind));
      writeFileSync(join(folder, CONTENTS), contents(words, wordBits));
    }
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
    const isLogic = shape.module === "constants";
    const logic = cells.reduce((all, [cell, count]) => all + (isLogic && LOGIC.test(cell) ? count : 0), 0);
    const row: MemoryRow = { family, ...shape, blockRams: sum("blockRams"), luts: sum("luts") + logic };
    const rule = memoryBlocks(shape, device);
    const isSame = rule.blockRams === row.blockRams && rule.luts === row.luts;
    if (!isSame && !(isLogic && row.blockRams === 0 && rule.blockRams === 0)) process.exitCode = 1;
    console.log(`${isSame ? "same" : "DIFFERS"} ${JSON.stringify(row)}, rule ${JSON.stringify(rule)}`);
    rows.push(row);
  }
}
writeFileSync(LOG, `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`);
