/** More tasks than threads: they wait in line, their time limit waits too, and a dead thread holds up nobody. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { ThreadPool } from "../../../sweeps/engine/pool.js";

const folder = mkdtempSync(join(tmpdir(), "pool-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A worker that dies, never ends, or answers after so many milliseconds. */
const workerFile = join(folder, "worker.mjs");
writeFileSync(
  workerFile,
  `export default async function work(task) {
  if (task === "die") process.exit(3);
  if (task === "hang") for (;;);
  await new Promise((resolve) => setTimeout(resolve, task));
  return { kind: "slept" };
}
`,
);

type Task = number | "die" | "hang";
let pool: ThreadPool<Task, { readonly kind: "slept" }>;
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
