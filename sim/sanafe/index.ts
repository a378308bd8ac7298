/** Front door: SANA-FE descriptions, read and run by their own meaning. */
export { runSanafe, type SanafeRun } from "./run.js";
export { importSanafe, type SanafeImport, spikeRows } from "./sanafe.js";
