/** A process that is stopped for a while (Ctrl-Z, a suspended batch job, a frozen container) times no task out. */
// @module-tag slow
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { bundleOne } from "../../scripts/bundle.mjs";
import { until, wait } from "../cluster/server.js";

/** Below the package: the built child finds its dependencies from where it lies. */
const folder = mkdtempSync(join(packageRoot(), "node_modules", ".stop-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [child, worker] = ["child.mjs", "worker.mjs"].map((name) => join(folder, name)) as [string, string];

beforeAll(async () => {
  await bundleOne(join(packageRoot(), "test/faults/pool-child.ts"), child);
  // Many short waits: a stop adds at most one of them, as it adds nothing to a computation.
  writeFileSync(
    worker,
    `const cell = new Int32Array(new SharedArrayBuffer(4));
export default function work(slices) {
  for (let slice = 0; slice < slices; slice++) Atomics.wait(cell, 0, 0, 50);
  return { kind: "slept" };
}
`,
  );
}, 60_000);

test("a stop longer than the limit times no task out; a task that runs longer than the limit ends as a timeout", {
  tags: ["long"],
  timeout: 60_000,
}, async () => {
  const [limitMs, short, long] = [5_000, 40, 2_000];
  const program = spawn(process.execPath, [child, worker, String(limitMs), String(short), String(long)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  program.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  const ended = new Promise((resolve) => program.on("exit", resolve));
  try {
    await until("its start", () => out !== "" || program.exitCode !== null);
    await wait(500);
    program.kill("SIGSTOP");
    await wait(limitMs + 2_000);
    expect(out).toBe("started\n");
    program.kill("SIGCONT");
    await ended;
    expect(out).toBe("started\nslept\ntimeout\n");
  } finally {
    program.kill("SIGKILL");
  }
});
