/**
 * Networks that a search makes, as an engine asks for them: their recipe identifies them before they exist, and they
 * are trained when a point needs them.
 */
import type { Experiment, Network, SampleSet } from "../../arch/index.js";
import type { Outcome, Task } from "../engine/engine.js";
import type { StudyEvent } from "../events.js";
import type { ModelStore } from "./made-model.js";
import type { Compared } from "./median-stopping.js";
import type { ModelNeeds } from "./recipe.js";
import { type Maker, ModelThreads, Trainer } from "./trainer.js";

export interface ModelSource {
  /** What a description's network is made from. @throws InputError if its keys or its base configuration are wrong */
  readonly needsOf: (experiment: Experiment) => Promise<ModelNeeds>;
  /** The untrained network, which has the same shape. */
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

/** Name of what a network is made from: the request, and the data on which it learns. */
const groundOf = ({ network: { model }, workload: { dataset, path } }: Experiment): string => JSON.stringify([model, dataset, path]);

/** Where networks are made, here or on workers. */
interface Workshop {
  readonly make: Maker;
  close(force: boolean): Promise<void>;
}

/** A workshop of threads on this host. */
export const threadsOf =
  (threads: number) =>
  ({ store, workerFile }: ModelSource, trainer: () => Trainer): Workshop =>
    new ModelThreads(threads, store, (news, recipe) => trainer().heard(news, recipe), workerFile);

/** The networks of one engine. For a description that names a model file, all answers are null. */
export class MadeModels {
  private readonly trainer: Trainer;
  private readonly workshop: Workshop;
  /** By `groundOf`. */
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
    return experiment.network.training === null ? null : (await this.needsOf(experiment)).recipe.key;
  }

  private async needsOf(experiment: Experiment): Promise<ModelNeeds> {
    const ground = groundOf(experiment);
    const needs = this.needs.get(ground) ?? (await this.source.needsOf(experiment));
    this.needs.set(ground, needs);
    return needs;
  }

  /** A description's network before it is trained; null: the description names a model file. */
  untrained(experiment: Experiment, samples: SampleSet): Network | null {
    return experiment.network.training === null ? null : this.source.untrained(experiment, samples);
  }

  /** A network that has been made; null if the description names a model file. */
  ready(experiment: Experiment): Promise<Ready> | null {
    const { model, training } = experiment.network;
    if (training === null) return null;
    const key = this.needs.get(groundOf(experiment))?.recipe.key;
    const ready = key === undefined ? undefined : this.made.get(key);
    if (ready === undefined) throw new Error(`the network of ${model} is not made yet`);
    return Promise.resolve(ready);
  }

  /** The search asks for a point's networks; those for which it has not asked before are compared with these. */
  async ask({ experiment }: { readonly experiment: Experiment }, compared: Compared): Promise<void> {
    if (experiment.network.training !== null) this.trainer.ask((await this.needsOf(experiment)).recipe, compared);
  }

  /** How a point ends on a network that the search stops, as far as is known; null: it does not. */
  stopped({ inputs: { modelHash } }: Pick<Task, "inputs">): Outcome | null {
    return this.trainer.stopped(modelHash);
  }

  isMaking(key: string): boolean {
    return [...this.needs.values()].some(({ recipe }) => recipe.key === key && this.trainer.isMaking(recipe));
  }

  /** Makes a point's network; null: it exists now. `begins`: called if it must be made. */
  async make(
    { experiment, key: point, inputs: { modelHash: key } }: Pick<Task, "key" | "inputs"> & { readonly experiment: Experiment },
    begins: () => void,
  ): Promise<Outcome | null> {
    if (experiment.network.training === null || this.made.has(key)) return null;
    begins();
    const needs = await this.needsOf(experiment);
    const made = await this.trainer.model(needs, point);
    if (made.kind !== "made") return made;
    this.made.set(key, { network: made.model.network, hash: key });
    return null;
  }

  /** Reports which network failed a point, if one did: its own, or the one from which its training would have begun. */
  tellUnmade({ experiment, key }: Pick<Task, "key"> & { readonly experiment: Experiment }): void {
    const needs = experiment.network.training === null ? undefined : this.needs.get(groundOf(experiment));
    const model = needs === undefined ? null : this.trainer.unmade(needs.recipe);
    if (model !== null) this.source.tell({ type: "unmade", key, model });
  }

  close(force: boolean): Promise<void> {
    return this.workshop.close(force);
  }
}
