/**
 * The library's module for rows that are not dense (`rtl/lib/named_rows.sv`), alone, for a synthesis: memories and
 * tables are empty modules, every field of a position is as wide as the others, and the flag for rows that name their
 * targets is constant. If it is set, steps are constant, too, and no window is left. Effects: copies sources.
 */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generatorLogic } from "../../arch/address-generator.js";
import { libraryFolder } from "../../rtl/tools.js";

const MODULES = ["positions", "queue", "flags", "window", "divided"];
/** Empty modules in place of tables and memories. */
const BOXES = `
module lookup #(parameter COUNT = 1, WIDTH = 1, TABLE = 0, parameter IW = COUNT <= 2 ? 1 : $clog2(COUNT))
  (input [IW-1:0] index, output [WIDTH-1:0] record);
endmodule
module sram #(parameter WIDTH = 1, ROWS = 2, GRAN = 1, LATENCY = 0, INIT = "", parameter AW = ROWS <= 2 ? 1 : $clog2(ROWS))
  (input clk, read, input [AW-1:0] read_row, output [WIDTH-1:0] out, input write, input [AW-1:0] write_row, input [WIDTH-1:0] in,
   input [WIDTH/GRAN-1:0] mask);
endmodule
`;

export interface GeneratorSize {
  /** Rows name their targets; false: kernels. */
  readonly names: boolean;
  readonly lanes: number;
  readonly fieldBits: number;
  readonly wordBits: number;
  readonly weightBits: number;
  readonly readLatencyCycles: number;
  readonly banks: number;
}

/** Writes the sources of both kinds of rows into a folder. */
export function writeGenerators(folder: string): void {
  writeFileSync(join(folder, "boxes.v"), BOXES);
  for (const name of MODULES) copyFileSync(join(libraryFolder(), `${name}.sv`), join(folder, `${name}.sv`));
  const source = readFileSync(join(libraryFolder(), "named_rows.sv"), "utf8");
  const written = (file: string, changes: readonly (readonly [string, string])[]): void => {
    const text = changes.reduce((all, [from, to]) => {
      if (!all.includes(from)) throw new Error(`named_rows.sv has no ${from}`);
      return all.replace(from, to);
    }, source);
    writeFileSync(join(folder, `${file}.sv`), text);
  };
  const FLAG = "item_bits != '0,";
  written("kernels", [[FLAG, "1'b0,"]]);
  // a plain row goes on by one target, no word and the bits of an item
  written("names", [
    [FLAG, "1'b1,"],
    [
      ".columns, .rows(position_rows), .used, .steps,",
      ".columns('0), .rows(TW'(1)), .used, .steps({{6*TW{1'b0}}, TW'(1), TW'(0), TW'(13)}),",
    ],
    ["assign unused = ^{", "assign unused = ^{columns, position_rows, steps, "],
  ]);
}

/** Commands of Yosys that read a generator. */
export function readGenerator({
  names,
  lanes,
  fieldBits,
  wordBits,
  weightBits,
  readLatencyCycles,
  banks,
}: GeneratorSize): readonly string[] {
  const parameters = {
    GROUP: lanes,
    TW: fieldBits,
    WORD: wordBits,
    WEIGHT: weightBits,
    LATENCY: readLatencyCycles,
    BANKS: banks,
    KINDS: 2,
  };
  const set = Object.entries(parameters).map(([name, value]) => `-set ${name} ${value}`);
  return [
    `read_verilog -sv ${[...MODULES, names ? "names" : "kernels"].map((name) => `${name}.sv`).join(" ")}`,
    "read_verilog -sv -lib boxes.v",
    `chparam ${set.join(" ")} named_rows`,
    "hierarchy -top named_rows",
  ];
}

/**
 * The model with all fields of one width; column and row of a kernel's window are two of them, a target's number one.
 */
export function modelledGenerator({ fieldBits: bits, names, ...shape }: GeneratorSize): ReturnType<typeof generatorLogic> {
  return generatorLogic({
    ...shape,
    groupBits: shape.lanes * shape.weightBits,
    window: names ? bits : 2 * bits,
    target: bits,
    word: bits,
    bit: bits,
    address: bits,
  });
}
