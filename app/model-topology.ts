/** The shape of a model's network, NIR files included: a part that is loaded for those only. */
export { modelTopology } from "../sim/index.js";
