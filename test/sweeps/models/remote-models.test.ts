/** What a coordinator sends to the worker that trains a network. */
import { expect, test } from "vitest";
import type { Limits } from "../../../sweeps/models/median-stopping.js";
import { queueMaker } from "../../../sweeps/models/remote-models.js";
import { needsOf, recipeOf } from "./ramps.js";

test("each attempt at a network is sent with the limits of its own request; what has not changed is sent once", async () => {
  const stored = new Map<string, Uint8Array>();
  const put: string[] = [];
  const got: Limits["errors"][] = [];
  const blobs = {
    put: async (bytes: Uint8Array, what: string) => {
      put.push(what.split(" ")[0]);
      const address = `${stored.size}`;
      stored.set(address, bytes);
      return address;
    },
    get: async (address: string) => stored.get(address) ?? null,
  };
  const make = queueMaker({
    blobs,
    submit: async (_id, question) => {
      const sent = question.kind === "model" ? stored.get(question.recipe) : undefined;
      got.push((JSON.parse(new TextDecoder().decode(sent)) as { readonly limits: Limits }).limits.errors);
      return { kind: "failed", code: "LOST", reason: "the worker died", retryable: true, durationMs: 0 };
    },
    isBlamed: () => false,
  });
  const recipe = recipeOf({});
  const asked = [[null], [0.5], [0.5], [null]];
  for (const errors of asked) await make(recipe, null, needsOf(recipe), { errors, others: [5] });
  expect(got).toEqual(asked);
  expect(put.sort()).toEqual(["data", "data", "recipe", "recipe"]);
});
