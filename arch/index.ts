/** Floor 1: what a chip, a network and a spike trace ARE. Other rooms enter here. */
export * from "./area.js";
export { folded } from "./cells/batch-norm.js";
export * from "./cells/cell.js";
export { limitOf, scaleOf, stepOf } from "./cells/quantiser.js";
export { cellOf, gatesOf, SYSTEMS, type System } from "./cells/registry.js";
export { withSpikeBits } from "./cells/spike-bits.js";
export { SIGMOID_RANGE, sigmoidTable, TANH_RANGE, TANH_RANGE_BITS, tableStep, tanhTable } from "./cells/tables.js";
export * from "./chip.js";
export { type Row, table } from "./component-tables.js";
export * from "./components.js";
export { denseMultiplications, elementMultiplies, nonZeroWeights, parameterCount, statisticsCount } from "./costs/network-counts.js";
export { NetworkNeurobench, type NeuronLayer, storedOnChip } from "./costs/network-neurobench.js";
export { equationTopology, SCORE_BITS, topologyOf } from "./costs/network-shape.js";
export {
  NeurobenchCounter,
  type NeurobenchMetrics,
  type NeurobenchModel,
  UPDATE_PRICES,
} from "./costs/neurobench.js";
export { multiplicationsPerFrame, OperationCounter, type OperationTotals, synapticOperations } from "./costs/operations.js";
export { EventTally, setBits, type Tally } from "./costs/tally.js";
export * from "./coupled-chip.js";
export { type AnyExperiment, type CoupledExperiment, type CoupledWorkload, isCoupled } from "./coupled-experiment.js";
export { coupledJsonSchema, coupledReference } from "./coupled-reference.js";
export * from "./experiment.js";
export * from "./expression.js";
export * from "./expression-type.js";
export * from "./feedback.js";
export * from "./floor-plan.js";
export { archJsonSchema } from "./json-schema.js";
export { jsonFromYaml, YAML_LIMIT_BYTES } from "./located.js";
export * from "./model-file.js";
export * from "./network.js";
export * from "./noc-shape.js";
export {
  type KnownNames,
  type ParsedArch,
  type ParsedDescription,
  parseArch,
  parseDescription,
  readArch,
  readDescription,
  resolveModelPath,
  shippedChips,
  shippedCoupledChips,
} from "./parse.js";
export * from "./patch.js";
export * from "./precision.js";
export * from "./price-names.js";
export { archReference } from "./reference.js";
export { actsInNextStep, RESET_RULES, type ResetRule } from "./reset-rule.js";
export { KNOWN_PATHS } from "./resolve.js";
export * from "./route-tables.js";
export * from "./safetensors.js";
export * from "./samples.js";
export { defaultDocument } from "./schema.js";
export * from "./spike-file.js";
export * from "./spikes.js";
export { didYouMean } from "./suggest.js";
export type { Tree } from "./topologies/mesh-tree.js";
export { TOPOLOGY_NAMES, type TopologyName } from "./topologies/registry.js";
export * from "./topologies/topology.js";
