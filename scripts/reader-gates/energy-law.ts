/**
 * The law of the energy of a generated address: pJ per um² of a lane's share of the generator, and per lane and bit of
 * a weight. Least squares of relative errors, and each row left out of its own law.
 */
import { addressGeneratorSize } from "../../arch/address-generator.js";
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
  /** Groups of weights, and words that were read for them. */
  readonly groups: number;
  readonly words: number;
  readonly core: {
    readonly lanes: number;
    readonly maxNeurons: number;
    readonly synapseMemory: Pick<Core["synapseMemory"], "wordBits" | "banks" | "readLatencyCycles" | "sizeBits">;
  };
  readonly weightBits: number;
  /** null: rows name their targets. */
  readonly kernel: { readonly targets: number; readonly rowWeights: number; readonly taps: number } | null;
  /** Neurons of the widest population, and weights of the longest row; absent for kernels. */
  readonly named?: { readonly targets: number; readonly rowWeights: number } | null;
  readonly areaUm2: number;
  /** Without the clock. */
  readonly energyPj: number;
}

const NODE_NM = 130;

/** A lane's share of the area, um²; lanes times bits of a weight. */
function columnsOf({ core, kernel, named, weightBits }: EnergyRow): readonly [number, number] {
  // a row that names its targets goes on to its last weight, where a window goes on to its last tap
  const found = kernel ?? (named ? { ...named, taps: named.rowWeights } : null);
  const size = addressGeneratorSize(core as Core, { kernel: found }, { weightBits });
  return [(1e6 * logicAreaMm2(size, NODE_NM)) / core.lanes, core.lanes * weightBits];
}

const measured = ({ energyPj, weights }: EnergyRow): number => energyPj / weights;

type Law = readonly [perUm2: number, perLaneBit: number];

function fitted(rows: readonly EnergyRow[]): Law {
  const shares = rows.map((row) => columnsOf(row).map((column) => column / measured(row)));
  const sum = (of: (share: readonly number[]) => number): number => shares.reduce((all, share) => all + of(share), 0);
  const [aa, ab, bb, a, b] = [sum(([x]) => x * x), sum(([x, y]) => x * y), sum(([, y]) => y * y), sum(([x]) => x), sum(([, y]) => y)];
  const determinant = aa * bb - ab * ab;
  return [(a * bb - b * ab) / determinant, (b * aa - a * ab) / determinant];
}

const predicted = (row: EnergyRow, law: Law): number => columnsOf(row).reduce((sum, column, i) => sum + column * law[i], 0);

/**
 * Text: the law, and for each core of kernels gates, law, law without the core; for the others, which are in no fit,
 * gates and law.
 */
export function lawOf(all: readonly EnergyRow[]): string {
  const rows = all.filter(({ kernel }) => kernel !== null);
  const law = fitted(rows);
  const without = rows.map((row) => log(predicted(row, fitted(rows.filter((other) => other !== row))) / measured(row)));
  const rms = (logs: readonly number[]): string => Math.sqrt(logs.reduce((sum, x) => sum + x * x, 0) / logs.length).toFixed(3);
  const nameOf = ({ network, side, core, weightBits }: EnergyRow): string => {
    const { wordBits, banks, readLatencyCycles } = core.synapseMemory;
    return `${network}, side ${side}: ${core.lanes} lanes, words ${banks} x ${wordBits}, weights ${weightBits}, ${readLatencyCycles} cycles`;
  };
  const lines = rows.map((row, i) => {
    const ratios = [predicted(row, law) / measured(row), exp(without[i])].map((ratio) => ratio.toFixed(2));
    return `${nameOf(row)}: ${measured(row).toFixed(2)} pJ, law / gates ${ratios[0]}, left out ${ratios[1]}`;
  });
  const named = all
    .filter(({ kernel }) => kernel === null)
    .map((row) => `rows, ${nameOf(row)}: ${measured(row).toFixed(2)} pJ, law / gates ${(predicted(row, law) / measured(row)).toFixed(2)}`);
  const logs = rows.map((row) => log(predicted(row, law) / measured(row)));
  return `${[...lines, ...named].join("\n")}
${(1000 * law[0]).toFixed(3)} pJ per 1000 um2 of a lane, ${law[1].toFixed(4)} pJ per lane and weight bit; rms ${rms(logs)}, left out ${rms(without)}`;
}
