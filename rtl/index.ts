/** Floor 3: a point of the design space as SystemVerilog that does just what the simulator says. */
export { type Bench, COMPARED, type Expected, judge, type Verdict } from "./bench.js";
export { type Emission, emit } from "./emit.js";
export { type Manifest, readChip, writeChip } from "./folder.js";
export { type PointParts, partsOf } from "./point.js";
export type { Candidate, Obstacle } from "./rule.js";
export { checkEmittable, obstaclesOf } from "./subset.js";
export { runBench, simulatorOf, TOOLS, type Tool, type ToolName, versionOf } from "./tools.js";
