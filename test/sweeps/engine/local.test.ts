/**
 * Worker threads: one functional run per precision, shared memory, deaths and time limits as outcomes, and real chips
 * bit for bit.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Experiment, type Network, patchDocument, readArch, readModel, resolveModelPath, type Samples } from "../../../arch/index.js";
import { HostFault } from "../../../base/errors.js";
import { packageRoot } from "../../../base/package-root.js";
import { evaluatePoint, functionalKey, prepareFunctional } from "../../../sim/index.js";
import { shared, sharedBytes } from "../../../sweeps/engine/share.js";
import { LocalEngine, type Outcome } from "../../../sweeps/index.js";
import { loadDataset } from "../../../training/index.js";

const folder = mkdtempSync(join(tmpdir(), "engine-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("shared copies equal their source, lie in shared memory, and an array met twice is shared once", () => {
  const twice = Float32Array.of(1, 2, 3);
  const source = {
    a: [twice, new Uint16Array([4, 5]).subarray(1)],
    b: { c: twice, d: "text", e: null, f: 1.5 },
    bytes: Buffer.from([7, 8]),
  };
  const copy = shared(source);
  expect(copy.a).toEqual(source.a);
  expect(copy.b).toEqual(source.b);
  expect(copy.a[0].buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(copy.b.c).toBe(copy.a[0]);
  expect(Array.from(copy.bytes)).toEqual([7, 8]);
  expect(sharedBytes(copy)).toBe(12 + 2 + 2);
});

/** A worker that logs its tasks, and dies, hangs or fails on demand. */
const worker = join(folder, "worker.mjs");
writeFileSync(
  worker,
  `import { appendFileSync, readFileSync } from "node:fs";
const log = ${JSON.stringify(join(folder, "log"))};
export default async function work(task) {
  const { mark } = task.experiment;
  appendFileSync(log, task.kind + " " + mark + "\\n");
  if (task.kind === "functional") {
    const isFirst = readFileSync(log, "utf8").split("functional").length === 2;
    if (mark === "host" || (mark === "host at first" && isFirst)) return { kind: "failed", code: "HOST", reason: "full", retryable: true };
    if (mark === "die at first" && isFirst) process.exit(3);
    if (mark.endsWith("at first")) return { kind: "infeasible", code: "FULL", reason: "need 2, have 1", durationMs: 1 };
    if (mark === "fail") return { kind: "failed", code: "BAD_INPUT", reason: "wrong", retryable: false, durationMs: 1 };
    await new Promise((resolve) => setTimeout(resolve, 50));
    const [utterances, scored, wrong] = [[0], [1], [0]].map((counts) => Uint32Array.from(counts));
    const functional = { key: mark, dataHash: "d", errors: { utterances, scored, wrong }, trace: new Int16Array(new SharedArrayBuffer(8)) };
    return { kind: "functional", functional, durationMs: 1 };
  }
  if (mark === "die") process.exit(3);
  if (mark === "hang") for (;;);
  if (mark === "unfit") return { kind: "infeasible", code: "FULL", reason: "need 2, have 1", durationMs: 1 };
  const result = { metrics: {}, shared: task.functional.trace.buffer instanceof SharedArrayBuffer, known: task.replay !== null };
  const outcome = { kind: "done", result, counters: {}, durationMs: 1 };
  return { kind: "replayed", outcome, replay: task.replay === null ? { topology: null, bytes: new Uint8Array(new SharedArrayBuffer(8)) } : null };
}
`,
);
const experimentOf = (mark: string, weightBits = 8): Experiment =>
  ({
    mark,
    network: { model: "m", nir: {}, lava: { restartSteps: 0, remainder: "lost" }, training: null },
    workload: { dataset: "d", path: null, split: "test", samples: 1, timingSamples: 1, seed: 1, labels: null, encoding: {} },
    precision: { weightBits, integers: "quantised", layers: {}, weightScale: "max" },
    chip: { mark, noc: { dies: null }, tick: null, cores: [] },
    mapping: { strategy: "min-traffic" }, // so that the key of a replay needs no topology
  }) as unknown as Experiment;
