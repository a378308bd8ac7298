/**
 * What an event costs on the chips of `test/golden`, each of which has features that a plain chip lacks, against the plain one: processor time of the
 * timing run alone, per packet sent, group of synapses worked on and neuron updated. Network: mnist-rows-rec-v2, 8 utterances.
 */
import { patchDocument, readArch, readModel, resolveModelPath } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { Recorder } from "../../sim/board/recorder.js";
import { runTiming } from "../../sim/board/run-timing.js";
import { CORE_COUNTERS, type CoreCounter, coreColumn } from "../../sim/counters.js";
import { prepareFunctional } from "../../sim/index.js";
import { replay } from "../../sim/replay.js";
import { loadDataset } from "../../training/index.js";
import { CHIPS, ROOMY } from "../golden/cases.js";
import { rates } from "./harness/measure.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";

const file = `${packageRoot()}/arch/examples/edge.yaml`;
const EVENTS: readonly CoreCounter[] = ["packets_sent", "synapse_busy_cycles", "neuron_updates"];

await benchmark(import.meta.url, async () => {
  const parsed = readArch(file);
  const model = readModel(resolveModelPath("mnist-rows-rec-v2.safetensors", file));
  const samples = loadDataset("mnist-rows", { path: null, split: "test" });
  const rows: Row[] = [];
  const chips = { "a plain chip": {}, "a plain chip, recorded": {}, ...CHIPS };
  for (const [name, changes] of Object.entries(chips)) {
    const experiment = patchDocument(parsed, { ...ROOMY, ...changes, "workload.timing_samples": 8 });
    const functional = prepareFunctional(experiment, model.network, model.hash, samples);
    const { placement, timing } = replay(experiment, functional.trace, functional.placedBy);
    const { cores } = timing.total;
    let events = 0;
    for (let at = 0; at < cores.length; at += CORE_COUNTERS.length) for (const counter of EVENTS) events += cores[at + coreColumn[counter]];
    const run = (): number => {
      const recorder = name.endsWith("recorded") ? new Recorder() : null;
      runTiming(experiment.chip, placement, experiment.precision, functional.trace, recorder, "replayed");
      return events / 1e6;
    };
    rows.push(row(`${name}`, "M events/CPU s", "more", await rates(run, { warmUps: 1, runs: 5 })));
  }
  return rows;
});
