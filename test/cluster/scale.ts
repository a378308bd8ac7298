/**
 * What one point of a large sweep costs each piece of the machinery, measured here, and what that means for W workers
 * and N points.
 * Run: npx tsx test/cluster/scale.ts [points]. Needs a valkey-server; prints the table of docs/cluster.md.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { patchDocument, readArch, readModel, resolveModelPath } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import { packageRoot } from "../../base/package-root.js";
import { evaluatePoint, prepareFunctional } from "../../sim/index.js";
import { askedOf, packDone, unpackDone } from "../../sweeps/engine/answer.js";
import { encodeFunctional, encodeSamples } from "../../sweeps/engine/parcel.js";
import { about } from "../../sweeps/engine/protocol.js";
import { pointKey, Signer, Store } from "../../sweeps/index.js";
import { loadDataset } from "../../training/index.js";
import { specOf } from "../sweeps/fake-study.js";
import { Server } from "./server.js";

/** Adding, receiving and removing, as `jobs.test.ts` measures it over 1,000 points. */
const QUEUE_MS = 0.7;
const POINTS = Number(process.argv[2] ?? 2000);
const say = (what: string, value: string): void => console.log(`${what.padEnd(64)} ${value}`);
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const file = join(packageRoot(), "arch/examples/edge.yaml");
const parsed = readArch(file);
const experiment = patchDocument(parsed, { "workload.samples": 100, "workload.timing_samples": 8 });
const model = readModel(resolveModelPath(experiment.network.model, file));
const samples = loadDataset("mnist-rows", { path: null, split: "test" });
const functional = prepareFunctional(experiment, model.network, model.hash, samples);
const { result, timing } = evaluatePoint(experiment, functional);
const reply = packDone({ kind: "done", result, counters: timing.total, durationMs: 1 });
if (reply.kind !== "done") throw new Error("no result");
const asked = askedOf({ experiment, inputs: { modelHash: model.hash, dataHash: samples.hash } }, functional.trace.key);
const signer = new Signer("a key of the test, at least 32 characters");
const toAnswer = about.answer("a".repeat(20), "p-1", "b".repeat(32));
const signed = signer.sign(toAnswer, JSON.stringify(reply));
say("reply of one point [bytes]", String(signed.length));
say(
  "data set, spike trace of 8 utterances [KiB]",
  [encodeSamples(samples), encodeFunctional(functional)].map((b) => (b.length / 1024).toFixed(0)).join(", "),
);

let start = cpuMs();
const byPath: { readonly [path: string]: Json } = { "chip.clock_mhz": 100, "tile.core.lanes": 8 };
for (let i = 0; i < 200; i++) pointKey(patchDocument(parsed, byPath), { modelHash: model.hash, dataHash: samples.hash }, "1");
const describeMs = (cpuMs() - start) / 200;
say("coordinator: a point described and its key computed [ms]", describeMs.toFixed(2));

const folder = mkdtempSync(join(tmpdir(), "scale-"));
const store = Store.open(join(folder, "scale.db"));
store.begin({ name: "scale", identity: "i", sweep: specOf(), document: {}, inputs: [], budget: POINTS, engineVersion: "1" }, 1, {});
start = cpuMs();
for (let id = 1; id <= POINTS; id++) {
  const key = id.toString(16).padStart(64, "0");
  store.insert({ id, key, values: { lanes: id }, fidelity: 1 }, { "tile.core.lanes": id });
  store.setRunning(id, 1);
  const said = signer.open(toAnswer, signed);
  if (said === null) throw new Error("not signed");
  const done = unpackDone(JSON.parse(said) as typeof reply, asked);
  store.finish({ id }, done.result, done.counters, 0, done.durationMs, done.packed);
}
const storeMs = (cpuMs() - start) / POINTS;
store.close();
const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
rmSync(folder, { recursive: true });
say("coordinator: reply opened, three transactions [ms]", storeMs.toFixed(2));
say("database [KiB a point]", (bytes / POINTS / 1024).toFixed(2));

