/**
 * From a network to numbers on chips: does it fit, how right, how much energy, how long, what binds, how sure. Effects:
 * reads files.
 */
import { resolve } from "node:path";
import { byKind, type Experiment, isLavaFile, ofKind, pathOf, type SampleSet, shippedNames } from "../arch/index.js";
import { InfeasibleError, InputError, inputError } from "../base/errors.js";
import { shellWord } from "../base/escape/shell.js";
import { isLabelled } from "../sim/functional/index.js";
import { busiestDieShare, evaluatePoint, functionalKey, prepareFunctional, type Result } from "../sim/index.js";
import { type Occupancy, occupancyOf } from "../sim/mapping/index.js";
import { type Binding, type Bottleneck, bindingOf, bottleneckOf } from "../sim/observe/index.js";
import { type Intervals, intervalsOf, uncertainPoint } from "../sweeps/index.js";
import { type EstimateInput, type EstimateTask, estimateTask } from "./estimate-input.js";
import { samplesFor } from "./inputs.js";
import { open, openWithPlugins, type Values, withValues } from "./open.js";
import { drawsOf } from "./uncertainty.js";

export type { EstimateInput } from "./estimate-input.js";

/** Where a network is estimated, and on which inputs. */
export interface EstimateOptions extends EstimateInput {
  /**
   * Shipped chips by name, or files of descriptions; default, and `all`: every shipped chip whose name ends in `-like`.
   */
  readonly chips?: readonly string[] | "all";
  /** Values by path laid over every chip's description. */
  readonly values?: Values;
  /** Gives up between two chips. */
  readonly signal?: AbortSignal;
}

/** A network on one chip. */
export interface ChipEstimate {
  /** As it was asked for. */
  readonly chip: string;
  /** Null of a chip with a core model of its own, which takes no network's file. */
  readonly experiment: Experiment | null;
  /**
   * Why the chip cannot run the network: what is short, or what it does not have; null: it can. Then all below is null,
   * or empty.
   */
  readonly refused: InfeasibleError | InputError | null;
  /** Neurons, cores and memories that it takes, and those that there are. */
  readonly occupancy: Occupancy | null;
  /** Metrics and breakdown, as `simulate` gives them. */
  readonly result: Result | null;
  /** Of the metrics: nine draws of ten of prices, recordings and timed recordings. */
  readonly intervals: Intervals;
  /** What bounds the time. */
  readonly binding: Binding | null;
  /** Where the energy goes. */
  readonly bottleneck: Bottleneck | null;
}

/** A network on the chips that were named. */
export interface Estimate {
  /** As it was asked for. */
  readonly network: string;
  /**
   * E.g. `events/test`; utterances that there are, those of them that count for accuracy, and the mean number of steps
   * of all.
   */
  readonly inputs: { readonly name: string; readonly utterances: number; readonly scored: number; readonly meanSteps: number };
  /** Sentences: what was taken without the caller's word. */
  readonly assumed: readonly string[];
  /** What the file left open or had wrong, and how it was read. */
  readonly warnings: readonly string[];
  /** In the order that they were named. */
  readonly chips: readonly ChipEstimate[];
}

/**
 * Chips whose integers are those of one tool, for networks of real numbers; a description says so by
 * `precision.integers`.
 */
const OWN_INTEGERS: { readonly [chip: string]: string } = { "speck-like": "speck", "xylo-like": "xylo" };

/**
 * Says what a network is on chips: whether it fits, accuracy, energy, latency, throughput, power, what binds, and how
 * sure each number is.
 *
 * @param file a NIR file, a network of Lava, or a model of this program, by path or shipped name
 * @throws InputError where network, inputs, values or chips cannot be read. A network that a chip cannot run is an
 * answer (`refused`).
 */
export async function estimate(file: string, options: EstimateOptions = {}): Promise<Estimate> {
  const { chips = "all", values = {}, signal } = options;
  const task = await estimateTask(file, options);
  refuseInputs(values, task);
  const named = chips === "all" ? shippedNames("chip").filter((name) => name.endsWith("-like")) : chips;
  const runs = new Runs(task);
  const found: ChipEstimate[] = [];
  for (const chip of named) {
    signal?.throwIfAborted();
    found.push(await onChip(chip, task, values, runs));
  }
  const { samples, warnings } = runs;
  if (samples === null) throw found[0]?.refused ?? inputError("--chip", "names no chip", `one of ${shippedNames("chip").join(", ")}`);
  const utterances = samples.frameStart.length - 1;
  return {
    network: file,
    inputs: {
      name: samples.name,
      utterances,
      scored: Math.min(utterances, runs.scored),
      meanSteps: samples.frameStart[utterances] / utterances,
    },
    assumed: task.assumed,
    // of random spikes nobody expects a class
    warnings: task.samples === null && !isLabelled(samples) ? [...warnings, NO_CLASSES] : warnings,
    chips: found,
  };
}

