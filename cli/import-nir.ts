/** `import nir`: what a NIR file holds, what it does on given spikes, and what that costs on a chip. Effects: reads files, prints. */
import { type Experiment, type InputEncoding, inputError, type Samples } from "../arch/index.js";
import {
  createNirEngine,
  encodeSamples,
  evaluatePoint,
  type Functional,
  formatImportReport,
  type ImportedNir,
  importNir,
  integerOnChip,
  type LeakError,
  type NeurobenchMetrics,
  type NirOptions,
  nirFunctional,
  nirInputs,
  nirTopology,
} from "../sim/index.js";
import { grouped, measured, significant } from "./format/number.js";
import { resultLines } from "./format/result.js";
import { type Look, lookOf } from "./format/style.js";
import { tableLines } from "./format/table.js";
import { loadArch } from "./load.js";
import { readSpikeSamples } from "./spike-samples.js";

export interface ImportNirOptions extends NirOptions {
  /** Spike file for the network's one Input; null: only the report. */
  readonly input: string | null;
  /** Of the file's samples, the one that is run. */
  readonly sample: number;
  readonly encoding: InputEncoding;
  /** Of rate. */
  readonly seed: number;
  /** Description of a chip to run the spikes on; null: none. */
  readonly on: string | null;
  /** Integer arithmetic at the description's precision instead of float. */
  readonly integer: boolean;
  readonly json: boolean;
}

export async function importNirFile(file: string, options: ImportNirOptions): Promise<void> {
  const { dtSeconds, reset, scheme, integratorGain, refractorySeconds } = options;
  const nir: NirOptions = { dtSeconds, reset, scheme, integratorGain, refractorySeconds };
  if (options.on !== null && options.input === null) throw inputError("--on", "a chip needs spikes to run", "add --input spikes.csv");
  if (options.integer && options.on === null) throw inputError("--integer", "needs a precision", "add --on arch.yaml");
  const imported = await importNir(file, nir);
  const look = lookOf(process.stdout, process.env);
  const experiment = options.on === null ? null : loadArch(options.on).experiment;
  const samples = options.input === null ? null : await inputOf(imported, options.input, options);
  const ran =
    samples === null
      ? null
      : options.integer && experiment !== null
        ? inIntegers(imported, samples, options, experiment)
        : inFloat(imported, samples, options);
  const functional = ran === null || experiment === null ? null : ran.functional(experiment);
  const chip = experiment === null || functional === null ? null : evaluatePoint(experiment, functional).result;
  const warnings = chip === null ? [] : nirTopology(imported).warnings;
  if (options.json) {
    const counts = ran === null ? {} : { steps: ran.steps, neurobench: ran.metrics, output_spikes: ran.outputs };
    const integer = ran === null || ran.integer === null ? {} : ran.integer;
    const onChip = chip === null ? {} : { chip: { warnings, result: chip } };
    console.log(JSON.stringify({ report: imported.report, options: nir, ...counts, ...integer, ...onChip }, null, 2));
    return;
  }
  const lines = formatImportReport(imported.report);
  if (ran !== null) lines.push("", ...runLines(look, ran));
  if (chip !== null) lines.push("", ...warnings.map((text) => `warning: ${text}`), ...resultLines(look, chip));
  console.log(lines.join("\n"));
}

interface Ran {
  readonly steps: number;
  readonly metrics: NeurobenchMetrics;
  /** Sum over steps of each value that reaches an Output node. */
  readonly outputs: { readonly [output: string]: readonly number[] };
  /** null in float. */
  readonly integer: { readonly overflows: number; readonly saturations: number; readonly leaks: readonly LeakError[] } | null;
  readonly functional: (experiment: Experiment) => Functional;
}

/** The samples of a spike file for the network's one Input. */
async function inputOf(imported: ImportedNir, path: string, options: ImportNirOptions): Promise<Samples> {
  const [port, ...others] = portsOf(imported);
  if (port === undefined || others.length > 0) {
    const ports = portsOf(imported);
    throw inputError(path, `the network has ${ports.length} inputs (${ports.join(", ")}), one file feeds exactly one`);
  }
  const inputs = (imported.shapes.get(port)?.output ?? []).reduce((product, size) => product * size, 1);
  const samples = await readSpikeSamples({ path, stepSeconds: options.dtSeconds, labels: null, inputs });
  const count = samples.frameStart.length - 1;
  if (options.sample >= count) throw inputError("--sample", `is ${options.sample}, ${path} holds ${count}`, `0 to ${count - 1}`);
  if (samples.inputs !== inputs) throw inputError(path, `has ${samples.inputs} neurons, Input ${port} has ${inputs}`);
  return samples;
}

