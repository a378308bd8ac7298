/** The compiled breadboard that writes down what happens (kernel/core-events.part.as.ts): for recordings, and for spikes that the host computes meanwhile. */

/** Compiles the parts with what the plain breadboard leaves out: asked at every message, it would cost that one a tenth of its speed. */
@global
export const OBSERVES: bool = true;

export { handOverFlits, observeFlits } from "../../noc/kernel/noc-events.part.as";
export * from "./chip-kernel.as";
export { handOverEvents, observe } from "./core-events.part.as";
export { setSliceStep } from "./core-setup.part.as";
export { setOwnSteps } from "./core-steps.part.as";
