/**
 * Floor 4: the library that `import "snn-dse"` gives.
 *
 * Functions take data and return data. They throw `InputError` (with the place of each problem) and `InfeasibleError`
 * (with need and have). They print nothing, never end the process and keep no state between calls: two studies in one
 * process do not affect each other. A function that may run for long returns a promise and takes an `AbortSignal`,
 * whose reason it rejects with: it hears an abort between two steps of its work.
 */
export type { ParsedArch as ChipDescription, ParsedDescription as Description } from "../arch/index.js";
export { InfeasibleError, InputError, InterruptedError, type Problem } from "../base/errors.js";
export type { FileContent, Filtered } from "../base/escape/filtered.js";
export type { MarkupText } from "../base/escape/markup.js";
export type { TexText } from "../base/escape/tex.js";
export type { PlotSpec } from "../base/plot/spec.js";
export type { PluginFile as Plugin } from "../base/plugin-file.js";
export type { CounterTables, Result } from "../sim/index.js";
export type { Occupancy } from "../sim/mapping/index.js";
export type { CurveRow as NocCurveRow } from "../sim/noc/index.js";
export type { Binding, Bottleneck, Explanation } from "../sim/observe/index.js";
export type { FrontPoint, HostView, StudyEvent, StudySummary } from "../sweeps/index.js";
export { type Check, type ChipCheck, type CoupledCheck, check } from "./check.js";
export { compare, comparePoints, type PointComparison, type StudyComparison } from "./compare.js";
export {
  type AccuracyDraws,
  type BoundConfidence,
  type CauseIndex,
  type Confidence,
  type ConfidenceRequest,
  confidence,
  type FrontConfidence,
  type Intervals,
  type MetricInterval,
  type PairedRuns,
  type PointConfidence,
  type ShareBetter,
} from "./confidence.js";
export { type ConformedCase, conform } from "./conform.js";
export { type CoupledOptions, type CoupledRun, type CoupledValue, type CoupledValues, coupled } from "./coupled.js";
export type { Cluster } from "./engine.js";
export { type ChipEstimate, type Estimate, type EstimateInput, type EstimateOptions, estimate } from "./estimate.js";
export { type EvaluateModelsOptions, evaluateModels, type TableEntry } from "./evaluate-models.js";
export { type Example, examples, SHIPPED_KINDS, type ShippedKind } from "./examples.js";
export { exportNir, type NirExport } from "./export-nir.js";
export { type FitPricesOptions, type FittedLaw, fitPrices, type MacroResidual, type PriceFit } from "./fit-prices.js";
export { type ImportLavaOptions, importLava } from "./import-lava.js";
export { type ImportNirOptions, importNir, type NirImport } from "./import-nir.js";
export { importSanafe, type SanafeGroup, type SanafeOptions, type SanafePair } from "./import-sanafe.js";
export { type Merged, merge } from "./merge.js";
export { type MiddleVc, type NocLoad, type NocTraffic, noc, type TrafficPattern } from "./noc.js";
export {
  type OpenOptions,
  open,
  openChip,
  openChipWithPlugins,
  openRunnable,
  openWithPlugins,
  type Values,
  withValues,
} from "./open.js";
export {
  type AskedPoint,
  type Axis,
  type Evaluation,
  type OpenStudy,
  type OpenStudyOptions,
  type OwnResult,
  openStudy,
} from "./open-study.js";
export {
  exportFront,
  type FrontReport,
  type FrontViewOptions,
  frontFigure,
  type ParetoOptions,
  type PlotOptions,
  pareto,
} from "./pareto.js";
export { loadPlugins, type PluginTools } from "./plugins.js";
export { type PointAmongOthers, show } from "./point-detail.js";
export { exportPoints, type PointRow, type PointsOptions, points } from "./points.js";
export type { PriceLibrary } from "./price-library.js";
export { withPlaces } from "./problem-places.js";
export type { Progress } from "./progress.js";
export { type PublishedRow, published } from "./published.js";
export { type Quantisation, type QuantiseOptions, quantise, STUDY_AXES, STUDY_WIDTHS, type StudyAxis, type StudyRow } from "./quantise.js";
export { type RecordedPoint, type ReportData, recordedPoint, report, reportData, reportMethods } from "./report.js";
export { type RepriceOptions, type Repricing, reprice, repricedPieces } from "./reprice.js";
export { type ReproducedPoint, type ReproduceOptions, reproduce } from "./reproduce.js";
export { type ResultRow, type Results, result, results } from "./results.js";
export { type BenchRun, type RtlOptions, type RtlRun, rtl, type Verdict } from "./rtl.js";
export { type SimulateOptions, type Simulation, simulate, type TraceFormatName } from "./simulate.js";
export { init } from "./starter.js";
export type { SearchOptions } from "./study-parts.js";
export { type SweepOptions, sweep } from "./sweep.js";
export { type TrainOptions, type TrainProgress, train } from "./train.js";
export type { DrawOptions } from "./uncertainty.js";
