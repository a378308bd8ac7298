/**
 * Structure of a core's logic, from which look-up tables are counted: sizes of the parts of the emitted SystemVerilog
 * that grow with lanes, widths, banks, units and depths. All are numbers of bits. Pure.
 *
 * - `returnBits`, `sumBits`: words that wait for the state memory (`rtl/lib/write_queue.sv`). Each bit counts once per
 * word that can be pushed into it, and once for reading; sums once more for the look-up.
 * - `placeBits`: products, which are shifted to their accumulators, added, clamped and stored
 * (`rtl/lib/accumulate.sv`).
 * - `unitBits`: adders and pipeline of the update units, and the selection of each neuron's bits from a batch's words.
 * - `registerBits`: flip-flops of datapath, write queues and control, without message queues.
 */
import { log2 } from "../../base/math.js";
import type { Core } from "../chip.js";
import { builtWidths, datapathLogic } from "../components.js";
import { controlSize } from "../control.js";
import { builtPayloadBits, type CoreNeeds } from "../core-needs.js";
import { packing } from "../packing.js";
import { narrowestAccumulatorBits, type Precision } from "../precision.js";
import { updateAdderBits, updateRegisterBits } from "../update-unit.js";
import { writePath } from "../write-path.js";
import { writeQueueBits } from "../write-queues.js";

export interface CoreStructure {
  readonly returnBits: number;
  readonly sumBits: number;
  readonly placeBits: number;
  readonly unitBits: number;
  readonly gatherBits: number;
  readonly registerBits: number;
}

/** Names a structure: cores of one structure have the same logic. */
export const structureName = (structure: CoreStructure): string => `${Object.values(structure).join("/")} bits`;

export function coreStructure(core: Core, precision: Precision, needs: CoreNeeds): CoreStructure {
  const { wordBits, banks } = core.stateMemory;
  const { units, pipelineDepthCycles } = core.neuronUpdate;
  const { stateWords, sumWords, returnDepth, sumsDepth, maskBits, rowBits } = writePath(core, precision, needs);
  const batchWords = stateWords + sumWords;
  const { itemsPerWord, wordsPerItem } = packing(narrowestAccumulatorBits(precision), wordBits);
  const places = (Math.ceil(banks / wordsPerItem) + 1) * itemsPerWord;
  const productBits = precision.weightBits + builtPayloadBits(needs);
  const widths = builtWidths(precision, needs);
  const levels = Math.ceil(log2(Math.max(2, itemsPerWord)));
  return {
    returnBits: banks * returnDepth * (wordBits * (stateWords + 1) + (rowBits + maskBits) * (batchWords + 1)),
    sumBits: banks * sumsDepth * (wordBits + rowBits) * (2 + 2),
    placeBits: places * (productBits * levels + 2 * precision.accumulatorBits),
    unitBits: units * (updateAdderBits(needs.unit, widths) + updateRegisterBits(needs.unit, widths, pipelineDepthCycles)),
    gatherBits: units * batchWords * wordBits,
    registerBits:
      datapathLogic(core, precision, needs).registerBits + writeQueueBits(core, precision, needs).all + controlSize().registerBits,
  };
}
