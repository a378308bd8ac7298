/**
 * `npx tsx scripts/address-generator.ts --liberty cells.lib`: the library's module for rows as gates of a 130 nm
 * process, without memories and tables, beside the model of `arch/address-generator.ts`; once for kernels, once for
 * rows that name their targets. Every field of a position is TW bits wide there, and the flag for rows that name their
 * targets is constant. If it is set, steps are constant, too, and no window is left. Writes
 * docs/logs/address-generator.json and prints the best fit to kernels: the area beyond flip-flops and additions, in
 * bits of an adder. Needs yosys.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { logicAreaMm2 } from "../arch/arithmetic.js";
import { type GeneratorSize, modelledGenerator, readGenerator, writeGenerators } from "./rtl-gates/generator-module.js";

const LOG = "docs/logs/address-generator.json";
const NODE_NM = 130;
/** Lanes, bits of every field, of a word and of a weight, read cycles, banks. */
const SHAPES = [
  [4, 16, 64, 8, 1, 1],
  [1, 12, 32, 8, 1, 1],
  [2, 12, 64, 4, 1, 1],
  [4, 12, 64, 8, 1, 1],
  [8, 12, 64, 8, 1, 1],
  [4, 12, 64, 4, 2, 2],
  [4, 12, 128, 8, 1, 4],
  [4, 10, 32, 4, 1, 1],
  [2, 16, 64, 8, 2, 1],
  [4, 12, 128, 8, 1, 1],
] as const;

/** A row of the log. */
export interface GeneratorRow extends GeneratorSize {
  readonly areaUm2: number;
  readonly flipFlops: number;
}

function synthesised(
  folder: string,
  names: boolean,
  [lanes, fieldBits, wordBits, weightBits, readLatencyCycles, banks]: (typeof SHAPES)[number],
): GeneratorRow {
  const size = { names, lanes, fieldBits, wordBits, weightBits, readLatencyCycles, banks };
  const script = [
    ...readGenerator(size),
    "synth -flatten",
    "dfflegalize -cell $_DFF_P_ x",
    "opt -fast",
    "dfflibmap -liberty cells.lib",
    "abc -liberty cells.lib",
    "opt_clean",
    "tee -q -o stat.json stat -json -liberty cells.lib",
  ];
  writeFileSync(join(folder, "synth.ys"), `${script.join("\n")}\n`);
  execFileSync("yosys", ["-q", "-s", "synth.ys"], { cwd: folder, stdio: "ignore" });
  const { design } = JSON.parse(readFileSync(join(folder, "stat.json"), "utf8")) as {
    readonly design: { readonly area: number; readonly num_cells_by_type: { readonly [cell: string]: number } };
  };
  const flipFlops = Object.entries(design.num_cells_by_type).reduce((sum, [cell, count]) => sum + (/_s?df/.test(cell) ? count : 0), 0);
  return { ...size, areaUm2: design.area, flipFlops };
}

const um2 = (adderBits: number, registerBits: number): number =>
  logicAreaMm2({ adderBits, registerBits, multiplierBits2: 0 }, NODE_NM) * 1e6;

/** Least squares of relative errors: area beyond flip-flops and additions, per bit of each column. */
function fitted(rows: readonly GeneratorRow[]): readonly number[] {
  const columns = ({ lanes, fieldBits, wordBits, banks, areaUm2 }: GeneratorRow): number[] =>
    [5 * fieldBits, wordBits, wordBits * (banks - 1)].map((bits) => um2(lanes * bits, 0) / areaUm2);
  const rest = (row: GeneratorRow): number => 1 - um2(row.lanes * modelledGenerator(row).additionBits, row.flipFlops) / row.areaUm2;
  const size = 3;
  const system = Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: size }, (__, j) => rows.reduce((sum, row) => sum + columns(row)[i] * columns(row)[j], 0)),
    rows.reduce((sum, row) => sum + columns(row)[i] * rest(row), 0),
  ]);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      if (k === i) continue;
      const share = system[k][i] / system[i][i];
      system[k] = system[k].map((value, j) => value - share * system[i][j]);
    }
  }
  return system.map((row, i) => row[size] / row[i]);
}

const { liberty } = parseArgs({ options: { liberty: { type: "string" } } }).values;
if (liberty === undefined) throw new Error("--liberty cells.lib");
const folder = mkdtempSync(join(tmpdir(), "generator-"));
const library = readFileSync(liberty);
writeFileSync(join(folder, "cells.lib"), liberty.endsWith(".gz") ? gunzipSync(library) : library);
writeGenerators(folder);
const cases = [false, true].flatMap((names) => SHAPES.map((shape) => ({ names, shape })));
const rows = cases.map(({ names, shape }) => {
  const row = synthesised(folder, names, shape);
  const { adderBits, registerBits } = modelledGenerator(row);
  const area = um2(adderBits, registerBits) / row.areaUm2;
  console.log(`${JSON.stringify(row)}: model / gates: area ${area.toFixed(2)}, flip-flops ${(registerBits / row.flipFlops).toFixed(2)}`);
  return row;
});
rmSync(folder, { recursive: true });
writeFileSync(LOG, `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`);
console.log(
  `beside additions, bits of an adder per bit of a place, of a word, of a word and bank beyond one: ${fitted(
    rows.filter(({ names }) => !names),
  )
    .map((x) => x.toFixed(2))
    .join(", ")}`,
);