const engineOf = (timeoutMs = 60_000): LocalEngine =>
  new LocalEngine({
    loadModel: async () => ({ network: { name: "m", system: "lif" } as Network, hash: "m" }),
    loadSamples: async () => ({ name: "d", hash: "d", features: new Float32Array(2) }) as unknown as Samples,
    maxWorkers: 2,
    timeoutMs,
    workerFile: worker,
  });
const evaluate = async (engine: LocalEngine, experiment: Experiment): Promise<Outcome> =>
  engine.evaluate({ key: "k", fidelity: 1, experiment, byPath: {}, inputs: await engine.identify(experiment) });

describe("with a scripted worker", () => {
  test("points of one precision share one functional run, even when asked at once", async () => {
    writeFileSync(join(folder, "log"), "");
    const engine = engineOf();
    const outcomes = await Promise.all([..."abcdef"].map((mark, i) => evaluate(engine, experimentOf(mark, i % 2 === 0 ? 8 : 4))));
    expect(outcomes.map((o) => o.kind)).toEqual(new Array(6).fill("done"));
    expect(outcomes.every((o) => o.kind === "done" && (o.result as unknown as { shared: boolean }).shared)).toBe(true);
    const lines = readFileSync(join(folder, "log"), "utf8").trim().split("\n");
    expect(lines.filter((line) => line.startsWith("functional")).length).toBe(2);
    expect(lines.filter((line) => line.startsWith("point")).length).toBe(6);
    await engine.close(false);
  });

  test("while a functional run is under way, other points of its precision wait", async () => {
    const engine = engineOf();
    const inputs = await engine.identify(experimentOf("a"));
    const task = (bits: number) => ({ key: "k", fidelity: 1, experiment: experimentOf("a", bits), byPath: {}, inputs });
    const first = engine.evaluate(task(8));
    expect(engine.waitsFor(task(8))).toBe(true);
    expect(engine.waitsFor(task(4))).toBe(false);
    await first;
    expect(engine.waitsFor(task(8))).toBe(false);
    await engine.close(false);
  });

  test("points with the same cycles share one replay; while it is under way, the others wait", async () => {
    const engine = engineOf();
    const inputs = await engine.identify(experimentOf("a"));
    const priced = (clockMhz: number, mark = "a"): Experiment => {
      const experiment = experimentOf(mark);
      return { ...experiment, chip: { ...experiment.chip, technology: { clockMhz } } } as unknown as Experiment;
    };
    const task = (experiment: Experiment) => ({ key: "k", fidelity: 1, experiment, byPath: {}, inputs });
    await engine.evaluate(task(priced(1, "other")));
    const all = [1, 2, 3].map((clock) => engine.evaluate(task(priced(clock))));
    for (let turn = 0; turn < 100; turn++) await null; // a known result needs no event; a worker's answer comes as one
    expect(engine.waitsFor(task(priced(4)))).toBe(true);
    expect(engine.waitsFor(task(priced(4, "third")))).toBe(false);
    const known = (await Promise.all(all)).map((o) => o.kind === "done" && (o.result as unknown as { known: boolean }).known);
    expect(known).toEqual([false, true, true]);
    expect(engine.waitsFor(task(priced(4)))).toBe(false);
    await engine.close(false);
  });

  test("a dying worker is a retryable failure, and the next point runs on a new one", async () => {
    const engine = engineOf();
    expect(await evaluate(engine, experimentOf("die"))).toMatchObject({ kind: "failed", code: "WORKER_DIED", retryable: true });
    expect((await evaluate(engine, experimentOf("a"))).kind).toBe("done");
    await engine.close(false);
  });

  test.each([
    ["host at first", 2, null],
    ["die at first", 2, null],
    ["fail", 1, null],
    ["host", 4, /screening: full\s+no estimate is left out/],
  ])("an estimate whose run ends as %s asks %d times, and takes no fault of a host for an answer", async (mark, runs, refusal) => {
    writeFileSync(join(folder, "log"), "");
    const engine = engineOf();
    const experiment = experimentOf(mark);
    const estimate = engine.estimate({ key: "", fidelity: 1, experiment, byPath: {}, inputs: await engine.identify(experiment) });
    if (refusal === null) expect(await estimate).toBeNull();
    else await expect(estimate.catch((error) => (error instanceof HostFault ? error.message : error))).resolves.toMatch(refusal);
    expect(readFileSync(join(folder, "log"), "utf8").match(/functional/g)).toHaveLength(runs);
    await engine.close(false);
  });

  test("an endless point ends as timeout; infeasible keeps its code; a forced close abandons", async () => {
    const engine = engineOf(800);
    expect(await evaluate(engine, experimentOf("unfit"))).toMatchObject({ kind: "infeasible", code: "FULL" });
    expect(await evaluate(engine, experimentOf("hang"))).toMatchObject({ kind: "timeout", code: "TIMEOUT" });
    const hanging = evaluate(engine, experimentOf("hang"));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await engine.close(true);
    expect((await hanging).kind).toBe("abandoned");
  });
});

