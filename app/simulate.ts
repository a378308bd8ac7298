/** Simulates one design point. Effects: reads files. */
import { type Experiment, ofKind } from "../arch/index.js";
import type { Json } from "../base/hash.js";
import { counterTables, evaluatePoint, heldNetwork, needsOn, prepareFunctional, restOf } from "../sim/index.js";
import {
  energyByLayer,
  explainRun,
  MOST_WRITTEN,
  type Rebuild,
  type RecordingLimit,
  recordRun,
  traceFormats,
} from "../sim/observe/index.js";
import { systemClock } from "../sweeps/index.js";
import { checkedOptions, demandDescription, oneOf } from "./checked-options.js";
import { chipWarnings } from "./chip-warnings.js";
import { workloadWarnings } from "./data-warnings.js";
import { highestClocks } from "./fast-clocks.js";
import { loadModel, samplesFor, shortageOf } from "./inputs.js";
import { modelWarnings, readingWarnings } from "./model-warnings.js";
import { type Description, withValues } from "./open.js";
import { inSection } from "./problem-places.js";
import { rebuilding } from "./rebuilding.js";
import { runnableOf, runnableWarnings } from "./runnable-warnings.js";
import { stayingPrices } from "./silent-prices.js";
import type { SimulateOptions, Simulation } from "./simulation.js";
import { intervalsOfResult } from "./uncertainty.js";
import { unlessAborted } from "./unless-aborted.js";

export type { SimulateOptions, Simulation, TraceFormatName } from "./simulation.js";

/**
 * Simulates one point: accuracy, operations, cycles, energy and area.
 *
 * Runs in this thread; for many points use `sweep`, which has worker threads.
 *
 * @param description what `open` gave
 * @throws InputError if values, model or data cannot be read or do not fit together
 * @throws InfeasibleError if the point cannot exist: with the resource, its need, and what the chip has
 */
export async function simulate(description: Description, options: SimulateOptions = {}): Promise<Simulation> {
  checkedOptions("simulate", options, {
    values: "object",
    explain: "boolean",
    trace: `${oneOf(Object.keys(traceFormats))} or null`,
    onProgress: "function",
    signal: "signal",
  });
  demandDescription("simulate", description);
  const { document, experiment } = withValues(description, options.values ?? {}, "--set");
  await unlessAborted(options.signal);
  return ofKind<Promise<Simulation>>(experiment, {
    board: (board) => simulateChip(description, document, board, options, rebuilding(description, board, options.values ?? {})),
    // models of recorded chips are loaded only for such a chip
    coupled: async () => (await import("./simulate-coupled.js")).simulateCoupled(description, options),
  });
}

const TRACE_LIMIT: RecordingLimit = {
  events: MOST_WRITTEN,
  option: "--trace",
  fewer: (utterances) => `record fewer utterances: --set workload.timing_samples=${utterances}`,
};

/** `description`: before values were set; `document`: with them. */
async function simulateChip(
  description: Description,
  document: Json,
  experiment: Experiment,
  options: SimulateOptions,
  rebuild: Rebuild,
): Promise<Simulation> {
  const { file, plugins } = description;
  const { values = {}, explain = false, trace: format = null, onProgress = () => {}, signal } = options;
  const model = await loadModel(experiment, file, plugins);
  const samples = await samplesFor(model, experiment, file);
  await unlessAborted(signal);
  const startMs = systemClock.monotonicMs();
  const runnable = runnableOf(experiment, model.network, samples);
  const ran = (done: number, total: number): void => onProgress({ work: "functional run", done, total, unit: "utterances" });
  const functional = await inSection(file, "mapping", () =>
    prepareFunctional(experiment, model.network, model.hash, samples, runnable, ran),
  );
  const functionalMs = systemClock.monotonicMs();
  await unlessAborted(signal);
  const timed = (work: string): void => onProgress({ work, done: functional.timedUtterances.length, total: null, unit: "utterances" });
  timed("timing run");
  const { result, placement, timing } = await inSection(file, "mapping", () => evaluatePoint(experiment, functional));
  const endMs = systemClock.monotonicMs();
  await unlessAborted(signal);
  const { trace } = functional;
  if (explain || format !== null) timed("recording");
  const recorded =
    explain || format !== null
      ? recordRun(
          experiment,
          trace,
          functional.placedBy,
          format !== null && traceFormats[format].needsFlits,
          format === null ? null : TRACE_LIMIT,
        )
      : null;
  await unlessAborted(signal);
  let changed = 0;
  const tried = (): void => onProgress({ work: "explanation", done: ++changed, total: null, unit: "changed chips" });
  return {
    file,
    values,
    document,
    experiment,
    network: heldNetwork(experiment.chip, experiment.precision, trace.topology),
    counters: counterTables(experiment.chip, timing.total),
    highestClocks: highestClocks(experiment.chip, experiment.precision, needsOn(experiment.chip, experiment.precision, trace.topology)),
    result,
    intervals: intervalsOfResult(experiment, result),
    model: model.path,
    layers: energyByLayer(experiment.chip, placement, experiment.precision, trace, timing, restOf(experiment)),
    explanation: explain && recorded !== null ? explainRun(experiment, trace, recorded, rebuild, tried) : null,
    counts: null,
    trace:
      format === null || recorded === null
        ? null
        : {
            ending: traceFormats[format].ending,
            pieces: traceFormats[format].write(recorded.recorder, experiment.chip, recorded.placement, trace),
          },
    caseFiles: [],
    functionalSeconds: (functionalMs - startMs) / 1000,
    timingSeconds: (endMs - functionalMs) / 1000,
    warnings: [
      ...shortageOf(experiment, samples),
      ...modelWarnings(model, experiment.precision),
      ...(await readingWarnings(experiment, model.network)),
      ...(await workloadWarnings(model, experiment, file)),
      ...runnableWarnings(runnable, samples, experiment.workload.encoding),
      ...chipWarnings(experiment, trace.topology, null),
      ...stayingPrices(description, values, experiment.chip, trace.topology),
    ],
  };
}
