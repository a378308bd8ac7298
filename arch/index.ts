/** Floor 1: what a chip, a network and a spike trace ARE. Other rooms enter here. */
export * from "./base/errors.js";
export * from "./base/hash.js";
export * from "./base/package-root.js";
export * from "./base/rng.js";
export * from "./chip.js";
export * from "./experiment.js";
export * from "./model-file.js";
export * from "./network.js";
export { type KnownNames, type ParsedArch, parseArch, readArch, resolveModelPath, shippedChips } from "./parse.js";
export * from "./patch.js";
export * from "./precision.js";
export * from "./price-names.js";
export { KNOWN_PATHS } from "./resolve.js";
export * from "./safetensors.js";
export * from "./samples.js";
export * from "./spikes.js";
export { didYouMean } from "./suggest.js";
