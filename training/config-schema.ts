/**
 * The training configuration as a schema: key names with units, ranges, defaults, and one sentence each; types, JSON
 * Schema and reference come from here.
 */
import * as z from "zod";
import { MOST_EPOCHS, SYSTEMS, untrained } from "../arch/index.js";
import { DEFAULT_FEATURES } from "./features.js";

export const int = (low: number, high: number, description: string, value: number) =>
  z.int().min(low).max(high).default(value).describe(description);
export const real = (low: number, high: number, description: string, value: number) =>
  z.number().min(low).max(high).default(value).describe(description);
/** A model's file has this name, so it is no path: a configuration of somebody else writes beside it, nowhere else. */
export const networkName = z
  .string()
  .min(1)
  .max(80)
  .regex(/^[^/\\\p{Cc}]*$/u, "is a name, without slashes and control characters; --out says where the model is written")
  .optional()
  .describe("name of the network, in results and file names; left out: the name of the file");

/** A gradient norm this many times the clipping norm is a divergence, not a direction. */
export const HUGE = 1e6;

export const clipNorm = z
  .number()
  .positive()
  .max(1e9)
  .default(1)
  .describe(
    `norm to which larger gradients are scaled down; a step is left out if its gradient is not finite, or over ${HUGE} times as long`,
  );

/** Factor of the orthogonal recurrent matrix U: sqrt 2 diverged, 0.5 trains. */
export const RECURRENT_GAIN = 0.5;

const data = z
  .strictObject({
    set: z.string().min(1).max(80).default("mnist-rows").describe("data-set reader"),
    path: z
      .string()
      .min(1)
      .max(4096)
      .nullable()
      .default(null)
      .describe("folder of the data, relative to this file; null for sets that come with the package, or the folder of --data"),
    validation_fraction: real(0, 0.5, "share of the training set that is held out to watch the error", 0),
    features: z
      .strictObject({
        kind: z
          .enum(["log-mel", "mfcc"])
          .default(DEFAULT_FEATURES.kind)
          .describe("features of sound: logarithms of mel energies, or their cosine transform"),
        mels: int(2, 256, "mel filters", DEFAULT_FEATURES.mels),
        coefficients: int(1, 256, "number of coefficients that mfcc keeps", DEFAULT_FEATURES.coefficients),
        low_hz: real(0, 4000, "lower edge of the first filter", DEFAULT_FEATURES.lowHz),
        normalisation: z
          .enum(["global", "global-scale", "speaker", "utterance", "none"])
          .default(DEFAULT_FEATURES.normalisation)
          .describe("frames over which mean and variance are taken; global-scale: means by column, one deviation for all"),
      })
      .prefault({})
      .describe("of recordings"),
    augmentation: z
      .strictObject({
        noise: real(
          0,
          10,
          "standard deviation of the noise on each feature, in standard deviations of the feature over the training set",
          0,
        ),
        mask_frames: int(
          0,
          1000,
          "largest number of consecutive frames without features in a recording, and at most a third of its frames",
          0,
        ),
      })
      .optional()
      .describe("of the training data, drawn again in every epoch; never of held-out or test data; left out: none"),
  })
  .prefault({});

const network = z
  .strictObject({
    system: z.enum(SYSTEMS, { error: untrained }).default("rec-v2").describe("cell of the hidden layers"),
    neurons: z.array(z.int().min(1).max(4096)).min(1).max(8).default([128, 128]).describe("neurons of each hidden layer"),
    recurrent_gain: z
      .number()
      .positive()
      .max(100)
      .optional()
      .describe(`factor of the initial recurrent weights, an orthogonal matrix; left out: ${RECURRENT_GAIN}`),
    tau: real(0, 1, "initial share of the membrane that a step keeps, for cells with a constant leak", 1),
    tau_learned: z.boolean().default(false).describe("whether one tau per neuron is learned"),
    per_neuron: z
      .record(
        z.string().regex(/^[a-z][a-z0-9]{0,39}$/),
        z.strictObject({
          initial: z.number().min(0).max(1e6).describe("initial value of all neurons"),
          learned: z.boolean().default(false).describe("whether one value per neuron is learned"),
        }),
      )
      .optional()
      .describe("further parameters of the cell by name; left out: the cell's defaults"),
    output_delay_frames: int(
      0,
      100,
      "number of frames by which the output for a frame is read later; the last frames of an utterance then have no output and are not scored",
      0,
    ),
    weight_format: z
      .enum(["float32", "float16"])
      .default("float32")
      .describe("precision to which the finished weight matrices are rounded, and in which they are stored; training is in float32"),
  })
  .prefault({});

