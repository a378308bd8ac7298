/**
 * More tasks than threads: they wait in line, their time limit waits too, and a dead thread holds up nobody. Threads
 * without a task outlive their pool.
 */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { ThreadPool } from "../../../sweeps/engine/pool.js";

const folder = mkdtempSync(join(tmpdir(), "pool-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A worker that dies, never ends, tells its thread, or answers after so many milliseconds. */
const workerFile = join(folder, "worker.mjs");
writeFileSync(
  workerFile,
  `import { parentPort, threadId } from "node:worker_threads";
export default async function work(task) {
  if (task === "tell") {
    parentPort.postMessage(threadId);
    task = 50; // until the message has come
  }
  if (task === "fail") return { kind: "failed", code: "Error" };
  if (task === "break") return { kind: "broken", code: "TRAINING" };
  if (task === "die") process.exit(3);
  if (task === "hang") for (;;);
  await new Promise((resolve) => setTimeout(resolve, task));
  return { kind: "slept" };
}
`,
);

type Task = number | "die" | "fail" | "break" | "hang" | "tell";
type Pool = ThreadPool<Task, { readonly kind: "slept" | "failed" | "broken"; readonly code?: string }>;
let pool: Pool;
beforeEach(() => {
  pool = new ThreadPool(1, workerFile);
});
afterEach(() => pool.close(true));

const kindsOf = async (tasks: readonly Task[], limitMs: number): Promise<readonly string[]> =>
  (await Promise.all(tasks.map((task) => pool.run(task, limitMs)))).map(({ kind }) => kind);

test("tasks that each end within the limit are all done, though together they take longer on one thread", async () => {
  expect(await kindsOf(new Array(5).fill(320), 1_500)).toEqual(new Array(5).fill("slept"));
});

test("tasks behind one whose thread died, and behind one that ran too long, run on a new thread", async () => {
  expect(await kindsOf(["die", 1, "hang", 1, 1], 1_500)).toEqual(["failed", "slept", "timeout", "slept", "slept"]);
});

test("what fails while a file of the program is missing, or after one has changed, is a fault of the host; what is done is done", async () => {
  const program = { change: async (): Promise<string | null> => null, gap: (): string | null => null };
  const watched: Pool = new ThreadPool(1, workerFile, () => {}, program);
  const endOf = async (task: Task): Promise<string | undefined> => {
    const { kind, code } = (await watched.run(task, 60_000)) as { readonly kind: string; readonly code?: string };
    return code ?? kind;
  };
  const ends = async (): Promise<unknown> => [await endOf("fail"), await endOf("break"), await endOf("die"), await endOf(1)];
  expect(await ends()).toEqual(["Error", "TRAINING", "WORKER_DIED", "slept"]);
  program.gap = () => "kernel.wasm is missing";
  expect(await ends()).toEqual(["HOST", "HOST", "HOST", "slept"]);
  // away when the task begins, and back once the look after it has waited for the whole build
  const away = ["kernel.wasm is missing", null];
  program.change = async () => {
    const gap = away.shift() ?? null;
    program.gap = () => gap;
    return null;
  };
  expect(await endOf("fail")).toBe("HOST");
  program.change = async () => "worker.js has changed";
  expect(await ends()).toEqual(["HOST", "HOST", "HOST", "HOST"]);
  await watched.close(true);
});

test("a forced close abandons the tasks in line like the running one, and later ones", async () => {
  const all = kindsOf(["hang", 1, 1], 60_000);
  await pool.close(true);
  expect(await all).toEqual(["abandoned", "abandoned", "abandoned"]);
  expect((await pool.run(1, 60_000)).kind).toBe("abandoned");
});

test("a close without force first runs the tasks in line", async () => {
  const all = kindsOf([50, 50, 50], 60_000);
  await pool.close(false);
  expect(await all).toEqual(["slept", "slept", "slept"]);
});

/** A pool whose `told` grows by the thread of each task that tells it. */
function telling(threads: number): { readonly pool: Pool; readonly told: unknown[] } {
  const told: unknown[] = [];
  return { pool: new ThreadPool(threads, workerFile, (message) => told.push(message)), told };
}

test.each([
  [false, 1, true],
  [true, 1, true],
  [true, "hang", false],
] as const)(
  "closed by force: %s, beside the task %j: the next pool works on its thread: %s, and hears it alone",
  async (force, beside, isSame) => {
    const threads = beside === "hang" ? 2 : 1;
    const before = telling(threads);
    const other = before.pool.run(beside, 60_000);
    await before.pool.run("tell", 60_000);
    if (beside !== "hang") await other;
    await before.pool.close(force);
    await before.pool.close(true); // once more changes nothing
    const after = telling(threads);
    await after.pool.run("tell", 60_000);
    await after.pool.close(false);
    expect([before.told.length, after.told.length]).toEqual([1, 1]);
    expect(after.told[0] === before.told[0]).toBe(isSame);
  },
);

test("after pools of 1, 2 and 3 threads, and of 2 again, the threads of the last one alone live", async () => {
  const own = join(folder, "own.mjs");
  copyFileSync(workerFile, own);
  let alive = 0;
  const count = (worker: Worker): void => {
    alive++;
    worker.on("exit", () => {
      alive--;
    });
  };
  process.on("worker", count);
  for (const threads of [1, 2, 3, 2]) {
    const one: Pool = new ThreadPool(threads, own);
    await Promise.all(Array.from({ length: threads }, () => one.run(50, 60_000)));
    await one.close(false);
    expect(alive).toBe(threads);
  }
  process.off("worker", count);
});
