/**
 * What an estimate runs: the network of a file, and its inputs, given by the user or assumed. Assumptions are reported.
 * Effects: reads files.
 */
import { resolve } from "node:path";
import {
  byKind,
  hasLeak,
  type InputNode,
  inputNodesOf,
  inputsOf,
  isEventDataset,
  isEventFile,
  isLavaFile,
  type NirNetwork,
  nirFileOf,
  pathOf,
  payloadText,
  type ResetRule,
  resolveModelPath,
  type SampleSet,
} from "../arch/index.js";
import { entry } from "../base/entry.js";
import { inputError } from "../base/errors.js";
import { sha256 } from "../base/hash.js";
import { exists, isFolder } from "../base/read-file.js";
import { createRng } from "../base/rng.js";
import { recordedData } from "../training/index.js";
import { type LoadedModel, readModelFile } from "./inputs.js";
import { namedFiles } from "./named-files.js";
import { NO_LAVA, SPIKE_FILE_ALONE, type Values } from "./open.js";

/** Data that the network's file does not contain. */
export interface EstimateInput {
  /**
   * Recordings of an event camera, a folder of them, or a file of spikes (a shipped one by name). A network of several
   * inputs takes one NIRData file, or `name=path` for each input. null: random spikes, or the data on which a model of
   * this program was trained.
   */
  readonly events?: string | readonly string[] | null;
  /** File with the classes of the recordings; not used if folders are classes. */
  readonly labels?: string | null;
  /** Seconds per step of a NIR file; null: 1 ms, allowed only if no neuron leaks. */
  readonly dtSeconds?: number | null;
  /** Reset of a NIR file; null: subtract. */
  readonly reset?: ResetRule | null;
  /** Probability of a random spike per input and step; null: 0.02. */
  readonly rate?: number | null;
  /** Steps of random spikes; null: 100. */
  readonly steps?: number | null;
}

/** A network and its inputs, before a chip is chosen. */
export interface EstimateTask {
  readonly model: LoadedModel;
  /** Keys of network, workload and precision that go into every description. */
  readonly document: { readonly [key: string]: unknown };
  /** null: the data set that `document` names. */
  readonly samples: SampleSet | null;
  readonly assumed: readonly Assumption[];
}

/** What was assumed because the user did not give it. */
interface Assumption {
  /** Key of the description that it fills. */
  readonly path: string;
  /** A sentence. */
  readonly text: string;
}

const RATE = 0.02;
const STEPS = 100;
const SEED = 1;
/** Number of utterances that are timed, and on which accuracy is measured: few, so that an answer takes seconds. */
const TIMED = 4;
const SCORED = 1000;
const STEP_SECONDS = 1e-3;

/**
 * @param file a NIR file, a network of Lava, or a model of this program; each also by its shipped name
 * @param values changes of the description by path
 * @throws InputError if a file cannot be read, or if a needed value can neither be read nor assumed
 */
export async function estimateTask(file: string, input: EstimateInput, values: Values): Promise<EstimateTask> {
  const path = resolve(pathOf(file, "model", "nir"));
  const model = await readModelFile(resolveModelPath(path, path));
  const assumed: Assumption[] = [];
  const nir = byKind<object>(model.network, {
    own: () => ({ nir: { reset: null } }),
    nir: (network) => nirKeys(file, network, input, values, assumed),
  });
  refuseIdle(file, model, input);
  const { workload, samples } = workloadOf(file, model, input, assumed);
  const lava = isLavaFile(path) ? { precision: { integers: "from-file", leak: "truncate", gate_bits: 12 } } : {};
  const document = {
    network: { model: path, ...nir, ...(isLavaFile(path) ? {} : { lava: NO_LAVA }) },
    workload: { ...workload, samples: SCORED, timing_samples: TIMED },
    ...lava,
  };
  return { model, document, samples, assumed };
}

/** @throws InputError for an option without an effect. */
function refuseIdle(
  file: string,
  { network }: LoadedModel,
  { events = null, labels = null, dtSeconds = null, reset = null }: EstimateInput,
): void {
  const isOwn = byKind(network, { own: () => true, nir: () => false });
  const kind = isOwn ? "a model of this program" : "a network of Lava";
  if (isOwn && dtSeconds !== null)
    throw inputError("--dt", `says how long a step of a NIR file lasts, and ${file} is ${kind}`, "leave it out");
  if (reset !== null && (isOwn || isLavaFile(file)))
    throw inputError("--reset", `says what a spike does in a NIR file, and ${file} is ${kind}`, "leave it out");
  if (dtSeconds !== null && !(dtSeconds > 0 && dtSeconds < Number.POSITIVE_INFINITY))
    throw inputError("--dt", `got ${dtSeconds}, expected seconds above 0`, "e.g. 1e-3");
  if (labels !== null && events === null)
    throw inputError("--labels", "names the classes of recordings, and there are none", "add --events");
}

/** @throws InputError if a rate or a number of steps is given although inputs are not random. */
function refuseRandom({ rate = null, steps = null }: EstimateInput, inputs: string): void {
  const given = rate !== null ? "--rate" : "--steps";
  if (rate !== null || steps !== null) throw inputError(given, `applies to random spikes only, but inputs are ${inputs}`, "leave it out");
}

/** The rest of `network.nir`, so that a description's own network does not say how this one is read. */
const STANDARD = { scheme: "euler", integrator_gain: "unit", refractory_seconds: 0 } as const;