/** Default of `quantiser.theta`. */
export const USUAL_THETA = 3;

const spikeBits = z.int().min(2).max(32);

export const quantiserSchema = z.strictObject({
  bits: spikeBits.default(6).describe("bits of a spike's payload; 2: -1, 0 and 1; 32: real numbers"),
  theta: int(0, 1_000_000_000, "payloads up to this size are silent", USUAL_THETA),
  input_bits: spikeBits.nullable().default(null).describe("bits of the input encoder; null: the same as bits"),
  input_theta: z.int().min(0).nullable().default(null).describe("theta of the input encoder; null: the same as theta"),
  theta_learned: z
    .boolean()
    .optional()
    .describe("whether each layer learns its own theta, starting from theta; the input encoder does not learn its theta; left out: false"),
  fixed_range: real(0, 1e9, "range of the quantiser; 0: learned", 0),
  input_fixed_range: real(0, 1e9, "range of the input encoder; 0: learned", 0),
  curriculum: z
    .array(
      z.strictObject({
        epochs: z.int().min(1).max(MOST_EPOCHS).describe("epochs of this stage"),
        bits: spikeBits.describe("bits of a spike's payload in this stage"),
        theta: z.int().min(0).describe("largest silent payload in this stage"),
      }),
    )
    .max(1000)
    .default([])
    .describe("stages from the first epoch on; after the last stage bits and theta apply"),
});

export const cosineSchema = z.strictObject({
  peak: z.number().positive().max(1e3).default(2e-3).describe("largest learning rate (cosine)"),
  warmup_fraction: real(0, 1, "share of all batches over which the rate rises (cosine)", 0.03),
  final_fraction: real(
    0,
    1,
    "where the cosine ends after the last batch, as a share of the peak; of few batches, the last one is above it (cosine)",
    0.02,
  ),
});

const learningRate = z
  .discriminatedUnion("schedule", [
    cosineSchema.extend({ schedule: z.literal("cosine").describe("rises, then falls along half a cosine") }),
    z.strictObject({
      schedule: z.literal("halving").describe("halves after epochs in which the validation error falls too little"),
      initial: z.number().positive().max(1e3).default(1e-3).describe("first rate (halving)"),
      improvement_fraction: real(
        0,
        1e3,
        "relative fall of the error that an epoch must reach, or else the rate is halved (halving)",
        0.005,
      ),
      floor: z.number().positive().max(1e3).default(1.25e-4).describe("smallest rate (halving)"),
    }),
  ])
  .prefault({ schedule: "cosine" })
  .describe("of Adam");

