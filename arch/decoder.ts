/**
 * The decoder of rows that encode their targets by a bitmap or by run lengths. It is in front of the lanes of a core
 * that stores such a row.
 *
 * Per weight, the bitmap's decoder isolates the lowest remaining bit of a word (x and -x: an addition as wide as the
 * word); the decoder of run lengths adds the run to the previous position (an addition as wide as a position). Both
 * find as many positions per cycle as the address generator takes. Flip-flops hold a row's bitmap and the position. No
 * published design gives a price: additions, flip-flops and clock have the library's; that there is no other logic is a
 * guess, with its own error (`sim/error-causes.ts`). Shifters that align weights with lanes are the address generator's
 * (`address-generator.ts`).
 * Not modelled: encoders from a bit to a position, its delay. On an FPGA: `fpga/row-resources.ts`.
 */

import { log2 } from "../base/math.js";
import { addressLanes } from "./address-generator.js";
import { addPj, clockBitsPj, logicAreaMm2, logicLeakageMw } from "./arithmetic.js";
import type { Core, Technology } from "./chip.js";
import type { CoreNeeds } from "./core-needs.js";
import type { Precision } from "./precision.js";

interface DecoderCosts {
  /** Energy per weight; if a core holds both kinds of rows, the larger one. */
  readonly weightPj: number;
  readonly clockPjPerCycle: number;
  readonly leakageMw: number;
  readonly areaMm2: number;
}

/** Width of a decoder's addition, and its number of flip-flops. */
export function decoderSize(
  core: Pick<Core, "lanes" | "maxNeurons" | "synapseMemory">,
  needs: Pick<CoreNeeds, "bitmapTargets" | "runTargets" | "generator" | "longestRow">,
  precision: Precision,
): { readonly weightBits: number; readonly adderBits: number; readonly registerBits: number } {
  const { maxNeurons, synapseMemory } = core;
  const { bitmapTargets, runTargets } = needs;
  const lanes = addressLanes(core, needs, precision);
  const held = (targets: number): number => Math.min(targets, maxNeurons);
  const word = bitmapTargets === 0 ? 0 : synapseMemory.wordBits;
  const place = runTargets === 0 ? 0 : Math.ceil(log2(Math.max(2, held(runTargets))));
  const map = Math.ceil(held(bitmapTargets) / synapseMemory.wordBits) * synapseMemory.wordBits;
  return { weightBits: Math.max(word, place), adderBits: lanes * (word + place), registerBits: map + place };
}

export function decoderCosts(core: Core, needs: CoreNeeds, precision: Precision, technology: Technology): DecoderCosts {
  const { weightBits, adderBits, registerBits } = decoderSize(core, needs, precision);
  const logic = { adderBits, multiplierBits2: 0, registerBits };
  return {
    weightPj: weightBits === 0 ? 0 : addPj(weightBits, technology),
    clockPjPerCycle: clockBitsPj(registerBits, technology),
    leakageMw: logicLeakageMw(logic, technology),
    areaMm2: logicAreaMm2(logic, technology.nodeNm),
  };
}
