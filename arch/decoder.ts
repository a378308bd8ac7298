/**
 * The decoder of rows that tell their targets by a bitmap or by run lengths: it stands before the lanes of a core that
 * holds such a row.
 *
 * Per weight, a bitmap's decoder isolates the lowest bit of a word that is left (x and -x: an addition as wide as the
 * word), that of run lengths adds the run to the place before (an addition as wide as a place). Each finds as many
 * places per cycle as there are lanes. The bitmap of a row and the place wait in flip-flops. A design is published
 * nowhere that would price it: additions, flip-flops and clock are the library's, and that a decoder is made of no more
 * is a guess, with an error of its own (`sim/error-causes.ts`).
 * Not modelled: encoders from a bit to a place, shifters that bring weights to lanes, its delay, its tables on an FPGA.
 */

import { log2 } from "../base/math.js";
import { addPj, clockBitsPj, logicAreaMm2, logicLeakageMw } from "./arithmetic.js";
import type { Core, Technology } from "./chip.js";
import type { CoreNeeds } from "./core-needs.js";

interface DecoderCosts {
  /** Of one weight; where a core holds both kinds of rows, of the dearer. */
  readonly weightPj: number;
  readonly clockPjPerCycle: number;
  readonly leakageMw: number;
  readonly areaMm2: number;
}

/** Width of an addition, and flip-flops, of what a core decodes. */
export function decoderSize(
  { lanes, maxNeurons, synapseMemory }: Pick<Core, "lanes" | "maxNeurons" | "synapseMemory">,
  { bitmapTargets, runTargets }: Pick<CoreNeeds, "bitmapTargets" | "runTargets">,
): { readonly weightBits: number; readonly adderBits: number; readonly registerBits: number } {
  const held = (targets: number): number => Math.min(targets, maxNeurons);
  const word = bitmapTargets === 0 ? 0 : synapseMemory.wordBits;
  const place = runTargets === 0 ? 0 : Math.ceil(log2(Math.max(2, held(runTargets))));
  const map = Math.ceil(held(bitmapTargets) / synapseMemory.wordBits) * synapseMemory.wordBits;
  return { weightBits: Math.max(word, place), adderBits: lanes * (word + place), registerBits: map + place };
}

export function decoderCosts(core: Core, needs: CoreNeeds, technology: Technology): DecoderCosts {
  const { weightBits, adderBits, registerBits } = decoderSize(core, needs);
  const logic = { adderBits, multiplierBits2: 0, registerBits };
  return {
    weightPj: weightBits === 0 ? 0 : addPj(weightBits, technology),
    clockPjPerCycle: clockBitsPj(registerBits, technology),
    leakageMw: logicLeakageMw(logic, technology),
    areaMm2: logicAreaMm2(logic, technology.nodeNm),
  };
}
