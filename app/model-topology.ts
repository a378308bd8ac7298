/** Reads the shape of a model's network. Only NIR files load this file. */
export { modelTopology } from "../sim/index.js";
