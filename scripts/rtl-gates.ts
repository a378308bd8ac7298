/**
 * `npx tsx scripts/rtl-gates.ts --liberty cells.lib [--only NAME] [--steps 1] [--out docs/logs/rtl-gates.json]`: cores
 * of varied shape as gates of a 130 nm library and as LUTs, beside the figures of the price model; each netlist runs
 * rows of a digit. Rows of an earlier run are kept unless they are named. `--model` computes only the price model's
 * figures of all rows again, `--gated` only their netlists with clock gates; `--page` writes docs/gates.md from the
 * existing rows.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { open } from "../app/open.js";
import { simulate } from "../app/simulate.js";
import { coreNeedsOf, logicAreaMm2 } from "../arch/index.js";
import { foldedMarkdown } from "../base/folded-markdown.js";
import { figureRows } from "../rtl/gates/comparison.js";
import { energyOf, together } from "../rtl/gates/gate-energy.js";
import { libraryOf } from "../rtl/gates/liberty.js";
import { timingOf } from "../rtl/gates/longest-path.js";
import { type ModelFigures, modelFigures } from "../rtl/gates/model-figures.js";
import { simulateNetlist } from "../rtl/gates/simulate-netlist.js";
import { mappedGraph } from "../rtl/gates/synthesise.js";
import { type Emission, emit, type PointParts, synthesise, writeChip } from "../rtl/index.js";
import { price } from "../sim/index.js";
import { occupancyOf } from "../sim/mapping/index.js";
import { CORES, GATES_NM } from "./rtl-gates/cores.js";
import { pageOf } from "./rtl-gates/page.js";
import { partsFor } from "./rtl-gates/parts.js";
import type { EndRow, GateRow, ImportedRow, RouterRow, UnitsRow } from "./rtl-gates/row.js";

/** Share of the cores' control in the energy of the shipped example, as written. */
async function controlOfEdge(): Promise<number> {
  const { breakdown } = (await simulate(open("edge"))).result;
  const sum = (lines: typeof breakdown): number => lines.reduce((all, { energyPj }) => all + (energyPj ?? 0), 0);
  return sum(breakdown.filter(({ component }) => component === "control")) / sum(breakdown);
}

const { values } = parseArgs({
  options: {
    liberty: { type: "string" },
    only: { type: "string", default: "" },
    steps: { type: "string", default: "1" },
    out: { type: "string", default: "docs/logs/rtl-gates.json" },
    model: { type: "boolean", default: false },
    gated: { type: "boolean", default: false },
    page: { type: "boolean", default: false },
  },
});
const quiet = { onStage: () => {}, signal: null };

/** Energy of the model without memories and leakage, pJ per synaptic operation: datapath and queues, and clocks. */
function modelEnergy({ experiment, run }: PointParts, operations: number): { readonly work: number; readonly clock: number } {
  const { rows } = price(experiment.chip, experiment.precision, run.placement.topology, run.timing.total);
  const sum = (groups: readonly string[]): number =>
    rows
      .filter(({ group, component }) => groups.includes(group) && component !== "table reads" && !component.startsWith("router"))
      .reduce((all, { energyPj }) => all + (energyPj ?? 0), 0);
  return { work: sum(["datapath", "queue"]) / operations, clock: sum(["clock"]) / operations };
}

const areasOf = ({ logic, combinational }: ModelFigures): Pick<GateRow, "modelAreaUm2" | "modelCombinationalUm2"> => ({
  modelAreaUm2: 1e6 * logicAreaMm2(logic, GATES_NM),
  modelCombinationalUm2: 1e6 * logicAreaMm2(combinational, GATES_NM),
});

async function emitted(name: string): Promise<{ readonly parts: PointParts; readonly emission: Emission }> {
  const parts = await partsFor(CORES[name], Number(values.steps));
  return { parts, emission: emit(parts) };
}

/** Synaptic operations of the rows of a digit. */
const operationsOf = ({ bench: { counters } }: Emission): number => counters.synaptic_macs + counters.synaptic_adds;

/** The row with what the model says now. */
async function withModel(row: GateRow): Promise<GateRow> {
  const { parts, emission } = await emitted(row.name);
  if (operationsOf(emission) !== row.operations) throw new Error(`${row.name} does other work than its row: name it in --only`);
  const { chip, precision } = parts.experiment;
  const { usedCores, topology } = parts.run.placement;
  const model = modelFigures(chip, chip.cores[usedCores[0]], precision, coreNeedsOf(topology));
  const { weights, states } = occupancyOf(parts.run.placement, chip, precision);
  const said: { readonly [figure: string]: number } = {
    weights: weights.need,
    "states and sums": states.need,
    tables: model.tableBits,
    registers: model.datapathRegisterBits + model.queueRegisterBits + model.controlRegisterBits,
    "multipliers of the lanes": model.laneBits2,
    "multipliers of the update units": model.updateBits2,
    "logic area": model.logicAreaMm2,
    "clock of the logic": model.clockMhz,
  };
  const figures = row.figures.map((one) => {
    const [figure, node] = one.figure.split(" (model: ");
    const now = said[figure];
    return now === undefined ? one : { ...one, figure: node === undefined ? figure : `${figure} (model: ${model.nodeNm} nm)`, model: now };
  });
  return { ...row, figures, ...areasOf(model), model: modelEnergy(parts, row.operations) };
}

