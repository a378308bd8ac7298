/** Front door of a run's counts by layer, its recording, and changes that would help. */
export type { RecordingLimit } from "../board/index.js";
export { type Binding, bindingOf, CYCLES } from "./binding.js";
export { type Bottleneck, bottleneckOf, type Share } from "./bottleneck.js";
export type { Rebuild } from "./changes.js";
export type { Explanation, Finisher } from "./explain.js";
export { MOST_WRITTEN, traceFormats } from "./formats.js";
export { groupLimits } from "./group-limits.js";
export { energyByLayer, type LayerEnergy } from "./layer-energy.js";
export { explainRun, recordRun } from "./record.js";
export { type RunFrames, runFrames } from "./run-page/run-frames.js";
export { RUN_CLIENT, RUN_STYLE, runSection } from "./run-page/run-view.js";
export { nameEvent, type TraceEvent, traceEventFile } from "./trace-events.js";
export { type VcdChange, vcdFile } from "./vcd-file.js";
