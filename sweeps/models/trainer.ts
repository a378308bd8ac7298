/**
 * Trains the networks that a search asks for, each once for all points that need it, after the network from which it
 * begins. Networks in the store are not trained again, and a run that was killed continues from its checkpoint.
 * Effects: those of its threads and of the store that is handed in.
 */
import { join } from "node:path";
import { packageRoot } from "../../base/package-root.js";
import type { EpochRecord } from "../../training/index.js";
import type { Outcome } from "../engine/engine.js";
import { ThreadPool } from "../engine/pool.js";
import { shared } from "../engine/share.js";
import type { StudyEvent } from "../events.js";
import { Judge } from "./judge.js";
import {
  contentOf,
  curveOf,
  errorsOf,
  type GivenUp,
  learningOf,
  type MadeModel,
  type ModelReply,
  type ModelStore,
  STOPPED,
} from "./made-model.js";
import type { Compared, Limits } from "./median-stopping.js";
import type { ModelNews, ModelTask } from "./model-worker.js";
import { type LearningData, lineage, type ModelNeeds, type ModelRecipe } from "./recipe.js";

/** Built worker of the package. */
export const MODEL_WORKER = join(packageRoot(), "dist", "model-worker.js");

/** Training has no time limit, because the number of its epochs is known. */
const NO_LIMIT_MS = 0x7fffffff;

type Made = { readonly kind: "made"; readonly model: MadeModel } | Outcome;

/** Makes one network whose parent exists: in a thread here, or on a worker of another host. */
export type Maker = (recipe: ModelRecipe, parent: MadeModel | null, needs: ModelNeeds, limits: Limits) => Promise<ModelReply | Outcome>;

interface TrainerOptions {
  readonly store: ModelStore;
  readonly make: Maker;
  readonly tell: (event: StudyEvent) => void;
}

export class Trainer {
  private readonly made = new Map<string, Promise<Made>>();
  /** Keys of recipes under way, and the points that wait for each. */
  private readonly waiting = new Map<string, Set<string>>();
  private readonly judge: Judge;

  constructor(private readonly options: TrainerOptions) {
    this.judge = new Judge(options.store);
  }

  /** The network of a recipe, or why there is none; `point`: key of the point that asks. */
  async model(needs: ModelNeeds, point: string): Promise<Made> {
    let parent: MadeModel | null = null;
    let found: Made = { kind: "abandoned" };
    for (const recipe of lineage(needs.recipe)) {
      found = await this.one(recipe, parent, needs, point);
      if (found.kind !== "made") return found;
      const stop = this.judge.stop(recipe);
      if (stop !== null) return givenUp({ code: STOPPED, reason: stop.reason }, 0);
      parent = found.model;
    }
    return found;
  }

  /** The search asks for a network, which is compared with these while it learns, unless it has asked for it before. */
  ask(recipe: ModelRecipe, compared: Compared): void {
    this.judge.ask(recipe, compared);
  }

  /** Outcome of a point on a network that the search stops, as far as is known; null: it does not. */
  stopped(key: string): Outcome | null {
    const reason = this.judge.stopped(key);
    return reason === null ? null : givenUp({ code: STOPPED, reason }, 0);
  }

  /**
   * The network for whose lack there is none of a recipe: its own, or one from which training begins; null: none lacks.
   */
  unmade(recipe: ModelRecipe): string | null {
    const { judge, options } = this;
    return lineage(recipe).find((one) => judge.stop(one) !== null || options.store.diverged(one.key) !== null)?.key ?? null;
  }

  /** True while the network is being made for another point. */
  isMaking(recipe: ModelRecipe): boolean {
    return lineage(recipe).some(({ key }) => this.waiting.has(key));
  }

  /** Handles the message of an epoch from a thread. */
  heard(
    { key, record }: { readonly key: string; readonly record: EpochRecord },
    { config, epochs }: Pick<ModelRecipe, "config" | "epochs">,
  ): void {
    const points = [...(this.waiting.get(key) ?? [])];
    const { epoch, loss, validationError: error } = record;
    this.options.tell({ type: "epoch", model: config.name, points, epoch, epochs, loss, error });
  }

  private one(recipe: ModelRecipe, parent: MadeModel | null, needs: ModelNeeds, point: string): Promise<Made> {
    const { key } = recipe;
    this.waiting.get(key)?.add(point);
    const known = this.made.get(key);
    if (known !== undefined) return known;
    const made = this.begin(recipe, parent, needs, point);
    this.made.set(key, made);
    // A dead thread says nothing about the network: the next attempt makes it.
    const forget = (): void => void this.made.delete(key);
    made.then((answer) => {
      if (answer.kind !== "made" && answer.kind !== "infeasible" && (answer.kind !== "failed" || answer.retryable)) forget();
    }, forget);
    return made;
  }

