/**
 * Estimates a network on chips: whether it fits, accuracy, energy, time, the binding resource, and how sure each number
 * is. Effects: reads files.
 */
import { resolve } from "node:path";
import { byKind, type Experiment, isLavaFile, ofKind, pathOf, RESET_RULES, type SampleSet, shippedNames } from "../arch/index.js";
import { InfeasibleError, InputError, inputError } from "../base/errors.js";
import { shellWord } from "../base/escape/shell.js";
import { isLabelled } from "../sim/functional/index.js";
import { busiestDieShare, evaluatePoint, functionalKey, prepareFunctional, type Result } from "../sim/index.js";
import { type Occupancy, occupancyOf } from "../sim/mapping/index.js";
import { type Binding, type Bottleneck, bindingOf, bottleneckOf, groupLimits } from "../sim/observe/index.js";
import type { Intervals } from "../sweeps/index.js";
import { checkedOptions, oneOf } from "./checked-options.js";
import { chipWarnings } from "./chip-warnings.js";
import { clippedFeatures } from "./clipped-features.js";
import { workloadWarnings } from "./data-warnings.js";
import { type EstimateInput, type EstimateTask, estimateTask } from "./estimate-input.js";
import { samplesFor } from "./inputs.js";
import { readingWarnings } from "./model-warnings.js";
import { openFor, scalarAt, type Values, withValues } from "./open.js";
import { runnableOf, runnableWarnings } from "./runnable-warnings.js";
import { stayingPrices } from "./silent-prices.js";
import { intervalsOfResult } from "./uncertainty.js";
import { unlessAborted } from "./unless-aborted.js";
import { unrolledOf } from "./unrolled.js";

export type { EstimateInput } from "./estimate-input.js";

/** On which chips a network is estimated, and on which inputs. */
export interface EstimateOptions extends EstimateInput {
  /**
   * Shipped chips by name, or description files; default and `all`, also among others: every shipped chip whose name
   * ends in `-like`. A chip that is named twice is estimated once.
   */
  readonly chips?: readonly string[] | "all";
  /** Values by path that replace those of every chip's description. */
  readonly values?: Values;
  /** Gives up between two chips. */
  readonly signal?: AbortSignal;
}

/** A network on one chip. */
export interface ChipEstimate {
  /** The chip, as the caller named it. */
  readonly chip: string;
  /** null for a chip with its own core model, which takes no network file. */
  readonly experiment: Experiment | null;
  /**
   * Why the chip cannot run the network: a resource is too small, or missing; then all fields below are null or empty.
   * null: it can.
   */
  readonly refused: InfeasibleError | InputError | null;
  /** Neurons, cores and memories that the network takes, and that the chip has. */
  readonly occupancy: Occupancy | null;
  /** Metrics and breakdown, as `simulate` gives them. */
  readonly result: Result | null;
  /** 90 % intervals of the metrics over prices, samples and timed utterances. */
  readonly intervals: Intervals;
  /** What bounds the time. */
  readonly binding: Binding | null;
  /** Where the energy goes. */
  readonly bottleneck: Bottleneck | null;
  /** Sentences about what the estimate leaves out on this chip, or stores otherwise than asked. */
  readonly warnings: readonly string[];
}

/** A network on the named chips. */
export interface Estimate {
  /** The network, as the caller named it. */
  readonly network: string;
  /** The inputs, and how many of them ran and have a class. */
  readonly inputs: {
    /** E.g. `events/test`. */
    readonly name: string;
    readonly utterances: number;
    /** Number of utterances that ran. */
    readonly run: number;
    /** Number of those that have a class, so that they count for accuracy; 0 if no chip can run the network. */
    readonly scored: number;
    /** Mean of all utterances. */
    readonly meanSteps: number;
  };
  /** Sentences about what the program assumed because the caller did not say it. */
  readonly assumed: readonly string[];
  /** Sentences about what the file left open or had wrong, and how the program read it. */
  readonly warnings: readonly string[];
  /** In the order in which they were named. */
  readonly chips: readonly ChipEstimate[];
}

