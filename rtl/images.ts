/**
 * Memory images of a core: weights, parameters of each neuron, and the sigmoid table; one hexadecimal word per line,
 * for `$readmemh`.
 */
import { type Core, parameterRowBits } from "../arch/index.js";
import type { Field } from "./cells.js";
import { networkEnds } from "./network.js";
import type { RtlPoint } from "./point.js";
import type { CoreTables } from "./tables.js";
import { hexLines, packed } from "./words.js";

interface Images {
  /** Text per bank. */
  readonly weights: readonly string[];
  readonly own: string;
  /** null: the cell has no table. */
  readonly sigmoid: string | null;
  /** null: the rows of all sources follow each other. */
  readonly rows: { readonly axons: string; readonly segments: string; readonly routes: string } | null;
}

/** Words with the rows of all sources, one after the other; each row begins a new word. */
function* weightWords({ network, experiment }: RtlPoint, core: Core, { segments, rows: written }: CoreTables): Generator<bigint> {
  if (written !== null) {
    yield* written.words;
    return;
  }
  const { weightBits } = experiment.precision;
  const { wordBits } = core.synapseMemory;
  for (const [population, rows] of segments.entries()) {
    if (rows.length === 0) continue;
    for (let source = 0; source < network.topology.populations[population].neurons; source++) {
      for (const block of rows) {
        const { firstNeuron } = block.target.slice;
        const { accumulatorsPerNeuron: each } = block.target;
        const weight = network.rowOf(block.projection, source);
        const { itemsPerWord, wordsPerItem } = block.synapse;
        for (let item = 0; item < block.rowItems; item += itemsPerWord) {
          const items = Array.from({ length: Math.min(itemsPerWord, block.rowItems - item) }, (_, k) => item + k);
          const word = packed(items.map((i) => [weight(firstNeuron + Math.floor(i / each), i % each), weightBits]));
          for (let part = 0; part < wordsPerItem; part++) yield BigInt.asUintN(wordBits, word >> BigInt(part * wordBits));
        }
      }
    }
  }
}

/** Whether a neuron's spikes go anywhere: in all steps of an utterance except the last, and in the last. */
function routeFields({ network, program }: RtlPoint, population: number, neuron: number): readonly Field[] {
  if (network.routedBits === 0) return [];
  const { populationStart, routeOf, entryStart } = program;
  return routeOf.map((routes): Field => {
    const route = routes[populationStart[population] + neuron];
    return [entryStart[route + 1] > entryStart[route] ? 1 : 0, 1];
  });
}

/** One batch of neurons per word, one population after the other. */
function* ownWords(point: RtlPoint, core: Core, { slices }: CoreTables): Generator<bigint> {
  const { units } = core.neuronUpdate;
  const { network } = point;
  for (const { slice } of slices) {
    const { population, firstNeuron, neurons } = slice;
    if (!network.hasRows(population)) continue;
    for (let from = 0; from < neurons; from += units) {
      const batch = Array.from({ length: Math.min(units, neurons - from) }, (_, u) => firstNeuron + from + u);
      yield packed(batch.flatMap((neuron) => [...network.fieldsOf(population, neuron), ...routeFields(point, population, neuron)]));
    }
  }
}

const records = (rows: readonly (readonly number[])[], bits: number): string =>
  hexLines(
    rows.map((fields) => packed(fields.toReversed().map((value): Field => [value, bits]))),
    bits * (rows[0]?.length ?? 1),
  );

export function imagesOf(point: RtlPoint, core: Core, tables: CoreTables): Images {
  const { network, experiment } = point;
  const { wordBits, banks } = core.synapseMemory;
  const found = [...weightWords(point, core, tables)];
  // a core without rows, or without parameters of neurons, has one word that nothing reads
  const words = found.length > 0 ? found : [0n];
  const own = [...ownWords(point, core, tables)];
  const { sigmoid } = network;
  const bits = tables.scalars.TW;
  return {
    // word w is in bank w mod banks
    weights: Array.from({ length: banks }, (_, bank) =>
      hexLines(
        words.filter((_word, w) => w % banks === bank),
        wordBits,
      ),
    ),
    own: hexLines(own.length > 0 ? own : [0n], core.neuronUpdate.units * (parameterRowBits(network.own) + network.routedBits)),
    sigmoid: sigmoid.length === 0 ? null : hexLines(Array.from(sigmoid, BigInt), experiment.precision.gateBits),
    rows:
      tables.rows === null
        ? null
        : {
            axons: records(tables.rows.axons, bits),
            segments: records(tables.rows.segments, bits),
            routes: records(tables.rows.routes, networkEnds(experiment.chip, point.run.placement)),
          },
  };
}
