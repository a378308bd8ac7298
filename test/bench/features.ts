/**
 * What an event costs on the chips of `test/golden`, each of which has features that a plain chip lacks, against the
 * plain one, in turns: processor time of the utterances, each alone, per packet sent, group of synapses worked on and
 * neuron updated. What is run for the throughput of utterances back to back counts no such events, so it is left out.
 * Network: mnist-rows-rec-v2, 8 utterances.
 */
import { patchDocument, readArch, readModel, resolveModelPath } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { CompiledBoard } from "../../sim/board/compiled-chip.js";
import { Recorder } from "../../sim/board/recorder.js";
import { CORE_COUNTERS, type CoreCounter, coreColumn } from "../../sim/counters.js";
import { prepareFunctional } from "../../sim/index.js";
import { withPartialSums } from "../../sim/mapping/index.js";
import { nocSpec } from "../../sim/noc/index.js";
import { buildProgram, timeline } from "../../sim/program/index.js";
import { replay } from "../../sim/replay.js";
import { loadDataset } from "../../training/index.js";
import { CHIPS, ROOMY } from "../golden/cases.js";
import { cpuSeconds, rates } from "./harness/measure.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";

const file = `${packageRoot()}/arch/examples/edge.yaml`;
const EVENTS: readonly CoreCounter[] = ["packets_sent", "synapse_busy_cycles", "neuron_updates"];

/** With this network the states of the golden chip fit its memories. */
const DRAM = "weights and states in DRAM";
const chips: readonly (readonly [name: string, changes: (typeof CHIPS)[string]])[] = [
  ["a plain chip, recorded", {}],
  ...Object.entries(CHIPS).map(([name, changes]) => [name === DRAM ? "weights in DRAM" : name, changes] as const),
  [DRAM, { ...CHIPS[DRAM], "tile.core.state_memory.size_kib": 0.8125 }],
];

const UTTERANCES = Array.from({ length: 8 }, (_, u) => u);

const WARM_UPS = 3;
/** Pairs of runs. */
const TURNS = 11;

interface Prepared {
  readonly events: number;
  readonly run: (recorder: Recorder | null) => void;
}

function secondsOf(work: () => void): number {
  const start = cpuSeconds();
  work();
  return cpuSeconds() - start;
}

await benchmark(import.meta.url, async () => {
  const parsed = readArch(file);
  const model = readModel(resolveModelPath("mnist-rows-rec-v2.safetensors", file));
  const samples = loadDataset("mnist-rows", { path: null, split: "test" });
  const prepare = (changes: (typeof CHIPS)[string]): Prepared => {
    const experiment = patchDocument(parsed, { ...ROOMY, ...changes, "workload.timing_samples": UTTERANCES.length });
    const functional = prepareFunctional(experiment, model.network, model.hash, samples);
    const { placement, timing } = replay(experiment, functional.trace, functional.placedBy);
    const { cores } = timing.total;
    let events = 0;
    for (let at = 0; at < cores.length; at += CORE_COUNTERS.length) for (const counter of EVENTS) events += cores[at + coreColumn[counter]];
    const trace = withPartialSums(placement.topology, functional.trace);
    const program = buildProgram(experiment.chip, placement, experiment.precision);
    const boardWith = (recorder: Recorder | null) =>
      new CompiledBoard(experiment.chip, placement, program, trace, nocSpec(experiment.chip), recorder);
    const silent = boardWith(null);
    const run = (recorder: Recorder | null): void => {
      const board = recorder === null ? silent : boardWith(recorder);
      for (const u of UTTERANCES) {
        board.reset(u);
        const line = timeline(trace, [u]);
        board.runLine(line, board.waves(line));
        recorder?.shift(board.cycle);
      }
    };
    return { events, run };
  };
  const plain = prepare({});
  const speeds = await rates(() => {
    plain.run(null);
    return plain.events / 1e6;
  });
  const rows: Row[] = [row("a plain chip", "M events/CPU s", "more", speeds)];
  for (const [name, changes] of chips) {
    const chip = prepare(changes);
    const isRecorded = name.endsWith("recorded");
    const ratios: number[] = [];
    // without forced collections in between: the run behind one pays for it
    for (let turn = -WARM_UPS; turn < TURNS; turn++) {
      const plainSeconds = secondsOf(() => plain.run(null));
      const seconds = secondsOf(() => chip.run(isRecorded ? new Recorder() : null));
      if (turn >= 0) ratios.push(seconds / chip.events / (plainSeconds / plain.events));
    }
    rows.push(row(name, "x plain", "less", ratios));
  }
  return rows;
});
