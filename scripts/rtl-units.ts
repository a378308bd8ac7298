/**
 * `npx tsx scripts/rtl-units.ts --liberty cells.lib [--only NAME] [--out docs/logs/rtl-units.json]`: area, leakage and
 * registers of the control of cores with 2 and 4 update units, as gates of a 130 nm library. Rows of an earlier run are
 * kept unless they are named. `rtl-gates.ts --page` writes what they say.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { coreNeedsOf, writePath } from "../arch/index.js";
import { libraryOf } from "../rtl/gates/liberty.js";
import { mappedGraph } from "../rtl/gates/synthesise.js";
import { emit, synthesise, writeChip } from "../rtl/index.js";
import { isControl } from "./rtl-gates/control.js";
import { SEVERAL_UNITS } from "./rtl-gates/cores.js";
import { partsFor } from "./rtl-gates/parts.js";
import type { UnitsRow } from "./rtl-gates/row.js";

const { values } = parseArgs({
  options: {
    liberty: { type: "string" },
    only: { type: "string", default: "" },
    out: { type: "string", default: "docs/logs/rtl-units.json" },
  },
});
if (values.liberty === undefined) throw new RangeError("got no --liberty, expected a file of cells");
const file = values.liberty;
const bytes = readFileSync(file);
const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString("utf8");

async function rowOf(name: string, shape: { readonly [path: string]: number | string }): Promise<UnitsRow> {
  const parts = await partsFor(shape, 1);
  const { files, expected } = emit(parts);
  const folder = mkdtempSync(join(tmpdir(), "units-"));
  try {
    const chip = join(folder, "chip");
    writeChip(chip, files, expected, name);
    const quiet = { onStage: () => {}, signal: null };
    const synthesis = await synthesise(chip, { target: "liberty", device: "", clockMhz: 0, liberty: { text, file } }, quiet);
    const gates = mappedGraph(chip, libraryOf(text, file)).gates.filter(({ part }) => isControl(part));
    const sum = (of: (gate: (typeof gates)[number]) => number): number => gates.reduce((all, gate) => all + of(gate), 0);
    const { chip: described, precision } = parts.experiment;
    const [core] = described.cores;
    return {
      name,
      units: core.neuronUpdate.units,
      grainBits: core.stateMemory.wordBits / writePath(core, precision, coreNeedsOf(parts.run.placement.topology)).maskBits,
      tools: synthesis.tools,
      areaUm2: sum(({ cell }) => cell.areaUm2),
      leakagePw: sum(({ cell }) => cell.leakagePw),
      registers: Object.entries(synthesis.shape.registerBits).reduce((all, [part, bits]) => all + (isControl(part) ? bits : 0), 0),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const names = Object.keys(SEVERAL_UNITS);
const rows: UnitsRow[] = existsSync(values.out) ? (JSON.parse(readFileSync(values.out, "utf8")) as UnitsRow[]) : [];
for (const [name, shape] of Object.entries(SEVERAL_UNITS)) {
  if (values.only === "" ? rows.some((row) => row.name === name) : !name.includes(values.only)) continue;
  const row = await rowOf(name, shape);
  rows.splice(0, rows.length, ...rows.filter((other) => other.name !== name), row);
  rows.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
  writeFileSync(values.out, `[\n${rows.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
  console.log(`${name}: ${row.areaUm2.toFixed(0)} um2 of control`);
}
