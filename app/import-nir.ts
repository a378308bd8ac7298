/**
 * A NIR network of another tool: what it holds, what it does on given spikes, and what that costs on a chip. Effects:
 * reads and writes files.
 */
import { type Precision, pathOf } from "../arch/index.js";
import { inputError, type Problem } from "../base/errors.js";
import { evaluatePoint, type Result } from "../sim/index.js";
import { type ImportedNir, importNir as imported, integerObstacles, type NirOptions, nirLayers } from "../sim/nir/index.js";
import { type NirRunRequest, type Ran, runNir, stateNamed } from "./nir-run.js";
import { compareNodes, type NodeComparison, type NodeFile, recordNodes } from "./node-values.js";
import { openChipWithPlugins } from "./open.js";

export { formatImportReport, type NirOptions } from "../sim/nir/index.js";
export type { Ran } from "./nir-run.js";
export type { NodeComparison, NodeFile } from "./node-values.js";

/** What a NIR file does not say, and what is run with it. */
export interface ImportNirOptions extends NirOptions, Omit<NirRunRequest, "input" | "states"> {
  /** Spike file; of a network of several inputs one NIRData file, or `name=file` for each; null: only the report. */
  readonly input: string | readonly string[] | null;
  /** Nodes whose values are written, and whose values are compared with a file's. */
  readonly record?: readonly NodeFile[];
  /** Nodes whose values are compared with a file's. */
  readonly compare?: readonly NodeFile[];
  /** Description of a chip to run the spikes on; null: none. */
  readonly on?: string | null;
  /** Integer arithmetic at the description's precision in place of float. */
  readonly integer?: boolean;
}

/** What a NIR file holds, what was assumed, and what a run of it gave. */
export interface NirImport {
  /** What of the file became what. */
  readonly report: ImportedNir["report"];
  /** What the caller said that the file does not say. */
  readonly options: NirOptions;
  /** Why it cannot run in integers on a chip; none: it can. */
  readonly obstacles: readonly Problem[];
  /** null: nothing was run. */
  readonly ran: Ran | null;
  /** One per node of `compare`, in its order. */
  readonly compared: readonly NodeComparison[];
  /** What the chip makes of it; null: no chip was named. */
  readonly chip: { readonly warnings: readonly string[]; readonly result: Result } | null;
}

/**
 * Reads a NIR network; runs it where there is an input, and on a chip where one is named.
 *
 * @throws InputError where a file cannot be read, or something is asked for that needs an input or a chip
 * @throws InfeasibleError where the network does not fit the chip
 */
export async function importNir(file: string, options: ImportNirOptions): Promise<NirImport> {
  const { dtSeconds, reset, scheme, integratorGain, refractorySeconds, on = null, integer = false } = options;
  const nir: NirOptions = { dtSeconds, reset, scheme, integratorGain, refractorySeconds };
  if (integer && on === null) throw inputError("--integer", "needs a precision", "add --on arch.yaml");
  return importGraph(await imported(pathOf(file, "nir"), nir), options, (precision) => (integer ? precision : null));
}

/**
 * `integer`: of the precision of the chip's description (null: no chip is named), the one that integers are computed
 * at; null: in float.
 */
export async function importGraph(
  network: ImportedNir,
  options: ImportNirOptions,
  integer: (described: Precision | null) => Precision | null,
): Promise<NirImport> {
  const { input, record = [], compare = [], on = null } = options;
  if (on !== null && input === null) throw inputError("--on", "a chip needs spikes to run", "add --input spikes.csv");
  if (input === null && record.length + compare.length > 0)
    throw inputError("--record, --compare", "nothing is run", "add --input spikes.csv");
  const described = on === null ? null : (await openChipWithPlugins(on)).experiment;
  const precision = integer(described?.precision ?? null);
  const experiment = described === null || precision === null ? described : { ...described, precision };
  const states = new Set([...record, ...compare].map(({ node }) => stateNamed(node).node));
  const ran = input === null ? null : await runNir(network, { ...options, input: [input].flat(), states }, precision);
  const compared = ran === null ? [] : await compareNodes(ran, compare, options);
  if (ran !== null) recordNodes(ran, record);
  const functional = ran === null || experiment === null ? null : ran.functional(experiment);
  return {
    report: network.report,
    options: network.options,
    obstacles: integerObstacles(network),
    ran,
    compared,
    chip:
      experiment === null || functional === null
        ? null
        : { warnings: nirLayers(network).warnings, result: evaluatePoint(experiment, functional).result },
  };
}
