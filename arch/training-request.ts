/** Finds how a description's network is made, and checks its `training` section. Pure. */
import { camel, writtenKey } from "./camel.js";
import { isEventDataset } from "./events-schema.js";
import type { Experiment } from "./experiment.js";
import { SHIPPED_MODEL } from "./network-schema.js";
import { perObject } from "./per-object.js";
import { ownWeightBits, type Precision, precisionOf } from "./precision.js";
import type { RootDocument } from "./schema.js";
import type { TrainingRequest } from "./training-schema.js";

/** Most weight bits that training supports. */
const MOST_BITS = 8;

/** Name of a trained network: equal for equal requests of one description, different for different ones. */
function requestName(request: TrainingRequest, { weightBits, layers }: Pick<Precision, "weightBits" | "layers">): string {
  const { base, chipEpochs, chipRate, zeroShare, ...varied } = request;
  const said = Object.entries(varied).filter(([key, value]) => value !== null && !(key === "share" && value === 1));
  const bits = ownWeightBits({ layers }).map(([name, own]) => [`${name}.weightBits`, own] as const);
  const onGrid = chipEpochs === 0 ? [] : Object.entries({ chipEpochs, chipRate, zeroShare, weightBits, ...Object.fromEntries(bits) });
  return [`trained ${base}`, ...[...said, ...onGrid].map(([key, value]) => `${writtenKey(key)} ${value}`)].join(", ");
}

const readOf = perObject((network: RootDocument["network"]): Experiment["network"] => ({ ...camel(network), training: null }));
const requestOf = perObject((training: NonNullable<RootDocument["training"]>): TrainingRequest => camel(training));

/** True if the search trains the network: a named model file takes precedence. */
const makes = ({ network, training }: RootDocument): boolean => training !== undefined && network.model === SHIPPED_MODEL;

export function networkOf(root: RootDocument): Experiment["network"] {
  const read = readOf(root.network);
  if (root.training === undefined || !makes(root)) return read;
  const training = requestOf(root.training);
  return { ...read, model: requestName(training, precisionOf(root.precision)), training };
}

type Check = (ok: boolean, path: readonly string[], message: string, fix: string) => void;

export function checkTraining(root: RootDocument, check: Check): void {
  const { training, workload, precision } = root;
  const ofFiles = workload.dataset === "spike-file" || isEventDataset(workload.dataset);
  check(
    workload.split !== "validation" || !ofFiles,
    ["workload", "split"],
    `is validation, which is part of a training set, but ${workload.dataset} has none`,
    "set it to test or train",
  );
  if (training === undefined || !makes(root)) return;
  check(
    !ofFiles,
    ["workload", "dataset"],
    `is ${workload.dataset}, but networks are trained on data sets of recordings`,
    "name such a data set",
  );
  check(
    workload.split === "validation" || ofFiles,
    ["workload", "split"],
    `is ${workload.split}, but this search trains its networks: it must not choose one by the test set or by its training data`,
    "set it to validation; the end of a sweep prices the front on the test set",
  );
  check(
    training.zero_share === 0 || training.chip_epochs > 0,
    ["training", "zero_share"],
    `is ${training.zero_share}, but weights are set to 0 during chip_epochs, and there are none`,
    "set training.chip_epochs, or set it to 0",
  );
  const bits = [precision.weight_bits, ...ownWeightBits(precisionOf(precision)).map(([, own]) => own)];
  check(
    training.chip_epochs === 0 || bits.every((own) => own <= MOST_BITS),
    ["precision", "weight_bits"],
    `is ${Math.max(...bits)}, but training.chip_epochs supports at most ${MOST_BITS} bits`,
    `set it to ${MOST_BITS} or less, or training.chip_epochs to 0`,
  );
  check(
    training.chip_epochs === 0 || precision.weight_scale === "max",
    ["precision", "weight_scale"],
    `is ${precision.weight_scale}, but training.chip_epochs makes the largest weight the largest word`,
    "set it to max",
  );
}
