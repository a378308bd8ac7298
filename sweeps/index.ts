/** Floor 3: which chip is best? The public names of search, store and fronts. */

export type { AskedPoint, Evaluation, OpenStudy } from "./ask-tell.js";
export type { Axis } from "./axes.js";
export { brokenConstraints, refusedByChip } from "./broken-constraints.js";
export { type Candidate, candidateOf, settled } from "./candidate.js";
export { type Cause, causesOf, type EndedPoint, type Setting } from "./causes.js";
export {
  type AccuracyDraws,
  type BoundConfidence,
  type Confidence,
  confidenceOf,
  isTold,
  type PointConfidence,
  type ShareBetter,
  SURE,
  sharesBetter,
} from "./confidence.js";
export { violation } from "./constraint.js";
export { DrivenStudy } from "./driven-study.js";
export { buildDigest, buildInputs, buildWith, otherBuild, pluginInputs } from "./engine/build.js";
export { openRemoteEngine } from "./engine/bullmq.js";
export { cellPluginOf } from "./engine/cell-plugin.js";
export { type Clock, steadyMs, systemClock } from "./engine/clock.js";
export { CoupledEngine } from "./engine/coupled.js";
export { elapsedSeconds, functionalSeconds, traceBytes } from "./engine/effort.js";
export type { Engine, Outcome, Task } from "./engine/engine.js";
export { expectedReplays, type Searched } from "./engine/expected-replays.js";
export { ofPoint } from "./engine/host-fault.js";
export { LocalEngine } from "./engine/local.js";
export { samplesBytes, threadLimit } from "./engine/memory.js";
export { openRemoteCoupledEngine } from "./engine/remote-coupled.js";
export { RemoteWorker } from "./engine/remote-worker.js";
export { Signer } from "./engine/signer.js";
export type { FinishReason, FrontPoint, HostView, Phase, StudyEvent, StudySummary } from "./events.js";
export { ASSUMED_DENSITY, busyWorkers, type Effort, expectedEffort } from "./expected-effort.js";
export { type UnbuiltLanes, unbuiltKinds, unbuiltLines, unbuiltText } from "./export/built-lanes.js";
export { frontCaption } from "./export/caption.js";
export { chipFigure } from "./export/chip-figure.js";
export { frontPlot, historyPlot, type PlotOptions, type ScatterAxis, scatterPanel, stackPlot } from "./export/figures.js";
export { FORMATS, type Format, formatKeys, heeds } from "./export/formats.js";
export { askedLines, bestIn, buildLines, type FrontViewOptions, unpricedLines, viewed, viewLines } from "./export/front-view.js";
export { differentText, labelWithUnit, parameterLabel, referenceText, samplerText, tableColumns, valueIn } from "./export/headers.js";
export { briefWords, narrowHead } from "./export/metric-words.js";
export { POINT_FORMATS, type PointFormat } from "./export/points/point-formats.js";
export { type PointRow, pointRows, pointTable } from "./export/points/point-table.js";
export { pricedTable } from "./export/points/priced-table.js";
export { emptyReason, type FrontReport, frontReport, type ReportRow, reportedIds, withLacks } from "./export/report.js";
export { Follower } from "./follow.js";
export { FrontTracker } from "./front.js";
export { functionalParameters } from "./functional-parameters.js";
export { GrowingFront } from "./growing-front.js";
export { hypervolume, improvement } from "./hypervolume.js";
export { beyondNadir, defaultReference, knee } from "./indicators.js";
export type { Change, Input } from "./inputs.js";
export { changeLines, changesBetween, demandOwn, evaluatorOf, originText, otherBuildLines, otherUtterances, PROGRAM } from "./inputs.js";
export { type Limit, limitedMetrics, limitsOf, nearestText } from "./limited-metrics.js";
export { type Effect, localTrend, type Trend } from "./local-trend.js";
export { type LearningEffort, type LearningSearch, learningEffort } from "./models/learning-effort.js";
export type { ModelStore } from "./models/made-model.js";
export type { ModelSource } from "./models/model-source.js";
export { type LearningData, type ModelNeeds, modelRecipe } from "./models/recipe.js";
export {
  ancestry,
  isBetterModel,
  networksBeside,
  type StoredModel,
  storedModels,
  type Tested,
  testedInterval,
  testedPoints,
  unmadePoints,
} from "./models/stored-models.js";
export { type Neighbour, neighboursOf } from "./neighbours.js";
export { type BrokenConstraint, type Metrics, Objectives } from "./objectives.js";
export { compareFronts, type Side } from "./operations/compare.js";
export { differences } from "./operations/differences.js";
export { type MergeSummary, type MetricPair, mergeInto, metricPairs } from "./operations/merge.js";
export { type PriceScales, priceScales, SCALE_NAMES } from "./operations/price-scales.js";
export { asStored, type Priced, type Repriced, reprice, scaledPoint } from "./operations/reprice.js";
export { type Reproduction, reproduce } from "./operations/reproduce.js";
export { differingInputs } from "./operations/same-inputs.js";
export { type SearchDifference, searchDifferences } from "./operations/search-differences.js";
export { shapeKey, topologiesOf } from "./operations/topologies.js";
export { partOfSearch, type Shard } from "./part-of-search.js";
export { type PointInputs, pointKey } from "./point.js";
export { byPathAt, makesNetworks } from "./points.js";
export { pageColumns } from "./report/columns.js";
export { type RecordedPoint, type ReportData, reportData } from "./report/data.js";
export { methodsTex } from "./report/methods-tex.js";
export { type LivePage, type PageLibraries, reportPage } from "./report/page.js";
export { createSampler, SAMPLERS, screens } from "./samplers/registry.js";
export type { Observation, Sampler, SamplerKind, SamplerSetup } from "./samplers/sampler.js";
export { type SearchSize, searchSize } from "./search-size.js";
export { canonicalValues, type PointValues, Space } from "./space.js";
export { databaseReference } from "./store/database-reference.js";
export { ModelFolder, ModelsInMemory, modelsBeside } from "./store/model-folder.js";
export type { ScoredRun } from "./store/packed-errors.js";
export { journalNote, unclosedNote } from "./store/reading.js";
export { SCHEMA_VERSION } from "./store/schema.js";
export { type RunOf, runsOf } from "./store/scored-runs.js";
export { Store, type StoredPoint } from "./store/sqlite.js";
export { storedPlan } from "./stored-plan.js";
export { Study, type StudyOptions } from "./study.js";
export { ownDocument, usedPlugins } from "./study-plugins.js";
export { type StudySetup, studyName, studyRecord } from "./study-setup.js";
export type { OwnResult } from "./told-result.js";
export { coveredText, type DrawnError, drawnErrors, drawnText, exactText, heldText, limitTexts } from "./uncertainty/drawn-errors.js";
export { type Intervals, intervalsOf, type MetricInterval, type UncertainPoint } from "./uncertainty/drawn-metrics.js";
export { Draws } from "./uncertainty/draws.js";
export { type PairedRuns, pairedRuns } from "./uncertainty/paired-errors.js";
export { type CauseIndex, pairCauses } from "./uncertainty/ranking-causes.js";
export { namedQuantiles, quantilesOf, StudyQuantiles, USUAL_DRAWS } from "./uncertainty/study-quantiles.js";
export { uncertainPoint } from "./uncertainty/uncertain-point.js";
export { warmStart } from "./warm-start.js";
