/**
 * What a search does besides simulating, one core: points described and priced by the analytical model as a screening
 * search does, results stored, fronts kept up to date. The fronts are of random points on a noisy surface, where
 * thousands do not dominate each other.
 */

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { patchDocument, readArch, readModel, resolveModelPath } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import { packageRoot } from "../../base/package-root.js";
import { ParetoArchive } from "../../base/pareto.js";
import { createRng } from "../../base/rng.js";
import { profileOf } from "../../sim/expect/index.js";
import { evaluatePoint, prepareFunctional } from "../../sim/index.js";
import { estimatedMetrics } from "../../sweeps/engine/estimate.js";
import { GrowingFront, hypervolume, pointKey, Space, Store } from "../../sweeps/index.js";
import { loadDataset } from "../../training/index.js";
import { specOf } from "../sweeps/fake-study.js";
import { rates, times } from "./harness/measure.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";

const file = join(packageRoot(), "arch/examples/edge.yaml");
const POINTS = 500;
/**
 * Times that each is priced in a run: a screening search prices 20,000 points, and the collection before a run throws
 * compiled code away.
 */
const ROUNDS = 40;
const STORED = 1_000;
const REPEATS = { warmUps: 1, runs: 5 };

async function pointRows(): Promise<Row[]> {
  const parsed = readArch(file);
  if (parsed.sweep === null) throw new Error("the example has no sweep");
  const model = readModel(resolveModelPath(parsed.experiment.network.model, file));
  const samples = loadDataset("mnist-rows", { path: null, split: "test" });
  const small = patchDocument(parsed, { "workload.samples": 50, "workload.timing_samples": 2 });
  const functional = prepareFunctional(small, model.network, model.hash, samples);
  const profile = profileOf(functional.trace);
  const space = new Space(parsed.sweep.parameters, file);
  const rng = createRng(1, "bench search");
  const values = Array.from({ length: POINTS }, () => space.decode(Float64Array.from(space.dimensions, () => rng.float())));
  const experiments = values.map((value) => patchDocument(parsed, space.byPath(value)));
  const inputs = { modelHash: model.hash, dataHash: samples.hash };
  const described = await rates(() => {
    for (const value of values) pointKey(patchDocument(parsed, space.byPath(value)), inputs, "1");
    return POINTS;
  }, REPEATS);
  const priced = await rates(() => {
    for (let round = 0; round < ROUNDS; round++) for (const experiment of experiments) estimatedMetrics(experiment, functional, profile);
    return ROUNDS * POINTS;
  }, REPEATS);
  const { result, timing } = evaluatePoint(small, functional);
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-bench-"));
  const sizes: number[] = [];
  let round = 0;
  const stored = await rates(() => {
    const store = Store.open(join(folder, `${round++}.db`));
    store.begin({ name: "bench", identity: "i", sweep: specOf(), document: {}, inputs: [], budget: STORED, engineVersion: "1" }, 1, {});
    for (let id = 1; id <= STORED; id++) {
      const point = { id, key: id.toString(16).padStart(64, "0"), values: { lanes: id }, fidelity: 1 };
      store.insert(point, { "tile.core.lanes": id } as Json);
      store.setRunning(id, 1);
      store.finish(point, result, timing.total, 0, 1);
    }
    store.close();
    sizes.push(statSync(join(folder, `${round - 1}.db`)).size / STORED);
    return STORED;
  }, REPEATS);
  rmSync(folder, { recursive: true });
  return [
    row("a point of edge.yaml described, checked, keyed", "points/s", "more", described),
    row("a point of edge.yaml priced by the analytical model", "points/s", "more", priced, 10_000),
    row("a result stored (3 transactions, file)", "results/s", "more", stored),
    row("a result in the database", "bytes", "less", sizes.slice(REPEATS.warmUps)),
  ];
}

async function frontRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of [1_000, 100_000]) {
    const rng = createRng(5, "bench front");
    const points = Array.from({ length: count }, () => {
      const [a, b] = [rng.float(), rng.float()];
      return [a, b, (1 - a) * (1 - b) + 0.05 * rng.float()];
    });
    let size = 0;
    const speeds = await rates(() => {
      const archive = new ParetoArchive<number>();
      points.forEach((values, id) => void archive.add(id, values));
      size = archive.size;
      return count;
    }, REPEATS);
    rows.push(row(`front of 3 objectives, ${count.toLocaleString("en-US")} points (${size} on it)`, "updates/s", "more", speeds));
  }
  return rows;
}

/** Points on a sphere: none dominates another. */
async function volumeRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const objectives of [4, 6]) {
    const rng = createRng(1, "bench volume");
    const reference = new Array<number>(objectives).fill(1.1);
    const points = Array.from({ length: 1_600 }, () => {
      const raw = reference.map(() => Math.abs(rng.normal()));
      const length = Math.sqrt(raw.reduce((sum, value) => sum + value * value, 0));
      return raw.map((value) => value / length);
    });
    const whole = await times(() => hypervolume(points, reference));
    const grown = await times(() => {
      const front = new GrowingFront<number>(reference);
      for (const [id, values] of points.entries()) front.add(id, values);
    });
    rows.push(row(`hypervolume of 1,600 points in ${objectives} objectives`, "CPU s", "less", whole));
    rows.push(row("the same, grown point by point", "CPU s", "less", grown, 2));
  }
  return rows;
}

await benchmark(import.meta.url, async () => [...(await pointRows()), ...(await frontRows()), ...(await volumeRows())]);
