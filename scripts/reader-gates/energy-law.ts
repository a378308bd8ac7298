/**
 * The law of the energy of a generated address: pJ per um² of a lane's share of the generator, and per lane. Dense rows
 * go through the emitted module, too, so a third constant takes their weights off. Least squares of relative errors,
 * and each core left out of its own law.
 */
import { addressGeneratorSize } from "../../arch/address-generator.js";
import type { GeneratorNeeds } from "../../arch/generated-rows.js";
import { type Core, logicAreaMm2 } from "../../arch/index.js";
import { exp, log } from "../../base/math.js";

/** A row of the log: a core with its generator as gates, and what it did. */
export interface EnergyRow {
  readonly network: string;
  readonly side: number;
  /** True if the chip with these gates gave the simulator's spikes, scores, cycles and counters. */
  readonly equal: boolean;
  readonly cycles: number;
  readonly weights: number;
  /** Weights of rows that are not dense. */
  readonly addresses: number;
  /** Groups of weights, and words that were read for them. */
  readonly groups: number;
  readonly words: number;
  readonly core: {
    readonly lanes: number;
    readonly maxNeurons: number;
    readonly synapseMemory: Pick<Core["synapseMemory"], "wordBits" | "banks" | "readLatencyCycles" | "sizeBits">;
  };
  readonly weightBits: number;
  /** null: all rows are dense. */
  readonly generator: GeneratorNeeds | null;
  readonly areaUm2: number;
  /** Without the clock. */
  readonly energyPj: number;
}

const NODE_NM = 130;

/**
 * Per weight: a lane's share of the area, um², and lanes, both times the share of rows that are not dense; dense
 * weights.
 */
function columnsOf({ core, generator, weightBits, weights, addresses }: EnergyRow): readonly number[] {
  const found = addresses / weights;
  if (generator === null) return [0, 0, 1];
  // the emitted module is as wide as the groups of all rows, dense ones among them
  const rows = [...generator.rows, { weights: 1, numberBits: 0, items: 1 }].map((kind) => ({ ...kind, into: "", runBits: 0 }));
  const size = addressGeneratorSize(
    core as Core,
    { generator: { ...generator, rows }, longestRow: Number.POSITIVE_INFINITY },
    { layers: {}, weightBits },
  );
  return [(found * 1e6 * logicAreaMm2(size, NODE_NM)) / size.lanes, found * size.lanes, 1 - found];
}

const measured = ({ energyPj, weights }: EnergyRow): number => energyPj / weights;

/** pJ per um² of a lane, per lane, per dense weight. */
type Law = readonly number[];

function fitted(rows: readonly EnergyRow[]): Law {
  const shares = rows.map((row) => columnsOf(row).map((column) => column / measured(row)));
  const sum = (of: (share: readonly number[]) => number): number => shares.reduce((all, share) => all + of(share), 0);
  const size = shares[0].length;
  const system = Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: size }, (__, k) => sum((share) => share[i] * share[k])),
    sum((share) => share[i]),
  ]);
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) {
      if (k === i) continue;
      const factor = system[k][i] / system[i][i];
      system[k] = system[k].map((value, at) => value - factor * system[i][at]);
    }
  return system.map((row, i) => row[size] / row[i]);
}

const predicted = (row: EnergyRow, law: Law): number => columnsOf(row).reduce((sum, column, i) => sum + column * law[i], 0);

/** Text: for each core gates, law, law without the core; then the law and its errors. */
export function lawOf(rows: readonly EnergyRow[]): string {
  const law = fitted(rows);
  const within = rows.map((row) => log(predicted(row, law) / measured(row)));
  const without = rows.map((row) => log(predicted(row, fitted(rows.filter((other) => other !== row))) / measured(row)));
  const lines = rows.map((row, i) => {
    const [all, others] = [within[i], without[i]].map((error) => exp(error).toFixed(2));
    return `${nameOf(row)}: ${measured(row).toFixed(2)} pJ, law / gates ${all}, left out ${others}`;
  });
  const errors = (["kernels", "rows", "dense"] as const).map((kind) => {
    const some = rows.flatMap((row, i) => (kindOf(row) === kind ? [i] : []));
    return `${kind}: rms ${rmsOf(some.map((i) => within[i]))}, left out ${rmsOf(some.map((i) => without[i]))}`;
  });
  const [perUm2, perLane, dense] = law;
  const text = `${(1000 * perUm2).toFixed(3)} pJ per 1000 um2 of a lane, ${perLane.toFixed(3)} pJ per lane; ${dense.toFixed(2)} pJ per dense weight`;
  return [...lines, ...errors, text].join("\n");
}

const kindOf = ({ generator }: EnergyRow): "kernels" | "rows" | "dense" =>
  generator === null ? "dense" : generator.taps > 0 ? "kernels" : "rows";

const rmsOf = (logs: readonly number[]): string => Math.sqrt(logs.reduce((sum, x) => sum + x * x, 0) / logs.length).toFixed(3);

function nameOf(row: EnergyRow): string {
  const { network, side, core, weightBits } = row;
  const { wordBits, banks, readLatencyCycles } = core.synapseMemory;
  const words = `words ${banks} x ${wordBits}, weights ${weightBits}, ${readLatencyCycles} cycles`;
  return `${kindOf(row)}, ${network}, side ${side}: ${core.lanes} lanes, ${words}`;
}
