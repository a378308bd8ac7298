/**
 * What a search trains its networks from: the base configuration that a description names, data, and the back end of
 * this host, each identified by content. Effects: reads files, starts the back end. Throws: `InputError` if one cannot
 * be read or does not fit.
 */
import {
  camel,
  type Experiment,
  type Network,
  parameterCount,
  readYamlText,
  resolveConfigPath,
  resolveDataPath,
  type SampleSet,
  type SweepSpec,
  type TrainingRequest,
} from "../arch/index.js";
import { InputError, inputError } from "../base/errors.js";
import { asJson, hashJson } from "../base/hash.js";
import {
  buildDigest,
  type LearningData,
  type LearningEffort,
  type LearningSearch,
  learningEffort,
  type ModelNeeds,
  modelRecipe,
  samplesBytes,
} from "../sweeps/index.js";
import {
  type BaseDocument,
  checkApart,
  loadDataset,
  parseConfigDocument,
  prepareDataset,
  type RequestedConfigs,
  requestedConfigs,
  startedBackend,
  strangeClasses,
  trainingParts,
  untrainedNetwork,
} from "../training/index.js";
import { ofWorkload } from "./inputs.js";

function requestOf({ network: { training } }: Experiment): TrainingRequest {
  if (training === null) throw new Error("a description that names a model file trains no network");
  return training;
}

/** Names a base configuration, the place of its training data, and the back end. */
function inputName(experiment: Experiment): string {
  const { base, backend } = requestOf(experiment);
  const { path } = experiment.workload;
  return `trained by ${base}${path === null ? "" : ` in ${path}`} with ${backend}`;
}

export class TrainingFiles {
  private readonly bases = new Map<string, BaseDocument>();
  /** By request, data set and widths of the chip's spikes. */
  private readonly configs = new Map<string, RequestedConfigs>();
  private readonly learning = new Map<string, Promise<LearningData>>();
  /** Hashes of base configurations and their data, by `inputName`. */
  private readonly sums = new Map<string, string>();

  /** `file`: the description to which paths of base configurations are relative. */
  constructor(private readonly file: string) {}

  /** All that a description's network is trained from. */
  readonly needsOf = async (experiment: Experiment): Promise<ModelNeeds> => {
    const configs = this.configsOf(experiment);
    const { base: name, share, backend: asked } = requestOf(experiment);
    const data = await this.learningData(experiment);
    const backend = await startedBackend(asked);
    const ground = {
      ...{ fitHash: data.fit.hash, validationHash: data.validation.hash },
      ...{ backend: backend.name, backendVersion: backend.version },
    };
    // without the program, which is an input of its own
    this.sums.set(inputName(experiment), hashJson({ base: asJson(JSON.parse(JSON.stringify(this.base(name)))), ground: asJson(ground) }));
    return { recipe: modelRecipe(configs, share, { ...ground, build: buildDigest() }), data: async () => data };
  };

  /** The base configuration with the description's changes. */
  configsOf(experiment: Experiment): RequestedConfigs {
    const { precision, workload, network } = experiment;
    const { spikeBits, layers } = precision;
    const asked = JSON.stringify([network.model, workload.dataset, spikeBits, layers]);
    const known = this.configs.get(asked);
    if (known !== undefined) return known;
    const training = requestOf(experiment);
    const base = this.base(training.base);
    if (base.data.set !== workload.dataset)
      throw inputError(
        this.file,
        `${training.base} learns from ${base.data.set}, and workload.dataset is ${workload.dataset}`,
        "name the same data set",
        "training.base",
      );
    const configs = requestedConfigs(base, this.file, training, precision);
    this.configs.set(asked, configs);
    return configs;
  }

  /**
   * @throws InputError if the keys of a request do not fit together. A base configuration that cannot be read is no
   * fault of the request: it ends the search when the network is needed.
   */
  demandTrainable(experiment: Experiment): void {
    try {
      this.base(requestOf(experiment).base);
    } catch (error) {
      if (error instanceof InputError) return;
      throw error;
    }
    this.configsOf(experiment);
  }

