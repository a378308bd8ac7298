/**
 * Schema of the network's source: a file and what it does not contain, or training in the search. Key names, bounds,
 * defaults, one sentence each.
 */
import * as z from "zod";
import { RESET_RULES } from "./reset-rule.js";
import { choice, int, real } from "./schema-fields.js";
import { trainingSchema } from "./training-schema.js";

/** The model of a description that names no file and trains none. */
export const SHIPPED_MODEL = "mnist-rows-rec-v2.safetensors";

export const network = z
  .strictObject({
    model: z
      .string()
      .min(1)
      .max(4096)
      .default(SHIPPED_MODEL)
      .describe(
        "model file, beside this file or shipped: .safetensors of this program, .nir, or .net (Lava); left out if `training` makes the network",
      ),
    nir: z
      .strictObject({
        step_seconds: z
          .number()
          .positive()
          .max(10)
          .nullable()
          .default(null)
          .describe("seconds per network step; also used for events whose times are in seconds"),
        reset: z
          .enum(RESET_RULES)
          .nullable()
          .default(null)
          .describe("what a spike does to the membrane potential; required for a NIR file"),
        scheme: choice(["euler", "zoh"], "how a step is integrated", "euler"),
        integrator_gain: choice(["unit", "dt"], "what I and IF multiply their input by. unit: 1; dt: the step", "unit"),
        refractory_seconds: real(0, 10, "time after a spike in which a neuron keeps its membrane potential and cannot spike", 0),
      })
      .prefault({})
      .describe("what a NIR file does not say"),
    lava: z
      .strictObject({
        restart_steps: int(
          0,
          1_000_000,
          "all states are set to 0 every this many steps, each layer one step after the layer before it; 0: never",
          0,
        ),
        remainder: choice(
          ["lost", "kept"],
          "for sigma-delta neurons, the fraction bits that a spike leaves out. lost: they are lost, as in Lava's own model; kept: they are added to a later spike",
          "lost",
        ),
      })
      .prefault({})
      .describe("what a Lava file (.net) does not say"),
  })
  .prefault({});

export const training = trainingSchema
  .optional()
  .describe(
    "a search makes the network, where network.model is left out and workload.split is validation; left out: it is read from network.model",
  );
