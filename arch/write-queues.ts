/**
 * Costs of a core's write queues (`write-path.ts`), which are FIFOs of registers, with the registers of what was looked
 * up and of the open word.
 */
import { logicAreaMm2, logicLeakageMw } from "./arithmetic.js";
import type { Core, Technology } from "./chip.js";
import type { CoreNeeds } from "./core-needs.js";
import { type QueueCosts, queueCosts } from "./memories/queue.js";
import type { Precision } from "./precision.js";
import { writePath } from "./write-path.js";

/** `pushPj`: a word into a queue and out of it, mean of the two kinds of queue, as counters do not tell them apart. */
type WriteQueueCosts = Pick<QueueCosts, "pushPj" | "clockPjPerCycle" | "leakageMw" | "areaMm2" | "sources">;

/**
 * Bits in registers: entries, whether an entry is the last of its row, the word that was looked up, the word that sums
 * are still added to.
 */
export function writeQueueBits(
  core: Core,
  precision: Precision,
  needs: CoreNeeds,
): { readonly entry: { readonly back: number; readonly sum: number }; readonly beside: number; readonly all: number } {
  const { wordBits, banks } = core.stateMemory;
  const { returnDepth, sumsDepth, maskBits, rowBits } = writePath(core, precision, needs);
  const entry = { back: wordBits + rowBits + maskBits, sum: wordBits + rowBits };
  const beside = banks * (sumsDepth + wordBits + 1) + wordBits + rowBits;
  return { entry, beside, all: banks * (returnDepth * entry.back + sumsDepth * entry.sum) + beside };
}

export function writeQueueCosts(core: Core, precision: Precision, needs: CoreNeeds, technology: Technology): WriteQueueCosts {
  const { banks } = core.stateMemory;
  const { returnDepth, sumsDepth } = writePath(core, precision, needs);
  const { entry, beside } = writeQueueBits(core, precision, needs);
  const back = queueCosts("registers", returnDepth, entry.back, technology);
  const sums = queueCosts("registers", sumsDepth, entry.sum, technology);
  const flops = { adderBits: 0, multiplierBits2: 0, registerBits: beside };
  const both = (of: "clockPjPerCycle" | "leakageMw" | "areaMm2"): number => banks * (back[of] + sums[of]);
  return {
    pushPj: (back.pushPj + back.popPj + sums.pushPj + sums.popPj) / 2,
    clockPjPerCycle: both("clockPjPerCycle"),
    leakageMw: both("leakageMw") + logicLeakageMw(flops, technology),
    areaMm2: both("areaMm2") + logicAreaMm2(flops, technology.nodeNm),
    sources: back.sources,
  };
}
