/**
 * Costs of a core's write queues (`write-path.ts`): FIFOs of registers that take several words in a cycle and are
 * looked up, with the registers of the word that was found and of the open word.
 *
 * Choices: a place of a queue takes one of the words that may come in a cycle, and a sum is chosen among the places in
 * which it may wait. Each is a multiplexer of two for each bit; the area and leakage of one are a third of those of
 * IHP's multiplexer of four, by their ratio to a flip-flop. What chooses the word that leaves is part of the FIFO.
 * Not modelled: energy of the choices beyond the data lines' load at all places, which a push has; the comparison of
 * addresses; more than two sums that come in a cycle, where rows name their targets (the emitted library takes all
 * words of a group at once, and looks all of them up).
 */
import { type Logic, logicAreaMm2, logicLeakageMw } from "./arithmetic.js";
import type { Core, Technology } from "./chip.js";
import type { CoreNeeds } from "./core-needs.js";
import { type QueueCosts, queueCosts } from "./memories/queue.js";
import { type CellCosts, ihpCells } from "./memories/registers.js";
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

/**
 * Words that come to a bank's sums in one cycle: the word that a row leaves open, and the one in which it ends.
 */
const SUMS_AT_ONCE = 2;

/**
 * Multiplexers of two, of one bit: at each place one less than words that may come in a cycle, as the place's clock
 * gate keeps what it holds; one more where sums are looked up.
 */
function writeQueueChoices(core: Core, precision: Precision, needs: CoreNeeds): number {
  const { returnDepth, sumsDepth, stateWords, sumWords } = writePath(core, precision, needs);
  const { entry } = writeQueueBits(core, precision, needs);
  const back = returnDepth * entry.back * (stateWords + sumWords - 1);
  const sums = sumsDepth * entry.sum * (SUMS_AT_ONCE - 1 + 1);
  return core.stateMemory.banks * (back + sums);
}

/** So many multiplexers of two as flip-flops, by a quantity of theirs. */
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
