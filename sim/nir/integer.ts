/**
 * An imported network in integers, with the rules of our own networks: signed weights; (acc M + B) >> S; saturating
 * state. `precision.integers` selects its numbers: scaled (`scaled-form.ts`), the file's own (`filed-form.ts`), as
 * sinabs computes them for Speck (`speck-form.ts`), or as Rockpool does for Xylo (`xylo-form.ts`).
 * Throws: InputError for graphs that have no integer form.
 * Not modelled: the exact scheme; Threshold nodes; voltages (LI, I, CubaLI) that feed weights.
 */

import { checkLayers, graphPrecisionProblems, LAVA_NEURONS, NEURON_TYPES, type Precision } from "../../arch/index.js";
import { InputError, inputError } from "../../base/errors.js";
import type { GraphPopulation, GraphProjection, IntegerGraph, RoundedValues } from "../functional/index.js";
import { checkPrecision, NONE_OWN, type OwnPrecisions, precisionIn, restsAlone } from "../functional/index.js";
import { storedByFile } from "./file-weights.js";
import { filedForm } from "./filed-form.js";
import { graphKey } from "./graph-key.js";
import type { ImportedNir } from "./import.js";
import { obstaclesIn } from "./integer-obstacles.js";
import { lostRows } from "./lost-rows.js";
import { constantInputs, eachFactor, type LoweredGraph, lowerGraph } from "./lowered-graph.js";
import { scaledForm } from "./scaled-form.js";
import { arrayOf } from "./shapes.js";
import { speckForm } from "./speck-form.js";
import { terminalInputs } from "./terminal-inputs.js";
import { terminalOutputs } from "./terminal-outputs.js";
import { INPUT_LIMIT, type InputKinds, type NirInputs, nirTopology } from "./topology.js";
import type { LoweredPopulation } from "./ways.js";
import { nonZeroWords } from "./weight-places.js";
import { xyloForm } from "./xylo-form.js";

interface IntegerNir {
  readonly graph: IntegerGraph;
}

/** Forms whose whole numbers follow a file's or a tool's rules. */
const FORMS = { "from-file": filedForm, speck: speckForm, xylo: xyloForm } as const;

/** Largest number of input events per step and channel on Xylo. */
const XYLO_EVENTS = 15;

/**
 * Integer form of `imported` at `precision`. `kinds`: of every input in order; `own`: populations with widths of their
 * own.
 */
export function integerNir(
  imported: ImportedNir,
  precision: Precision,
  kinds: InputKinds = "binary",
  own: OwnPrecisions = NONE_OWN,
): IntegerNir {
  const file = imported.report.file;
  checkPrecision(precision);
  const isLava = [...imported.graph.nodes.values()].some(({ type }) => LAVA_NEURONS.has(type));
  if (precision.spikeBits !== null)
    throw inputError(
      file,
      isLava ? "its spikes are as wide as the file says" : "its spikes are binary",
      "leave spike_bits out",
      "precision.spike_bits",
    );
  const ownBits = [...own].map(([name, { weightBits }]) => [name, { weightBits }] as const);
  const widths = { ...precision, layers: { ...precision.layers, ...Object.fromEntries(ownBits) } };
  const wrong = graphPrecisionProblems(widths, file, isLava).map(({ path, message, fix }) => ({
    ...{ file, line: null, column: null, message, fix },
    path: ["precision", ...path].join("."),
  }));
  if (wrong.length > 0) throw new InputError(wrong);
  const lowered = lowerGraph(imported);
  const precisions = lowered.populations.map(({ name }) => precisionIn(name, precision, own));
  for (const one of precisions) checkPrecision(one);
  const obstacles = obstaclesIn(imported, lowered.populations, lowered.matrices);
  if (obstacles.length > 0) throw new InputError(obstacles);
  const entries = entriesOf(imported, lowered.populations, kinds);
  const unitOf = (source: number): number => entries.get(source)?.weighs ?? 1;
  if (precision.integers !== "quantised" && [...entries.values()].some(({ inputs }) => typeof inputs === "number"))
    throw inputError(
      file,
      `takes whole numbers as they are with precision.integers: ${precision.integers}, but its inputs are real numbers`,
      "encode them: workload.encoder",
      "workload.encoder",
    );
  const constants = constantInputs(imported, lowered);
  const found: RoundedValues = { leaks: [], raised: [] };
  const form =
    precision.integers === "quantised"
      ? scaledForm(imported, lowered, precisions, unitOf, constants, found)
      : FORMS[precision.integers](imported, lowered, precisions, unitOf, constants, found);
  const populations = lowered.populations.map(({ name, neurons, node }, p): GraphPopulation => {
    if (entries.has(p)) return { name, neurons, kind: "input" };
    if (NEURON_TYPES.has(node.type)) return { name, neurons, kind: "neurons", cell: form.cell(p) };
    return { name, neurons, kind: "readout", requantiser: form.readout(p) };
  });
  if (precision.leak !== "multiplier" && populations.every((population) => !forgets(population)) && !isLava)
    throw inputError(file, `leak is ${precision.leak}, but no neuron of it leaks`, "set precision.leak: multiplier", "precision.leak");
  const { topology, projectionOf } = nirTopology(imported, lowered, {
    leak: precision.leak,
    inputs: (p) => entries.get(p)?.inputs ?? "binary",
    rests: (p) => restsAlone(populations[p]),
    shifts: form.shifts,
    payloadBits: (p) => payloadBitsOf(populations[p]),
  });
  const cells = populations.flatMap(({ name, kind }) => (kind === "neurons" ? [name] : []));
  checkLayers(precision, topology, { cells, spiking: [] }, file);
  const projections = lowered.matrices.map((matrix, m): GraphProjection => {
    const { source, target, steps: late, rowStart, targets, factors, kernel } = matrix;
    // `Int16Array.from` would first collect all weights in a JavaScript list, which fails at 113 M
    const weights = new Int16Array(factors.length);
    eachFactor(matrix, (e, neuron) => {
      weights[e] = form.weight(factors[e] * unitOf(source), target, neuron);
    });
    const rows = { sparse: { rowStart, targets }, kernel: kernel ?? undefined };
    return { source, target, steps: late, projection: projectionOf[m], ...rows, weights };
  });
  const weights = lowered.matrices.reduce((sum, matrix) => sum + matrix.weights, 0);
  const graph: IntegerGraph = {
    name: file,
    precision,
    precisions,
    populations,
    projections,
    inputs: [...entries].map(([population, { first, inputs, scale, offset }]) => {
      const limit = inputs === "binary" ? 1 : INPUT_LIMIT;
      return { population, first, limit: precision.integers === "xylo" ? Math.min(limit, XYLO_EVENTS) : limit, scale, offset };
    }),
    scored: scoredPopulation(imported, lowered),
    topology,
    counted: {
      weightPlaces: topology.projections.map((_, j) =>
        lowered.matrices.reduce((sum, { places }, m) => (projectionOf[m] === j ? sum + places : sum), 0),
      ),
      weights,
      zeroWeights: weights - lowered.matrices.reduce((sum, matrix, m) => sum + nonZeroWords(matrix, projections[m].weights), 0),
    },
    stored: storedByFile(imported, new Map(populations.map(({ name }, p) => [name, precisions[p].weightBits]))),
    lostRows: lostRows(lowered, populations, projections),
    ...found,
    key: graphKey(
      imported,
      lowered,
      precisions,
      [...entries.values()].map(({ inputs }) => inputs),
      form.steps,
      constants,
    ),
  };
  return { graph };
}

