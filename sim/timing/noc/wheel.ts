/** Event wheel: flits and credits under way, by the cycle of their arrival. A link and a credit wire carry one event a cycle, which bounds a slot. */
import type { NocLayout } from "./layout.js";

export interface Wheel {
  readonly mask: number;
  /** Events a slot can hold. */
  readonly capacity: number;
  /** [slot][capacity] input VC that a flit reaches, or -2 - core at ejection; [slot] how many. */
  readonly flits: Int32Array;
  readonly flitCount: Int32Array;
  /** [slot][capacity] output VC that a credit reaches. */
  readonly credits: Int32Array;
  readonly creditCount: Int32Array;
  putFlit(atCycle: number, target: number): void;
  putCredit(atCycle: number, outputVc: number): void;
}

export function createWheel(layout: NocLayout): Wheel {
  const slots = layout.wheelSlots;
  const mask = slots - 1;
  const capacity = layout.routers * layout.ports + layout.cores;
  const flits = new Int32Array(slots * capacity);
  const credits = new Int32Array(slots * capacity);
  const flitCount = new Int32Array(slots);
  const creditCount = new Int32Array(slots);
  return {
    mask,
    capacity,
    flits,
    flitCount,
    credits,
    creditCount,
    putFlit(atCycle, target) {
      const slot = atCycle & mask;
      flits[slot * capacity + flitCount[slot]++] = target;
    },
    putCredit(atCycle, outputVc) {
      const slot = atCycle & mask;
      credits[slot * capacity + creditCount[slot]++] = outputVc;
    },
  };
}
