/** Data of chips, networks and spike traces. Other folders import this file only. */

export { addressGeneratorSize, addressLanes } from "./address-generator.js";
export { addressedLava, addressedPrecision } from "./addressed.js";
export { addressLevels, grantLevels } from "./arbitration.js";
export { areaOf, checkClock, clockLimits } from "./area.js";
export { type Logic, logicAreaMm2 } from "./arithmetic.js";
export { type Camel, camel, camelKey, writtenKey } from "./camel.js";
export { folded } from "./cells/batch-norm.js";
export type { NeuronParameter } from "./cells/cell.js";
export { type CellLayer, type PluginCell, pluginCell } from "./cells/plugin-cell.js";
export { limitOf, scaleOf, silenceOf, stepOf } from "./cells/quantiser.js";
export {
  builtIn,
  byStep,
  CELL_KINDS,
  type CellKernel,
  cellOf,
  gatesOf,
  kernelOf,
  NO_FLOAT_STEP,
  SYSTEMS,
  type System,
  untrained,
} from "./cells/registry.js";
export { bitsOfApart, unitsApart, withSpikeBits } from "./cells/spike-bits.js";
export { SIGMOID_RANGE, sigmoidTable, TANH_RANGE, TANH_RANGE_BITS, tableStep, tanhTable } from "./cells/tables.js";
export type {
  Chip,
  Core,
  Dies,
  Dram,
  HardTick,
  Intake,
  Memory,
  Noc,
  Port,
  ProcessCorner,
  QueueKind,
  Scan,
  SourcePace,
  SramCell,
  Technology,
  Tick,
} from "./chip.js";
export { clockLimitName } from "./clock-limit-names.js";
export { clockWarning, emittedLogic } from "./clock-margin.js";
export { table } from "./component-tables.js";
export {
  type ClockShares,
  type CorePrices,
  clockShares,
  corePrices,
  datapathLogic,
  laneMultiplierBits2,
  messageBits,
  ofMemory,
  type Price,
} from "./components.js";
export { controlSize } from "./control.js";
export { coreCounts, coreKind, unlikeCores } from "./core-kinds.js";
export { BUILT_NEEDS, BUILT_PAYLOAD_BITS, type CoreNeeds, coreNeedsOf, messagePayloadBits, rowLanes } from "./core-needs.js";
export {
  denseMultiplications,
  elementMultiplies,
  nonZeroWeights,
  parameterCount,
  stateProducts,
  statisticsCount,
} from "./costs/network-counts.js";
export {
  BIAS_BITS,
  type CountedWeights,
  countedWeights,
  NetworkNeurobench,
  type NeuronLayer,
  type StoredValues,
  storedValues,
} from "./costs/network-neurobench.js";
export { equationTopology, leaksOf, SCORE_BITS, SUM_BITS, spikedTopology, topologyOf } from "./costs/network-shape.js";
export { type HarnessNeuron, NeurobenchCounter, type NeurobenchMetrics, updatePrice } from "./costs/neurobench.js";
export { multiplicationsPerFrame, OperationCounter, type OperationTotals } from "./costs/operations.js";
export { EventTally, setBits, type Tally } from "./costs/tally.js";
export { decidingPlaces } from "./deciding-places.js";
export { diePrices } from "./die-prices.js";
export { type DieWay, dieFlitCycles, dieLinksOnWay, meanDieWay, ON_ONE_DIE } from "./dies.js";
export { defaultSlicing, type EventGrid, type EventSlicing, eventGrid, eventSteps, firstUs } from "./event-steps.js";
export {
  EVENT_DATASETS,
  EVENT_PATHS,
  type EventDataset,
  eventsSchema,
  idleEventKeys,
  isEventDataset,
  labelsSchema,
} from "./events-schema.js";
export type {
  Experiment,
  InputEncoding,
  InputPlace,
  MappingRequest,
  SteadyState,
  SweepParameter,
  SweepSpec,
  Workload,
} from "./experiment.js";
export {
  type Expression,
  ExpressionError,
  type ExpressionNode,
  type ExpressionValue,
  evaluateExpression,
  isNameOfObjects,
  parseExpression,
  truthOf,
} from "./expression.js";
export { demandTruth, type ExpressionType } from "./expression-type.js";
export { boundsOf, choicesOf, defaultOf } from "./facts.js";
export { feedsBack, isHardTick, isPlainIntake, PLAIN_INTAKE } from "./feedback.js";
export { type FloorPlan, floorPlanOf } from "./floor-plan.js";
export { refuseBinary, START_BYTES } from "./formats/binary-kind.js";
export { type CameraEvents, EventCollector, eventsBetween } from "./formats/events/event-list.js";
export { EVENT_FILE, isEventFile, prepareEvents, readEvents } from "./formats/events/read-events.js";
export { isGraphFile, isLavaFile, isNirFile } from "./formats/file-kinds.js";
export { LAVA_NEURONS, type LavaRules, payloadText, REMAINDERS, withLavaRules } from "./formats/lava/lava-rules.js";
export { type LoihiNeuron, loihiNode } from "./formats/lava/loihi-node.js";
export { readLava } from "./formats/lava/read-lava.js";
export { sigmaDeltaNode } from "./formats/lava/sigma-delta-node.js";
export { decodeModel, encodeModel, readModel, writeModel } from "./formats/model-file.js";
export { type ByKind, byKind, decodeNetwork, encodeNetwork, inputsOf, type ModelNetwork } from "./formats/model-network.js";
export {
  holdsOwnNetwork,
  NEAREST_PRIMITIVES,
  type NirArray,
  type NirEdge,
  type NirFile,
  type NirGraph,
  type NirMetadata,
  type NirNode,
  type NirValue,
  nirArray,
  OWN_NETWORK_KEY,
} from "./formats/nir/graph.js";
export { readNirData } from "./formats/nir/nir-data.js";
export { hasLeak, type InputNode, inputNodesOf, type NirNetwork, nirFileOf, nirNetwork } from "./formats/nir/nir-network.js";
export { CONNECTION_TYPES, NEURON_TYPES, VALUE_NEURONS } from "./formats/nir/node-types.js";
export { readNir } from "./formats/nir/read.js";
export { readNirNetwork } from "./formats/nir/read-network.js";
export { writeNir } from "./formats/nir/write.js";
export { parseNpy } from "./formats/npy.js";
export { readNpz } from "./formats/npz.js";
export type { Raster } from "./formats/raster.js";
export { decodeSafetensors, encodeSafetensors } from "./formats/safetensors.js";
export { isWord, parseSpikeCsv } from "./formats/spike-csv.js";
export { decodeSpikes, encodeSpikes } from "./formats/spike-file.js";
export { FPGA_DEVICES, type FpgaName } from "./fpga/devices.js";
export type { FpgaErrors } from "./fpga/fpga-errors.js";
export { fpgaLaws } from "./fpga/fpga-laws.js";
export { checkFpga, type FpgaUse, fpgaUse, fpgaUseOf } from "./fpga/fpga-use.js";
export type { FpgaPart } from "./fpga/resources.js";
export { checkFrame, framePrices } from "./frame-buffer.js";
export { isGenerated, longestRow, targetBits } from "./generated-rows.js";
export { graphPrecisionProblems } from "./graph-precision.js";
export { dieHopWorth, hopPj, stagesOf } from "./hop.js";
export { checked, scalarPaths } from "./issues.js";
export { archJsonSchema, plain } from "./json-schema.js";
export { coupledJsonSchema, coupledReference } from "./kinds/coupled-reference.js";
export { hasNoEffect, workloadMistakes } from "./kinds/coupled-workload.js";
export type { OdinChip } from "./kinds/odin.js";
export { type RancChip, sweepCycles } from "./kinds/ranc.js";
export {
  type AnyExperiment,
  type CoupledChip,
  type CoupledChipOf,
  type CoupledChips,
  type CoupledExperiment,
  type CoupledModelName,
  ofKind,
  saidBy,
  sizedKeys,
} from "./kinds/registry.js";
export type { SneChip } from "./kinds/sne.js";
export type { SnnDseChip } from "./kinds/snn-dse.js";
export type { SnnDsePipelineChip } from "./kinds/snn-dse-pipeline.js";
export type { TinyOdinChip } from "./kinds/tinyodin.js";
export type { KnownNames } from "./known-names.js";
export { builtLanes, idleLanes, type LaneCounts, laneCounts } from "./lanes.js";
export type { ConvolutionShape, LayerChain, NeuronStage, PoolShape, PoolStage, WeightStage } from "./layer-chain.js";
export { checkLayerNames, checkLayers } from "./layer-names.js";
export { bandwidthGbitSOf, latencyNsOf } from "./link-units.js";
export {
  entryOf,
  jsonFromYaml,
  type Located,
  type LocatedMap,
  locatedFromJson,
  locatedFromYaml,
  nodeAt,
  type Place,
  placeOf,
  problemAt,
} from "./located.js";
export { type FittedLaw, fitMacros, type MacroFit, type MacroResidual } from "./macros/fit-macros.js";
export { LAW_COLUMNS } from "./macros/law-table.js";
export type { OwnMacro } from "./macros/macro.js";
export { MACRO_TABLE_LIMIT } from "./macros/macro-schema.js";
export { MOST_PLUS_MINUS, readMacroTable } from "./macros/macro-table.js";
export { type CheaperKind, cheaperKinds } from "./memories/cheaper.js";
export { MEMORY_KIND_NAMES } from "./memories/kind-names.js";
export { MEMORY_KINDS, type MemoryQuestion, type OwnMemoryKind, ownMemory } from "./memories/memory-kinds.js";
export { memoryMacro } from "./memories/memory-macro.js";
export { builtRow, type ParameterRow, parameterRowBits } from "./memories/parameter-memory.js";
export { prefetchBuffer, queueCosts } from "./memories/queue.js";
export { ihpCells } from "./memories/registers.js";
export type {
  BatchNorm,
  Gate,
  Network,
  NetworkLayer,
  PartProjection,
  PerNeuron,
  Plane,
  Population,
  Projection,
  Quantiser,
  SharedKernel,
  SparseRows,
  Topology,
} from "./network.js";
export { linkPrices, type RouterPrices, routerPrices, treeLinkPrices } from "./network-prices.js";
export {
  coresPerRouter,
  dieLinkCount,
  dieLinksBetween,
  directedLinks,
  endsPerRouter,
  flitCyclesOn,
  gridOf,
  linkCounts,
  linksIn,
  linksOf,
  linksOnWay,
  nocTopology,
  portName,
  portRouter,
  routerPorts,
  routerShapes,
  treeLinkCount,
} from "./noc-shape.js";
export { openLeakages } from "./open-library.js";
export { ownPriceOf, priceValue } from "./own-price-value.js";
export { hasOwnWaves } from "./pace.js";
export { itemsPerBeat, type Packing, packedWords, packing } from "./packing.js";
export {
  type Over,
  type ParsedArch,
  type ParsedDescription,
  parseArch,
  parseCoupledChip,
  parseDescription,
  pluginPathsOf,
  pricesFrom,
  readArch,
  readDescription,
  readDescriptionText,
  readDescriptionTree,
  resolveConfigPath,
  resolveDataPath,
  resolveModelPath,
  shippedChips,
  shippedCoupledChips,
} from "./parse.js";
export { partName } from "./part-name.js";
export {
  checkedCase,
  patchCoupledChip,
  patchDescription,
  patchDocument,
  patchExperiment,
  patchPoint,
  settings,
  withCurrentDefaults,
} from "./patch.js";
export { perObject } from "./per-object.js";
export { pluginEntry } from "./plugin-entry.js";
export type { NamedPlugin } from "./plugin-paths.js";
export { hostPacket, isHostFed, portEnd, portPopulations } from "./port.js";
export { type PortPrices, portPrices } from "./port-prices.js";
export {
  accumulatorBitsOf,
  areUnits,
  type LayerWidths,
  ownWeightBits,
  ownWidths,
  type Precision,
  spikeBitsOf,
  stateBitsOf,
  weightBitsInto,
} from "./precision.js";
export { priceVariables } from "./price-check.js";
export { PRICE_MODELS, type PriceModel } from "./price-models.js";
export { PRICE_NAMES, type PriceName } from "./price-names.js";
export { dramVariables } from "./price-variables.js";
export { quantileParts, strangeMetric } from "./quantile-name.js";
export { archReference, describedPaths } from "./reference.js";
export { actsInNextStep, RESET_RULES, type ResetRule, takesResetValue } from "./reset-rule.js";
export { deepFreeze, KNOWN_PATHS } from "./resolve.js";
export { axonEntryBits, axonTablePrices, routeTablePrices } from "./route-tables.js";
export {
  axesOf,
  isPart,
  isSum,
  KernelReader,
  mostTargets,
  type RowReader,
  rowHolding,
  rowLengths,
  rowReader,
  rowStarts,
  synapsesIn,
  type Windows,
  weightsOfChannel,
  windowAlong,
  writtenTargets,
} from "./rows.js";
export { type SamplerNames, takesOption, wantedOfOption } from "./sampler-option.js";
export {
  countFeatures,
  denseSamples,
  everyFeature,
  featureRange,
  featuresOf,
  isDense,
  isSparse,
  type LevelFrames,
  type Moments,
  type SampleSet,
  type Samples,
  type SparseFrames,
  sparseBytes,
  subsetOf,
} from "./samples.js";
export { type Corner, energyRatio } from "./scaling.js";
export { defaultDocument, MOST_PARAMETER_TEXT, MOST_POINTS } from "./schema.js";
export { choice } from "./schema-fields.js";
export { type Node as SchemaNode, rowOf, wordsOf } from "./schema-values.js";
export { denseShare, hasDenseRow, storedRows } from "./shared-rows.js";
export {
  aboutShipped,
  type Found,
  pathOf,
  pathsOf,
  SHIPPED_KINDS,
  type ShippedFile,
  type ShippedKind,
  shippedFiles,
  shippedNames,
  shippedPath,
} from "./shipped.js";
export { type InputSamples, sideBySide } from "./side-by-side.js";
export { factorErrors, onSilicon, siliconFactor, siliconFactors } from "./silicon.js";
export { PRICE_BASES, type PriceBasis, partGroup, SILICON_GROUPS, type SiliconFactors, type SiliconGroup } from "./silicon-groups.js";
export { slicingText } from "./slicing-text.js";
export type { SpikeTrace } from "./spikes.js";
export { leakageVoltageRatio, pricedAs, SRAM_QUANTITIES, type SramQuantity } from "./sram.js";
export { bankError, EXPONENT_REFERENCE, exponentErrors, leakageErrors, macroError, portError } from "./sram-errors.js";
export { ROUNDING, stepAt, wholeUs } from "./step-times.js";
export { parameterTypes, typesOf } from "./sweep-expressions.js";
export { COMMON_OPTIONS } from "./sweep-section.js";
export { domainText, steppedValue, valueAt, valueCount, valuesOf } from "./swept-values.js";
export { technologyWarnings } from "./technology-warnings.js";
export { type OwnShape, type OwnTopology, ownNetwork } from "./topologies/own-topology.js";
export { TOPOLOGIES, TOPOLOGY_NAMES } from "./topologies/registry.js";
export {
  type Link,
  type MeanWay,
  MOST_ENDS,
  MOST_PORTS,
  type NocTopology,
  type RouteByRouter,
  type TreeShape,
  type Twin,
} from "./topologies/topology.js";
export { defaultTraining, MOST_EPOCHS, type TrainingRequest } from "./training-schema.js";
export {
  BUILT_UNIT,
  MULTIPLIER_MAGNITUDE_BITS,
  type UpdateUnit,
  updateMultiplierBits2,
  updateRegisterBits,
  updateUnitOf,
  updateWidths,
} from "./update-unit.js";
export { nominalVoltageV } from "./voltage.js";
export type { WeightFormat } from "./weight-format-schema.js";
export { largestWeight, weightStep } from "./weight-step.js";
export { writePath } from "./write-path.js";
export { writeQueueBits, writeQueueCosts } from "./write-queues.js";
export { searchedValues, writtenSweep } from "./written-sweep.js";
export { readYamlText } from "./yaml-text.js";
