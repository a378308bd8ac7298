/** Front door of placements and their checker. */

export { type Activity, placesBySpikes } from "./activity.js";
export { busierOf, partCounts, sliceCycles, type UnitCycles } from "./balanced.js";
export { demandWholeFanIn, fixText, partialSumBits, summingNeurons, wholeFanIn, withPartialSums } from "./fan-in.js";
export { kindsBySize, placedPopulations } from "./fit.js";
export { channelsIn, sharesKernels } from "./kernels.js";
export {
  accumulatorBuffers,
  delayWaves,
  projectionWords,
  rowsOf,
  type StateRegions,
  stateRegions,
  synapseItemBits,
  synapseWords,
} from "./layout.js";
export { mapNetwork } from "./map.js";
export { comparedPaths } from "./min-traffic.js";
export { type Occupancy, occupancyOf } from "./occupancy.js";
export { type Placement, placement, rowsAreAway, type Slice, statesAreAway } from "./placement.js";
export { refusedPlacement } from "./refused.js";
export { codeCycles, codeWords } from "./row-coding.js";
export { bitsInDram, stateBitsInDram } from "./spill.js";
export { stateChunks } from "./state-chunks.js";
export { findsTouched } from "./touched.js";
export { type UpdateWork, updateWork } from "./update-work.js";
export { type HeldWeights, heldBy, heldWeights, leavesOutZeros } from "./weight-formats.js";