  /** The network before training, with random weights. */
  readonly untrained = (experiment: Experiment, samples: SampleSet): Network => {
    const { float } = this.configsOf(experiment);
    return untrainedNetwork(float, samples);
  };

  /**
   * Effort of training the networks of a search, or the one as written.
   * @throws InputError if the network as written cannot learn from its data
   */
  async effort(experiment: Experiment, network: Network, search: LearningSearch | null): Promise<LearningEffort> {
    const { fit, validation } = await this.learningData(experiment);
    const configs = this.configsOf(experiment);
    trainingParts(configs.float, { train: fit, test: validation, search: { validation }, base: null });
    const { frameStart } = fit;
    const utterances = frameStart.length - 1;
    const dataBytes = samplesBytes(fit) + samplesBytes(validation);
    const learnt = { utterances, frames: frameStart[utterances], weights: parameterCount(network), dataBytes };
    return learningEffort(configs, learnt, search);
  }

  /** The workload's data, as the base configuration's networks read them. */
  async samples(experiment: Experiment): Promise<SampleSet> {
    const { split } = experiment.workload;
    if (split === "validation") return (await this.learningData(experiment)).validation;
    const { set, path, features } = await this.place(experiment);
    return ofWorkload(this.file, () => loadDataset(set, { path, split }, features));
  }

  /**
   * Warns of samples that networks are scored on and learn, and of classes that they do not learn. Throws: InputError
   * if there are no others.
   */
  async learntIn(experiment: Experiment, samples: SampleSet): Promise<readonly string[]> {
    const { fit } = await this.learningData(experiment);
    return ofWorkload(this.file, () => [...checkApart(fit, samples), ...strangeClasses(fit, samples)]);
  }

  /** What a network is trained from, as an input of a study; known after the first such network. */
  inputOf(experiment: Experiment): { readonly name: string; readonly sha256: string } {
    const name = inputName(experiment);
    return { name, sha256: this.sums.get(name) ?? "" };
  }

  private base(name: string): BaseDocument {
    let base = this.bases.get(name);
    if (base === undefined) {
      const path = resolveConfigPath(name, this.file);
      base = parseConfigDocument(readYamlText(path), path);
      this.bases.set(name, base);
    }
    return base;
  }

  private async place(experiment: Experiment) {
    const { base } = requestOf(experiment);
    const { set, features, path } = this.base(base).data;
    await prepareDataset(set);
    const { path: own } = experiment.workload;
    const [named, by] = own === null ? [path, resolveConfigPath(base, this.file)] : [own, this.file];
    return { set, path: named === null ? null : resolveDataPath(named, by), features: camel(features) };
  }

  private async learningData(experiment: Experiment): Promise<LearningData> {
    const { set, path, features } = await this.place(experiment);
    const key = hashJson({ set, path, features: asJson(features) });
    const known = this.learning.get(key);
    if (known !== undefined) return known;
    const read = (split: "fit" | "validation") => ofWorkload(this.file, () => loadDataset(set, { path, split }, features));
    const made = Promise.all([read("fit"), read("validation")]).then(([fit, validation]) => ({ fit, validation }));
    this.learning.set(key, made);
    return made;
  }
}

/**
 * @throws InputError if a search varies the training of a network that it reads from a file, or if the training as
 * written is wrong
 */
export function checkTrained(sweep: SweepSpec, experiment: Experiment, file: string): void {
  if (experiment.network.training !== null) {
    new TrainingFiles(file).configsOf(experiment);
    return;
  }
  const varied = sweep.parameters.find(({ path }) => path.startsWith("training."));
  if (varied === undefined) return;
  throw inputError(
    file,
    `is varied, and the network is read from ${experiment.network.model}`,
    "leave network.model out, and name a base: training.base",
    varied.path,
  );
}
