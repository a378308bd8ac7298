/** Simulates one point of a coupled chip, whose time feeds back into function. Effects: reads the case's files. */
import { inputError } from "../base/errors.js";
import { coupledTraceFormats } from "../sim/recorded/index.js";
import { systemClock } from "../sweeps/index.js";
import { evaluateCoupledPoint, readCoupledPoint, runCoupledPoint } from "./coupled-point.js";
import { coupledPriceWarnings } from "./coupled-prices.js";
import type { Description } from "./open.js";
import type { SimulateOptions, Simulation } from "./simulation.js";
import { unlessAborted } from "./unless-aborted.js";

/** @throws InputError if a trace is wanted and the model has none. */
export async function simulateCoupled(description: Description, options: SimulateOptions): Promise<Simulation> {
  const { values = {}, explain = false, trace: format = null, signal } = options;
  const { file } = description;
  const point = readCoupledPoint(description, values);
  const { chip } = point.experiment;
  const startMs = systemClock.monotonicMs();
  const result = evaluateCoupledPoint(point);
  const endMs = systemClock.monotonicMs();
  await unlessAborted(signal);
  const run = explain || format !== null ? runCoupledPoint(point) : null;
  let trace: Simulation["trace"] = null;
  if (format !== null && run !== null) {
    if (run.trace === null) throw inputError("--trace", `the model ${chip.model} has no trace`);
    if (format === "html")
      throw inputError("--trace", `the model ${chip.model} has no drawing over time`, "use --trace csv, vcd or perfetto");
    const { ending, write } = coupledTraceFormats[format];
    trace = { ending, pieces: write(chip, run.trace) };
  }
  return {
    file,
    values,
    document: point.document,
    experiment: point.experiment,
    network: null,
    counters: null,
    highestClocks: null,
    result,
    intervals: {},
    model: null,
    layers: [],
    explanation: null,
    counts: explain && run !== null ? run.metrics : null,
    trace,
    caseFiles: [...point.files.keys()],
    functionalSeconds: 0,
    timingSeconds: (endMs - startMs) / 1000,
    warnings: coupledPriceWarnings(point.experiment, null),
  };
}