/** A core's netlist with clock gates, after it ran. */
async function gatedOf(emission: Emission, liberty: string): Promise<GateRow["gated"]> {
  const operations = operationsOf(emission);
  const folder = mkdtempSync(join(tmpdir(), "gates-"));
  try {
    const chip = join(folder, "chip");
    writeChip(chip, emission.files, emission.expected, "gated");
    const file = values.liberty ?? "";
    await synthesise(chip, { target: "liberty", device: "", clockMhz: 0, liberty: { text: liberty, file }, isGated: true }, quiet);
    const library = libraryOf(liberty, file);
    const graph = mappedGraph(chip, library);
    const run = await simulateNetlist(chip, emission.netlistBench, graph, quiet);
    const all = together(energyOf(graph, timingOf(graph, chip).slopeNs, library.voltageV, run).values());
    const gatedNets = new Set(graph.gates.flatMap(({ cell, nets }) => (cell.clockGate === null ? [] : [nets.get(cell.clockGate.gated)])));
    const isBehind = ({ cell, nets }: (typeof graph.gates)[number]): boolean =>
      cell.isSequential && [...nets].some(([pin, net]) => cell.pins.get(pin)?.isClock === true && gatedNets.has(net));
    return {
      areaUm2: all.areaUm2,
      clockGates: gatedNets.size,
      registers: graph.gates.filter(isBehind).length,
      equal: run.wrong === 0,
      gates: { work: (all.switchingPj + all.internalPj) / operations, clock: all.clockPj / operations },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function rowOf(name: string, liberty: string): Promise<GateRow> {
  const { parts, emission } = await emitted(name);
  const folder = mkdtempSync(join(tmpdir(), "gates-"));
  try {
    const chip = join(folder, "chip");
    writeChip(chip, emission.files, emission.expected, name);
    const file = values.liberty ?? "";
    const synthesis = await synthesise(chip, { target: "liberty", device: "", clockMhz: 0, liberty: { text: liberty, file } }, quiet);
    const library = libraryOf(liberty, file);
    const graph = mappedGraph(chip, library);
    const run = await simulateNetlist(chip, emission.netlistBench, graph, quiet);
    const energies = energyOf(graph, timingOf(graph, chip).slopeNs, library.voltageV, run);
    const { chip: described, precision } = parts.experiment;
    const model = modelFigures(
      described,
      described.cores[parts.run.placement.usedCores[0]],
      precision,
      coreNeedsOf(parts.run.placement.topology),
    );
    const operations = operationsOf(emission);
    const { weights, states } = occupancyOf(parts.run.placement, described, precision);
    const all = together(energies.values());
    return {
      name,
      tools: synthesis.tools,
      figures: figureRows(model, { weights: weights.need, states: states.need, cores: 1, laws: null }, synthesis),
      ...areasOf(model),
      areaUm2: all.areaUm2,
      lut4: synthesis.mapped?.luts ?? 0,
      equal: run.wrong === 0,
      compared: run.scores + run.waves,
      cycles: run.cycles,
      operations,
      gates: { work: (all.switchingPj + all.internalPj) / operations, clock: all.clockPj / operations },
      model: modelEnergy(parts, operations),
      parts: [...energies].map(([part, energy]) => ({ part, ...energy })),
      registers: synthesis.shape.registerBits,
      gated: await gatedOf(emission, liberty),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const rows: GateRow[] = existsSync(values.out) ? (JSON.parse(readFileSync(values.out, "utf8")) as GateRow[]) : [];
const writeRows = (): void => writeFileSync(values.out, `[\n${rows.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
const textOf = (file: string): string => {
  const bytes = readFileSync(file);
  return (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString("utf8");
};
if (values.liberty !== undefined && !values.gated) {
  const liberty = textOf(values.liberty);
  for (const name of Object.keys(CORES)) {
    if (values.only === "" ? rows.some((row) => row.name === name) : !name.includes(values.only)) continue;
    const row = await rowOf(name, liberty);
    rows.splice(0, rows.length, ...rows.filter((other) => other.name !== name), row);
    rows.sort((a, b) => Object.keys(CORES).indexOf(a.name) - Object.keys(CORES).indexOf(b.name));
    writeRows();
    console.log(`${row.equal ? "equal" : "DIFFERS"} ${name}: ${row.areaUm2.toFixed(0)} um2, ${row.lut4} LUT4, ${row.cycles} cycles`);
  }
}
if (values.gated && values.liberty !== undefined) {
  for (const [i, row] of rows.entries()) {
    rows[i] = { ...row, gated: await gatedOf((await emitted(row.name)).emission, textOf(values.liberty)) };
    writeRows();
    const { gated } = rows[i];
    console.log(`${gated.equal ? "equal" : "DIFFERS"} ${row.name}: ${gated.clockGates} clock gates, ${gated.gates.clock.toFixed(1)} pJ`);
  }
}
if (values.model) {
  for (const [i, row] of rows.entries()) rows[i] = await withModel(row);
  writeRows();
}
if (values.page) {
  const read = <Row>(name: string): Row[] => JSON.parse(readFileSync(name, "utf8")) as Row[];
  const log = values.out.replace(/^docs\//, "");
  writeFileSync(
    "docs/gates.md",
    foldedMarkdown(
      pageOf(rows, log, {
        imported: read<ImportedRow>("docs/logs/rtl-imported.json"),
        routers: read<RouterRow>("docs/logs/rtl-routers.json"),
        ends: read<EndRow>("docs/logs/rtl-ends.json"),
        units: read<UnitsRow>("docs/logs/rtl-units.json"),
        controlOfEdge: await controlOfEdge(),
      }),
    ),
  );
}
process.exitCode = rows.every(({ equal }) => equal) ? 0 : 1;