  private async begin(recipe: ModelRecipe, parent: MadeModel | null, needs: ModelNeeds, point: string): Promise<Made> {
    const { key, run, config, epochs } = recipe;
    const { judge } = this;
    const { store, make, tell } = this.options;
    const about = { type: "model", key, model: config.name, name: nameOf(recipe), parent: recipe.parent?.key ?? null, epochs } as const;
    const stored = store.read(key);
    if (stored !== null) {
      judge.hear(key, learningOf(stored));
      // A kill between storing the network and removing its checkpoint leaves both.
      if (epochs >= config.training.epochs) store.drop(run);
    }
    const stop = judge.stop(recipe);
    if (stop !== null) {
      const curve = stored === null ? [] : curveOf(stored).slice(0, stop.epochs);
      tell({ ...about, seconds: 0, content: null, error: null, reason: stop.reason, curve });
      return givenUp({ code: STOPPED, reason: stop.reason }, 0);
    }
    if (stored !== null) {
      tell({ ...about, seconds: 0, ...learntBy(stored, epochs) });
      return { kind: "made", model: stored };
    }
    const before = store.diverged(key);
    if (before !== null) return givenUp({ code: "DIVERGED", reason: before.reason }, 0);
    this.waiting.set(key, new Set([point]));
    try {
      const reply = await make(recipe, parent, needs, judge.limits(recipe));
      if (reply.kind === "trained") {
        const { network, record, seconds } = reply;
        const model = { network: shared(network), record };
        if (store.isOther(key, model)) store.drop(run); // on the right host its checkpoint would end in the same network
        store.write(key, model);
        judge.hear(key, learningOf(model));
        if (epochs >= config.training.epochs) store.drop(run);
        tell({ ...about, seconds, ...learntBy(model, epochs) });
        return { kind: "made", model };
      }
      if (reply.kind === "given-up") {
        const { code, reason, curve, seconds } = reply;
        const errors = errorsOf(curve);
        judge.hear(key, { errors, isWhole: false });
        if (code === "DIVERGED") store.keepDiverged(key, { reason, errors });
        store.drop(run);
        tell({ ...about, seconds, content: null, error: null, reason, curve });
        return givenUp({ code, reason }, seconds);
      }
      return reply.kind === "broken" ? failed(reply.code, reply.reason, reply.seconds) : reply;
    } finally {
      this.waiting.delete(key);
    }
  }
}

const failed = (code: string, reason: string, seconds: number): Outcome => ({
  ...{ kind: "failed", retryable: false, durationMs: 1000 * seconds },
  ...{ code, reason },
});

/** Outcome of a point without a network: if its training was stopped, the point is infeasible, not failed. */
const givenUp = ({ code, reason }: GivenUp, seconds: number): Outcome =>
  code === STOPPED ? { kind: "infeasible", code, reason, durationMs: 1000 * seconds } : failed(code, reason, seconds);

const nameOf = ({ config: { network, quantisation } }: ModelRecipe): string =>
  `${network.system} ${network.neurons.join("+")}${quantisation === undefined ? "" : `, ${quantisation.weightBits} bits`}`;

/** How a network learnt. It may have stopped before the `asked` epochs, because its error had not fallen for long. */
function learntBy(model: MadeModel, asked: number) {
  const curve = curveOf(model);
  return {
    epochs: curve.length === 0 ? asked : curve.length,
    content: contentOf(model.network),
    error: errorOf(model),
    reason: null,
    curve,
  };
}

/** Share of wrong decisions on held-out utterances. */
function errorOf({ record }: MadeModel): number | null {
  const { test } = record as { readonly test?: { readonly accuracy?: number } };
  return typeof test?.accuracy === "number" ? 1 - test.accuracy : null;
}

/** Threads of this host that train networks. */
export class ModelThreads {
  private readonly pool: ThreadPool<ModelTask, ModelReply>;
  private readonly data = new Map<string, LearningData>();
  private readonly recipes = new Map<string, ModelRecipe>();

  /** `hear`: called after every epoch. */
  constructor(
    threads: number,
    private readonly store: Pick<ModelStore, "checkpoint">,
    hear: (news: ModelNews, recipe: ModelRecipe) => void,
    workerFile = MODEL_WORKER,
  ) {
    this.pool = new ThreadPool(threads, workerFile, (message) => {
      const news = message as ModelNews;
      const recipe = this.recipes.get(news.key);
      if (recipe !== undefined) hear(news, recipe);
    });
  }

  readonly make: Maker = async (recipe, parent, needs, limits) => {
    const { key, run, config, epochs, ground } = recipe;
    const { fit, validation } = await this.sharedData(needs);
    this.recipes.set(key, recipe);
    const base = recipe.parent;
    const task: ModelTask = {
      ...{ key, config, epochs, limits, backend: ground.backend, fit, validation, checkpoint: this.store.checkpoint(run) },
      parent: parent === null || base === null ? null : { name: base.config.name, hash: base.key, ...parent },
    };
    try {
      return await this.pool.run(task, NO_LIMIT_MS);
    } finally {
      this.recipes.delete(key);
    }
  };

  close(force: boolean): Promise<void> {
    return this.pool.close(force);
  }

  /** Training data in memory that all threads share; each set is copied once. */
  private async sharedData(needs: ModelNeeds): Promise<LearningData> {
    const { fit, validation } = await needs.data();
    const name = `${fit.hash} ${validation.hash}`;
    const known = this.data.get(name);
    if (known !== undefined) return known;
    const both = { fit: plain(fit), validation: plain(validation) };
    this.data.set(name, both);
    return both;
  }
}

function plain({
  name,
  inputs,
  classes,
  task,
  features,
  moments,
  rateHz,
  frameStart,
  labels,
  hash,
}: LearningData["fit"]): LearningData["fit"] {
  return shared({ name, inputs, classes, task, features, moments, rateHz, frameStart, labels, hash });
}
