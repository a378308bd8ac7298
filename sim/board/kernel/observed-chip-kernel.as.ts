/** The compiled board that records events (kernel/core-events.part.as.ts): for recordings, and for spikes that the host computes meanwhile. */

/** Compiles in the parts that the plain board omits: a check per message would cost that board a tenth of its speed. */
@global
export const OBSERVES: bool = true;

export { handOverFlits, observeFlits } from "../../noc/kernel/noc-events.part.as";
export * from "./chip-kernel.as";
export { handOverEvents, observe } from "./core-events.part.as";
export { setSliceStep } from "./core-setup.part.as";
export { setOwnSteps } from "./core-steps.part.as";
