/**
 * Functional run of a workload, made once for every chip: accuracy, operation counts, and the spike trace of some
 * utterances.
 */

import {
  EventTally,
  NetworkNeurobench,
  type NeurobenchMetrics,
  OperationCounter,
  type SampleSet,
  type SpikeTrace,
} from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import type { OperationCounts } from "../result.js";
import { type EncodedInput, FEATURES_AS_THEY_ARE, inputKey, valuesOf } from "./encoded-samples.js";
import type { IntegerNetwork } from "./integer-network.js";
import { checkFit, type Runnable, runnableNetwork, traceKey } from "./runnable.js";
import { scoreUtterance } from "./score.js";
import { checkEncoding } from "./spike-encoders.js";
import { TraceRecorder } from "./trace-recorder.js";
import type { UtteranceErrors } from "./utterance-errors.js";

export interface FunctionalOptions {
  /** Utterances to run, as indices into the samples, in this order. */
  readonly utterances: Uint32Array;
  /** Positions in `utterances`, ascending, whose spikes are kept. */
  readonly traced: Uint32Array;
}

export interface FunctionalRun {
  readonly correct: number;
  /** Utterances, or labelled frames. */
  readonly scored: number;
  readonly operations: OperationCounts & { readonly neurobench: NeurobenchMetrics };
  readonly trace: SpikeTrace;
  readonly errors: UtteranceErrors;
  /** One class per utterance (`sequence`) or per frame (`frames`), in the order of the run. */
  readonly predictions: Int32Array;
}

/** Runs `network` on the chosen utterances. Throws: InputError if samples and network do not fit each other. */
export function runFunctional(
  network: IntegerNetwork,
  samples: SampleSet,
  options: FunctionalOptions,
  input: EncodedInput = FEATURES_AS_THEY_ARE,
): FunctionalRun {
  return runOn(runnableNetwork(network), samples, options, input);
}

/** The same for anything that runs. `onUtterance` is called after each utterance with the number of those that ran. */
export function runOn(
  runnable: Runnable,
  samples: SampleSet,
  options: FunctionalOptions,
  input: EncodedInput,
  onUtterance: (done: number) => void = () => {},
): FunctionalRun {
  checkFit(runnable, samples);
  checkOptions(samples, options);
  checkInput(runnable, input);
  const engine = runnable.engine();
  const weightBits = (target: number): number => runnable.precisions[target].weightBits;
  const { stepsPerFrame } = input.encoding;
  const counter = new OperationCounter(runnable.topology, weightBits, stepsPerFrame);
  const neurobench = new NetworkNeurobench(runnable.topology, runnable.counted, runnable.stored, runnable.neuronLayers);
  const events = new EventTally(runnable.topology, runnable.nonZero);
  const recorder = new TraceRecorder(runnable.topology);
  const traced = new Set(options.traced);
  const predictions: number[] = [];
  const count = options.utterances.length;
  const errors = { utterances: options.utterances, scored: new Uint32Array(count), wrong: new Uint32Array(count) };
  let correct = 0;
  let scored = 0;
  let accumulatorOverflows = 0;
  let stateSaturations = 0;
  for (const [position, utterance] of options.utterances.entries()) {
    const values = valuesOf(samples, utterance, input);
    const inputs = new Int32Array(values.length);
    stateSaturations += runnable.toInputs(values, inputs);
    const run = engine.run(inputs);
    accumulatorOverflows += run.accumulatorOverflows;
    stateSaturations += run.stateSaturations;
    const tally = events.of(run);
    counter.add(tally);
    neurobench.add(tally, run.membraneUpdates);
    if (traced.has(position)) recorder.add(run);
    const score = scoreUtterance(runnable, samples, utterance, run.scores, stepsPerFrame);
    correct += score.correct;
    scored += score.scored;
    errors.scored[position] = score.scored;
    errors.wrong[position] = score.scored - score.correct;
    for (const prediction of score.predictions) predictions.push(prediction);
    onUtterance(position + 1);
  }
  const key = traceKey(runnable.key, inputKey(samples, input), options.utterances, options.traced);
  return {
    correct,
    scored,
    operations: { ...counter.counts(), accumulatorOverflows, stateSaturations, neurobench: neurobench.metrics() },
    trace: recorder.trace(key),
    errors,
    predictions: Int32Array.from(predictions),
  };
}

function checkInput({ name, dense }: Runnable, { encoding }: EncodedInput): void {
  checkEncoding(encoding);
  if (dense && encoding.kind !== "direct")
    throw inputError(
      "workload",
      `${encoding.kind} makes spikes, but ${name} takes real features`,
      "leave it at direct",
      "workload.encoder.kind",
    );
}

function checkOptions(samples: SampleSet, options: FunctionalOptions): void {
  const count = samples.frameStart.length - 1;
  for (const utterance of options.utterances) {
    if (utterance >= count) throw inputError(samples.name, `utterance ${utterance} asked, ${count} there`);
  }
  for (const position of options.traced) {
    if (position >= options.utterances.length)
      throw inputError(samples.name, `trace of utterance ${position} asked, ${options.utterances.length} run`);
  }
}
