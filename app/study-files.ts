/**
 * Files that a study's points read, each loaded by its name in the description and identified by its content at that
 * time. Effects: reads files. Throws: `InputError` if one cannot be read.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { dirname, resolve } from "node:path";
import {
  type AnyExperiment,
  byKind,
  type CoupledExperiment,
  type EventSlicing,
  type Experiment,
  type InputEncoding,
  ofKind,
  type SampleSet,
  type SweepParameter,
  slicingText,
} from "../arch/index.js";
import { sha256 } from "../base/hash.js";
import { type CaseFiles, caseInputs } from "../sim/recorded/index.js";
import type { Input, ModelSource, ModelStore, PointInputs, StudyEvent } from "../sweeps/index.js";
import { SPIKE_FILE } from "../training/index.js";
import { clippedFeatures } from "./clipped-features.js";
import { type CellPlugins, type LoadedModel, loadCase, loadModel, samplesFor, shortageOf } from "./inputs.js";
import { TrainingFiles } from "./training-files.js";

export class StudyFiles {
  /** SHA-256 of spike and label files, by name. */
  private readonly hashes = new Map<string, string>();
  private readonly cases = new Map<string, CaseFiles>();
  /** Data sets whose size was already reported, and models by content. */
  private readonly warned = new Set<string>();
  private readonly training: TrainingFiles;
  /** Warnings that were told. */
  private readonly told = new Set<string>();

  /**
   * `file`: the description to which paths are relative; `onWarning` is called once with each warning of data sets and
   * models. `searched`: what the study searches.
   */
  constructor(
    private readonly file: string,
    private readonly onWarning: (text: string) => void,
    private readonly models: ModelStore,
    private readonly plugins: CellPlugins = [],
    private readonly searched: readonly SweepParameter[] = [],
  ) {
    this.training = new TrainingFiles(file);
  }

  /** The model that a description names. */
  readonly loadModel = async (experiment: Experiment): Promise<LoadedModel> => loadModel(experiment, this.file, this.plugins);

  /** @throws InputError if a description's network cannot be trained as requested; nothing else is read for it */
  demandTrainable(experiment: AnyExperiment): void {
    ofKind(experiment, {
      board: (board) => {
        if (board.network.training !== null) this.training.demandTrainable(board);
      },
      coupled: () => undefined,
    });
  }

  /** The source of networks that an engine trains. */
  modelSource(tell: (event: StudyEvent) => void): ModelSource {
    return { needsOf: this.training.needsOf, untrained: this.training.untrained, store: this.models, tell };
  }

  readonly loadSamples = async (experiment: Experiment): Promise<SampleSet> => {
    const { training } = experiment.network;
    // first, because it explains what cannot be read
    const samples = await (training === null ? this.samplesOfFile(experiment) : this.training.samples(experiment));
    if (!this.warned.has(samples.name)) {
      const learnt = training === null ? [] : await this.training.learntIn(experiment, samples);
      this.warn([...shortageOf(experiment, samples), ...learnt]);
    }
    this.warned.add(samples.name);
    for (const { name } of filesOf(experiment)) {
      if (!this.hashes.has(name)) this.hashes.set(name, await fileHash(resolve(dirname(this.file), name)));
    }
    return samples;
  };

  /**
   * Samples for a network that exists; also reports, once, weights that are lost in integers and features that are
   * clipped.
   */
  private async samplesOfFile(experiment: Experiment): Promise<SampleSet> {
    const model = await loadModel(experiment, this.file, this.plugins);
    const samples = await samplesFor(model, experiment, this.file);
    const key = `${model.hash} ${samples.hash}`;
    if (!this.warned.has(key))
      for (const encoding of encodingsOf(experiment.workload.encoding, this.searched))
        await byKind(model.network, {
          own: async () => this.warn(clippedFeatures(samples, encoding)),
          nir: async (nir) => {
            const { runnableOf, runnableWarnings } = await import("./runnable-warnings.js");
            const asked = { ...experiment, workload: { ...experiment.workload, encoding } };
            this.warn(runnableWarnings(runnableOf(asked, nir, samples), samples, encoding));
          },
        });
    this.warned.add(key);
    return samples;
  }

  private warn(texts: readonly string[]): void {
    for (const text of texts) {
      if (!this.told.has(text)) this.onWarning(`warning: ${text}`);
      this.told.add(text);
    }
  }

  readonly loadCase = async (folder: string): Promise<CaseFiles> => {
    const files = loadCase(folder, this.file);
    this.cases.set(folder, files);
    return files;
  };

  /** All inputs of a point; `read`: content addresses of what the loaders above returned for it. */
  readonly inputsOf = (experiment: AnyExperiment, read: PointInputs): readonly Input[] =>
    ofKind<readonly Input[]>(experiment, {
      board: (board) => this.boardInputs(board, read),
      coupled: (coupled) => this.caseInputs(coupled),
    });

  private boardInputs(experiment: Experiment, { modelHash, dataHash }: PointInputs): readonly Input[] {
    const { model, training } = experiment.network;
    const network = training === null ? { name: model, sha256: modelHash } : this.training.inputOf(experiment);
    const files = filesOf(experiment).map(({ kind, name }): Input => ({ kind, name, sha256: this.hashes.get(name) ?? "" }));
    return [{ kind: "model", ...network }, ...files, { kind: "data", name: dataName(experiment), sha256: dataHash }];
  }

  private caseInputs({ chip, workload }: CoupledExperiment): readonly Input[] {
    if (workload.kind === "synthetic") return [];
    const texts = this.cases.get(workload.folder) ?? new Map<string, string>();
    const names = caseInputs(chip.model).filter((name) => texts.has(name));
    return names.map((name) => ({ kind: "case", name: `${workload.folder}/${name}`, sha256: sha256(texts.get(name) ?? "") }));
  }
}

