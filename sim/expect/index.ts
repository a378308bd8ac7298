/** Front door: what is expected of a chip without running it. */
export { type ActivityProfile, profileOf, profileOfDensity } from "./activity-profile.js";
export { type Estimate, estimate } from "./analytical.js";
export { type DieFlow, dieFlow } from "./die-flow.js";
