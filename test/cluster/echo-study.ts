/**
 * A study whose points cost nothing, over a real server and one process that answers at once: what is left is the cost
 * of the queue.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Experiment, Network, Samples, SweepSpec } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { bundleOne } from "../../scripts/bundle.mjs";
import { packDone } from "../../sweeps/engine/answer.js";
import { buildDigest } from "../../sweeps/engine/build.js";
import { studyId, studyKeys } from "../../sweeps/engine/protocol.js";
import {
  type Engine,
  openRemoteEngine,
  Signer,
  Store,
  Study,
  type StudyEvent,
  type StudySetup,
  type StudySummary,
  studyRecord,
  systemClock,
} from "../../sweeps/index.js";
import { FakeEngine, type FakeValues, setupOf as fakeSetup, list, NO_COUNTERS, OPTIONS, resultOf, specOf } from "../sweeps/fake-study.js";
import type { Server } from "./server.js";

const norm = (n: number) => ({
  gamma: new Float32Array(n),
  beta: new Float32Array(n),
  mean: new Float32Array(n),
  variance: new Float32Array(n),
  epsilon: 1e-5,
});
const network: Network = {
  name: "tiny",
  system: "lif",
  inputs: 1,
  classes: 1,
  task: "sequence",
  outputDelayFrames: 0,
  encoder: { bits: 4, theta: 1, range: 1 },
  layers: [
    {
      neurons: 1,
      inputs: 1,
      gates: [{ name: "i", inputWeights: new Float32Array(1), inputNorm: norm(1), recurrentWeights: null }],
      quantiser: { bits: 4, theta: 1, range: 1 },
      perNeuron: { tau: new Float32Array(1) },
    },
  ],
  readout: { weights: new Float32Array(1), norm: norm(1) },
};
const samples: Samples = {
  name: "tiny/test",
  inputs: 1,
  classes: 1,
  task: "sequence",
  features: new Float32Array(1),
  frameStart: Uint32Array.of(0, 1),
  labels: Int32Array.of(0),
  hash: "d",
};
const workload = { dataset: "tiny", path: null, split: "test", samples: 1, timingSamples: 1, seed: 1, labels: null, encoding: {} };
const experimentOf = (chip: FakeValues): Experiment =>
  ({
    chip: { ...chip, cores: [], tick: null },
    network: { model: "tiny", nir: {}, lava: { restartSteps: 0, remainder: "lost" }, training: null },
    workload,
    precision: { integers: "quantised", layers: {}, weightScale: "max" },
    mapping: {},
  }) as unknown as Experiment;
const result = resultOf({ energy_uj_per_inference: 1, latency_us: 2, accuracy_percent: 60 });
const TRACE_KEY = "0".repeat(64);
const answer = {
  kind: "done",
  result: { ...result, provenance: { ...result.provenance, traceKey: TRACE_KEY } },
  counters: NO_COUNTERS,
  durationMs: 0,
} as const;
const reply = packDone(answer);
const LEASE_MS = 600;
const TIMEOUT_MS = 10_000;
const SECRET = "a key of the test, at least 32 characters";

const setupOf = (spec: SweepSpec): StudySetup => ({
  ...fakeSetup(spec),
  experimentOf,
});

/** 1,000 points. */
export const THOUSAND = specOf({
  parameters: [
    list(
      "a",
      Array.from({ length: 50 }, (_, i) => i),
    ),
    list(
      "b",
      Array.from({ length: 20 }, (_, i) => i),
    ),
  ],
  constraints: [],
});

export interface EchoRun {
  readonly summary: StudySummary;
  readonly events: readonly StudyEvent[];
  /** Of workers. */
  readonly deaths: number;
  /** From the first answer to the end. */
  readonly elapsedMs: number;
  /** Of this process. */
  readonly cpuMs: number;
}

/** Until its points are done; a worker that dies is started again. `poison`: values whose job kills its worker. */
export async function runEchoStudy(server: Server, spec: SweepSpec, workers: number, poison: FakeValues | null): Promise<EchoRun> {
  const setup = setupOf(spec);
  const { identity } = studyRecord(setup);
  const events: StudyEvent[] = [];
  const engine: Engine = await openRemoteEngine({
    redisUrl: server.url,
    signer: new Signer(SECRET),
    prefix: "test",
    sharedDir: null,
    study: { name: "fake", identity, document: setup.document, engineVersion: "1", plugins: [] },
    loadModel: async () => ({ network, hash: "m" }),
    loadSamples: async () => samples,
    timeoutMs: TIMEOUT_MS,
    leaseMs: LEASE_MS,
    tell: (event) => events.push(event),
    onThreads: () => {},
  });
  const id = studyId(identity, buildDigest(), { transfer: "server", leaseMs: LEASE_MS, timeoutMs: TIMEOUT_MS });
  const { queue } = studyKeys("test", id);
  const speech = [id, SECRET, JSON.stringify(reply), JSON.stringify(poison)];
  // as one file, which starts sooner; below the package, where it finds its dependencies
  const folder = mkdtempSync(join(packageRoot(), "node_modules", ".echo-"));
  const file = join(folder, "echo-worker.mjs");
  await bundleOne(join(packageRoot(), "test/cluster/echo-worker.ts"), file);
  const more = [file, server.url, queue, String(LEASE_MS), String(workers)];
  let worker: ChildProcess | null = null;
  let deaths = 0;
  let over = false;
  const start = (): void => {
    const child = spawn(process.execPath, [...more, ...speech], { stdio: "inherit" });
    worker = child;
    child.on("exit", () => {
      if (over) return;
      deaths++;
      start();
    });
  };
  start();
  const store = Store.inMemory();
  const startMs: { first: number | null } = { first: null };
  let cpu = process.cpuUsage();
  const study = new Study(setup, { ...OPTIONS, workers }, { store, engine, clock: systemClock }, (event) => {
    events.push(event);
    if (event.type !== "point-done" || startMs.first !== null) return;
    startMs.first = performance.now();
    cpu = process.cpuUsage();
  });
  const summary = await study.run();
  const elapsedMs = performance.now() - (startMs.first ?? 0);
  const { user, system } = process.cpuUsage(cpu);
  over = true;
  (worker as ChildProcess | null)?.kill("SIGKILL");
  rmSync(folder, { recursive: true });
  return { summary, events, deaths, elapsedMs, cpuMs: (user + system) / 1000 };
}

/** The same study, store and sampler with an engine that costs nothing: what is not the queue's. */
export async function runWithoutQueue(spec: SweepSpec, workers: number): Promise<{ readonly elapsedMs: number; readonly cpuMs: number }> {
  const effects = { store: Store.inMemory(), engine: new FakeEngine(() => answer), clock: systemClock };
  const start = performance.now();
  const cpu = process.cpuUsage();
  await new Study(setupOf(spec), { ...OPTIONS, workers }, effects, () => {}).run();
  const { user, system } = process.cpuUsage(cpu);
  return { elapsedMs: performance.now() - start, cpuMs: (user + system) / 1000 };
}
