/** Front door: a run's counts by layer, its recording and what to change next. */
export type { Explanation } from "./explain.js";
export { traceFormats } from "./formats.js";
export { energyByLayer, type LayerEnergy } from "./layer-energy.js";
export { explainRun, recordRun } from "./record.js";
export { vcdChange, vcdIdentifier } from "./vcd.js";
