/** Inputs of a study's points: models, data and shapes of networks; each is read once, for every engine. */
import type { Experiment, ModelNetwork, SampleSet, Topology } from "../../arch/index.js";
import { withoutZeros } from "../../sim/functional/index.js";
import { modelTopology } from "../../sim/index.js";
import { dataAddress } from "../data-address.js";
import type { MadeModels } from "../models/model-source.js";
import type { PointInputs } from "../point.js";
import { remember } from "./pool.js";

/** A decoded model or NIR file. */
export interface Model {
  readonly network: ModelNetwork;
  readonly hash: string;
}

export interface InputLoaders {
  /** Reads the model file that a description names. */
  readonly loadModel: (experiment: Experiment) => Promise<Model>;
  readonly loadSamples: (experiment: Experiment) => Promise<SampleSet>;
}

export class StudyInputs {
  private readonly models = new Map<string, Promise<Model>>();
  private readonly samples = new Map<string, Promise<SampleSet>>();
  /** The same sets by content hash: models that read the same data share them. */
  private readonly contents = new Map<string, Promise<SampleSet>>();
  /**
   * Topologies by network, precision, encoding and data: the shape of a NIR file depends on its integer form, and on
   * the kind of its inputs' values.
   */
  private readonly shapes = new Map<string, Topology>();

  /**
   * `made`: makes networks that descriptions ask for; `kept`: puts what was read into memory, e.g. into shared memory.
   */
  constructor(
    private readonly loaders: InputLoaders,
    private readonly made: MadeModels | null,
    private readonly kept: <T>(value: T) => T = (value) => value,
  ) {}

  async identify(experiment: Experiment): Promise<PointInputs> {
    const [made, samples] = await Promise.all([this.made?.keyOf(experiment), this.data(experiment)]);
    return { modelHash: made ?? (await this.model(experiment)).hash, dataHash: samples.hash };
  }

  async topology(experiment: Experiment): Promise<Topology> {
    const samples = await this.data(experiment);
    const key = JSON.stringify([experiment.network, experiment.precision, experiment.workload.encoding, samples.hash]);
    const known = this.shapes.get(key);
    if (known !== undefined) return known;
    const untrained = this.made?.untrained(experiment, samples) ?? null;
    const topology =
      untrained === null
        ? modelTopology(experiment, (await this.model(experiment)).network, samples)
        : withoutZeros(modelTopology(experiment, untrained, samples));
    this.shapes.set(key, topology);
    return topology;
  }

  model(experiment: Experiment): Promise<Model> {
    const made = this.made?.ready(experiment);
    if (made !== undefined && made !== null) return made;
    return remember(this.models, experiment.network.model, async () => {
      const { network, hash } = await this.loaders.loadModel(experiment);
      return { network: this.kept(network), hash };
    });
  }

  /** The samples of an experiment. A reader gives a whole split; the workload chooses utterances from it. */
  data(experiment: Experiment): Promise<SampleSet> {
    return remember(this.samples, dataAddress(experiment), async () => {
      const samples = await this.loaders.loadSamples(experiment);
      return remember(this.contents, samples.hash, async () => this.kept(samples));
    });
  }
}
