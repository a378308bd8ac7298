/** Memory images of a core: weights, what belongs to each neuron, and the sigmoid table; one word per line, in hexadecimal, as `$readmemh` takes it. */
import { type Core, type ParameterRow, parameterRowBits } from "../arch/index.js";
import { powerOfTwo } from "../base/math.js";
import type { IntegerNetwork } from "../sim/functional/index.js";
import type { Block } from "../sim/program/index.js";
import type { RtlPoint } from "./point.js";
import { type CoreTables, requantisersOf } from "./tables.js";

export interface Images {
  /** Of each bank. */
  readonly weights: readonly string[];
  readonly own: string;
  /** null: the cell has no table. */
  readonly sigmoid: string | null;
}

/** A word of `bits` bits from fields, lowest first: [value, bits] each. */
export function packed(fields: Iterable<readonly [value: number, bits: number]>): bigint {
  let word = 0n;
  let at = 0n;
  for (const [value, bits] of fields) {
    word |= BigInt.asUintN(bits, BigInt(value)) << at;
    at += BigInt(bits);
  }
  return word;
}

/** One word per line. */
export function hexLines(words: Iterable<bigint>, bits: number): string {
  const digits = Math.ceil(bits / 4);
  let text = "";
  for (const word of words) text += `${word.toString(16).padStart(digits, "0")}\n`;
  return text;
}

/** Weight of item `item` of a row: accumulator by accumulator, neuron by neuron. */
function weightOf({ layers, readout, topology }: IntegerNetwork, block: Block, source: number, item: number): number {
  const { population, firstNeuron } = block.target.slice;
  const { accumulatorsPerNeuron } = block.target;
  const neuron = firstNeuron + Math.floor(item / accumulatorsPerNeuron);
  const projection = topology.projections[block.projection];
  const width = topology.populations[projection.source].neurons;
  if (population > layers.length) return readout.weights[neuron * width + source];
  const gate = layers[population - 1].gates[item % accumulatorsPerNeuron];
  const weights = projection.recurrent ? gate.recurrentWeights : gate.inputWeights;
  return weights === null ? 0 : weights[neuron * width + source];
}

/** Rows of all sources, one after the other; a row begins at a word. */
function* weightWords({ network, experiment }: RtlPoint, core: Core, { segments }: CoreTables): Generator<bigint> {
  const { weightBits } = experiment.precision;
  const { wordBits } = core.synapseMemory;
  for (const [population, rows] of segments.entries()) {
    if (rows.length === 0) continue;
    for (let source = 0; source < network.topology.populations[population].neurons; source++) {
      for (const block of rows) {
        const { itemsPerWord, wordsPerItem } = block.synapse;
        for (let item = 0; item < block.rowItems; item += itemsPerWord) {
          const items = Array.from({ length: Math.min(itemsPerWord, block.rowItems - item) }, (_, k) => item + k);
          const word = packed(items.map((i) => [weightOf(network, block, source, i), weightBits]));
          for (let part = 0; part < wordsPerItem; part++) yield BigInt.asUintN(wordBits, word >> BigInt(part * wordBits));
        }
      }
    }
  }
}

/** Fields of a neuron's row, lowest first. */
function ownFields(point: RtlPoint, shape: ParameterRow, population: number, neuron: number): readonly (readonly [number, number])[] {
  const { network, experiment } = point;
  const { leak, gateBits } = experiment.precision;
  const gates = requantisersOf(network, population);
  const { perNeuron } = network.layers[population - 1] ?? { perNeuron: [] };
  const stays = leak === "shift" ? 31 : powerOfTwo(gateBits);
  const fields: (readonly [number, number])[] = [];
  for (let g = 0; g < shape.gates; g++) {
    fields.push([gates[g]?.multiplier[neuron] ?? 0, shape.multiplierBits], [gates[g]?.bias[neuron] ?? 0, shape.biasBits]);
  }
  for (let f = 0; f < shape.factors; f++) fields.push([perNeuron[f]?.[neuron] ?? stays, shape.factorBits]);
  for (let j = 0; j < shape.jumps; j++) fields.push([perNeuron[shape.factors + j]?.[neuron] ?? 0, shape.jumpBits]);
  return fields;
}

/** A batch of neurons per word, populations one after the other, the encoder's left out. */
function* ownWords(point: RtlPoint, core: Core, { slices, own }: CoreTables): Generator<bigint> {
  const { units } = core.neuronUpdate;
  for (const { slice } of slices) {
    if (slice.population === 0) continue;
    for (let from = 0; from < slice.neurons; from += units) {
      const batch = Array.from({ length: Math.min(units, slice.neurons - from) }, (_, u) => slice.firstNeuron + from + u);
      yield packed(batch.flatMap((neuron) => ownFields(point, own, slice.population, neuron)));
    }
  }
}

export function imagesOf(point: RtlPoint, core: Core, tables: CoreTables): Images {
  const { network, experiment } = point;
  const { wordBits, banks } = core.synapseMemory;
  const found = [...weightWords(point, core, tables)];
  // a core without rows, or without neurons of its own kind, has a word that nothing reads
  const words = found.length > 0 ? found : [0n];
  const own = [...ownWords(point, core, tables)];
  const sigmoid = network.layers[0].sigmoid;
  return {
    // word w lies in bank w mod banks
    weights: Array.from({ length: banks }, (_, bank) =>
      hexLines(
        words.filter((_word, w) => w % banks === bank),
        wordBits,
      ),
    ),
    own: hexLines(own.length > 0 ? own : [0n], core.neuronUpdate.units * parameterRowBits(tables.own)),
    sigmoid: sigmoid.length === 0 ? null : hexLines(Array.from(sigmoid, BigInt), experiment.precision.gateBits),
  };
}
