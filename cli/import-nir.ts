/** `import nir`: what a NIR file holds, what it does on given spikes, and what that costs on a chip. Effects: reads and writes files, prints. */
import { inputError, type Problem } from "../base/errors.js";
import { evaluatePoint } from "../sim/index.js";
import { formatImportReport, type ImportedNir, importNir, integerObstacles, type NirOptions, nirLayers } from "../sim/nir/index.js";
import { EXIT } from "./exit.js";
import { neurobenchLines } from "./format/neurobench.js";
import { grouped, significant } from "./format/number.js";
import { resultLines } from "./format/result.js";
import { type Look, lookOf } from "./format/style.js";
import { loadArch } from "./load.js";
import { type NirRunRequest, type Ran, runNir } from "./nir-run.js";
import { type Comparison, compareNodes, comparisonText, parseNodeFile, recordNodes } from "./node-values.js";
import { print, printJson } from "./print.js";

export interface ImportNirOptions extends NirOptions, Omit<NirRunRequest, "input"> {
  /** Spike file for the network's one Input; null: only the report. */
  readonly input: string | null;
  /** `node=file` texts: values of nodes to write, and to compare with a file's. */
  readonly record: readonly string[];
  readonly compare: readonly string[];
  /** Description of a chip to run the spikes on; null: none. */
  readonly on: string | null;
  /** Integer arithmetic at the description's precision instead of float. */
  readonly integer: boolean;
  readonly json: boolean;
}

/** Returns the exit code. */
export async function importNirFile(file: string, options: ImportNirOptions): Promise<number> {
  const { dtSeconds, reset, scheme, integratorGain, refractorySeconds } = options;
  const nir: NirOptions = { dtSeconds, reset, scheme, integratorGain, refractorySeconds };
  if (options.on !== null && options.input === null) throw inputError("--on", "a chip needs spikes to run", "add --input spikes.csv");
  if (options.integer && options.on === null) throw inputError("--integer", "needs a precision", "add --on arch.yaml");
  if (options.input === null && options.record.length + options.compare.length > 0)
    throw inputError("--record, --compare", "nothing is run", "add --input spikes.csv");
  const imported = await importNir(file, nir);
  const look = lookOf(process.stdout, process.env);
  const experiment = options.on === null ? null : loadArch(options.on).experiment;
  const ran =
    options.input === null ? null : await runNir(imported, { ...options, input: options.input }, options.integer ? experiment : null);
  const compared = ran === null ? [] : await compareNodes(ran, options);
  if (ran !== null) recordNodes(ran, options.record);
  const functional = ran === null || experiment === null ? null : ran.functional(experiment);
  const chip = experiment === null || functional === null ? null : evaluatePoint(experiment, functional).result;
  const warnings = chip === null ? [] : nirLayers(imported).warnings;
  if (options.json) {
    const counts = ran === null ? {} : { steps: ran.steps, neurobench: ran.metrics, output_spikes: ran.outputs, compared };
    const integer = ran === null || ran.integer === null ? {} : ran.integer;
    const onChip = chip === null ? {} : { chip: { warnings, result: chip } };
    const obstacles = integerObstacles(imported).map(reasonOf);
    printJson({ report: imported.report, options: nir, integer_obstacles: obstacles, ...counts, ...integer, ...onChip }, 2);
    return exitOf(compared);
  }
  const lines = [...formatImportReport(imported.report), ...obstacleLines(imported)];
  if (ran !== null) lines.push("", ...runLines(look, ran, chip === null), ...compared.map(comparisonText));
  for (const { file: written } of options.record.map(parseNodeFile)) lines.push(`wrote ${written}`);
  if (chip !== null) lines.push("", ...warnings.map((text) => `warning: ${text}`), ...resultLines(look, chip));
  print(lines);
  return exitOf(compared);
}

/** As `reproduce`: 1 where something differs. */
function exitOf(compared: readonly Comparison[]): number {
  return compared.every(({ differ }) => differ === 0) ? EXIT.ok : EXIT.internal;
}

function reasonOf({ path, message, fix }: Problem): string {
  return `${path === "" ? "" : `${path}: `}${message}${fix === "" ? "" : ` (${fix})`}`;
}

function obstacleLines(imported: ImportedNir): string[] {
  const obstacles = integerObstacles(imported);
  if (obstacles.length === 0) return ["in integers, on a chip: all of it"];
  return ["not in integers on a chip:", ...obstacles.map((problem) => `  ${reasonOf(problem)}`)];
}

/** `counts`: NeuroBench's metrics, which a chip's result has of its own. */
function runLines(look: Look, { steps, metrics, integer, outputs }: Ran, counts: boolean): string[] {
  return [
    `${grouped(steps)} steps`,
    ...(integer === null ? [] : integerLines(integer)),
    ...(counts ? neurobenchLines(look, metrics) : []),
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
