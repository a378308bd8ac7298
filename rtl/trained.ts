/** The trained cells, in the form of the library. */
import { BUILT_PAYLOAD_BITS, builtIn, cellOf, type ParameterRow, SCORE_BITS, SUM_BITS, updateWidths } from "../arch/index.js";
import { InvariantError } from "../base/errors.js";
import { powerOfTwo } from "../base/math.js";
import type { IntegerNetwork, IntegerQuantiser, Requantiser } from "../sim/functional/index.js";
import { type Field, KIND, type RtlNetwork } from "./cells.js";
import { signedBits, unsignedBits } from "./numbers.js";

const CELL_NUMBERS: { readonly [kernel: string]: number } = { lif: 0, rec: 1, alif: 2 };

/** Requantisers of a population's gates; the encoder has none. */
function requantisersOf(network: IntegerNetwork, population: number): readonly Requantiser[] {
  if (population === 0) return [];
  if (population > network.layers.length) return [network.readout.requantiser];
  return network.layers[population - 1].gates.map(({ requantiser }) => requantiser);
}

function quantiserOf(network: IntegerNetwork, population: number): IntegerQuantiser | null {
  if (population === 0) return network.encoder;
  return population > network.layers.length ? null : network.layers[population - 1].quantiser;
}

const NO_CIRCUIT = "the library of circuits has no such step";

function ownShape(network: IntegerNetwork): ParameterRow {
  const { kernel } = cellOf(builtIn(network.system, network.name, NO_CIRCUIT));
  const widths = updateWidths(network.precision, BUILT_PAYLOAD_BITS);
  const requantisers = network.topology.populations.flatMap((_, p) => requantisersOf(network, p));
  const jumps = kernel === "alif" ? network.layers.flatMap(({ perNeuron }) => Array.from(perNeuron[2] ?? [])) : [];
  return {
    gates: Math.max(...network.layers.map(({ gates }) => gates.length)),
    // if a network's units are so coarse that nothing is shifted, its multipliers are wider
    multiplierBits: Math.max(widths.multiplierBits, signedBits(requantisers.flatMap(({ multiplier }) => Array.from(multiplier)))),
    biasBits: signedBits(requantisers.flatMap(({ bias }) => Array.from(bias))),
    factors: { lif: 1, rec: 0, alif: 2 }[kernel as "lif"],
    factorBits: widths.factorBits,
    jumps: kernel === "alif" ? 1 : 0,
    jumpBits: signedBits(jumps),
  };
}

function fieldsOf(network: IntegerNetwork, shape: ParameterRow, population: number, neuron: number): readonly Field[] {
  const { leak, gateBits } = network.precision;
  const gates = requantisersOf(network, population);
  const { perNeuron } = network.layers[population - 1] ?? { perNeuron: [] };
  const stays = leak === "shift" ? 31 : powerOfTwo(gateBits);
  const fields: Field[] = [];
  for (let g = 0; g < shape.gates; g++) {
    fields.push([gates[g]?.multiplier[neuron] ?? 0, shape.multiplierBits], [gates[g]?.bias[neuron] ?? 0, shape.biasBits]);
  }
  for (let f = 0; f < shape.factors; f++) fields.push([perNeuron[f]?.[neuron] ?? stays, shape.factorBits]);
  for (let j = 0; j < shape.jumps; j++) fields.push([perNeuron[shape.factors + j]?.[neuron] ?? 0, shape.jumpBits]);
  return fields;
}

function rowOf({ layers, readout, topology }: IntegerNetwork, index: number, source: number): ReturnType<RtlNetwork["rowOf"]> {
  const projection = topology.projections[index];
  const width = topology.populations[projection.source].neurons;
  const population = projection.target;
  if (population > layers.length) return (neuron) => readout.weights[neuron * width + source];
  const matrices = layers[population - 1].gates.map((gate) => (projection.recurrent ? gate.recurrentWeights : gate.inputWeights));
  return (neuron, gate) => matrices[gate]?.[neuron * width + source] ?? 0;
}

function largestSum({ layers, readout, encoder }: IntegerNetwork): number {
  const sumOf = (weights: Int16Array | null, row: number, sources: number, limit: number): number =>
    weights === null ? 0 : weights.subarray(row * sources, (row + 1) * sources).reduce((sum, weight) => sum + Math.abs(weight) * limit, 0);
  let [largest, limit] = [0, encoder.limit];
  for (const { gates, neurons, inputs, quantiser } of layers) {
    for (const { inputWeights, recurrentWeights } of gates)
      for (let row = 0; row < neurons; row++)
        largest = Math.max(largest, sumOf(inputWeights, row, inputs, limit) + sumOf(recurrentWeights, row, neurons, quantiser.limit));
    limit = quantiser.limit;
  }
  const { neurons } = layers[layers.length - 1];
  for (let row = 0; row * neurons < readout.weights.length; row++) largest = Math.max(largest, sumOf(readout.weights, row, neurons, limit));
  return largest;
}

export function trainedCells(network: IntegerNetwork): RtlNetwork {
  const { topology } = network;
  const own = ownShape(network);
  const last = topology.populations.length - 1;
  return {
    topology,
    inputs: network.inputs,
    classes: network.classes,
    input: 0,
    scored: last,
    cell: CELL_NUMBERS[cellOf(builtIn(network.system, network.name, NO_CIRCUIT)).kernel],
    own,
    routedBits: 0,
    payloadBits: unsignedBits(topology.populations.map((_, p) => quantiserOf(network, p)?.limit ?? 0)) + 1,
    scoreBits: SCORE_BITS,
    sumBits: network.task === "sequence" ? SUM_BITS : SCORE_BITS,
    sums: network.task === "sequence",
    sigmoid: network.layers[0].sigmoid,
    kindOf: (p) => (p === 0 ? KIND.encoder : p === last ? KIND.readout : KIND.layer),
    shiftsOf: (p) => [requantisersOf(network, p)[0]?.shift ?? 0, requantisersOf(network, p)[1]?.shift ?? 0],
    boundsOf: (p) => {
      const { theta, limit } = quantiserOf(network, p) ?? { theta: 0, limit: 0 };
      return [Math.min(Math.floor(theta), limit), limit];
    },
    resetOf: (p) => [0, 0, p === last ? 1 : 0],
    hasRows: (p) => p > 0,
    fieldsOf: (p, neuron) => fieldsOf(network, own, p, neuron),
    rowOf: (projection, source) => rowOf(network, projection, source),
    kernelOf: () => {
      throw new InvariantError("rtl cells", null, "trained cells have no kernels");
    },
    largestSum: () => largestSum(network),
  };
}