/** Chips whose own tool defines how real numbers become integers; a description says so by `precision.integers`. */
const OWN_INTEGERS: { readonly [chip: string]: string } = { "speck-like": "speck", "xylo-like": "xylo" };

/**
 * Estimates a network on chips: whether it fits, accuracy, energy, latency, throughput, power, the binding resource,
 * and how sure each number is.
 *
 * @param file a NIR file, a network of Lava, or a model of this program, by path or shipped name
 * @throws InputError if network, inputs, values or chips cannot be read. A network that a chip cannot run is not an
 * error but a result (`refused`).
 */
export async function estimate(file: string, options: EstimateOptions = {}): Promise<Estimate> {
  checkedOptions("estimate", options, {
    ...{
      events: "text or list of text or null",
      labels: "text or null",
      dtSeconds: "number or null",
      reset: `${oneOf(RESET_RULES)} or null`,
      rate: "number or null",
    },
    ...{ steps: "whole number from 1 or null", chips: "text or list of text", values: "object", signal: "signal" },
  });
  const { chips = "all", values = {}, signal } = options;
  const task = await estimateTask(file, options, values);
  refuseInputs(values, task, options);
  const alike = shippedNames("chip").filter((name) => name.endsWith("-like"));
  const named = new Set([chips].flat().flatMap((name) => (name === "all" ? alike : [name])));
  const runs = new Runs(task);
  const found: ChipEstimate[] = [];
  for (const chip of named) {
    await unlessAborted(signal);
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
      run: Math.min(utterances, runs.asked),
      scored: runs.scored,
      meanSteps: samples.frameStart[utterances] / utterances,
    },
    assumed: task.assumed.filter(({ path }) => !Object.hasOwn(values, path)).map(({ text }) => text),
    // random spikes have no class
    warnings: task.samples === null && !isLabelled(samples) ? [...warnings, NO_CLASSES] : warnings,
    chips: found,
  };
}

const NO_CLASSES = "no input has a class, so accuracy is unknown: give classes with --labels, or one folder per class";

/** @throws InputError for values that an argument already sets, so that they would have no effect. */
function refuseInputs(values: Values, { samples }: EstimateTask, { dtSeconds = null, reset = null }: EstimateInput): void {
  const isRandom = samples !== null;
  for (const [option, given, path] of [
    ["--dt", dtSeconds, "network.nir.step_seconds"],
    ["--reset", reset, "network.nir.reset"],
  ] as const)
    if (given !== null && Object.hasOwn(values, path))
      throw inputError("--set", `${path} is ${option}, which is given as well`, "leave one out");
  for (const path of Object.keys(values)) {
    if (path === "network.model") throw inputError("--set", "network.model is the first argument", "name the network there");
    if (isRandom && /^workload\.(dataset|path|labels|split|events)\b/.test(path))
      throw inputError("--set", `${path} has no effect on random spikes`, "add --events");
  }
}

interface FunctionalOfChip {
  readonly functional: ReturnType<typeof prepareFunctional>;
  /** Warnings of what the network loses in the chip's integers. */
  readonly lost: readonly string[];
}

/** What all chips share: inputs, and a functional run for each distinct precision. */
class Runs {
  samples: SampleSet | null = null;
  /** Utterances to run, if the inputs have as many. */
  asked = 0;
  /** Utterances that count for accuracy. */
  scored = 0;
  warnings: readonly string[] = [];
  private key = "";
  private readonly functional = new Map<string, FunctionalOfChip>();

  constructor(private readonly task: EstimateTask) {}

  async samplesOf(experiment: Experiment, file: string): Promise<SampleSet> {
    const { workload, network } = experiment;
    const key = JSON.stringify([workload, network]);
    if (this.samples !== null && key === this.key) return this.samples;
    this.key = key;
    this.asked = workload.samples;
    this.samples = this.task.samples ?? (await samplesFor(this.task.model, experiment, file));
    const ofData = this.task.samples === null ? await workloadWarnings(this.task.model, experiment, file) : [];
    const ofFile = await byKind<Promise<readonly string[]>>(this.task.model.network, {
      own: async () => [],
      nir: async (nir) => [...this.task.model.warnings, ...(await readingWarnings(experiment, nir))],
    });
    this.warnings = [...(this.samples.leftOut ?? []), ...clippedFeatures(this.samples, workload.encoding), ...ofData, ...ofFile];
    return this.samples;
  }

