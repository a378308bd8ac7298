/**
 * What a core's logic is made of, as far as tables of inputs count it: sizes of the parts of the emitted SystemVerilog
 * that grow with lanes, widths, banks, units and depths. All are counts of bits. Pure.
 *
 * - `returnBits`, `sumBits`: words that wait for the state memory (`rtl/lib/write_queue.sv`), each bit once per word
 *   that may be pushed into it, and once to be read; sums once more to be looked up.
 * - `placeBits`: products shifted to their accumulators, added, clamped and kept (`rtl/lib/accumulate.sv`).
 * - `unitBits`: adders and pipeline of the update units, and a batch's words picked apart into its neurons.
 * - `registerBits`: flip-flops of datapath, write queues and control, queues of messages left out.
 */
import { log2 } from "../../base/math.js";
import type { Core } from "../chip.js";
import { builtWidths, datapathLogic } from "../components.js";
import { controlSize } from "../control.js";
import { BUILT_PAYLOAD_BITS, type CoreNeeds } from "../core-needs.js";
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

export function coreStructure(core: Core, precision: Precision, needs: CoreNeeds): CoreStructure {
  const { wordBits, banks } = core.stateMemory;
  const { units, pipelineDepthCycles } = core.neuronUpdate;
  const { stateWords, sumWords, returnDepth, sumsDepth, maskBits, rowBits } = writePath(core, precision, needs);
  const batchWords = stateWords + sumWords;
  const { itemsPerWord, wordsPerItem } = packing(narrowestAccumulatorBits(precision), wordBits);
  const places = (Math.ceil(banks / wordsPerItem) + 1) * itemsPerWord;
  const productBits = precision.weightBits + BUILT_PAYLOAD_BITS;
  const widths = builtWidths(precision);
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
