/** Front door of other tools' networks: NIR graphs, run directly and lowered onto the program. */
export { chainOf, withWeights } from "./chain.js";
export { describedNir } from "./described.js";
export { createNirEngine } from "./engine.js";
export { exportNetwork, importNetwork } from "./export-network.js";
export { scoreNir } from "./float-score.js";
export { type ImportedNir, importNir, prepareNir } from "./import.js";
export { integerNir } from "./integer.js";
export { integerObstacles } from "./integer-obstacles.js";
export { type LoweredGraph, lowerGraph } from "./lowered-graph.js";
export { integerOnChip, nirFunctional } from "./on-chip.js";
export { INTEGRATOR_GAINS, LAVA_OPTIONS, type NirOptions, SCHEMES } from "./options.js";
export { formatImportReport } from "./report.js";
export { sizeOf } from "./shapes.js";
export type { RecordedStates } from "./state-recording.js";
export { byInput, type TerminalInput, terminalInputs } from "./terminal-inputs.js";
export { terminalOutputs } from "./terminal-outputs.js";
export { INPUT_LIMIT, type NirInputs, nirLayers, nirTopology } from "./topology.js";
