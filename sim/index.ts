/** Front door of the simulator: it evaluates a point. The rooms below have their own front doors. */

export { demandRunnable, fitsIf, refusedBefore } from "./buildable.js";
export { type CounterTables, counterTables } from "./counter-tables.js";
export { CORE_COUNTERS, type CoreCounter, type Counters, coreColumn, ROUTER_COUNTERS } from "./counters.js";
export { busiestDieShare } from "./die-links.js";
export { price } from "./energy.js";
export { energyMetrics } from "./energy-metrics.js";
export type { ErrorCause } from "./error-causes.js";
export { evaluatePoint, prepareFunctional, selectUtterances } from "./evaluate.js";
export { fewerTimed, selectedTrace } from "./fidelity.js";
export { FPGA_COUNTS, withFpgaErrors } from "./fpga-errors.js";
export { fpgaMetrics } from "./fpga-metrics.js";
export { decidesFunction, functionalKey } from "./functional-key.js";
export { type HeldNetwork, heldNetwork } from "./held-network.js";
export { brokenInvariant, checkedResult } from "./invariants.js";
export {
  type AnyMetric,
  DRAWN_METRICS,
  isMetric,
  isQuantile,
  metricFacts,
  metricOf,
  metricUnits,
  type QuantileName,
  quantileOf,
  unknownMetric,
} from "./metric-names.js";
export { metricReference } from "./metric-reference.js";
export { inputOf, integerGraphOf, modelTopology, nirInputs, runnableOf, studyWork } from "./model.js";
export { needsOn } from "./needs.js";
export { needsBefore } from "./needs-before.js";
export { type LineErrors, priceErrors } from "./price-errors.js";
export { linePrice } from "./price-lines.js";
export { priceMarks } from "./price-marks.js";
export { keyedReplay, type Replay, type ReplayTraits, replay, replayKey, replayTraits, sharedReplay } from "./replay.js";
export { clockedRest, demandRest, REST, restOf } from "./rest.js";
export { type BreakdownRow, FPGA_METRICS, FUNCTIONAL_METRICS, METRICS, type MetricName, PRICED_METRICS, type Result } from "./result.js";
export { selfCheck } from "./self-check.js";
export { pricesInPlacement } from "./unpriced.js";
export { NO_STATED_ERROR, partsWithoutPrice, unsetPrices, withoutPriceLines } from "./without-price.js";
