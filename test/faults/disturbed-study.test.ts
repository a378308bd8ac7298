/**
 * A study under disturbances: dying workers, jumping clocks, a reader and a writer of other programs. It ends with what
 * an undisturbed one has.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import type { Experiment, Network, Samples } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { createRng } from "../../base/rng.js";
import { type Clock, frontReport, LocalEngine, Store, Study, type StudyEvent } from "../../sweeps/index.js";
import { studyRecord } from "../../sweeps/study-setup.js";
import { contentOf, FakeEngine, type FakeValues, fakeStudy, formula, OPTIONS, setupOf, specOf } from "../sweeps/fake-study.js";

const SEED = 41;
/** Worker threads to die, about; SNN_DSE_KILLS=50 for the long form. */
const DEATHS = Number(process.env.SNN_DSE_KILLS ?? 10);
const folder = mkdtempSync(join(tmpdir(), "disturbed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = (): string => join(folder, `${files++}.db`);
const spec = specOf({}, { name: "nsga2", budget: 100, options: { population: 20 } });

/**
 * A worker that answers by a formula, and the first time that a chip comes may end its thread instead, some moments
 * later.
 */
function workerFile(name: string, deaths: number): string {
  const file = join(folder, name);
  writeFileSync(
    file,
    `import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
const metrics = ${JSON.stringify(Object.fromEntries(Object.keys((formula({ "fake.lanes": 2, "fake.bits": 4, "fake.word_bits": 8, "fake.kind": "mesh" }) as { result: { metrics: object } }).result.metrics).map((metric) => [metric, null])))};
export default async function work(task) {
  if (task.kind === "functional") {
    const errors = { utterances: Uint32Array.of(0), scored: Uint32Array.of(1), wrong: Uint32Array.of(0) };
    return { kind: "functional", functional: { key: "f", dataHash: "d", errors, trace: {} }, durationMs: 1 };
  }
  const chip = task.experiment.chip;
  const mark = createHash("sha256").update(JSON.stringify(chip)).digest("hex");
  const seen = ${JSON.stringify(folder)} + "/" + mark;
  if (parseInt(mark.slice(0, 4), 16) / 65536 < ${deaths} && !existsSync(seen)) {
    writeFileSync(seen, "");
    setTimeout(() => process.exit(1), parseInt(mark.slice(4, 6), 16) / 32);
    await new Promise(() => {});
  }
  const result = { metrics: { ...metrics, accuracy_percent: 100 - 120 * 2 ** -chip["fake.bits"],
    energy_uj_per_inference: chip["fake.bits"] * (1 + 0.05 * chip["fake.lanes"]), latency_us: 100 / chip["fake.lanes"] + chip["fake.word_bits"] / 64 },
    breakdown: [], operations: {}, utilisation: {}, provenance: {} };
  return { kind: "done", result, counters: { cores: [], routers: [], links: [] }, durationMs: 1 };
}
`,
  );
  return file;
}

function hypervolumeOf(file: string): number | null {
  const store = Store.read(file);
  const { hypervolume } = frontReport(store);
  store.close();
  return hypervolume;
}

/** Real worker threads and a real store; the chip is its values. */
async function threaded(file: string, worker: string): Promise<readonly StudyEvent[]> {
  const events: StudyEvent[] = [];
  const workload = { dataset: "d", path: null, split: "test", samples: 1, timingSamples: 1, seed: 1, labels: null, encoding: {} };
  const experimentOf = (chip: FakeValues): Experiment =>
    ({
      chip: { ...chip, cores: [], tick: null, noc: { tree: null, dies: null } },
      network: { model: "m", nir: {}, lava: { restartSteps: 0, remainder: "lost" }, training: null },
      workload,
      precision: { integers: "quantised", layers: {}, weightScale: "max" },
      mapping: { strategy: "min-traffic" },
    }) as unknown as Experiment;
  const engine = new LocalEngine({
    loadModel: async () => ({ network: { name: "m", system: "lif" } as Network, hash: "m" }),
    loadSamples: async () => ({ name: "d", hash: "d", features: new Float32Array(2) }) as unknown as Samples,
    maxWorkers: 2,
    workerFile: worker,
  });
  const clock: Clock = { monotonicMs: () => performance.now() };
  await new Study({ ...setupOf(spec), experimentOf }, OPTIONS, { store: Store.open(file), engine, clock }, (e) => events.push(e)).run();
  return events;
}

test(`worker threads that die at random moments, about ${DEATHS} of them, change nothing but the attempts`, {
  tags: ["long"],
}, async () => {
  const [calm, deadly] = [fresh(), fresh()];
  await threaded(calm, workerFile("calm.mjs", 0));
  const events = await threaded(deadly, workerFile("deadly.mjs", Math.min(0.9, DEATHS / 80)));
  const retries = events.filter(({ type }) => type === "retry").length;
  console.log(`${retries} worker threads died`);
  expect(retries).toBeGreaterThan(0.4 * DEATHS);
  expect(contentOf(deadly)).toBe(contentOf(calm));
  expect(hypervolumeOf(deadly)).toBe(hypervolumeOf(calm));
  const store = Store.read(deadly);
  expect(store.query("SELECT count(*) AS n FROM point WHERE attempts = 2")[0].n).toBe(retries);
  store.close();
});

test("wall and monotonic clocks that jump hours back and forth change no result; times left are never negative", async () => {
  const rng = createRng(SEED, "clocks");
  console.log(`seed ${SEED}`);
  const [calm, wild] = [fresh(), fresh()];
  await fakeStudy(spec, calm, new FakeEngine()).run();
  const jump = (): number => (rng.float() - 0.5) * 2 * 3_600_000;
  const events: StudyEvent[] = [];
  const store = Store.open(wild, () => new Date(1.7e12 + jump()).toISOString());
  const clock: Clock = { monotonicMs: () => 1e7 + jump() };
  await new Study(setupOf(spec), OPTIONS, { store, engine: new FakeEngine(), clock }, (event) => events.push(event)).run();
  expect(contentOf(wild)).toBe(contentOf(calm));
  for (const event of events) {
    if (event.type !== "progress") continue;
    for (const value of [event.etaSeconds, event.ratePerSecond])
      expect(value === null || (value >= 0 && Number.isFinite(value))).toBe(true);
  }
});

test("a time limit ends at the jump of a machine that slept, and the same command goes on to the same end", async () => {
  const [calm, slept] = [fresh(), fresh()];
  await fakeStudy(spec, calm, new FakeEngine()).run();
  let nowMs = 0;
  let asleep = false;
  const clock: Clock = { monotonicMs: () => (asleep ? 1e8 : nowMs++ / 1000) };
  const tell = (event: StudyEvent): void => {
    if (event.type === "point-done" && event.id === 30) asleep = true;
  };
  const setup = { store: Store.open(slept), engine: new FakeEngine(), clock };
  const summary = await new Study(setupOf(spec), { ...OPTIONS, timeLimitMs: 60_000 }, setup, tell).run();
  expect(summary.reason).toBe("time");
  expect(summary.done).toBeGreaterThan(0);
  expect(summary.done).toBeLessThan(60);
  await fakeStudy(spec, slept, new FakeEngine()).run();
  expect(contentOf(slept)).toBe(contentOf(calm));
});

test("a reader's open transaction and a writer's lock of other processes delay the study, and change nothing", async () => {
  const [calm, crowded] = [fresh(), fresh()];
  await fakeStudy(spec, calm, new FakeEngine()).run();
  const begun = Store.open(crowded);
  begun.begin(studyRecord(setupOf(spec)), OPTIONS.workers, {});
  begun.close();
  new Database(crowded).exec("PRAGMA journal_mode = WAL").close(); // as a killed program leaves it
  const script = `import Database from ${JSON.stringify(pathToFileURL(join(packageRoot(), "node_modules/better-sqlite3/lib/index.js")).href)};
const reader = new Database(${JSON.stringify(crowded)}, { readonly: true });
reader.exec("BEGIN");
const seen = reader.prepare("SELECT count(*) AS n FROM point").get().n;
const writer = new Database(${JSON.stringify(crowded)});
writer.exec("BEGIN IMMEDIATE");
console.log("locked");
setTimeout(() => writer.exec("ROLLBACK"), 400);
process.stdin.on("end", () => console.log(seen, reader.prepare("SELECT count(*) AS n FROM point").get().n)).resume();
`;
  const other = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["pipe", "pipe", "inherit"] });
  let said = "";
  other.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  while (!said.includes("locked") && other.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 10));
  await fakeStudy(spec, crowded, new FakeEngine()).run();
  other.stdin.end();
  await new Promise((resolve) => other.on("exit", resolve));
  expect(said).toBe("locked\n0 0\n"); // its snapshot is its own
  expect(contentOf(crowded)).toBe(contentOf(calm));
});
