/**
 * `npx tsx scripts/rtl-routers.ts --liberty cells.lib [--only NAME]`: routers of a mesh of 3 x 3 as gates of a 130 nm
 * library, by module. Writes docs/logs/rtl-routers.json; a router that is in the file is not mapped again unless it is
 * named. `scripts/router-costs.ts` makes the area's law of it, and the page is written by `scripts/rtl-gates.ts
 * --page`.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { libraryOf } from "../rtl/gates/liberty.js";
import { synthesise } from "../rtl/index.js";
import { libraryFolder } from "../rtl/tools.js";
import { PLACES, regions, routerChip } from "./rtl-gates/router-chip.js";
import { runsOf } from "./rtl-gates/router-runs.js";
import type { RouterRow, RouterSize } from "./rtl-gates/row.js";

const LOG = "docs/logs/rtl-routers.json";

const size = (vcs: number, flitBits = 32, depth = 4, ports = 5, kind: RouterSize["kind"] = "plain"): RouterSize => ({
  ...{ ports, vcs, flitBits, depth, kind },
});

const ROUTERS: { readonly [name: string]: RouterSize } = {
  "1 VC, flits of 32 bits": size(1),
  "1 VC, flits of 16 bits": size(1, 16),
  "1 VC, flits of 64 bits": size(1, 64),
  "1 VC, flits of 128 bits": size(1, 128),
  "1 VC, flits of 32 bits, buffers of 2": size(1, 32, 2),
  "1 VC, flits of 32 bits, buffers of 8": size(1, 32, 8),
  "1 VC, flits of 32 bits, trees": size(1, 32, 4, 5, "trees"),
  "1 VC, flits of 64 bits, buffers of 8, trees": size(1, 64, 8, 5, "trees"),
  "1 VC, flits of 32 bits, 2 ports": size(1, 32, 4, 2),
  "1 VC, flits of 32 bits, 3 ports": size(1, 32, 4, 3),
  "1 VC, flits of 32 bits, 3 ports, trees": size(1, 32, 4, 3, "trees"),
  "1 VC, flits of 32 bits, 8 ports": size(1, 32, 4, 8),
  "2 VCs, flits of 32 bits": size(2),
  "2 VCs, flits of 32 bits, input first": size(2, 32, 4, 5, "input first"),
  "2 VCs, flits of 32 bits, trees": size(2, 32, 4, 5, "trees"),
  "2 VCs, flits of 16 bits, buffers of 8": size(2, 16, 8),
  "2 VCs, flits of 64 bits, buffers of 2": size(2, 64, 2),
  "2 VCs, flits of 32 bits, 2 ports": size(2, 32, 4, 2),
  "2 VCs, flits of 32 bits, 3 ports": size(2, 32, 4, 3),
  "2 VCs, flits of 32 bits, 4 ports": size(2, 32, 4, 4),
  "4 VCs, flits of 32 bits": size(4),
  "4 VCs, flits of 64 bits": size(4, 64),
  "4 VCs, flits of 32 bits, 3 ports": size(4, 32, 4, 3),
};
const KINDS: { readonly [kind in RouterSize["kind"]]: string } = { plain: "", trees: ".TREE(1), ", "input first": ".FIRST(1), " };

function chipOf({ ports, kind, ...size }: RouterSize): string {
  const { side, cores } = PLACES[ports];
  return routerChip({ ports, ...size }, { cores: side * side * cores, regions: regions(ports), more: KINDS[kind] });
}

const { values } = parseArgs({ options: { liberty: { type: "string" }, only: { type: "string", default: "" } } });
if (values.liberty === undefined) throw new Error("usage: npx tsx scripts/rtl-routers.ts --liberty cells.lib");
const bytes = readFileSync(values.liberty);
const liberty = { text: (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString("utf8"), file: values.liberty };
const library = libraryOf(liberty.text, liberty.file);
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
    const { areaUm2, luts, longest, parts, leakageUw } = mapped;
    const registerBits = Object.values(shape.registerBits).reduce((sum, bits) => sum + bits, 0);
    const runs = await runsOf(folder, size, library);
    const row = { name, size, tools, areaUm2, luts, registerBits, longestNs: longest.ns, leakageUw, parts, runs };
    rows.splice(0, rows.length, ...rows.filter((other) => other.name !== name), row);
    rows.sort((a, b) => Object.keys(ROUTERS).indexOf(a.name) - Object.keys(ROUTERS).indexOf(b.name));
    writeFileSync(LOG, `[\n${rows.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
    console.log(`${name}: ${areaUm2.toFixed(0)} um2, ${registerBits} register bits, ${longest.ns.toFixed(2)} ns`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
