/**
 * Everything from which a search trains a network, and its content address, which identifies the network before
 * it is trained. With the back end wasm equal recipes give the same network, bit for bit; others may give other bits on
 * another host, so the database also holds the content of each network that was made. Pure.
 */
import type { Samples } from "../../arch/index.js";
import { asJson, hashJson } from "../../base/hash.js";
import type { BackendName, RequestedConfigs, TrainingConfig } from "../../training/index.js";

/** All inputs of a training besides its configuration. */
export interface LearningGround {
  /** Content hash of the training data, and of the data that judges networks. */
  readonly fitHash: string;
  readonly validationHash: string;
  readonly backend: BackendName;
  /** Version of TensorFlow.js. */
  readonly backendVersion: string;
  /** Content hash of this program. */
  readonly build: string;
}

export interface ModelRecipe {
  /** Content address of the network. */
  readonly key: string;
  /** Address that does not depend on the number of epochs: such runs can continue each other. */
  readonly run: string;
  readonly config: TrainingConfig;
  /** Number of the configuration's epochs that are run. */
  readonly epochs: number;
  readonly ground: LearningGround;
  /** Recipe of the network from which training begins; null: random weights. */
  readonly parent: ModelRecipe | null;
}

/** The two parts of a training set. */
export interface LearningData {
  readonly fit: Samples;
  readonly validation: Samples;
}

/** Data on which a search's networks are trained, and on which they are judged. */
export interface ModelNeeds {
  readonly recipe: ModelRecipe;
  readonly data: () => Promise<LearningData>;
}

/** `share`: share of all epochs that are run. */
export function modelRecipe({ float, grid }: RequestedConfigs, share: number, ground: LearningGround): ModelRecipe {
  const first = recipeOf(float, Math.ceil(share * float.training.epochs), null, ground);
  if (grid === null) return first;
  // Training on the grid is cheap, and a network that was not trained for its grid tells little. So a partly trained
  // network also runs it, with its own shorter schedule.
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

/** A recipe, preceded by the one from whose network it begins. */
export function lineage(recipe: ModelRecipe): readonly ModelRecipe[] {
  return recipe.parent === null ? [recipe] : [...lineage(recipe.parent), recipe];
}
