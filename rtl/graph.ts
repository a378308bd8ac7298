/** An imported network as parameters and tables of the library (`rtl/lib/integrate.sv`). */
import { type ResetRule, rowReader, updateWidths } from "../arch/index.js";
import { InvariantError } from "../base/errors.js";
import { powerOfTwo } from "../base/math.js";
import type { GraphPopulation, GraphProjection, IntegerGraph, Requantiser } from "../sim/functional/index.js";
import { type Field, KIND, type RtlNetwork, stateScoreBits } from "./cells.js";
import { signedBits, unsignedBits } from "./numbers.js";

const CELL = 3;
/** Numbers that `integrate.sv` uses. */
const RESETS: { readonly [rule in ResetRule]: number } = {
  zero: 0,
  subtract: 1,
  "snntorch-subtract": 2,
  "snntorch-delayed-subtract": 3,
  "snntorch-delayed-zero": 4,
};

const requantiserOf = (population: GraphPopulation): Requantiser | null =>
  population.kind === "input" ? null : population.kind === "readout" ? population.requantiser : population.cell.requantiser;

const cellIn = (population: GraphPopulation) => (population.kind === "neurons" ? population.cell : null);

/** Projections of the graph that make up one projection of the topology. */
export const partsOfProjection = ({ projections }: IntegerGraph, index: number): readonly GraphProjection[] =>
  projections.filter(({ projection }) => projection === index);

/** Largest sum of absolute weights into one neuron. */
function largestSum({ populations, projections, inputs }: IntegerGraph): number {
  const sums = populations.map(({ neurons }) => new Float64Array(neurons));
  for (const projection of projections) {
    const reader = rowReader(projection);
    const limit = inputs.find(({ population }) => population === projection.source)?.limit ?? 1;
    for (let source = 0; source < populations[projection.source].neurons; source++) {
      reader.read(source);
      for (let k = 0; k < reader.length; k++)
        sums[projection.target][reader.targets[reader.first + k]] += limit * Math.abs(projection.weights[reader.weightOf(k)]);
    }
  }
  return sums.reduce((most, each) => each.reduce((a, b) => Math.max(a, b), most), 0);
}

function rowOf(graph: IntegerGraph, index: number, source: number): (neuron: number) => number {
  const [projection] = partsOfProjection(graph, index);
  if (projection === undefined) throw new InvariantError("rtl graph", null, `projection ${index} has no weights`);
  const reader = rowReader(projection);
  reader.read(source);
  const weights = new Map<number, number>();
  for (let k = 0; k < reader.length; k++) weights.set(reader.targets[reader.first + k], projection.weights[reader.weightOf(k)]);
  return (neuron) => weights.get(neuron) ?? 0;
}

function kernelOf(graph: IntegerGraph, index: number): ReturnType<RtlNetwork["kernelOf"]> {
  const [{ kernel, weights }] = partsOfProjection(graph, index);
  if (kernel === undefined) throw new InvariantError("rtl graph", null, `projection ${index} has no kernel`);
  const { taps, targetChannels, groups } = kernel;
  return (channel, target, tap) => weights[(channel * (targetChannels / groups) + target) * taps + tap];
}

/** The graph in the form of the library; the rules of the subset must have accepted it. */
export function importedCells(graph: IntegerGraph): RtlNetwork {
  const { populations, precision, topology } = graph;
  // the rules of the subset refuse graphs with several inputs
  const [{ population: input, limit: inputLimit }] = graph.inputs;
  const widths = updateWidths(precision, 1);
  const cells = populations.flatMap((population) => cellIn(population) ?? []);
  const requantisers = populations.flatMap((population) => requantiserOf(population) ?? []);
  const all = (values: readonly (ArrayLike<number> | null)[]): number[] => values.flatMap((list) => Array.from(list ?? []));
  const factors = all(cells.flatMap(({ keepVoltage, keepCurrent }) => [keepVoltage, keepCurrent]));
  const own = {
    gates: 1,
    multiplierBits: signedBits(all(requantisers.map(({ multiplier }) => multiplier))),
    biasBits: signedBits(all(requantisers.map(({ bias }) => bias))),
    factors: 2,
    factorBits: Math.max(widths.factorBits, signedBits(factors)),
    jumps: 2,
    jumpBits: signedBits(all(cells.flatMap(({ rest, resetTo }) => [rest, resetTo]))),
  };
  /** Factor that does not change a state. */
  const stays = precision.leak === "shift" ? 31 : powerOfTwo(precision.gateBits);
  const scored = graph.scored ?? populations.length - 1;
  const scoreBits = stateScoreBits(precision.stateBits);
  const fieldsOf = (p: number, neuron: number): readonly Field[] => {
    const requantiser = requantiserOf(populations[p]);
    const cell = cellIn(populations[p]);
    return [
      [requantiser?.multiplier[neuron] ?? 0, own.multiplierBits],
      [requantiser?.bias[neuron] ?? 0, own.biasBits],
      [cell?.keepVoltage?.[neuron] ?? stays, own.factorBits],
      [cell?.keepCurrent?.[neuron] ?? stays, own.factorBits],
      [cell?.rest[neuron] ?? 0, own.jumpBits],
      [cell?.resetTo[neuron] ?? 0, own.jumpBits],
    ];
  };
  return {
    topology,
    inputs: populations[input].neurons,
    classes: populations[scored].neurons,
    input,
    scored,
    cell: CELL,
    own,
    routedBits: 2,
    payloadBits: unsignedBits([inputLimit]) + 1,
    scoreBits,
    sumBits: scoreBits,
    sums: false,
    sigmoid: [],
    kindOf: (p) => {
      const population = populations[p];
      if (population.kind === "input") return KIND.input;
      if (population.kind === "readout") return KIND.readout;
      return population.cell.keepCurrent === null ? KIND.layer : KIND.filtered;
    },
    shiftsOf: (p) => [requantiserOf(populations[p])?.shift ?? 0, 0],
    boundsOf: (p) => [cellIn(populations[p])?.threshold ?? 0, cellIn(populations[p])?.loses ?? 0],
    resetOf: (p) => {
      const cell = cellIn(populations[p]);
      return [cell === null || cell.threshold === null ? 0 : 1, cell === null ? 0 : RESETS[cell.reset], p === scored ? 1 : 0];
    },
    hasRows: () => true,
    fieldsOf,
    rowOf: (projection, source) => rowOf(graph, projection, source),
    kernelOf: (projection) => kernelOf(graph, projection),
    largestSum: () => largestSum(graph),
  };
}
