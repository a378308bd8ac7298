/**
 * The shipped sweep of input queues: deep ones lose nothing and change nothing, shallow ones lose spikes and accuracy.
 */
// @module-tag slow
import { join } from "node:path";
import { expect, test } from "vitest";
import { patchDocument, readArch, readModel, resolveModelPath } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { evaluatePoint, prepareFunctional, type Result } from "../../sim/index.js";
import { loadDataset } from "../../training/index.js";

const parsed = readArch(join(packageRoot(), "arch/examples/input-queues.yaml"));
const { network } = readModel(resolveModelPath(parsed.experiment.network.model, "input-queues.yaml"));
const digits = loadDataset("mnist-rows", { path: null, split: "test" });

function evaluate(values: { readonly [path: string]: string | number }): Result {
  const experiment = patchDocument(parsed, { "workload.samples": 40, "workload.timing_samples": 8, ...values });
  return evaluatePoint(experiment, prepareFunctional(experiment, network, "m", digits)).result;
}
const queues = (full: string, depth: number) => evaluate({ "tile.core.input_queue.full": full, "tile.core.input_queue.depth": depth });

test("queues of 1,024 that drop equal queues of 1,024 that stall in accuracy, cycles, energy, utilisation and operations", {
  tags: ["long"],
}, () => {
  const [stalls, drops] = ["stall", "drop"].map((full) => queues(full, 1024));
  const { provenance: _, operations, ...told } = drops;
  const { provenance: __, operations: counted, ...expected } = stalls;
  expect(told).toEqual(expected);
  expect(operations).toEqual({ ...counted, neurobench: null });
});

test("the shallower a queue that drops, the more is lost, the sooner a step ends, and the lower the accuracy", { tags: ["long"] }, () => {
  const rows = [1, 4, 8, 12, 16, 32].map((depth) => queues("drop", depth).metrics);
  const falls = (values: readonly (number | null)[]): boolean =>
    values.every((value, i) => i === 0 || (value as number) <= (values[i - 1] as number));
  expect(falls(rows.map((row) => row.events_dropped))).toBe(true);
  expect(falls(rows.map((row) => -(row.latency_cycles as number)))).toBe(true);
  const accuracies = rows.map((row) => row.accuracy_percent as number);
  expect(falls(accuracies.slice(1).map((accuracy) => -accuracy))).toBe(true);
  expect(accuracies[0]).toBeLessThan(30);
  expect(accuracies[5]).toBeGreaterThan(90);
});

test("accuracy, operations and lost messages are of all samples, however few are timed: those of the replay of all", () => {
  const shallow = { "tile.core.input_queue.full": "drop", "tile.core.input_queue.depth": 8, "workload.samples": 6 };
  const [one, all] = [1, 6].map((timed) => evaluate({ ...shallow, "workload.timing_samples": timed }));
  const told = ({ metrics: { accuracy_percent, events_dropped }, operations }: Result) => ({
    accuracy_percent,
    events_dropped,
    operations,
  });
  expect(told(one)).toEqual(told(all));
  expect(one.metrics.events_processed).not.toBe(all.metrics.events_processed);
});
