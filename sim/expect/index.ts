/** Front door of expectations for a chip that is not run. */
export { type ActivityProfile, profileOf, profileOfDensity } from "./activity-profile.js";
export { type Estimate, estimate } from "./analytical.js";
export { type DieFlow, dieFlow } from "./die-flow.js";