const training = z
  .strictObject({
    epochs: int(1, MOST_EPOCHS, "passes over the training set", 8),
    batch: int(1, 1_000_000, "utterances per step", 64),
    shards: int(1, 64, "parts of a batch, each with its own batch-norm statistics; workers compute them in parallel", 1),
    dropout: real(0, 0.9, "share of activations that a step sets to 0", 0.1),
    membrane_penalty: real(
      0,
      1e9,
      "weight, in the loss, of the membranes' mean size, summed over layers; a larger weight gives fewer spikes",
      0,
    ),
    membrane_penalty_warmup_fraction: real(0, 1, "share of all batches over which the penalty rises from 0", 0),
    membrane_penalty_saturation: z
      .number()
      .positive()
      .max(1e3)
      .optional()
      .describe(
        "the penalty of a membrane of size u, in ranges, is u / (1 + u / s), where s is this value, and stays below s: it pulls small membranes to 0 and hardly moves large ones; left out: the penalty is u",
      ),
    zero_share: z
      .number()
      .min(0)
      .max(0.99)
      .optional()
      .describe(
        "share of the weights of each gate of each hidden layer that are 0 in the end, the smallest ones: they go between a fifth and seven tenths of the epochs, most of them early, and stay 0; left out: 0",
      ),
    zero_scope: z
      .enum(["gate", "network"])
      .optional()
      .describe(
        "which weights are compared by size when zeros are chosen: those of a gate of one matrix, so that each has the same share of zeros; or those of all hidden layers together; left out: gate",
      ),
    effective_multiplications_per_frame: z
      .number()
      .positive()
      .max(1e12)
      .optional()
      .describe(
        "multiplications per frame of the finished network, without products with a weight of 0: in place of zero_share, those weights of hidden layers become 0 that prevent the least loss per product that they cost; they go between a fifth and seven tenths of the epochs, later only as many as hold the number, and stay 0; left out: as many as there are",
      ),
    clip_norm: clipNorm,
    average_decay: z
      .number()
      .min(0)
      .max(0.999999)
      .optional()
      .describe(
        "decay of the exponential mean over the steps, which gives the finished network; left out, or 0: the finished network is that of the last step",
      ),
    learning_rate: learningRate,
    length_curriculum: z
      .array(
        z.strictObject({
          epochs: z.int().min(1).max(MOST_EPOCHS).describe("epochs of this stage"),
          frames: z.int().min(1).describe("frames of an utterance in this stage; longer utterances are cut"),
        }),
      )
      .max(1000)
      .default([])
      .describe("stages from the first epoch on; the last stage's length stays to the end"),
    early_stop_epochs: int(
      0,
      MOST_EPOCHS,
      "epochs without a better validation error before training stops, and leaves the network of its last epoch; 0: never; not beside a curriculum of bits and theta, nor zeros",
      0,
    ),
  })
  .prefault({});

const weightBits = z.int().min(1).max(8);

const quantisation = z.strictObject({
  from: z
    .string()
    .min(1)
    .max(4096)
    .nullable()
    .default(null)
    .describe(
      "model from which training starts: a shipped one by name, or a file beside this one; null: training starts with float_epochs",
    ),
  float_epochs: int(0, MOST_EPOCHS, "epochs of training.epochs before weights are put on the grid; 0 with `from`", 0),
  weight_bits: weightBits.default(4).describe("bits of a weight on the chip, signed and symmetric; 2: the values -1, 0 and 1; 1: -1 and 1"),
  layers: z
    .record(
      z.string().regex(/^(layer[1-8]|readout)$/),
      z.strictObject({ weight_bits: weightBits.describe("bits of the weights into this layer") }),
    )
    .default({})
    .describe("weight bits by layer (layer1 .. or readout)"),
  zero_share: real(
    0,
    0.99,
    "share of each matrix's weights that are 0 from the first step on the grid, the smallest ones relative to their row's standard deviation; weights that are 0 stay 0",
    0,
  ),
  step_learned: z
    .boolean()
    .default(true)
    .describe("whether the step of each row of weights is learned; false: the step of least squared error is kept"),
});

export const configSchema = z.strictObject({
  version: z.literal(1).describe("version of this file format"),
  name: networkName,
  seed: int(0, 4_294_967_295, "seed of weights, order and dropout", 1),
  data,
  network,
  quantisation: quantisation.optional().describe("training of spiking cells for a chip's integers, with folded batch norm; left out: none"),
  quantiser: quantiserSchema.optional().describe("quantiser of spiking cells; left out: the defaults of its keys"),
  training,
});

export type ConfigDocument = z.infer<typeof configSchema>;
export type QuantiserDocument = z.infer<typeof quantiserSchema>;
