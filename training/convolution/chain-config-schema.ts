/**
 * The configuration of a training that begins with a NIR graph, as a schema: key names with units, ranges, defaults,
 * and one sentence each.
 */
import * as z from "zod";
import { choice, EVENT_DATASETS, type EventDataset, eventsSchema, labelsSchema, MOST_EPOCHS } from "../../arch/index.js";
import { clipNorm, cosineSchema, int, networkName, real } from "../config-schema.js";
import { SURROGATES } from "./spiking-chain.js";

const graph = z
  .strictObject({
    from: z.string().min(1).max(4096).describe("NIR network from which training starts: a file beside this one, or a shipped one by name"),
    weights: choice(["file", "drawn"], "initial weights. file: those of the file; drawn: new ones of the same shapes, by the seed", "file"),
    step_seconds: z.number().positive().max(10).describe("seconds per network step, also for events"),
    reset: z.enum(["subtract", "zero"]).describe("how a spike resets the voltage"),
    scheme: choice(["euler", "zoh"], "how a step is integrated", "euler"),
    integrator_gain: choice(["unit", "dt"], "factor of the input of IF. unit: 1; dt: the step", "unit"),
  })
  .describe("a feed-forward NIR graph (Conv1d, Conv2d, SumPool2d, AvgPool2d, Flatten, Linear, Affine, IF, LIF) whose weights learn");

const data = z
  .strictObject({
    set: z
      .enum(Object.keys(EVENT_DATASETS) as [EventDataset, ...EventDataset[]])
      .default("nmnist")
      .describe("data set of events"),
    path: z
      .string()
      .min(1)
      .max(4096)
      .nullable()
      .default(null)
      .describe("folder of the data, relative to this file; null: the folder of --data"),
    labels: labelsSchema.describe("classes of the recordings of set: events, as lines of file,class for those of both splits"),
    events: eventsSchema.prefault({}).describe("how events become steps"),
    repeats: int(1, 1000, "number of times that each recording is used per epoch", 1),
    saccades: int(
      0,
      60_000,
      "number of MNIST digits that are converted to events like those of N-MNIST (34 x 34) and used for training as well; those whose recordings are held out are left out",
      0,
    ),
    validation_fraction: real(0, 0.5, "share of the recordings that is held out to watch the error", 0),
  })
  .prefault({});

const training = z
  .strictObject({
    epochs: int(1, MOST_EPOCHS, "passes over the training set", 8),
    batch: int(1, 4096, "samples per step", 16),
    clip_norm: clipNorm,
    learning_rate: cosineSchema.prefault({}).describe("learning rate of Adam, on a cosine"),
    shift_pixels: int(0, 64, "largest random shift of each sample in pixels, in each direction", 0),
    surrogate: choice(SURROGATES, "surrogate for the derivative of a spike", "fast-sigmoid"),
    surrogate_width: z.number().positive().max(1e3).default(0.5).describe("width of the surrogate, in thresholds"),
    readout_gain: z.number().positive().max(1e6).default(10).describe("factor of the mean output per step, before the softmax"),
    spike_penalty: real(0, 1e6, "weight, in the loss, of the share of neurons that spike in a step, summed over layers", 0),
  })
  .prefault({});

export const chainConfigSchema = z.strictObject({
  version: z.literal(1).describe("version of this file format"),
  name: networkName,
  seed: int(0, 4_294_967_295, "seed of weights, order and shifts", 1),
  graph,
  data,
  training,
});

export type ChainConfigDocument = z.infer<typeof chainConfigSchema>;
