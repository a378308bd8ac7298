/** What other rooms may use of the simulator. */
export type { CoreCounter, Counters, RouterCounter } from "./counters.js";
export { CORE_COUNTERS, coreColumn, ROUTER_COUNTERS, routerColumn } from "./counters.js";
export { price } from "./energy.js";
export { type Evaluation, evaluatePoint, type Functional, prepareFunctional, selectUtterances } from "./evaluate.js";
export { type CoupledEvaluation, type CoupledProvenance, coupledInput, evaluateCoupled } from "./evaluate-coupled.js";
export { fewerTimed } from "./fidelity.js";
export { type EncodedInput, encodeSamples } from "./functional/encoded-samples.js";
export { quantise } from "./functional/quantise.js";
export { type FunctionalRun, runFunctional } from "./functional/run.js";
export { encodeFrames } from "./functional/spike-encoders.js";
export {
  accuracyByBits,
  type Interval,
  layerSensitivities,
  type SmallestPrecision,
  STUDY_AXES,
  type StudyAxis,
  type StudyRow,
  type StudyWork,
  smallestPrecision,
} from "./functional/study.js";
export { functionalKey } from "./functional-key.js";
export { refuseBinary, START_BYTES } from "./import/binary-kind.js";
export { createNirEngine, type NirEngine, type NirRun } from "./import/nir/engine.js";
export { exportNetwork, importNetwork } from "./import/nir/export-network.js";
export { scoreNir } from "./import/nir/float-score.js";
export { type ImportedNir, importNir, prepareNir } from "./import/nir/import.js";
export { integerNir, type LeakError } from "./import/nir/integer.js";
export { integerObstacles } from "./import/nir/integer-obstacles.js";
export { integerOnChip, type NirOnInput, nirFunctional } from "./import/nir/on-chip.js";
export { type NirOptions, nirOptionsOf } from "./import/nir/options.js";
export { formatImportReport } from "./import/nir/report.js";
export { type NirTopology, nirLayers, nirTopology, nirTrace } from "./import/nir/topology.js";
export { parseNpy } from "./import/npy.js";
export { runSanafe, type SanafeRun, type SanafeStep } from "./import/sanafe/run.js";
export { importSanafe, type SanafeImport, spikeRows } from "./import/sanafe/sanafe.js";
export { parseSpikeCsv } from "./import/spike-csv.js";
export { brokenInvariant, checkedResult } from "./invariants.js";
export { energyByLayer, type LayerEnergy } from "./layer-energy.js";
export { mapNetwork } from "./mapping/map.js";
export type { Placement, Slice, SpilledRows } from "./mapping/placement.js";
export { bitsInDram, stateBitsInDram } from "./mapping/spill.js";
export { modelTopology, nirInputs, runnableOf, studyWork } from "./model.js";
export { PUBLISHED_CHIPS, type PublishedChipName, type PublishedChips, publishedRows } from "./published/published.js";
export { isWithin, type PublishedRow } from "./published/row.js";
export { type Replay, type ReplayTraits, replayKey, replayTraits } from "./replay.js";
export { type BreakdownRow, FUNCTIONAL_METRICS, METRICS, type MetricName, type OperationCounts, type Result } from "./result.js";
export { selfCheck } from "./self-check.js";
export { type ActivityProfile, profileOf, profileOfDensity } from "./timing/activity-profile.js";
export { type Estimate, estimate } from "./timing/analytical.js";
export type { CaseFiles } from "./timing/coupled/case-files.js";
export {
  type CaseResult,
  caseInputs,
  conformCase,
  type Difference,
  designOf,
  type RecordedChip,
  type RecordedModel,
} from "./timing/coupled/conform.js";
export { type CoupledInput, type CoupledMetrics, type CoupledRun, runCoupled, runOnInput } from "./timing/coupled/run-coupled.js";
export type { WorkloadRequest } from "./timing/coupled/workload.js";
export { nocSpec } from "./timing/noc/chip-noc.js";
export { type CurveOptions, type CurveRow, nocCurve } from "./timing/noc/curve.js";
export type { NocSpec } from "./timing/noc/noc.js";
export { TRAFFIC_PATTERNS, type TrafficPattern } from "./timing/noc/traffic.js";
export { coupledTraceFormats } from "./timing/observe/coupled.js";
export type { Explanation, Gain } from "./timing/observe/explain.js";
export { type TraceFormat, traceFormats } from "./timing/observe/formats.js";
export { explainRun, type RecordedRun, recordRun } from "./timing/observe/record.js";
export { runTiming, type TimingRun } from "./timing/run.js";
