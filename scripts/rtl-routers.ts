/**
 * `npx tsx scripts/rtl-routers.ts --liberty cells.lib [--only NAME]`: routers in the middle of a mesh of 3 x 3 as gates
 * of a 130 nm library, by module, beside the model's area at that node. Writes docs/logs/rtl-routers.json; a router
 * that is in the file is not mapped again unless it is named. The page is written by `scripts/rtl-gates.ts --page`.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { experimentWith, openChip } from "../app/open.js";
import { ofKind, routerPrices } from "../arch/index.js";
import { synthesise } from "../rtl/index.js";
import { addressBits } from "../rtl/numbers.js";
import { libraryFolder } from "../rtl/tools.js";
import type { RouterRow } from "./rtl-gates/row.js";

const LOG = "docs/logs/rtl-routers.json";
/** Technology of the library. */
const TECHNOLOGY = { "chip.technology_nm": 130, "chip.voltage_v": 1.2, "prices.basis": "library" };
const PORTS = 5;

interface RouterSize {
  readonly vcs: number;
  readonly flitBits: number;
  readonly depth: number;
  readonly more?: { readonly [parameter: string]: number };
}

const ROUTERS: { readonly [name: string]: RouterSize } = {
  "1 VC, flits of 32 bits": { vcs: 1, flitBits: 32, depth: 4 },
  "1 VC, flits of 64 bits": { vcs: 1, flitBits: 64, depth: 4 },
  "1 VC, flits of 32 bits, buffers of 8": { vcs: 1, flitBits: 32, depth: 8 },
  "1 VC, flits of 32 bits, trees": { vcs: 1, flitBits: 32, depth: 4, more: { TREE: 1 } },
  "2 VCs, flits of 32 bits": { vcs: 2, flitBits: 32, depth: 4 },
  "2 VCs, flits of 32 bits, input first": { vcs: 2, flitBits: 32, depth: 4, more: { FIRST: 1 } },
  "4 VCs, flits of 32 bits": { vcs: 4, flitBits: 32, depth: 4 },
};

/**
 * The cores behind each output port (east, west, north, south, local) of the middle of a mesh of 3 x 3, with x routed
 * first.
 */
function regions(): string {
  const behind = new Array<number>(PORTS).fill(0);
  for (let core = 0; core < 9; core++) {
    const [dx, dy] = [(core % 3) - 1, Math.floor(core / 3) - 1];
    const way = dx !== 0 ? (dx > 0 ? 0 : 1) : dy !== 0 ? (dy > 0 ? 2 : 3) : 4;
    behind[way] += 1 << core;
  }
  return `{${behind
    .reverse()
    .map((cores) => `9'd${cores}`)
    .join(", ")}}`;
}

/** A chip that is a single router; strobes for the bench begin with `on_`. */
function chipOf({ vcs, flitBits, depth, more = {} }: RouterSize): string {
  const [vcBits, flit] = [PORTS * addressBits(vcs), PORTS * (flitBits + 2)];
  const own = Object.entries(more).map(([name, value]) => `.${name}(${value}), `);
  const ports = "in_valid, .credit_valid, .in_vc, .credit_vc, .in_flit, .out_valid, .back_valid, .out_vc, .back_vc, .out_flit, .rests";
  return `module chip (
    input logic clk, rst,
    input logic [${PORTS - 1}:0] in_valid, credit_valid,
    input logic [${vcBits - 1}:0] in_vc, credit_vc,
    input logic [${flit - 1}:0] in_flit,
    output logic [${PORTS - 1}:0] out_valid, back_valid,
    output logic [${vcBits - 1}:0] out_vc, back_vc,
    output logic [${flit - 1}:0] out_flit,
    output logic rests, unwritten,
    output logic [15:0] on_vcs, on_stall_vc, on_stall_credit, on_stall_switch
);
  assign unwritten = 1'b0;
  router #(.PORTS(${PORTS}), .VCS(${vcs}), .WIDTH(${flitBits}), .CORES(9), .DEPTH(${depth}), ${own.join("")}.REGIONS(${regions()})) node (
      .clk, .rst, .${ports}, .on_vcs, .on_stall_vc, .on_stall_credit, .on_stall_switch
  );
endmodule
`;
}

/** Area of the model, um². */
function modelUm2({ vcs, flitBits, depth }: RouterSize): number {
  const noc = { "noc.virtual_channels": vcs, "noc.flit_width_bits": flitBits, "noc.vc_buffer_flits": depth };
  const { chip } = ofKind(experimentWith(openChip("mesh-2x2"), { ...TECHNOLOGY, ...noc }), {
    board: (board) => board,
    coupled: () => {
      throw new Error("the shipped mesh is a board");
    },
  });
  return 1e6 * routerPrices(chip, PORTS).router_area_mm2.value;
}

const { values } = parseArgs({ options: { liberty: { type: "string" }, only: { type: "string", default: "" } } });
if (values.liberty === undefined) throw new Error("usage: npx tsx scripts/rtl-routers.ts --liberty cells.lib");
const bytes = readFileSync(values.liberty);
const liberty = { text: (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString("utf8"), file: values.liberty };
const rows = existsSync(LOG) ? (JSON.parse(readFileSync(LOG, "utf8")) as RouterRow[]) : [];
for (const [name, size] of Object.entries(ROUTERS)) {
  if (values.only === "" ? rows.some((row) => row.name === name) : name !== values.only) continue;
  const folder = mkdtempSync(join(tmpdir(), "router-"));
  try {
    mkdirSync(join(folder, "lib"));
    cpSync(libraryFolder(), join(folder, "lib"), { recursive: true });
    writeFileSync(join(folder, "chip.sv"), chipOf(size));
    const { mapped, shape, tools } = await synthesise(
      folder,
      { target: "liberty", device: "", clockMhz: 0, liberty },
      { onStage: () => {}, signal: null },
    );
    if (mapped === null) throw new Error("a synthesis for a library maps gates");
    const { areaUm2, luts, longest, parts } = mapped;
    const registerBits = Object.values(shape.registerBits).reduce((sum, bits) => sum + bits, 0);
    const row = { name, tools, modelUm2: modelUm2(size), areaUm2, luts, registerBits, longestNs: longest.ns, parts };
    rows.splice(0, rows.length, ...rows.filter((other) => other.name !== name), row);
    rows.sort((a, b) => Object.keys(ROUTERS).indexOf(a.name) - Object.keys(ROUTERS).indexOf(b.name));
    writeFileSync(LOG, `[\n${rows.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
    console.log(
      `${name}: ${areaUm2.toFixed(0)} um2, model ${row.modelUm2.toFixed(0)}, ${registerBits} register bits, ${longest.ns.toFixed(2)} ns`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
