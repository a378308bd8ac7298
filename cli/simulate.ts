/** One design point from file to printed answer. Effects: reads files, prints. */
import { evaluatePoint, prepareFunctional } from "../sim/index.js";
import { explanationOf } from "./explain.js";
import { duration } from "./format/number.js";
import { resultLines } from "./format/result.js";
import { lookOf, paint } from "./format/style.js";
import { loadArch, loadModel, loadSamples, parseSets, withSets } from "./load.js";

export interface SimulateOptions {
  readonly explain: boolean;
  readonly json: boolean;
}

export async function simulate(file: string, sets: readonly string[], options: SimulateOptions): Promise<void> {
  const values = await parseSets(sets);
  const experiment = withSets(loadArch(file), values);
  const model = loadModel(experiment, file);
  const samples = loadSamples(experiment);
  const startMs = Date.now();
  const functional = prepareFunctional(experiment, model.network, model.hash, samples);
  const functionalMs = Date.now();
  const { result } = evaluatePoint(experiment, functional);
  const endMs = Date.now();
  if (options.json) {
    const explanation = options.explain ? { explanation: explanationOf(experiment, result) } : {};
    console.log(JSON.stringify({ file, set: values, ...result, ...explanation }, null, 2));
    return;
  }
  const look = lookOf(process.stdout, process.env);
  const { chip, precision, workload } = experiment;
  const technology = `${chip.technology.nodeNm} nm, ${chip.technology.voltageV} V, ${chip.technology.clockMhz} MHz`;
  const widths = `${precision.weightBits}-bit weights, ${precision.stateBits}-bit state`;
  console.log(
    [
      `${paint(look, chip.name, "bold")}: ${chip.cores.length} cores, ${chip.noc.width} x ${chip.noc.height} ${chip.noc.topology}, ${technology}; ${widths}`,
      `model ${model.path} on ${workload.dataset} ${workload.split}: ${result.provenance.utterances} utterances, ${result.provenance.timedUtterances.length} of them timed`,
      paint(look, `functional run ${duration((functionalMs - startMs) / 1000)}, timing ${duration((endMs - functionalMs) / 1000)}`, "dim"),
      "",
      ...resultLines(look, result),
      ...(options.explain ? ["", ...explanationOf(experiment, result)] : []),
    ].join("\n"),
  );
}
