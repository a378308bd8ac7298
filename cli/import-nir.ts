/** `import nir`: what a NIR file holds, what it does on given spikes, and what that costs on a chip. Effects: reads files, prints. */
import { readFileSync } from "node:fs";
import { type Experiment, inputError, type Precision } from "../arch/index.js";
import {
  createNirEngine,
  evaluatePoint,
  formatImportReport,
  type ImportedNir,
  importNir,
  integerNir,
  type NeurobenchMetrics,
  type NirOptions,
  nirFunctional,
  nirTopology,
  parseNpy,
  parseSpikeCsv,
  type Raster,
} from "../sim/index.js";
import { grouped, measured, significant } from "./format/number.js";
import { resultLines } from "./format/result.js";
import { type Look, lookOf } from "./format/style.js";
import { tableLines } from "./format/table.js";
import { loadArch } from "./load.js";

export interface ImportNirOptions extends NirOptions {
  /** CSV or npy file for the network's one Input; null: only the report. */
  readonly input: string | null;
  /** Description of a chip to run the spikes on; null: none. */
  readonly on: string | null;
  /** Integer arithmetic at the description's precision instead of float. */
  readonly integer: boolean;
  readonly json: boolean;
}

export async function importNirFile(file: string, options: ImportNirOptions): Promise<void> {
  const { dtSeconds, reset, scheme, integratorGain } = options;
  if (options.on !== null && options.input === null) throw inputError("--on", "a chip needs spikes to run", "add --input spikes.csv");
  if (options.integer && options.on === null) throw inputError("--integer", "needs a precision", "add --on arch.yaml");
  const imported = await importNir(file, { dtSeconds, reset, scheme, integratorGain });
  const look = lookOf(process.stdout, process.env);
  const experiment = options.on === null ? null : loadArch(options.on).experiment;
  const ran = options.input === null ? null : runOn(imported, options.input, options.integer ? (experiment?.precision ?? null) : null);
  const chip = ran === null || experiment === null ? null : chipResult(imported, ran, experiment);
  if (options.json) {
    const counts =
      ran === null
        ? {}
        : { steps: ran.steps, neurobench: ran.metrics, output_spikes: ran.outputSpikes, ...(ran.clamps === null ? {} : ran.clamps) };
    console.log(
      JSON.stringify(
        { report: imported.report, options: { dtSeconds, reset, scheme, integratorGain }, ...counts, ...(chip === null ? {} : { chip }) },
        null,
        2,
      ),
    );
    return;
  }
  const lines = formatImportReport(imported.report);
  if (ran !== null) lines.push("", ...runLines(look, ran));
  if (chip !== null) lines.push("", ...chip.warnings.map((text) => `warning: ${text}`), ...resultLines(look, chip.result));
  console.log(lines.join("\n"));
}

interface Ran {
  readonly steps: number;
  readonly inputs: ReadonlyMap<string, Float64Array>;
  readonly run: ReturnType<ReturnType<typeof createNirEngine>["run"]>;
  readonly metrics: NeurobenchMetrics;
  /** Of integer arithmetic; null in float. */
  readonly clamps: { readonly overflows: number; readonly saturations: number } | null;
  /** Sum over steps of each value that reaches an Output node. */
  readonly outputSpikes: { readonly [output: string]: readonly number[] };
}

function runOn(imported: ImportedNir, path: string, precision: Precision | null): Ran {
  const fed = new Set(imported.graph.edges.map((edge) => edge.to));
  const ports = [...imported.graph.nodes].filter(([name, node]) => node.type === "Input" && !fed.has(name)).map(([name]) => name);
  if (ports.length !== 1)
    throw inputError(path, `the network has ${ports.length} inputs (${ports.join(", ")}), one file feeds exactly one`);
  const raster = readRaster(path);
  const inputs = new Map([[ports[0], raster.data]]);
  const integer = precision === null ? null : integerNir(imported, precision);
  const engine = integer === null ? createNirEngine(imported) : createNirEngine(integer.imported, integer.createNeurons);
  const all = [...imported.graph.nodes.keys()];
  const run = engine.run(inputs, raster.steps, all);
  const outputs = [...imported.graph.nodes].filter(([, node]) => node.type === "Output").map(([name]) => name);
  const outputSpikes = Object.fromEntries(
    outputs.map((name) => {
      const values = run.outputs.get(name) ?? new Float64Array();
      const size = values.length / raster.steps;
      const sums = new Array<number>(size).fill(0);
      for (let i = 0; i < values.length; i++) sums[i % size] += values[i];
      return [name, sums];
    }),
  );
  return { steps: raster.steps, inputs, run, metrics: engine.metrics(), clamps: integer?.clamps ?? null, outputSpikes };
}

/** Spikes by the file's ending. */
function readRaster(path: string): Raster {
  if (path.endsWith(".npy")) {
    const samples = parseNpy(readFileSync(path), path);
    if (samples.length !== 1) throw inputError(path, `holds ${samples.length} samples, one is run`, "save one of them");
    return samples[0] as Raster;
  }
  return parseSpikeCsv(readFileSync(path, "utf8"), path);
}

function chipResult(imported: ImportedNir, ran: Ran, experiment: Experiment) {
  const { topology, warnings } = nirTopology(imported);
  const { result } = evaluatePoint(experiment, nirFunctional(imported, topology, ran.inputs, ran.run));
  return { warnings, result };
}

function runLines(look: Look, { steps, metrics, clamps, outputSpikes }: Ran): string[] {
  const columns = ["connection layer", "effective ACs", "effective MACs", "dense"].map((title, i) => ({
    title,
    align: i === 0 ? ("left" as const) : ("right" as const),
  }));
  const cells = (name: string, acs: number, macs: number, dense: number): string[] => [name, grouped(acs), grouped(macs), grouped(dense)];
  return [
    ...(clamps === null ? [] : [`integer arithmetic: ${clamps.overflows} accumulator overflows, ${clamps.saturations} state saturations`]),
    `${steps} steps; NeuroBench's counts for this sample:`,
    ...tableLines(
      look,
      columns,
      metrics.layers.map((layer) => cells(layer.name, layer.effectiveAcs, layer.effectiveMacs, layer.denseOperations)),
      cells("all", metrics.effectiveAcs, metrics.effectiveMacs, metrics.denseOperations),
    ),
    `footprint ${grouped(metrics.footprintBytes)} bytes (${grouped(metrics.parameters)} parameters), connection sparsity ${significant(metrics.connectionSparsity)}, activation sparsity ${measured(metrics.activationSparsity, 6)}`,
    ...Object.entries(outputSpikes).map(([name, sums]) => `${name}: ${sums.map((sum) => significant(sum)).join(" ")}`),
  ];
}
