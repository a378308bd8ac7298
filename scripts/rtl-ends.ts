/**
 * `npx tsx scripts/rtl-ends.ts --liberty cells.lib`: ends of the network at a core as gates of a 130 nm library. Writes
 * docs/logs/rtl-ends.json, and of it `arch/components/network_ends_ihp130.csv`: area and leakage in flip-flops of the
 * library, by what an end is made of. Without `--liberty` only the table.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { libraryOf } from "../rtl/gates/liberty.js";
import { mappedGraph } from "../rtl/gates/synthesise.js";
import { synthesise } from "../rtl/index.js";
import { libraryFolder } from "../rtl/tools.js";
import { endChip } from "./rtl-gates/end-chip.js";
import { endLaw, endTable } from "./rtl-gates/end-law.js";
import type { EndRow, EndSize } from "./rtl-gates/row.js";

const LOG = "docs/logs/rtl-ends.json";
const size = (vcs: number, flitBits = 32, depth = 4, flits = 2, wayCycles = 2): EndSize => ({ vcs, flitBits, depth, flits, wayCycles });
const SIZES: readonly EndSize[] = [
  ...[size(1), size(1, 16), size(1, 64), size(1, 32, 2), size(1, 32, 8)],
  ...[size(1, 32, 4, 1), size(1, 32, 4, 4), size(1, 32, 4, 8), size(1, 32, 4, 2, 6)],
  ...[size(2), size(2, 16, 4, 4), size(2, 64, 2, 1), size(4), size(4, 16, 2, 1)],
];
/** The queue of packets that leave: priced as the core's output queue. */
const PRICED = "source.packets";

async function rowOf(endSize: EndSize, liberty: { readonly text: string; readonly file: string }): Promise<EndRow> {
  const folder = mkdtempSync(join(tmpdir(), "end-"));
  try {
    mkdirSync(join(folder, "lib"));
    cpSync(libraryFolder(), join(folder, "lib"), { recursive: true });
    writeFileSync(join(folder, "chip.sv"), endChip(endSize));
    const goal = { target: "liberty", device: "", clockMhz: 0, liberty } as const;
    const { tools } = await synthesise(folder, goal, { onStage: () => {}, signal: null });
    const cells = mappedGraph(folder, libraryOf(liberty.text, liberty.file)).gates.flatMap(({ part, cell }) =>
      part === PRICED ? [] : [cell],
    );
    const { vcs, flitBits, depth, flits, wayCycles } = endSize;
    return {
      name: `${vcs} VCs, flits of ${flitBits} bits, buffers of ${depth}, packets of ${flits} flits, ${wayCycles} cycles on the way`,
      ...{ size: endSize, tools },
      areaUm2: cells.reduce((sum, { areaUm2 }) => sum + areaUm2, 0),
      leakageUw: cells.reduce((sum, { leakagePw }) => sum + leakagePw, 0) * 1e-6,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { values } = parseArgs({ options: { liberty: { type: "string" } } });
if (values.liberty !== undefined) {
  const bytes = readFileSync(values.liberty);
  const liberty = { text: (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString("utf8"), file: values.liberty };
  const made: EndRow[] = [];
  for (const one of SIZES) {
    made.push(await rowOf(one, liberty));
    console.log(`${made.at(-1)?.name}: ${made.at(-1)?.areaUm2.toFixed(0)} um2`);
  }
  writeFileSync(LOG, `[\n${made.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`);
}
const rows = JSON.parse(readFileSync(LOG, "utf8")) as EndRow[];
writeFileSync("arch/components/network_ends_ihp130.csv", endTable(rows));
console.log(endTable(rows));
for (const column of ["area", "leakage"] as const) {
  const { unseen, sigma } = endLaw(rows, column);
  console.log(`${column}: law without the end / gates ${unseen.map((ratio) => ratio.toFixed(3)).join(" ")}; rms of ln ${sigma.toFixed(3)}`);
}