interface Entry {
  readonly first: number;
  readonly inputs: NirInputs;
  readonly scale: number;
  readonly offset: number;
  readonly weighs: number;
}

/** Inputs by population, in the order of their values in a step. */
function entriesOf(imported: ImportedNir, populations: readonly LoweredPopulation[], kinds: InputKinds): ReadonlyMap<number, Entry> {
  return new Map(
    terminalInputs(imported).map(({ name, first }, i) => {
      const population = populations.findIndex((one) => one.name === name);
      return [population, { first, ...inputOf(populations[population], typeof kinds === "object" ? kinds[i] : kinds) }];
    }),
  );
}

/**
 * How values become payloads, and the real value of a payload of 1. Networks of Lava files take whole numbers. A unit
 * is a power of two, so that both it and its scale are exact.
 */
function inputOf({ node }: LoweredPopulation, inputs: NirInputs): Omit<Entry, "first"> {
  if (node.fields.has("scale"))
    return { inputs: "events", scale: arrayOf(node, "scale").data[0], offset: arrayOf(node, "offset").data[0], weighs: 1 };
  const unit = typeof inputs === "number" ? inputs : 1;
  return { inputs, scale: 1 / unit, offset: 0, weighs: unit };
}

const forgets = (population: GraphPopulation): boolean =>
  population.kind === "neurons" && (population.cell.keepCurrent !== null || population.cell.keepVoltage !== null);

/** Sizes of counted spikes have no sign, those of changes have one. */
function payloadBitsOf(population: GraphPopulation): number {
  if (population.kind !== "neurons") return 1;
  const { delta, mostSpikes } = population.cell;
  return delta === null ? 32 - Math.clz32(mostSpikes) : 1 + 32 - Math.clz32(delta.most);
}

/** The population whose output is scored; null if there are several Outputs. */
function scoredPopulation(imported: ImportedNir, { populations }: LoweredGraph): number | null {
  const [output, ...others] = terminalOutputs(imported);
  return output === undefined || others.length > 0 ? null : populationBefore(imported, populations, output);
}

/** The population that is an Output, or feeds it directly or through reshaping; null: there is none. */
export function populationBefore(
  { schedule }: Pick<ImportedNir, "schedule">,
  populations: readonly { readonly name: string }[],
  output: string,
): number | null {
  let name = output;
  for (;;) {
    const found = populations.findIndex((population) => population.name === name);
    if (found >= 0) return found;
    const [source] = schedule.sources.get(name) ?? [];
    if (source === undefined) return null;
    name = source.name;
  }
}
