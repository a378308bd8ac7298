/** Front door of SANA-FE descriptions, which are read and run with their own semantics. */
export { flitWarnings } from "./flit-time.js";
export { runSanafe, SANAFE_TIMES, type SanafeRun, type SanafeTime, sanafeParts } from "./run.js";
export { importSanafe, type SanafeImport, spikeRows } from "./sanafe.js";