  functionalOf(experiment: Experiment, samples: SampleSet): FunctionalOfChip {
    const { network, hash } = this.task.model;
    const key = functionalKey(experiment, hash, samples.hash);
    const made = (): FunctionalOfChip => {
      const runnable = runnableOf(experiment, network, samples);
      // what the encoder clips is the same on every chip: it is said once
      const lost = runnableWarnings(runnable, samples, experiment.workload.encoding).filter((text) => !this.warnings.includes(text));
      return { functional: prepareFunctional(experiment, network, hash, samples, runnable), lost };
    };
    const known = this.functional.get(key) ?? made();
    this.functional.set(key, known);
    this.scored = known.functional.errors.scored.filter((count) => count > 0).length;
    return known;
  }
}

async function onChip(chip: string, { model, document, samples: random }: EstimateTask, values: Values, runs: Runs): Promise<ChipEstimate> {
  const path = resolve(pathOf(chip, "chip", "example"));
  const none = { chip, occupancy: null, result: null, intervals: {}, binding: null, bottleneck: null, warnings: [] };
  const own = byKind(model.network, { own: () => undefined, nir: () => (isLavaFile(model.path) ? undefined : OWN_INTEGERS[chip]) });
  const described = await openFor(path, own === undefined ? document : { ...document, precision: { integers: own } });
  const isBoard = ofKind(described.experiment, { board: () => true, coupled: () => false });
  if (!isBoard) {
    const why = inputError(chip, "has its own core model, which takes no network file", `check it with: snn-dse sim ${shellWord(chip)}`);
    return { ...none, experiment: null, refused: why };
  }
  // random spikes replace inputs from outside; a chip whose description places its inputs keeps that placement
  const said = (path: string) => scalarAt(described.document, path);
  const isPlaced = said("inputs.at") !== "auto" || said("inputs.frame_buffer.entries") !== undefined;
  const placed: Values = random === null || isPlaced ? values : { "inputs.at": "port", ...values };
  const board = ofKind<Experiment | null>(withValues(described, placed, "--set").experiment, { board: (one) => one, coupled: () => null });
  if (board === null) throw inputError(chip, "is no board");
  const samples = await runs.samplesOf(board, described.file);
  try {
    const { functional, lost } = runs.functionalOf(board, samples);
    const { result, placement, timing } = evaluatePoint(board, functional);
    const groupLimit = groupLimits(board.chip, placement, board.precision, functional.trace);
    return {
      ...{ chip, experiment: board, refused: null, result },
      occupancy: occupancyOf(placement, board.chip, board.precision),
      intervals: intervalsOfResult(board, result),
      binding: bindingOf(timing.total, busiestDieShare(board.chip, timing.total), board.chip.tick, groupLimit),
      bottleneck: bottleneckOf(board.chip, result),
      warnings: [
        ...lost,
        ...unrolledOf(board.chip, functional.trace.topology),
        ...chipWarnings(board, functional.trace.topology, null),
        ...stayingPrices(described, values, board.chip, functional.trace.topology),
      ],
    };
  } catch (error) {
    if (!(error instanceof InfeasibleError || error instanceof InputError)) throw error;
    return { ...none, experiment: board, refused: own === undefined ? error : withOtherIntegers(error) };
  }
}

/** A network that the chip's own integers cannot express can still be estimated as if the chip had such neurons. */
function withOtherIntegers(error: InfeasibleError | InputError): InfeasibleError | InputError {
  if (error instanceof InfeasibleError) return error;
  const fix = "--set precision.integers=quantised estimates it as if the chip had such neurons";
  return new InputError(error.problems.map((problem) => ({ ...problem, fix: problem.fix === "" ? fix : problem.fix })));
}