const server = await Server.start();
const client = new Redis(server.url, { maxRetriesPerRequest: null });
const busySeconds = async (): Promise<number> => {
  const info = await client.info("cpu");
  return Number(/used_cpu_user:([\d.]+)/.exec(info)?.[1]) + Number(/used_cpu_sys:([\d.]+)/.exec(info)?.[1]);
};
const used = async (): Promise<number> => Number(/used_memory:(\d+)/.exec(await client.info("memory"))?.[1]);
const queue = new Queue("points", { connection: client, prefix: "scale" });
const job = {
  kind: "point",
  key: "0".repeat(64),
  values: byPath,
  modelHash: model.hash,
  dataHash: samples.hash,
  trace: "0".repeat(64),
  fidelity: 1,
  alone: false,
};
const memoryBefore = await used();
const serverBefore = await busySeconds();
start = cpuMs();
for (let i = 0; i < POINTS; i += 100)
  await Promise.all(Array.from({ length: 100 }, (_, k) => queue.add("point", job, { jobId: `p-${i + k}` })));
const addMs = (cpuMs() - start) / POINTS;
const waiting = (await used()) - memoryBefore;
let ended = 0;
const worker = new Worker("points", async () => reply, { connection: client.duplicate(), prefix: "scale", concurrency: 16 });
await new Promise<void>((resolve) => {
  worker.on("completed", () => {
    ended++;
    if (ended === POINTS) resolve();
  });
});
for (let i = 0; i < POINTS; i += 100) await Promise.all(Array.from({ length: 100 }, (_, k) => queue.remove(`p-${i + k}`)));
const serverMs = (1000 * ((await busySeconds()) - serverBefore)) / POINTS;
say("coordinator: a job added [ms]", addMs.toFixed(2));
say("server: a job added, taken, answered, removed [ms of its one core]", serverMs.toFixed(3));
say("server: memory of a waiting job [bytes]", (waiting / POINTS).toFixed(0));

const sign = cpuMs();
for (let i = 0; i < POINTS; i++) signer.open(toAnswer, signer.sign(toAnswer, JSON.stringify(reply)));
say("an answer signed and opened [ms]", ((cpuMs() - sign) / POINTS).toFixed(4));

const toBeat = about.beat("a".repeat(20), "w1");
const beat = signer.sign(
  toBeat,
  JSON.stringify({
    host: "node-0001",
    name: "worker-12345",
    pid: 12_345,
    threads: 8,
    busy: 8,
    done: 1000,
    failed: 0,
    version: "0.1.0",
    refused: null,
    draining: false,
    beat: 1,
  }),
);
const BEATS = 10_000;
const beatBefore = await busySeconds();
for (let i = 0; i < BEATS; i += 100) {
  const line = client.pipeline();
  for (let k = 0; k < 100; k++) line.hset("beats", `w${i + k}`, beat);
  await line.exec();
}
const beatMs = (1000 * ((await busySeconds()) - beatBefore)) / BEATS;
start = cpuMs();
const all = await client.hgetall("beats");
for (const text of Object.values(all)) JSON.parse(signer.open(toBeat, text) ?? "");
const readMs = cpuMs() - start;
say("server: a sign of life [ms of its one core]", beatMs.toFixed(4));
say("coordinator: 10,000 signs of life read [ms]", readMs.toFixed(0));
await worker.close();
await queue.close();
client.disconnect();
await server.end();

console.log("\ncomputed");
const coordinatorMs = describeMs + storeMs + QUEUE_MS;
say("most points per second: coordinator, server", `${(1000 / coordinatorMs).toFixed(0)}, ${(1000 / serverMs).toFixed(0)}`);
for (const [workers, points] of [
  [100, 100_000],
  [1000, 1_000_000],
  [10_000, 10_000_000],
]) {
  // Each worker process of one thread: a sign of life every 2 s, lease renewal every 15 s, a look at the studies every
  // 2 s (two commands).
  const background = (workers * (3 * beatMs)) / 2 / 1000 + (workers * beatMs) / 15 / 1000;
  const perSecond = Math.min(1000 / coordinatorMs, (1000 * (1 - Math.min(0.99, background))) / serverMs);
  const row = [
    `server's core idle load ${(100 * background).toFixed(1)} %`,
    `at most ${perSecond.toFixed(0)} points/s`,
    `a point must take ${(workers / perSecond).toFixed(1)} s to keep all busy`,
    `${(points / perSecond / 3600).toFixed(1)} h for all points`,
    `database ${((points * bytes) / POINTS / 2 ** 30).toFixed(1)} GiB`,
    `data to workers ${((workers * encodeSamples(samples).length) / 2 ** 30).toFixed(0)} GiB unpacked`,
  ];
  say(`${workers} workers, ${points} points`, row.join("; "));
}
process.exit(0);
