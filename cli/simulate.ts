/** One design point from file to printed answer. Effects: reads files, writes a trace file, prints. */
import { feedsBack, gridOf } from "../arch/index.js";
import { evaluatePoint, prepareFunctional } from "../sim/index.js";
import { energyByLayer, explainRun, recordRun, traceFormats } from "../sim/observe/index.js";
import { explanationOf, simulatedGains } from "./explain.js";
import { duration } from "./format/number.js";
import { resultLines } from "./format/result.js";
import { lookOf, paint } from "./format/style.js";
import { loadArch, loadModel, loadSamples, parseSets, warnOfSamples, withSets } from "./load.js";
import { print, printJson, warn } from "./print.js";
import { writeTrace } from "./write-trace.js";

export interface SimulateOptions {
  readonly explain: boolean;
  readonly trace: keyof typeof traceFormats | null;
  /** Of the trace; null: named after the description. */
  readonly out: string | null;
  readonly json: boolean;
}

export async function simulate(file: string, sets: readonly string[], options: SimulateOptions): Promise<void> {
  const values = parseSets(sets);
  const experiment = withSets(loadArch(file), values);
  const model = await loadModel(experiment, file);
  const samples = await loadSamples(experiment, file);
  warnOfSamples(experiment, samples);
  const startMs = Date.now();
  const functional = prepareFunctional(experiment, model.network, model.hash, samples);
  const functionalMs = Date.now();
  const { result, placement, timing } = evaluatePoint(experiment, functional);
  const endMs = Date.now();
  const { trace } = functional;
  const layers = energyByLayer(experiment.chip, placement, experiment.precision, trace, timing.total);
  const recorded = options.explain || options.trace !== null ? recordRun(experiment, trace, functional.placedBy) : null;
  const explanation: readonly string[] =
    options.explain && recorded !== null
      ? [...explanationOf(experiment, result), ...simulatedGains(explainRun(experiment, trace, recorded))]
      : [];
  let written: string | null = null;
  if (options.trace !== null && recorded !== null) {
    const { ending, write } = traceFormats[options.trace];
    written = await writeTrace(file, options.out, ending, write(recorded.recorder, experiment.chip, recorded.placement, trace));
  }
  if (written !== null && options.json) warn(written);
  if (options.json) {
    printJson({ file, set: values, ...result, layers, ...(options.explain ? { explanation } : {}) }, 2);
    return;
  }
  const look = lookOf(process.stdout, process.env);
  const { chip, precision, workload } = experiment;
  const technology = `${chip.technology.nodeNm} nm, ${chip.technology.voltageV} V, ${chip.technology.clockMhz} MHz`;
  const widths = `${precision.weightBits}-bit weights, ${precision.stateBits}-bit state`;
  print([
    `${paint(look, chip.name, "bold")}: ${chip.cores.length} cores, ${gridOf(chip)}, ${technology}; ${widths}`,
    `model ${model.path} on ${workload.dataset} ${workload.split}: ${result.provenance.utterances} utterances, ${result.provenance.timedUtterances.length} of them timed`,
    ...(feedsBack(chip) ? ["the chip's time feeds back into function: accuracy is of all utterances run on the chip"] : []),
    paint(look, `functional run ${duration((functionalMs - startMs) / 1000)}, timing ${duration((endMs - functionalMs) / 1000)}`, "dim"),
    "",
    ...resultLines(look, result, layers),
    ...(options.explain ? ["", ...explanation] : []),
    ...(written === null ? [] : ["", written]),
  ]);
}
