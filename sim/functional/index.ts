/** Front door of the integer engines, which compute a network exactly. */

export { checkPrecision, demandSpikes } from "./checked-widths.js";
export { createDenseEngine } from "./dense-engine.js";
export { type EncodedInput, encodeSamples, FEATURES_AS_THEY_ARE, inputKey, valuesOf } from "./encoded-samples.js";
export type { Functional } from "./functional.js";
export { createGraphEngine } from "./graph-engine.js";
export {
  type GraphCell,
  type GraphEngine,
  type GraphPopulation,
  type GraphProjection,
  type GraphRun,
  type IntegerGraph,
  type LeakError,
  type LostRows,
  type RoundedValues,
  restsAlone,
  widthOf,
} from "./integer-graph.js";
export {
  type IntegerNetwork,
  type IntegerQuantiser,
  inputUnit,
  type Requantiser,
  SCORE_UNITS,
} from "./integer-network.js";
export { leaked } from "./leak-rules.js";
export type { Arrival, LiveNetwork } from "./live/live-network.js";
export { NONE_OWN, type OwnPrecisions, precisionIn } from "./own-precision.js";
export { ownTopology } from "./own-topology.js";
export { quantise, quantiseLayers, requantiser } from "./quantise.js";
export { type FunctionalOptions, type FunctionalRun, runOn } from "./run.js";
export { checkFit, isLabelled, type Runnable, runnableGraph, runnableNetwork, traceKey } from "./runnable.js";
export { scoreUtterance } from "./score.js";
export {
  accuracyByBits,
  layerSensitivities,
  type SmallestPrecision,
  STUDY_AXES,
  STUDY_DEFAULT_BITS,
  STUDY_WIDTHS,
  type StudyAxis,
  type StudyRow,
  type StudyWork,
  scoredOf,
  smallestPrecision,
  widthsOfOne,
  withBits,
} from "./study.js";
export type { UtteranceRun } from "./utterance.js";
export { independentSamples, NOTHING_SCORED, type UtteranceErrors } from "./utterance-errors.js";
export { withoutZeros } from "./zeros.js";
