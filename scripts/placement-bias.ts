/**
 * Whether `mapping.strategy: balanced`, which places neurons by the activity of the utterances that are then timed,
 * flatters them: `npx tsx scripts/placement-bias.ts edge.db 12`. The chips that the README shows are timed on as many
 * choices of digits, placed by these digits, by those of the next choice, and by those of the first one.
 */
import { patchDocument, readArch, readModel, resolveModelPath } from "../arch/index.js";
import { exp, log } from "../base/math.js";
import { packageRoot } from "../base/package-root.js";
import { prepareFunctional } from "../sim/index.js";
import { type Replay, replay } from "../sim/replay.js";
import { Space, Store } from "../sweeps/index.js";
import { loadDataset } from "../training/index.js";
import { frontChips } from "./front-chips.js";

const [database, choices = "12"] = process.argv.slice(2);
if (database === undefined) throw new Error("usage: npx tsx scripts/placement-bias.ts edge.db CHOICES");
const store = Store.read(database);
const study = store.study();
if (study === null) throw new Error(`${database} holds no study`);
const space = new Space(study.sweep.parameters);
const file = `${packageRoot()}/arch/examples/edge.yaml`;
const example = readArch(file);
const samples = loadDataset("mnist-rows", { path: null, split: "test" });

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const cyclesOf = ({ timing }: Replay): number => mean(timing.latencyCycles);
/** Geometric mean of ratios, and how far the furthest lies from 1. */
const said = (ratios: readonly number[]): string => {
  const furthest = Math.max(...ratios.map((ratio) => Math.abs(ratio - 1)));
  return `${exp(mean(ratios.map((ratio) => log(ratio)))).toFixed(4)} (furthest ${(100 * furthest).toFixed(1)} %)`;
};

for (const [name, id] of frontChips(database)) {
  const [values] = Array.from(store.points(`p.id = ${id}`), (point) => space.byPath(point.values));
  const runs = Array.from({ length: Number(choices) }, (_, k) => {
    const workload = { "workload.seed": k + 1, "workload.samples": 8, "workload.timing_samples": 8 };
    const experiment = patchDocument(example, { ...values, ...workload });
    const model = readModel(resolveModelPath(experiment.network.model, file));
    return { experiment, trace: prepareFunctional(experiment, model.network, model.hash, samples).trace };
  });
  const placedBy = (of: (k: number) => number): readonly number[] =>
    runs.map(({ experiment, trace }, k) => cyclesOf(replay(experiment, trace, runs[of(k)].trace)));
  const [own, next, first] = [placedBy((k) => k), placedBy((k) => (k + 1) % runs.length), placedBy(() => 0)];
  const over = (others: readonly number[]): string => said(own.map((cycles, k) => cycles / others[k]));
  console.log(`${name.padEnd(10)} latency over that of a placement by other digits ${over(next)}, by the first ones ${over(first)}`);
}
store.close();
