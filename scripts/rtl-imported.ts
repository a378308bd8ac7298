/**
 * `npx tsx scripts/rtl-imported.ts [--liberty cells.lib] [--place] [--only NAME] [--out docs/logs/rtl-imported.json]`:
 * cores with imported networks (`scripts/rtl-gates/imported.ts`) as gates of a 130 nm library, and placed on an ECP5 by
 * nextpnr, asked for 100 MHz. Existing figures are kept unless their core is named; the model's are computed again.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { integrationLevels } from "../arch/fpga/fpga-clock.js";
import { clockLimits, coreNeedsOf } from "../arch/index.js";
import { emit, type Goal, modelFigures, type Synthesis, synthesise, USUAL_DEVICE, writeChip } from "../rtl/index.js";
import { IMPORTED_CORES, importedParts } from "./rtl-gates/imported.js";
import type { ImportedRow } from "./rtl-gates/row.js";

const { values } = parseArgs({
  options: {
    liberty: { type: "string" },
    place: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    out: { type: "string", default: "docs/logs/rtl-imported.json" },
  },
});
const quiet = { onStage: () => {}, signal: null };
const ASKED_MHZ = 100;

async function synthesised(name: string, goal: Goal): Promise<Synthesis> {
  const emission = emit(importedParts(name));
  const folder = mkdtempSync(join(tmpdir(), "imported-"));
  try {
    const chip = join(folder, "chip");
    writeChip(chip, emission.files, emission.expected, name);
    return await synthesise(chip, goal, quiet);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function asGates(name: string, file: string): Promise<Pick<ImportedRow, "gates">> {
  const bytes = readFileSync(file);
  const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString("utf8");
  const { tools, shape, mapped } = await synthesised(name, { target: "liberty", device: "", clockMhz: 0, liberty: { text, file } });
  if (mapped === null) throw new Error(`${name} was not mapped`);
  const { ns, gates, from, to } = mapped.longest;
  const updateBits2 = shape.multipliers
    .filter(({ part }) => part === "somas.unit")
    .reduce((sum, { aBits, bBits }) => sum + aBits * bBits, 0);
  const { areaUm2, parts, library } = mapped;
  const unitUm2 = parts.find(({ part }) => part === "somas.unit")?.areaUm2 ?? 0;
  return { gates: { tools, library, areaUm2, unitUm2, updateBits2, longest: { ns, gates, from, to } } };
}

async function placed(name: string): Promise<Pick<ImportedRow, "ecp5">> {
  const { tools, ecp5 } = await synthesised(name, { target: "ecp5", device: USUAL_DEVICE, clockMhz: ASKED_MHZ, liberty: null });
  if (ecp5 === null) throw new Error(`${name} was not placed`);
  const { device, askedMhz, clockMhz, slices, flipFlops, blockRams, multipliers } = ecp5;
  return { ecp5: { tools, device, askedMhz, clockMhz, luts: slices, flipFlops, blockRams, multipliers } };
}

function modelled(name: string): ImportedRow["model"] {
  const { experiment, run } = importedParts(name);
  const { chip, precision } = experiment;
  const needs = coreNeedsOf(run.placement.topology);
  const [core] = chip.cores;
  const { clockMhz, updateBits2 } = modelFigures(chip, core, precision, needs);
  const limit = clockLimits(chip, precision, needs).find(({ block }) => !/memory|^router/.test(block));
  if (limit === undefined) throw new Error(`no logic limits ${name}`);
  return {
    ...{ clockMhz, limitMhz: 1000 / limit.periodNs, updateBits2 },
    levels: integrationLevels(precision, needs, core.neuronUpdate.pipelineDepthCycles),
  };
}

const known = (): ImportedRow[] => (existsSync(values.out) ? (JSON.parse(readFileSync(values.out, "utf8")) as ImportedRow[]) : []);
function keep(name: string, more: Partial<ImportedRow>): void {
  const model = modelled(name);
  const rows = known();
  const row = { ...rows.find((one) => one.name === name), ...more, name, model };
  const names = Object.keys(IMPORTED_CORES);
  const all = [...rows.filter((one) => one.name !== name), row].sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
  writeFileSync(values.out, `[\n${all.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
  console.log(
    `${name}: ${row.gates?.longest.ns.toFixed(2) ?? "-"} ns, ${(1000 / model.clockMhz).toFixed(2)} modelled, ${row.ecp5?.clockMhz ?? "-"} MHz placed`,
  );
}
for (const name of Object.keys(IMPORTED_CORES)) {
  if (values.only !== "" && name !== values.only) continue;
  const row = known().find((one) => one.name === name);
  const isWanted = (part: "gates" | "ecp5"): boolean => values.only !== "" || row?.[part] === undefined;
  if (values.liberty !== undefined && isWanted("gates")) keep(name, await asGates(name, values.liberty));
  if (values.place && isWanted("ecp5")) keep(name, await placed(name));
}
for (const { name } of known()) keep(name, {});
