/** Front door of SANA-FE descriptions, which are read and run with their own semantics. */
export { runSanafe, SANAFE_TIMES, type SanafeRun, type SanafeTime } from "./run.js";
export { importSanafe, type SanafeImport, spikeRows } from "./sanafe.js";
