/** Floor 2: what a network learns, and from what data. Other rooms enter here. */
export { parseTrainingConfig, type TrainingConfig } from "./config.js";
export { DATASETS, loadDataset } from "./datasets/registry.js";
export type { Split } from "./datasets/split.js";
