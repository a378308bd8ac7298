/**
 * Schema of `training:`: the network is not read from a file but trained by the search, together with the chip. Missing
 * keys have the values of the base configuration. The precision gives the bits of weights.
 */
import * as z from "zod";
import type { Camel } from "./camel.js";
import { SYSTEMS, untrained } from "./cells/registry.js";

function described<T extends z.ZodType>(schema: T, description: string): T {
  z.globalRegistry.add(schema, { description });
  return schema;
}
const own = <T extends z.ZodType>(schema: T, about: string) =>
  described(schema.nullable().default(null), `${about}; null: as the base says`);
const whole = (low: number, high: number) => z.int().check(z.gte(low), z.lte(high));
/** Most epochs of a network or of a stage of its training. */
export const MOST_EPOCHS = 1_000_000;

export const trainingSchema = z.strictObject({
  base: described(
    z.string().check(z.minLength(1), z.maxLength(4096)),
    "training configuration that the search varies: a shipped one by name (snn-dse examples lists them), or a file beside this one",
  ),
  cell: own(z.enum(SYSTEMS, { error: untrained }), "cell of every hidden layer"),
  width: own(whole(1, 4096), "neurons of every hidden layer"),
  layers: own(whole(1, 8), "number of hidden layers; additional layers are as wide as the first layer of the base"),
  spike_bits: own(whole(1, 32), "bits of a spike's payload"),
  theta: own(whole(0, 1_000_000_000), "payloads up to this size are silent"),
  membrane_penalty: own(
    z.number().check(z.gte(0), z.lte(1e9)),
    "weight, in the loss, of the mean size of membrane potentials, summed over layers; a larger weight gives fewer spikes",
  ),
  membrane_penalty_saturation: own(
    z.number().check(z.gt(0), z.lte(1e3)),
    "largest penalty of one membrane potential, in ranges; small potentials are pulled to 0, large ones are not",
  ),
  output_delay_frames: own(
    whole(0, 100),
    "frames by which the answer to a frame is taken later; the last frames of an utterance then have none and are not scored",
  ),
  epochs: own(whole(1, MOST_EPOCHS), "passes over the training set with weights as real numbers"),
  seed: own(whole(0, 4_294_967_295), "seed of initial weights, order and dropout"),
  chip_epochs: described(
    whole(0, MOST_EPOCHS).default(0),
    "further passes that train for the integers of precision.weight_bits (at most 8 bits); 0: weights are rounded once, after training",
  ),
  chip_rate: described(z.number().check(z.gt(0), z.lte(1e3)).default(1e-3), "largest learning rate on that grid"),
  zero_share: described(
    z.number().check(z.gte(0), z.lte(0.99)).default(0),
    "share of the weights of each matrix, the smallest ones, that are set to 0 on that grid",
  ),
  backend: described(
    z.enum(["wasm", "tensorflow", "cpu"]).default("wasm"),
    "back end of TensorFlow.js, the same on every host; wasm comes with the package and gives the same bits on every machine",
  ),
  share: described(
    z.number().check(z.gt(0), z.lte(1)).default(1),
    "share of all epochs after which training stops; a search with trials sets it",
  ),
});

/** The section's keys that nobody sets. */
export const defaultTraining = trainingSchema.parse({ base: "-" });

/** How a network is trained if no model file is named. */
export type TrainingRequest = Camel<z.infer<typeof trainingSchema>>;
