/** Front door of the chip's network. */
export { nocSpec } from "./chip-noc.js";
export { describeDeadlock, type NocExports, wire } from "./compiled.js";
export { createNoc } from "./create.js";
export { type CurveRow, nocCurve } from "./curve.js";
export { checkCopied } from "./injection.js";
export { layOut, type NocLayout, portCount } from "./layout.js";
export { MIDDLE_VCS, type MiddleVc, type NocKernel, type NocSpec } from "./noc.js";
export { routersPassed } from "./route.js";
export { TRAFFIC_PATTERNS, type TrafficPattern } from "./traffic-patterns.js";