function portsOf({ graph }: ImportedNir): string[] {
  const fed = new Set(graph.edges.map((edge) => edge.to));
  return [...graph.nodes].filter(([name, node]) => node.type === "Input" && !fed.has(name)).map(([name]) => name);
}

function inFloat(imported: ImportedNir, samples: Samples, { sample, encoding, seed }: ImportNirOptions): Ran {
  const encoded = encodeSamples(samples, { encoding, seed });
  const [first, end] = [encoded.frameStart[sample], encoded.frameStart[sample + 1]];
  const inputs = new Map([
    [portsOf(imported)[0], Float64Array.from(encoded.features.subarray(first * encoded.inputs, end * encoded.inputs))],
  ]);
  const steps = end - first;
  const engine = createNirEngine(imported);
  const run = engine.run(inputs, steps, [...imported.graph.nodes.keys()]);
  return {
    steps,
    metrics: engine.metrics(),
    outputs: sumsOf(imported, run.outputs, steps),
    integer: null,
    functional: ({ precision }) =>
      nirFunctional(
        imported,
        nirTopology(imported, undefined, { leak: precision.leak, inputs: nirInputs(encoding, samples) }).topology,
        inputs,
        run,
      ),
  };
}

function inIntegers(imported: ImportedNir, samples: Samples, options: ImportNirOptions, { precision }: Experiment): Ran {
  const { sample, encoding, seed } = options;
  const kind = nirInputs(encoding, samples);
  const { functional, neurobench, leaks, outputs } = integerOnChip(
    imported,
    precision,
    encodeSamples(samples, { encoding, seed }),
    sample,
    kind,
  );
  const { frames, accumulatorOverflows, stateSaturations } = functional.operations;
  const name = [...imported.graph.nodes].find(([, node]) => node.type === "Output")?.[0] ?? "output";
  return {
    steps: frames,
    metrics: neurobench,
    outputs: outputs.length === 0 ? {} : { [name]: outputs },
    integer: { overflows: accumulatorOverflows, saturations: stateSaturations, leaks },
    functional: () => functional,
  };
}

function sumsOf({ graph }: ImportedNir, outputs: ReadonlyMap<string, Float64Array>, steps: number): Ran["outputs"] {
  const names = [...graph.nodes].filter(([, node]) => node.type === "Output").map(([name]) => name);
  return Object.fromEntries(
    names.map((name) => {
      const values = outputs.get(name) ?? new Float64Array();
      const size = values.length / steps;
      const sums = new Array<number>(size).fill(0);
      for (let i = 0; i < values.length; i++) sums[i % size] += values[i];
      return [name, sums];
    }),
  );
}

function runLines(look: Look, { steps, metrics, integer, outputs }: Ran): string[] {
  const columns = ["connection layer", "effective ACs", "effective MACs", "dense"].map((title, i) => ({
    title,
    align: i === 0 ? ("left" as const) : ("right" as const),
  }));
  const cells = (name: string, acs: number, macs: number, dense: number): string[] => [name, grouped(acs), grouped(macs), grouped(dense)];
  return [
    ...(integer === null ? [] : integerLines(integer)),
    `${steps} steps; NeuroBench's counts for this sample:`,
    ...tableLines(
      look,
      columns,
      metrics.layers.map((layer) => cells(layer.name, layer.effectiveAcs, layer.effectiveMacs, layer.denseOperations)),
      cells("all", metrics.effectiveAcs, metrics.effectiveMacs, metrics.denseOperations),
    ),
    `footprint ${grouped(metrics.footprintBytes)} bytes (${grouped(metrics.parameters)} parameters), connection sparsity ${significant(metrics.connectionSparsity)}, activation sparsity ${measured(metrics.activationSparsity, 6)}`,
    ...Object.entries(outputs).map(([name, sums]) => `${name}: ${sums.map((sum) => significant(sum)).join(" ")}`),
  ];
}

function integerLines({ overflows, saturations, leaks }: NonNullable<Ran["integer"]>): string[] {
  return [
    `integer arithmetic: ${overflows} accumulator overflows, ${saturations} state saturations`,
    ...leaks.map(
      ({ leak, share, computedShare, errorPercent }) =>
        `leak ${leak}: ${significant(computedShare)} a step for ${significant(share)}, ${significant(errorPercent, 3)} % off at most`,
    ),
  ];
}
