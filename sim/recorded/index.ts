/** Front door: chips of others, reproduced row by row. */
export type { CaseFiles } from "./case-files.js";
export { type CaseResult, caseInputs, conformCase, designOf, type RecordedChip, type RecordedModel } from "./conform.js";
export { coupledInput, evaluateCoupled } from "./evaluate-coupled.js";
export { PUBLISHED_CHIPS, type PublishedChips, publishedRows } from "./published/published.js";
export { isWithin, type PublishedRow } from "./published/row.js";
export { type CoupledInput, type CoupledMetrics, runCoupled, runOnInput } from "./run-coupled.js";
export { coupledTraceFormats } from "./trace-formats.js";
