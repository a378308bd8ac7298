/** Floor 3: emits a design point as SystemVerilog with exactly the simulated behaviour. */
export { judge, type Verdict } from "./bench.js";
export { type Emission, emit } from "./emit.js";
export { chipTexts, readChip, writeChip } from "./folder.js";
export { type FigureRow, figureRows } from "./gates/comparison.js";
export { modelFigures, onEcp5 } from "./gates/model-figures.js";
export { storedSynthesis } from "./gates/stored-synthesis.js";
export { type Goal, type Synthesis, synthesise, synthesisKey, toolsFor, USUAL_DEVICE } from "./gates/synthesise.js";
export { candidateOf, type PointParts, partsOf } from "./point.js";
export type { Obstacle } from "./rule.js";
export { cyclesOf, runBench } from "./run-bench.js";
export { checkEmittable, obstaclesOf } from "./subset.js";
export { simulatorOf, TOOLS, versionOf } from "./tools.js";
