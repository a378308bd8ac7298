/**
 * Costs of a core's write queues (`write-path.ts`): FIFOs of registers that take several words per cycle and are looked
 * up, with the registers of the found word and of the open word.
 *
 * Multiplexers: each place of a queue selects one of the words that can arrive in a cycle, and the look-up selects a
 * sum among the places in which it can wait. Each selection takes a 2-way multiplexer per bit, with a third of the area
 * and leakage of IHP's 4-way multiplexer, by its ratio to a flip-flop. The FIFO includes the selection of the word that
 * leaves.
 * Not modelled: energy of the multiplexers beyond the load of the data lines at all places, which a push includes; the
 * comparison of addresses; more than two sums per cycle if rows name their targets (the emitted library takes all words
 * of a group at once, and looks up all of them).
 */
import { type Logic, logicAreaMm2, logicLeakageMw } from "./arithmetic.js";
import type { Core, Technology } from "./chip.js";
import type { CoreNeeds } from "./core-needs.js";
import { type QueueCosts, queueCosts } from "./memories/queue.js";
import { type CellCosts, ihpCells } from "./memories/registers.js";
import type { Precision } from "./precision.js";
import { writePath } from "./write-path.js";

/**
 * `pushPj`: energy of a word into a queue and out of it, mean of both kinds of queue, as counters do not distinguish
 * them.
 */
type WriteQueueCosts = Pick<QueueCosts, "pushPj" | "clockPjPerCycle" | "leakageMw" | "areaMm2" | "sources">;

/**
 * Register bits: entries, a flag for the last entry of a row, the looked-up word, and the word to which sums are still
 * added.
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

/**
 * Most words that arrive at a bank's sums in one cycle: the word that a row leaves open, and the word in which it ends.
 */
const SUMS_AT_ONCE = 2;

/**
 * Number of 2-way multiplexers of one bit. Each place has one less than the words that can arrive in a cycle, because
 * its clock gate keeps the old word; and one more if sums are looked up.
 */
function writeQueueChoices(core: Core, precision: Precision, needs: CoreNeeds): number {
  const { returnDepth, sumsDepth, stateWords, sumWords } = writePath(core, precision, needs);
  const { entry } = writeQueueBits(core, precision, needs);
  const back = returnDepth * entry.back * (stateWords + sumWords - 1);
  const sums = sumsDepth * entry.sum * (SUMS_AT_ONCE - 1 + 1);
  return core.stateMemory.banks * (back + sums);
}

/** 2-way multiplexers as an equivalent number of flip-flops, by one quantity. */
function choicesInFlops(choices: number, quantity: keyof Pick<CellCosts, "areaUm2" | "leakagePw">): number {
  const { "multiplexer of 4": multiplexer, "flip-flop": flop } = ihpCells();
  return (choices * multiplexer[quantity]) / 3 / flop[quantity];
}

export function writeQueueCosts(core: Core, precision: Precision, needs: CoreNeeds, technology: Technology): WriteQueueCosts {
  const { banks } = core.stateMemory;
  const { returnDepth, sumsDepth } = writePath(core, precision, needs);
  const { entry, beside } = writeQueueBits(core, precision, needs);
  const back = queueCosts("registers", returnDepth, entry.back, technology);
  const sums = queueCosts("registers", sumsDepth, entry.sum, technology);
  const choices = writeQueueChoices(core, precision, needs);
  const flops = (of: Parameters<typeof choicesInFlops>[1]): Logic => ({
    adderBits: 0,
    multiplierBits2: 0,
    registerBits: beside + choicesInFlops(choices, of),
  });
  const both = (of: "clockPjPerCycle" | "leakageMw" | "areaMm2"): number => banks * (back[of] + sums[of]);
  return {
    pushPj: (back.pushPj + back.popPj + sums.pushPj + sums.popPj) / 2,
    clockPjPerCycle: both("clockPjPerCycle"),
    leakageMw: both("leakageMw") + logicLeakageMw(flops("leakagePw"), technology),
    areaMm2: both("areaMm2") + logicAreaMm2(flops("areaUm2"), technology.nodeNm),
    sources: back.sources,
  };
}
