/** Synthesised cores of docs/logs/fpga-cores.json beside what the model says of them. */
import { hasEvenWeights, laneDsps, unitDsps } from "../../arch/fpga/core-resources.js";
import { type CoreStructure, coreStructure } from "../../arch/fpga/core-structure.js";
import type { FpgaDevice } from "../../arch/fpga/devices.js";
import { coreChains } from "../../arch/fpga/fpga-clock.js";
import { type MemoryNeed, memoryBlocks } from "../../arch/fpga/memory-blocks.js";
import { builtLanes, coreNeedsOf, writePath } from "../../arch/index.js";
import { packing } from "../../arch/packing.js";
import { narrowestAccumulatorBits } from "../../arch/precision.js";
import { square } from "../../base/math.js";
import { partsFor } from "../rtl-gates/parts.js";
import { FPGA_CORES } from "./cores.js";
import { type Model, mean } from "./fit.js";
import type { FpgaRow } from "./row.js";

interface Blocks {
  readonly blockRams: number;
  readonly luts: number;
  /** Of these, those of memories that are written: no logic. */
  readonly writtenLuts: number;
}

export interface Seen extends FpgaRow {
  readonly structure: CoreStructure;
  /** Terms that the law of tables does not have: banks x places of sums, and units squared x bits of a state. */
  readonly others: readonly [banksPlaces: number, unitsStates: number];
  /** Levels of logic on the longest path. */
  readonly levels: number;
  readonly units: number;
  /** Why an address may need products: weights, sums per word and words of widths that are no power of two. */
  readonly odd: { readonly weights: boolean; readonly sums: boolean; readonly words: boolean };
  /** Multipliers of lanes and update units in the model, by device. */
  readonly ownDsps: (of: FpgaDevice) => number;
  /** Block RAMs and tables of the emitted memories and of the input queue, by the rule for memories. */
  readonly blocks: (of: FpgaDevice) => Blocks;
}

const isEven = (weightBits: number): boolean => hasEvenWeights({ weightBits });

/** States and queues are written; tables of a gate are read at once where no register lies behind them. */
const kindOf = (path: string): MemoryNeed["kind"] => (/\.memory\.bank|queue\.words$/.test(path) ? "written" : "constant");

export async function seen(row: FpgaRow): Promise<Seen> {
  const parts = await partsFor(FPGA_CORES[row.name].shape, 1);
  const { chip, precision } = parts.experiment;
  const core = chip.cores[parts.run.placement.usedCores[0]];
  const needs = coreNeedsOf(parts.run.placement.topology);
  const { units } = core.neuronUpdate;
  const { banks, wordBits } = core.stateMemory;
  const grain = wordBits / writePath(core, precision, needs).maskBits;
  const payloadBits = Math.max(...row.products.filter(({ part }) => part === "synapses.lanes").map(({ bBits }) => bBits));
  const counted = row.memories.filter(({ isSram, path }) => isSram || path.endsWith("input_queue.words"));
  const structure = coreStructure(core, precision, needs);
  return {
    ...row,
    structure,
    others: [banks * structure.placeBits, square(units) * precision.stateBits],
    levels: coreChains(core, precision, needs)[0].levels,
    units,
    odd: {
      weights: !hasEvenWeights(precision),
      sums: !isEven(packing(narrowestAccumulatorBits(precision), wordBits).itemsPerWord),
      words: !isEven(wordBits),
    },
    ownDsps: (of) =>
      builtLanes(core, precision, needs) * laneDsps(precision.weightBits, payloadBits, of) + units * unitDsps(needs, precision, of),
    blocks: (of) =>
      counted.reduce<Blocks>(
        (sum, { path, ...memory }) => {
          const kind = kindOf(path);
          const { blockRams, luts } = memoryBlocks({ ...memory, maskBits: path.includes(".memory.bank") ? grain : null, kind }, of);
          return {
            blockRams: sum.blockRams + blockRams,
            luts: sum.luts + luts,
            writtenLuts: sum.writtenLuts + (kind === "written" ? luts : 0),
          };
        },
        { blockRams: 0, luts: 0, writtenLuts: 0 },
      ),
  };
}

/** Multipliers of addresses per update unit: mean over the cores with weights of a width that is odd or not. */
export const productsPerUnit = (cores: readonly Seen[], of: FpgaDevice, real: (row: Seen) => number, isOdd: boolean): number =>
  mean(cores.filter(({ odd }) => odd.weights === isOdd).map((row) => (real(row) - row.ownDsps(of)) / row.units));

/** Multipliers of lanes and units, and of addresses as many per unit as in the known cores of the same kind. */
export const productModel =
  (cores: readonly Seen[], of: FpgaDevice, real: (row: Seen) => number, isOdd: (row: Seen) => boolean): Model =>
  (known) => {
    const perUnit = [false, true].map((odd) => {
      const alike = known.map((i) => cores[i]).filter((row) => isOdd(row) === odd);
      return alike.length === 0 ? 0 : mean(alike.map((row) => (real(row) - row.ownDsps(of)) / row.units));
    });
    return (i) => cores[i].ownDsps(of) + Math.round(cores[i].units * perUnit[isOdd(cores[i]) ? 1 : 0]);
  };
