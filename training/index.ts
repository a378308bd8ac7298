/** Floor 2: what a network learns, and from which data. The public names of training. */
export { BACKENDS, type Backend, type BackendName, chooseBackend, startedBackend } from "./backend.js";
export { CheckpointError, type CheckpointStore, demandOwnCheckpoint, fileCheckpoint } from "./checkpoint.js";
export { comparisonTables, renderComparison } from "./comparison.js";
export { parseConfigDocument, parseTrainingConfig, type TrainingConfig } from "./config.js";
export { trainingJsonSchema, trainingReference } from "./config-reference.js";
export { type ChainConfig, isChainConfig, parseChainConfig } from "./convolution/chain-config.js";
export { loadChainData, openChainData } from "./convolution/chain-data.js";
export { type ChainTrainingEvent, chainKey, trainChain } from "./convolution/train-chain.js";
export { readEventSamples, readFirstTimes } from "./datasets/event-sets.js";
export { checkApart, type HeldOut, strangeClasses } from "./datasets/held-out.js";
export { isLearntHere, isNormalisedHere, learntOf, type PartHash } from "./datasets/learnt.js";
export {
  comesWithPackage,
  DATASETS,
  type DataSet,
  loadConfigured,
  loadDataset,
  loadSampleSet,
  prepareDataset,
  SPIKE_FILE,
} from "./datasets/registry.js";
export { readSpikeSamples } from "./datasets/spike-file.js";
export { SPLITS, type Split } from "./datasets/split.js";
export { DivergedError } from "./divergence.js";
export { evaluateFloat } from "./evaluate.js";
export { DEFAULT_FEATURES } from "./features.js";
export { idleRequest } from "./idle-request.js";
export { learnsLeaks } from "./learning.js";
export { localLearners } from "./parallel/learners.js";
export { threadLearners } from "./parallel/threads.js";
export { type BaseModel, checkBase } from "./quantisation/base-model.js";
export { demandGridSpikes } from "./quantisation/grid-spikes.js";
export { demandLayers, weightBitsOf, weightedNames } from "./quantisation/weight-bits.js";
export {
  type ChipScore,
  type EpochRecord,
  evaluationRecord,
  recordedChipPrecision,
  recordedConfig,
  recordedData,
  recordedDensity,
  recordedHeldOut,
  recordedPenalty,
  recordedRecipe,
  recordedSaturation,
  recordedSeed,
  recordedSummary,
  recordedTestData,
  recordedWeightBits,
  runKey,
} from "./record.js";
export { type BaseDocument, type RequestedConfigs, requestedConfigs } from "./requested-configs.js";
export { effectiveProductsOf, printedTable, type TableEntry, type TableFormat } from "./table.js";
export { tradeoffPlot } from "./tradeoff.js";
export { type ChipHooks, type TrainingEvent, train } from "./train.js";
export { trainingParts } from "./training-parts.js";
export { firstNetwork, untrainedNetwork } from "./untrained.js";
