/**
 * What a search makes a network from, and the content address that follows: equal recipes make the same network, bit
 * for bit, so that the address stands for the network before there is one. Pure.
 */
import type { Samples } from "../../arch/index.js";
import { asJson, hashJson } from "../../base/hash.js";
import type { BackendName, RequestedConfigs, TrainingConfig } from "../../training/index.js";

/** Everything besides a configuration that decides what is learnt. */
export interface LearningGround {
  /** Content of what networks learn from, and of what judges them. */
  readonly fitHash: string;
  readonly validationHash: string;
  readonly backend: BackendName;
  /** Version of TensorFlow.js. */
  readonly backendVersion: string;
  /** This program, by content. */
  readonly build: string;
}

export interface ModelRecipe {
  /** Content address of the network. */
  readonly key: string;
  /** The same whatever the number of epochs: runs of the same learning continue each other. */
  readonly run: string;
  readonly config: TrainingConfig;
  /** Epochs that are run of the configuration's. */
  readonly epochs: number;
  readonly ground: LearningGround;
  /** What it begins with; null: random weights. */
  readonly parent: ModelRecipe | null;
}

/** The two parts of a training set. */
export interface LearningData {
  readonly fit: Samples;
  readonly validation: Samples;
}

/** What data a search's networks learn from and are judged by. */
export interface ModelNeeds {
  readonly recipe: ModelRecipe;
  readonly data: () => Promise<LearningData>;
}

/** `share`: of all epochs, those that are run. */
export function modelRecipe({ float, grid }: RequestedConfigs, share: number, ground: LearningGround): ModelRecipe {
  const first = recipeOf(float, Math.ceil(share * float.training.epochs), null, ground);
  if (grid === null) return first;
  // A grid is cheap, and what was not rounded for it says little: of a part-trained network it is run in its own,
  // shorter schedule.
  const epochs = Math.ceil(share * grid.training.epochs);
  return recipeOf({ ...grid, training: { ...grid.training, epochs } }, epochs, first, ground);
}

function recipeOf(config: TrainingConfig, epochs: number, parent: ModelRecipe | null, ground: LearningGround): ModelRecipe {
  const parentKey = parent?.key ?? null;
  return { key: keyOfRecipe(config, epochs, parentKey, ground), run: runOf(config, parentKey, ground), config, epochs, ground, parent };
}

const runOf = (config: TrainingConfig, parent: string | null, ground: LearningGround): string =>
  hashJson({ config: asJson(config), ground: asJson(ground), parent });

export const keyOfRecipe = (config: TrainingConfig, epochs: number, parent: string | null, ground: LearningGround): string =>
  hashJson({ run: runOf(config, parent, ground), epochs });

/** A recipe and what it begins with, that first. */
export function lineage(recipe: ModelRecipe): readonly ModelRecipe[] {
  return recipe.parent === null ? [recipe] : [...lineage(recipe.parent), recipe];
}
