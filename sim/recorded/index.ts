/** Front door of the chips of others, which are reproduced row by row. */
export type { CaseFiles } from "./case-files.js";
export { designIn } from "./conform.js";
export { type ConformedCase, caseFolders, conformFolder } from "./conform-folder.js";
export type { CoupledInput, CoupledRun } from "./coupled-model.js";
export { coupledInput, evaluateCoupled } from "./evaluate-coupled.js";
export { calibrationOf, leakagesAs } from "./published/calibration.js";
export { type NodeRatio, nodeRatios } from "./published/node-ratios.js";
export { PUBLISHED_CHIPS, publishedRows } from "./published/published.js";
export {
  BASES,
  type Basis,
  type Evidence,
  heldText,
  isHeld,
  isSeen,
  isWithin,
  type Misses,
  missesOf,
  type OnSilicon,
  type PublishedRow,
  type Quantity,
  siliconMisses,
} from "./published/row.js";
export { leakageTable, nodeTable, siliconTable } from "./published/silicon-table.js";
export { caseFiles, inFolder } from "./read-case.js";
export { caseInputs, runCoupled, runOnInput } from "./registry.js";
export { readCoupledChip, readPublishedChips } from "./shipped-chip.js";
export { coupledTraceFormats } from "./trace-formats.js";
