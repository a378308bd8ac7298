/** Front door of a placed network's tables: slices, rows, routes, axons, batches, waves. */
export { type Axons, dramBitsOf } from "./axons.js";
export { BatchPlan } from "./batches.js";
export { type Block, boundsOfGroup, newWords, rowReads, type SomaSlice, wordsAround } from "./blocks.js";
export { burstsOf, creditsPerCycle, prefetchBits } from "./dram.js";
export { type Items, KernelItems, WrittenItems } from "./items.js";
export { KnownWaves } from "./known-waves.js";
export { barrierLevels, barrierOf, leastBarrier } from "./least-barrier.js";
export { countBits } from "./links.js";
export { buildProgram, hasLongCopies, type Program } from "./program.js";
export { positionOf, type SliceStep, type SpikeSource } from "./spike-source.js";
export { type Timeline, timeline } from "./timeline.js";