const NO_CLASSES = "no input has a class, so accuracy is unknown: name them with --labels, or give a folder per class";

/** @throws InputError for values that say what arguments say, so that they would change nothing. */
function refuseInputs(values: Values, { samples }: EstimateTask): void {
  const isRandom = samples !== null;
  for (const path of Object.keys(values)) {
    if (path === "network.model") throw inputError("--set", "network.model is the first argument", "name the network there");
    if (isRandom && /^workload\.(dataset|path|labels|split|events)\b/.test(path))
      throw inputError("--set", `${path} changes nothing of random spikes`, "add --events");
  }
}

/** What chips share: inputs, and functional runs of equal precision. */
class Runs {
  samples: SampleSet | null = null;
  /** Utterances that count for accuracy, if there are so many. */
  scored = 0;
  warnings: readonly string[] = [];
  private key = "";
  private readonly functional = new Map<string, ReturnType<typeof prepareFunctional>>();

  constructor(private readonly task: EstimateTask) {}

  async samplesOf(experiment: Experiment, file: string): Promise<SampleSet> {
    const { workload, network } = experiment;
    const key = JSON.stringify([workload, network]);
    if (this.samples !== null && key === this.key) return this.samples;
    this.key = key;
    this.scored = workload.samples;
    this.samples = this.task.samples ?? (await samplesFor(this.task.model, experiment, file));
    this.warnings = await byKind(this.task.model.network, {
      own: async () => [],
      nir: async (nir) => (await import("./nir-warnings.js")).nirWarnings(experiment, nir),
    });
    return this.samples;
  }

  functionalOf(experiment: Experiment, samples: SampleSet): ReturnType<typeof prepareFunctional> {
    const { network, hash } = this.task.model;
    const key = functionalKey(experiment, hash, samples.hash);
    const known = this.functional.get(key) ?? prepareFunctional(experiment, network, hash, samples);
    this.functional.set(key, known);
    return known;
  }
}

async function onChip(chip: string, { model, document }: EstimateTask, values: Values, runs: Runs): Promise<ChipEstimate> {
  const path = resolve(pathOf(chip, "chip", "example"));
  const none = { chip, occupancy: null, result: null, intervals: {}, binding: null, bottleneck: null };
  const bare = await openWithPlugins(path);
  const isBoard = ofKind(bare.experiment, { board: () => true, coupled: () => false });
  if (!isBoard) {
    const why = inputError(
      chip,
      "has a core model of its own, which takes no network's file",
      `check it with: snn-dse sim ${shellWord(chip)}`,
    );
    return { ...none, experiment: null, refused: why };
  }
  const own = byKind(model.network, { own: () => undefined, nir: () => (isLavaFile(model.path) ? undefined : OWN_INTEGERS[chip]) });
  const precision = own === undefined ? {} : { precision: { integers: own } };
  // a chip that says where its inputs are keeps them there
  const said = (bare.document as { readonly inputs?: object }).inputs;
  const inputs = said === undefined ? {} : { inputs: said };
  const described = open({ version: 1, extends: path, ...document, ...inputs, ...precision });
  const board = ofKind<Experiment | null>(withValues(described, values, "--set").experiment, { board: (one) => one, coupled: () => null });
  if (board === null) throw inputError(chip, "is no board");
  const samples = await runs.samplesOf(board, described.file);
  try {
    const { result, placement, timing } = evaluatePoint(board, runs.functionalOf(board, samples));
    const { metrics, breakdown } = result;
    return {
      ...{ chip, experiment: board, refused: null, result },
      occupancy: occupancyOf(placement, board.chip, board.precision),
      intervals: intervalsOf(uncertainPoint(board, { id: 1, metrics, breakdown }, result), drawsOf({})),
      binding: bindingOf(timing.total, busiestDieShare(board.chip, timing.total)),
      bottleneck: bottleneckOf(result),
    };
  } catch (error) {
    if (!(error instanceof InfeasibleError || error instanceof InputError)) throw error;
    return { ...none, experiment: board, refused: own === undefined ? error : withOtherIntegers(error) };
  }
}

/** A network that a chip's own integers do not take can still be estimated as if the chip had its neurons. */
function withOtherIntegers(error: InfeasibleError | InputError): InfeasibleError | InputError {
  if (error instanceof InfeasibleError) return error;
  const fix = "--set precision.integers=quantised estimates it as if the chip had such neurons";
  return new InputError(error.problems.map((problem) => ({ ...problem, fix: problem.fix === "" ? fix : problem.fix })));
}