/** Encodings that clip all that any of a search does: of each kind that it may take, at the largest gain. */
function encodingsOf(encoding: InputEncoding, searched: readonly SweepParameter[]): readonly InputEncoding[] {
  const valuesAt = (key: "kind" | "gain"): readonly (number | string | boolean)[] =>
    searched.flatMap(({ path, domain }) => {
      if (path !== `workload.encoder.${key}` || domain.kind === "derived") return [];
      return domain.kind === "list" ? domain.values : [domain.high];
    });
  const kinds = new Set([encoding.kind, ...(valuesAt("kind") as InputEncoding["kind"][])]);
  const gain = Math.max(encoding.gain, ...(valuesAt("gain") as number[]));
  return [...kinds].map((kind) => ({ ...encoding, kind, gain }));
}

/** Spike and label files of a workload. */
function filesOf({ workload: { dataset, path, labels, inputs } }: Experiment): readonly Pick<Input, "kind" | "name">[] {
  const places = dataset === SPIKE_FILE && path !== null ? [{ path, events: null }] : inputs;
  const spikes = places.filter(({ events }) => events === null).map(({ path: name }) => ({ kind: "spikes" as const, name }));
  return spikes.length === 0 || labels === null ? spikes : [...spikes, { kind: "labels", name: labels }];
}

/** Names everything that decides what is read. The model is part of it, because it decides features and inputs. */
function dataName({ workload: { dataset, path, labels, split, events, inputs }, network: { model, nir, training } }: Experiment): string {
  const cut = (slicing: EventSlicing): string => {
    const text = slicingText(slicing);
    return text === "" ? "" : `, events ${text}`;
  };
  const places = inputs.map(({ input, path: own, events: slicing }) => `${input}: ${own}${slicing === null ? "" : cut(slicing)}`);
  const place = path === null ? (places.length === 0 ? "" : ` in ${places.join("; ")}`) : ` in ${path}`;
  const classes = labels === null ? "" : ` with ${labels}`;
  const step = nir.stepSeconds === null ? "" : `, step ${nir.stepSeconds} s`;
  const slicing = events === null || inputs.length > 0 ? "" : cut(events);
  return `${dataset} ${split}${place}${classes} as ${training?.base ?? model} reads it${step}${slicing}`;
}

async function fileHash(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
