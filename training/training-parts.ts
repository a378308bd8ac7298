/** The data of a training: what is learnt and what is held out, checked before the first batch. Pure. */
import type { Samples } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { cutPieces, isLearnable } from "./batch.js";
import type { TrainingConfig } from "./config.js";
import { checkApart, checkUnlearnt, selectUtterances, splitValidation, strangeClasses } from "./datasets/held-out.js";
import { demandScored, noLabels } from "./evaluate.js";
import { demandBudget } from "./pruning.js";
import { type BaseModel, checkBaseData } from "./quantisation/base-model.js";
import { recordedHeldOut } from "./record.js";
import { longestAt } from "./schedule.js";

interface Given {
  readonly train: Samples;
  readonly test: Samples;
  /** What a search holds out; null: the configuration's share of `train`. */
  readonly search: { readonly validation: Samples } | null;
  readonly base: BaseModel | null;
}

interface TrainingParts {
  readonly learnt: Samples;
  /** Null: no error is watched. */
  readonly validation: Samples | null;
  /** What is likely a mistake, one sentence each. */
  readonly warnings: readonly string[];
}

/** @throws InputError if the configuration cannot learn from these data, or nothing of them can be scored */
export function trainingParts(config: TrainingConfig, { train, test, search, base }: Given): TrainingParts {
  checkHalves(config, train, test);
  if (base !== null) checkBaseData(config, base, train);
  const fraction = search === null ? config.data.validationFraction : 0;
  const begun = base === null ? null : { name: base.name, heldOut: recordedHeldOut(base.record) };
  const unlearnt = checkUnlearnt(config.name, begun, { set: config.data.set, dataHash: train.hash, fraction, seed: config.seed });
  const split = splitValidation(train, fraction, config.seed);
  const isWhole = split.validation.length === 0;
  const learnt = isWhole ? train : selectUtterances(train, split.train, `${train.name}/fit`);
  const own = isWhole ? null : selectUtterances(train, split.validation, `${train.name}/validation`);
  const validation = search?.validation ?? own;
  // a search chooses by a part of the training set, and compares it itself
  const learntToo = search === null ? [...checkApart(train, test), ...(own === null ? [] : checkApart(learnt, own))] : [];
  checkLearnable(config, learnt);
  demandBudget(config, learnt.classes);
  const judges = new Set([validation ?? test, test]);
  for (const scored of judges) demandScored(scored, config.network.outputDelayFrames);
  const strange = [...judges].flatMap((scored) => strangeClasses(learnt, scored));
  return { learnt, validation, warnings: [...(train.leftOut ?? []), ...learntToo, ...unlearnt, ...strange] };
}

function checkHalves(config: TrainingConfig, train: Samples, test: Samples): void {
  if (train.inputs !== test.inputs || train.classes !== test.classes || train.task !== test.task)
    throw inputError(
      config.data.set,
      `its halves do not match: ${train.inputs} and ${test.inputs} inputs, ${train.classes} and ${test.classes} classes`,
    );
  if (train.task === "frames") return;
  if (config.network.outputDelayFrames > 0)
    throw inputError(
      config.name,
      `network.output_delay_frames delays frame labels; ${train.name} has one label per utterance`,
      "set it to 0",
    );
  if (config.training.lengthCurriculum.length > 0)
    throw inputError(
      config.name,
      `training.length_curriculum cuts utterances with frame labels; ${train.name} has one label per utterance`,
      "remove it",
    );
}

function checkLearnable(config: TrainingConfig, learnt: Samples): void {
  if (learnt.classes < 2)
    throw inputError(learnt.name, "has one class, so there is nothing to tell apart", "training needs samples of at least 2 classes");
  if (!learnt.labels.some((label) => label >= 0)) throw noLabels(learnt.name, "learn from");
  const known = new Set<number>();
  for (let epoch = 0; epoch < config.training.epochs; epoch++) {
    const longest = longestAt(config, epoch);
    if (known.has(longest)) continue;
    known.add(longest);
    if (!cutPieces(learnt, longest).some((piece) => isLearnable(learnt, piece, config.network.outputDelayFrames)))
      throw inputError(
        config.name,
        `no class of ${learnt.name} is answered within its utterance in epoch ${epoch + 1}: the others come in its last frames`,
        "less network.output_delay_frames, or longer pieces: training.length_curriculum",
      );
  }
}