test.skipIf(!existsSync(join(packageRoot(), "dist", "sweep-worker.js")))(
  "real chips in workers give what they give in this thread, bit for bit, fewer utterances too",
  { tags: ["slow"], timeout: 60_000 },
  async () => {
    const file = join(packageRoot(), "arch", "examples", "edge.yaml");
    const parsed = readArch(file);
    const small = { "workload.samples": 10 };
    // two chips at two clocks each, whose cycles are the same, then with fewer utterances
    const chips = [8, 16, 8, 16, 8, 16].map((lanes, i) => ({
      ...small,
      "workload.timing_samples": i < 4 ? 3 : 2,
      "tile.core.lanes": lanes,
      "chip.clock_mhz": i < 2 ? 100 : 50,
    }));
    const drop = { "tile.core.input_queue.full": "drop", "tile.core.input_queue.depth": 6 };
    const late = { "tick.period_us": 60, "tick.overrun": "late" };
    const modes = [...chips, ...[drop, late].flatMap((mode) => [0, 1, 2, 4].map((i) => ({ ...chips[i], ...mode })))];
    const experiments = modes.map((values) => patchDocument(parsed, values));
    const model = readModel(resolveModelPath(parsed.experiment.network.model, file));
    const samples = loadDataset("mnist-rows", { path: null, split: "test" });
    const engine = new LocalEngine({ loadModel: async () => model, loadSamples: async () => samples, maxWorkers: 2 });
    const outcomes = await Promise.all(experiments.map((experiment) => evaluate(engine, experiment)));
    await engine.close(false);
    const functionals = new Map<string, ReturnType<typeof prepareFunctional>>();
    experiments.forEach((experiment, i) => {
      const outcome = outcomes[i];
      const key = functionalKey(experiment, model.hash, samples.hash);
      const functional = functionals.get(key) ?? prepareFunctional(experiment, model.network, model.hash, samples);
      functionals.set(key, functional);
      expect(outcome.kind === "done" ? outcome.result : outcome).toEqual(evaluatePoint(experiment, functional).result);
    });
  },
);

test.skipIf(!existsSync(join(packageRoot(), "dist", "sweep-worker.js")))(
  "where messages are lost, a point's result does not depend on whether a point with more timed utterances ran before",
  { tags: ["long"], timeout: 60_000 },
  async () => {
    const file = join(packageRoot(), "arch", "examples", "input-queues.yaml");
    const parsed = readArch(file);
    const drop = { "tile.core.input_queue.full": "drop", "tile.core.input_queue.depth": 12 };
    const [more, fewer] = [8, 1].map((timed) =>
      patchDocument(parsed, { ...drop, "workload.samples": 10, "workload.seed": 2, "workload.timing_samples": timed }),
    );
    const model = readModel(resolveModelPath(parsed.experiment.network.model, file));
    const samples = loadDataset("mnist-rows", { path: null, split: "test" });
    const results: unknown[] = [];
    for (const before of [[more], []]) {
      const engine = new LocalEngine({ loadModel: async () => model, loadSamples: async () => samples, maxWorkers: 1 });
      for (const experiment of before) expect((await evaluate(engine, experiment)).kind).toBe("done");
      const outcome = await evaluate(engine, fewer);
      results.push(outcome.kind === "done" ? outcome.result : outcome);
      await engine.close(false);
    }
    expect(results[0]).toEqual(results[1]);
  },
);
