/** How threads of a real pool load their worker. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Piscina } from "piscina";
import { expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { threadOptions } from "../../base/thread-worker.js";

const isBuilt = existsSync(join(packageRoot(), "dist", "thread.cjs"));

test.skipIf(!isBuilt)("a thread loads its worker by import, because Node aborts if a thread is ended during require", async () => {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-thread-"));
  const worker = join(folder, "worker.mjs");
  writeFileSync(
    worker,
    `import { workerData } from "node:worker_threads";
     const reader = new Error().stack;
     export default (task) => ({ task, shared: workerData.shared, reader });`,
  );
  const pool = new Piscina({ ...threadOptions(worker, { seed: 7 }), maxThreads: 1 });
  try {
    const answer = await pool.run({ point: 3 });
    expect(answer).toMatchObject({ task: { point: 3 }, shared: { seed: 7 } });
    expect(answer.reader).toMatch(/module_job/);
    expect(answer.reader).not.toMatch(/require|runSync/i);
  } finally {
    await pool.destroy();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a worker that is not built is named, with what to type", () => {
  expect(() => threadOptions("/nowhere/worker.js", null)).toThrow(/\/nowhere\/worker\.js.*npm run build/s);
});
