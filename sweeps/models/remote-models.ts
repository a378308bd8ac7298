/**
 * Networks that workers on other hosts train: what a coordinator sends for a recipe, and what a worker does with it.
 * Recipe, data and parent are sent by content hash. A worker with another back end refuses and says why: its networks
 * would differ.
 * Throws: `Missing` if nothing is stored under an address, `TransferError` if something is too large.
 */
import * as z from "zod";
import { decodeModel, encodeModel } from "../../arch/index.js";
import { hashJson } from "../../base/hash.js";
import { startedBackend, type TrainingConfig } from "../../training/index.js";
import { systemClock } from "../engine/clock.js";
import type { Outcome } from "../engine/engine.js";
import { hostFailure, transferFailure } from "../engine/host-fault.js";
import { encodeSamples } from "../engine/parcel.js";
import { remember, type ThreadPool } from "../engine/pool.js";
import type { Job, Missing as MissingReply, Question, Reply } from "../engine/protocol.js";
import type { Blobs } from "../engine/transfer.js";
import type { MadeModel, ModelReply } from "./made-model.js";
import type { Limits } from "./median-stopping.js";
import type { ModelTask } from "./model-worker.js";
import { keyOfRecipe, type LearningGround, type ModelRecipe } from "./recipe.js";
import type { Maker } from "./trainer.js";

/** A recipe as it is sent: everything that enters its key. */
export interface SentRecipe {
  readonly config: TrainingConfig;
  readonly epochs: number;
  readonly ground: LearningGround;
  readonly parent: string | null;
  /** Not part of the key: a network that is trained to its end is the same with and without limits. */
  readonly limits: Limits;
}

/** A coordinator of the same build has signed and checked it; its key is computed again here. */
export const sentRecipe = z.custom<SentRecipe>((value) => typeof value === "object" && value !== null);

/** How often an input that a worker misses is sent again for one network. */
const RESENDS = 3;
const NO_LIMIT_MS = 0x7fffffff;

interface Queue {
  readonly blobs: Blobs;
  /** `epochs`: most that its answer has a line of the learning curve for. */
  readonly submit: (id: string, question: Question, epochs: number) => Promise<Reply | Outcome>;
  readonly isBlamed: (key: string) => boolean;
}

type ModelQuestion = Extract<Question, { readonly kind: "model" }>;

/** Makes networks through jobs of the queue. */
export function queueMaker(queue: Queue): Maker {
  const sent = new Map<string, Promise<string>>();
  /** `name`: of the bytes in errors; with `version` it identifies them. */
  const put = (name: string, bytes: () => Uint8Array, version = ""): Promise<string> =>
    remember(sent, `${name} ${version}`, () => queue.blobs.put(bytes(), name));
  return async (recipe, parent, needs, limits) => {
    for (let round = 0; round <= RESENDS; round++) {
      const { fit, validation } = await needs.data();
      const question: ModelQuestion = {
        ...{ kind: "model", key: recipe.key, alone: queue.isBlamed(recipe.key) },
        recipe: await put(`recipe ${recipe.key}`, () => bytesOf(recipe, limits), hashJson(limits)),
        fit: await put(`data ${fit.hash}`, () => encodeSamples(fit)),
        validation: await put(`data ${validation.hash}`, () => encodeSamples(validation)),
        parent: parent === null ? null : await put(`network ${recipe.parent?.key}`, () => encodeMade(parent)),
      };
      const reply = await queue.submit(`m-${recipe.key}`, question, recipe.epochs);
      if (reply.kind !== "missing") return made(reply, queue.blobs);
      sent.clear();
    }
    return transferFailure("what a network is made from never reached a worker");
  };
}

async function made(reply: Exclude<Reply, MissingReply> | Outcome, blobs: Blobs): Promise<ModelReply | Outcome> {
  if (reply.kind === "given-up") {
    const { durationMs, ...given } = reply;
    return { ...given, seconds: durationMs / 1000 };
  }
  if (reply.kind === "model") {
    const bytes = await blobs.get(reply.model);
    if (bytes === null) return transferFailure("a network never came");
    const { network, record } = decodeModel(bytes, "model");
    return { kind: "trained", network, record, seconds: reply.durationMs / 1000 };
  }
  if (reply.kind !== "done" && reply.kind !== "functional") return reply;
  return { kind: "failed", code: "BAD_REPLY", reason: "a worker answered a network with a run", retryable: true, durationMs: 0 };
}

const bytesOf = ({ config, epochs, ground, parent }: ModelRecipe, limits: Limits): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ config, epochs, ground, parent: parent?.key ?? null, limits }));

/** What a worker fetches by content hash. */
interface Source {
  readonly recipe: (address: string) => Promise<SentRecipe>;
  readonly samples: (address: string) => Promise<ModelTask["fit"]>;
  readonly model: (address: string) => Promise<MadeModel>;
}

/** Makes a network here and answers with its address. */
export async function answerModel(
  job: Extract<Job, { readonly kind: "model" }>,
  source: Source,
  blobs: Blobs,
  pool: ThreadPool<ModelTask, ModelReply>,
): Promise<Reply | Outcome> {
  const start = systemClock.monotonicMs();
  const failed = (code: string, reason: string): Reply => ({
    ...{ kind: "failed", retryable: false, durationMs: systemClock.monotonicMs() - start },
    ...{ code, reason },
  });
  const { config, epochs, ground, parent, limits } = await source.recipe(job.recipe);
  if (keyOfRecipe(config, epochs, parent, ground) !== job.key)
    return failed("BAD_INPUT", "the job names another network than its recipe makes");
  const own = await startedBackend(ground.backend);
  if (own.version !== ground.backendVersion)
    return hostFailure(
      `the networks of this search are made by ${ground.backend} ${ground.backendVersion}, and this worker has ${own.version}: back ends are not mixed`,
    );
  const [fit, validation] = await Promise.all([source.samples(job.fit), source.samples(job.validation)]);
  if (fit.hash !== ground.fitHash || validation.hash !== ground.validationHash)
    return failed("BAD_INPUT", "the job names other data than its recipe");
  const begun = job.parent === null || parent === null ? null : await source.model(job.parent);
  const reply = await pool.run(
    {
      ...{ key: job.key, config, epochs, limits, backend: ground.backend, fit, validation, checkpoint: null },
      parent: begun === null || parent === null ? null : { ...begun, name: config.quantisation?.from ?? "", hash: parent },
    },
    NO_LIMIT_MS,
  );
  const durationMs = systemClock.monotonicMs() - start;
  if (reply.kind === "trained") return { kind: "model", model: await blobs.put(encodeMade(reply), "a network"), durationMs };
  if (reply.kind === "given-up") return { kind: "given-up", code: reply.code, reason: reply.reason, curve: [...reply.curve], durationMs };
  if (reply.kind === "broken") return failed(reply.code, reply.reason);
  return reply;
}

const encodeMade = ({ network, record }: MadeModel): Uint8Array => encodeModel(network, record);
