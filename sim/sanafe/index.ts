/** Front door: SANA-FE descriptions, read and run by their own meaning. */
export { runSanafe, SANAFE_TIMES, type SanafeRun, type SanafeTime } from "./run.js";
export { importSanafe, type SanafeImport, spikeRows } from "./sanafe.js";
