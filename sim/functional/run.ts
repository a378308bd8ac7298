/** Functional run: what happens on the workload, once for every chip: accuracy, operation counts, and the spike trace of some utterances. */
import { bytesOf, inputError, type Samples, type SpikeTrace, sha256 } from "../../arch/index.js";
import type { OperationCounts } from "../result.js";
import { createDenseCells } from "./dense-cells.js";
import { createEngine } from "./engine.js";
import { toStateUnits } from "./input-encoder.js";
import type { IntegerNetwork } from "./integer-network.js";
import { IntegerNeurobench } from "./integer-neurobench.js";
import type { NeurobenchMetrics } from "./neurobench.js";
import { OperationCounter } from "./operations.js";
import { createReference } from "./reference.js";
import { scoreUtterance } from "./score.js";
import { TraceRecorder } from "./trace-recorder.js";
import type { UtteranceEngine } from "./utterance.js";

export interface FunctionalOptions {
  /** Utterances to run, as indices into the samples, in this order. */
  readonly utterances: Uint32Array;
  /** Positions in `utterances`, ascending, whose spikes are kept. */
  readonly traced: Uint32Array;
  readonly engine: "fast" | "reference";
}

export interface FunctionalRun {
  readonly correct: number;
  /** Utterances, or labelled frames. */
  readonly scored: number;
  readonly operations: OperationCounts;
  readonly neurobench: NeurobenchMetrics;
  readonly trace: SpikeTrace;
  /** One class an utterance (`sequence`) or a frame (`frames`), in the order run. */
  readonly predictions: Int32Array;
}

/** Runs `network` on the chosen utterances. Throws: InputError when samples and network do not fit each other. */
export function runFunctional(network: IntegerNetwork, samples: Samples, options: FunctionalOptions): FunctionalRun {
  checkSamples(network, samples, options);
  const engine = engineOf(network, options.engine);
  const counter = new OperationCounter(network);
  const neurobench = new IntegerNeurobench(network);
  const recorder = new TraceRecorder(network.topology);
  const traced = new Set(options.traced);
  const predictions: number[] = [];
  let correct = 0;
  let scored = 0;
  let clamped = 0;
  for (const [position, utterance] of options.utterances.entries()) {
    const first = samples.frameStart[utterance];
    const end = samples.frameStart[utterance + 1];
    const inputs = new Int32Array((end - first) * samples.inputs);
    clamped += toStateUnits(network, samples.features.subarray(first * samples.inputs, end * samples.inputs), inputs);
    const run = engine.run(inputs);
    counter.add(run);
    neurobench.add(run);
    if (traced.has(position)) recorder.add(run);
    const score = scoreUtterance(network, samples, utterance, run.scores);
    correct += score.correct;
    scored += score.scored;
    for (const prediction of score.predictions) predictions.push(prediction);
  }
  const counts = counter.counts();
  const key = traceKey(network.key, samples.hash, options.utterances, options.traced);
  return {
    correct,
    scored,
    operations: { ...counts, stateSaturations: counts.stateSaturations + clamped },
    neurobench: neurobench.metrics(),
    trace: recorder.trace(key),
    predictions: Int32Array.from(predictions),
  };
}

/** Content address of a trace: what it was run from, and which utterances it holds. */
export function traceKey(networkKey: string, samplesHash: string, utterances: Uint32Array, traced: Uint32Array): string {
  return sha256(networkKey, samplesHash, bytesOf(utterances), "/", bytesOf(traced));
}

function engineOf(network: IntegerNetwork, engine: "fast" | "reference"): UtteranceEngine {
  if (network.system === "gru" || network.system === "lstm") return createDenseCells(network, engine);
  return engine === "fast" ? createEngine(network) : createReference(network);
}

function checkSamples(network: IntegerNetwork, samples: Samples, options: FunctionalOptions): void {
  if (samples.inputs !== network.inputs) {
    throw inputError(samples.name, `frames of ${samples.inputs} features, the network ${network.name} takes ${network.inputs}`);
  }
  if (samples.classes !== network.classes || samples.task !== network.task) {
    throw inputError(
      samples.name,
      `${samples.classes} classes by ${samples.task}, the network ${network.name} has ${network.classes} by ${network.task}`,
    );
  }
  const count = samples.frameStart.length - 1;
  for (const utterance of options.utterances) {
    if (utterance >= count) throw inputError(samples.name, `utterance ${utterance} asked, ${count} there`);
  }
  for (const position of options.traced) {
    if (position >= options.utterances.length)
      throw inputError(samples.name, `trace of utterance ${position} asked, ${options.utterances.length} run`);
  }
}
