/**
 * Networks that a search makes on workers of other hosts are those that this one makes, byte for byte; another back end
 * makes none.
 */
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { denseSamples, encodeNetwork } from "../../arch/index.js";
import { sha256 } from "../../base/hash.js";
import { Fetched } from "../../sweeps/engine/fetched.js";
import { ThreadPool } from "../../sweeps/engine/pool.js";
import type { Blobs } from "../../sweeps/engine/transfer.js";
import type { ModelReply } from "../../sweeps/models/made-model.js";
import type { ModelTask } from "../../sweeps/models/model-worker.js";
import { lineage, type ModelNeeds, type ModelRecipe } from "../../sweeps/models/recipe.js";
import { answerModel, queueMaker, type SentRecipe } from "../../sweeps/models/remote-models.js";
import { MODEL_WORKER, ModelThreads, Trainer } from "../../sweeps/models/trainer.js";
import { ModelsInMemory } from "../../sweeps/store/model-folder.js";
import { startedBackend } from "../../training/index.js";
import { isBuilt } from "../cli/small-sweep.js";
import { fit, GROUND, needsOf, recipeOf, validation } from "../sweeps/models/ramps.js";
import { tonesFolder } from "../sweeps/models/tones.js";
import { trainedEnd } from "../sweeps/models/trained-end.js";
import { hindrance, Program, Server } from "./server.js";

describe.skipIf(hindrance !== null)("over a server", () => {
  test("two worker processes leave the files, points and test scores of a search in threads of this host, whichever makes what", {
    tags: ["long"],
    timeout: 300_000,
  }, async () => {
    const folder = tonesFolder();
    const server = await Server.start();
    const workers = ["a", "b"].map((name) => new Program(["worker", "--redis", server.url, "--threads", "1", "--name", name], tmpdir()));
    try {
      const sweep = async (database: string, ...more: string[]) => {
        const program = new Program(["sweep", "tones.yaml", "--db", database, "--json", ...more], folder);
        expect(await program.ended, program.errors).toBe(0);
        return trainedEnd(join(folder, database));
      };
      const local = await sweep("local.db", "--workers", "2");
      const remote = await sweep("remote.db", "--engine", "bullmq", "--redis", server.url);
      expect(local.files).toHaveLength(6);
      expect(remote).toEqual(local);
      expect(JSON.parse(local.points).tested.length).toBeGreaterThan(0);
    } finally {
      await Promise.all(workers.map((worker) => worker.kill("SIGKILL")));
      await server.end();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** What lies under an address, in memory. */
class Memory implements Blobs {
  readonly bytes = new Map<string, Uint8Array>();

  async put(bytes: Uint8Array): Promise<string> {
    const address = sha256(bytes);
    this.bytes.set(address, bytes);
    return address;
  }

  async get(address: string): Promise<Uint8Array | null> {
    return this.bytes.get(address) ?? null;
  }
}

describe.skipIf(!isBuilt)("what a worker of another host is asked", () => {
  const pool = new ThreadPool<ModelTask, ModelReply>(1, MODEL_WORKER);
  afterAll(() => pool.close(true));

  /** Coordinator and worker in this process. */
  function made(recipe: ModelRecipe, asSent: (sent: SentRecipe) => SentRecipe = (sent) => sent) {
    const blobs = new Memory();
    const fetched = new Fetched(blobs);
    const source = {
      recipe: async (address: string) => asSent(await fetched.recipe(address)),
      samples: async (address: string) => denseSamples(await fetched.samples(address)),
      model: (address: string) => fetched.parent(address),
    };
    const make = queueMaker({
      blobs,
      isBlamed: () => false,
      submit: async (_id, question) => {
        if (question.kind !== "model") throw new Error("another question");
        return answerModel({ ...question, nonce: "" }, source, blobs, pool);
      },
    });
    return new Trainer({ store: new ModelsInMemory(), make, tell: () => {} }).model(needs(recipe), "p");
  }
  /** As of recordings: with a rate, and normalised by the moments of the training part. */
  const needs = (recipe: ModelRecipe): ModelNeeds => ({
    ...needsOf(recipe),
    data: async () => ({ fit: { ...fit, moments: { mean: [0.1, 0, 0, -2e-9], deviation: [1, 2, 1 / 3, 1] }, rateHz: 8000 }, validation }),
  });

  test("the same back end answers with the network that a thread here makes, record and all, also behind a parent", {
    tags: ["long"],
  }, async () => {
    const { version } = await startedBackend("wasm");
    const recipe = recipeOf({ epochs: 1, chipEpochs: 1 }, 4, { ...GROUND, backendVersion: version });
    expect(lineage(recipe)).toHaveLength(2);
    const threads = new ModelThreads(1, new ModelsInMemory(), () => {});
    const here = await new Trainer({ store: new ModelsInMemory(), make: threads.make, tell: () => {} }).model(needs(recipe), "p");
    await threads.close(true);
    const there = await made(recipe);
    if (here.kind !== "made" || there.kind !== "made") throw new Error(`${here.kind}, ${there.kind}`);
    expect(encodeNetwork(there.model.network)).toEqual(encodeNetwork(here.model.network));
    expect(there.model.record).toEqual(here.model.record);
    expect(Object.keys(Object(here.model.record))).toEqual(expect.arrayContaining(["base", "normalisation"]));
  });

  test("another version of the back end is a fault of the host, by name; a recipe under another's key, and other data, too", async () => {
    const { version } = await startedBackend("wasm");
    const other = await made(recipeOf({}, 4, { ...GROUND, backendVersion: "0.0.1" }));
    expect(other).toMatchObject({ kind: "failed", code: "HOST", retryable: true });
    expect("reason" in other && other.reason).toBe(
      `the networks of this search are made by wasm 0.0.1, and this worker has ${version}: back ends are not mixed`,
    );
    const ground = { ...GROUND, backendVersion: version };
    const swapped = await made(recipeOf({}, 4, ground), (sent) => ({ ...sent, epochs: 1 }));
    expect(swapped).toMatchObject({ kind: "failed", code: "BAD_INPUT", reason: "the job names another network than its recipe makes" });
    const strange = await made(recipeOf({}, 4, { ...ground, fitHash: "other" }));
    expect(strange).toMatchObject({ kind: "failed", code: "BAD_INPUT", reason: "the job names other data than its recipe" });
  });
});