function nirKeys(
  file: string,
  network: NirNetwork,
  { dtSeconds = null, reset = null }: EstimateInput,
  values: Values,
  assumed: Assumption[],
): object {
  if (isLavaFile(file)) return { nir: { ...STANDARD, step_seconds: dtSeconds ?? STEP_SECONDS, reset: null } };
  if (dtSeconds === null && !Object.hasOwn(values, "network.nir.step_seconds") && hasLeak(network))
    throw inputError(file, "has neurons that leak, and does not give the length of a step", "add --dt 1e-4, or what it was trained with");
  if (dtSeconds === null) assumed.push({ path: "network.nir.step_seconds", text: "a step lasts 1 ms (--dt)" });
  if (reset === null) assumed.push({ path: "network.nir.reset", text: "a spike takes the threshold from the voltage (--reset subtract)" });
  if (hasLeak(network)) assumed.push({ path: "network.nir.scheme", text: "leaks follow Euler's rule (--set network.nir.scheme=zoh)" });
  return { nir: { ...STANDARD, step_seconds: dtSeconds ?? STEP_SECONDS, reset: reset ?? "subtract" } };
}

function workloadOf(
  file: string,
  { network, record }: LoadedModel,
  input: EstimateInput,
  assumed: Assumption[],
): { readonly workload: object; readonly samples: SampleSet | null } {
  const { events = null, labels = null } = input;
  if (events !== null) {
    const given = [events].flat();
    refuseRandom(input, `those of ${given.join(", ")}`);
    const nodes = byKind<readonly InputNode[]>(network, { own: () => [], nir: inputNodesOf });
    const named = namedFiles(
      nodes.map(({ name }) => name),
      given,
    );
    const classes = labels === null ? {} : { labels: resolve(labels) };
    if (typeof named === "string")
      return { workload: { ...SPIKE_FILE_ALONE, ...placed(named, nodes.length === 1 ? nodes[0].shape : null), ...classes }, samples: null };
    const inputs = nodes.map(({ name, shape }) => [name, placed(entry(named, name), shape)]);
    return { workload: { ...SPIKE_FILE_ALONE, inputs: Object.fromEntries(inputs), ...classes }, samples: null };
  }
  const trainedOn = recordedData(record)?.set ?? null;
  if (trainedOn !== null) {
    refuseRandom(input, `the test data of ${trainedOn}`);
    assumed.push({ path: "workload.dataset", text: `inputs are the test half of ${trainedOn}, whose training half it learnt (--events)` });
    // its folder and slicing are those of the chip's description, if it names any
    const { path: _, ...alone } = SPIKE_FILE_ALONE;
    const slicing = isEventDataset(trainedOn) ? { events: {} } : {};
    return { workload: { ...alone, dataset: trainedOn, ...slicing }, samples: null };
  }
  const { rate, steps } = { rate: input.rate ?? RATE, steps: input.steps ?? STEPS };
  const inputs = inputsOf(network);
  if (inputs === null) throw inputError(file, "has no input of a known size", "give spikes: --events FILE");
  const share = `in ${Number((100 * rate).toPrecision(6))} % of ${steps} steps`;
  const payload = byKind<string | null>(network, { own: () => null, nir: payloadOf });
  const values =
    payload === null
      ? `spikes ${share}`
      : `has the value 1 ${share}, else 0, and sends ${payload}${payload.endsWith(" x") ? " where that is not 0" : " in each of them"}`;
  assumed.push({
    path: "workload.dataset",
    text: `inputs are random: each of ${inputs} ${values} (--rate, --steps; --events for your own); accuracy is unknown`,
  });
  return { workload: {}, samples: randomSamples(inputs, steps, rate) };
}

/** How the input layer of a file of Lava sends values x; null: as they are. */
const payloadOf = (network: NirNetwork): string | null =>
  [...nirFileOf(network).graph.nodes.values()].map(payloadText).find((text) => text !== null) ?? null;

/**
 * The workload keys for a file or folder. For an input of [channels, height, width], recordings get this sensor size.
 */
function placed(typed: string, shape: readonly number[] | null): object {
  const path = resolve(pathOf(typed, "spikes"));
  if (!exists(path))
    throw inputError(typed, "no such file or folder", "give recordings of an event camera, a folder of them, or a file of spikes");
  if (!isFolder(path) && !isEventFile(path)) return { dataset: "spike-file", path };
  if (shape?.length !== 3) return { dataset: "events", path, events: {} };
  const [channels, height, width] = shape;
  return { dataset: "events", path, events: { polarity: channels === 1 ? "merged" : "separate", width, height } };
}

/**
 * One utterance of independent spikes, drawn by a fixed seed. @throws InputError for an invalid rate or number of
 * steps.
 */
export function randomSamples(inputs: number, steps: number, rate: number): SampleSet {
  if (!(rate > 0 && rate <= 1)) throw inputError("--rate", `got ${rate}, expected above 0, at most 1`, "e.g. 0.02: a spike every 50 steps");
  if (!Number.isInteger(steps) || steps < 1 || steps > 100_000)
    throw inputError("--steps", `got ${steps}, expected 1 to 100000`, "e.g. 100");
  const rng = createRng(SEED, "estimate/spikes");
  const features = Float32Array.from({ length: steps * inputs }, () => (rng.float() < rate ? 1 : 0));
  return {
    ...{ name: "random spikes", inputs, classes: 1, task: "sequence", features, labels: Int32Array.of(-1) },
    frameStart: Uint32Array.of(0, steps),
    hash: sha256(JSON.stringify({ inputs, steps, rate, seed: SEED })),
  };
}
