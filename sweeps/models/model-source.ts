/**
 * Networks that a search makes, as an engine asks for them: known by their recipe before they are there, made when a
 * point needs them.
 */
import type { Experiment, Network, SampleSet } from "../../arch/index.js";
import type { Outcome, Task } from "../engine/engine.js";
import type { StudyEvent } from "../events.js";
import type { ModelStore } from "./made-model.js";
import type { Compared } from "./median-stopping.js";
import { lineage, type ModelNeeds } from "./recipe.js";
import { type Maker, ModelThreads, Trainer } from "./trainer.js";

export interface ModelSource {
  /**
   * What a description's network is made from. @throws InputError where its keys, or its base configuration, are wrong
   */
  readonly needsOf: (experiment: Experiment) => Promise<ModelNeeds>;
  /** The network as it is before it learns: of the same shape. */
  readonly untrained: (experiment: Experiment, samples: SampleSet) => Network;
  readonly store: ModelStore;
  readonly tell: (event: StudyEvent) => void;
  /** Built worker; default the package's own. */
  readonly workerFile?: string;
}

interface Ready {
  readonly network: Network;
  readonly hash: string;
}

/** Who makes networks. */
interface Workshop {
  readonly make: Maker;
  close(force: boolean): Promise<void>;
}

/** Threads of this host. */
export const threadsOf =
  (threads: number) =>
  ({ store, workerFile }: ModelSource, trainer: () => Trainer): Workshop =>
    new ModelThreads(threads, store, (news, recipe) => trainer().heard(news, recipe), workerFile);

/** Those of an engine. A description that names a model file has none of them: the answers are null. */
export class MadeModels {
  private readonly trainer: Trainer;
  private readonly workshop: Workshop;
  private readonly needs = new Map<string, ModelNeeds>();
  private readonly made = new Map<string, Ready>();

  constructor(
    private readonly source: ModelSource,
    open: (source: ModelSource, trainer: () => Trainer) => Workshop,
  ) {
    const { store, tell } = source;
    this.workshop = open(source, () => this.trainer);
    this.trainer = new Trainer({ store, tell, make: this.workshop.make });
  }

  async keyOf(experiment: Experiment): Promise<string | null> {
    const { model, training } = experiment.network;
    if (training === null) return null;
    const needs = this.needs.get(model) ?? (await this.source.needsOf(experiment));
    this.needs.set(model, needs);
    return needs.recipe.key;
  }

  /** What a description's network is before it learns; null: it names a model file. */
  untrained(experiment: Experiment, samples: SampleSet): Network | null {
    return experiment.network.training === null ? null : this.source.untrained(experiment, samples);
  }

  /** A network that has been made. */
  ready(experiment: Experiment): Promise<Ready> | null {
    const { model, training } = experiment.network;
    if (training === null) return null;
    const key = this.needs.get(model)?.recipe.key;
    const ready = key === undefined ? undefined : this.made.get(key);
    if (ready === undefined) throw new Error(`the network of ${model} is not made yet`);
    return Promise.resolve(ready);
  }

  /** Whom networks are compared with while they learn, for what is asked from now on. */
  compare(compared: Compared): void {
    this.trainer.compare(compared);
  }

  isMaking(key: string): boolean {
    return [...this.needs.values()].some(({ recipe }) => recipe.key === key && this.trainer.isMaking(recipe));
  }

  /** Makes a point's network; null: it is there. `begins`: told where it is not. */
  async make(
    { experiment, key: point, inputs: { modelHash: key } }: Pick<Task, "key" | "inputs"> & { readonly experiment: Experiment },
    begins: () => void,
  ): Promise<Outcome | null> {
    if (experiment.network.training === null || this.made.has(key)) return null;
    begins();
    const needs = this.needs.get(experiment.network.model) ?? (await this.source.needsOf(experiment));
    const made = await this.trainer.model(needs, point);
    if (made.kind !== "made") return made;
    this.made.set(key, { network: made.model.network, hash: key });
    return null;
  }

  /**
   * Tells which network's failure a point's is, if it is one's: its own, or that of one which it would have begun with.
   */
  tellUnmade({ experiment, key }: Pick<Task, "key"> & { readonly experiment: Experiment }): void {
    const needs = experiment.network.training === null ? undefined : this.needs.get(experiment.network.model);
    const given = needs && lineage(needs.recipe).find((recipe) => this.source.store.failure(recipe.key) !== null);
    if (given !== undefined) this.source.tell({ type: "unmade", key, model: given.key });
  }

  close(force: boolean): Promise<void> {
    return this.workshop.close(force);
  }
}
