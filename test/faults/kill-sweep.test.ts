/**
 * `kill -9` of a real sweep process at random moments, again and again, until it ends: nothing lost, nothing twice,
 * same content.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { createRng } from "../../base/rng.js";
import { bundleOne } from "../../scripts/bundle.mjs";
import { Store } from "../../sweeps/index.js";
import { contentOf, FakeEngine, fakeStudy, specOf } from "../sweeps/fake-study.js";

const SEED = 20;
/** Kills a sampler; SNN_DSE_KILLS=50 for the long form. */
const KILLS = Number(process.env.SNN_DSE_KILLS ?? 5);
/** Points, and most of them between two kills: so many that the last kill still finds work. */
const [BUDGET, STRIDE] = KILLS > 10 ? [180, 2] : [120, 12];
// Below the package: the built child finds its dependencies and the package's files from where it lies.
const folder = mkdtempSync(join(packageRoot(), "node_modules", ".kill-test-"));
const data = mkdtempSync(join(tmpdir(), "kill-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(data, { recursive: true, force: true });
});

beforeAll(async () => {
  await bundleOne(join(packageRoot(), "test/faults/sweep-child.ts"), join(folder, "sweep-child.mjs"));
}, 60_000);

/** Runs the child until it ends or `lines` points are done, then kills it; true where it ended by itself. */
function runUntil(file: string, sampler: string, lines: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(folder, "sweep-child.mjs"), file, sampler, "3", String(BUDGET)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let seen = 0;
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.stdout.on("data", (chunk: Buffer) => {
      seen += chunk.toString().split("\n").length - 1;
      if (seen >= lines) child.kill("SIGKILL");
    });
    child.on("exit", (code, signal) => {
      if (code === 0) resolve(true);
      else if (signal === "SIGKILL") resolve(false);
      else reject(new Error(`child ended with ${code}: ${errors}`));
    });
  });
}

for (const sampler of ["nsga2", "grid"])
  test(`${sampler}, killed at random moments, ends with the content of an undisturbed run`, {
    tags: ["long"],
    timeout: 60_000 * Math.max(5, KILLS),
  }, async () => {
    const rng = createRng(SEED, sampler);
    const undisturbed = join(data, `${sampler}.db`);
    const killed = join(data, `${sampler}-killed.db`);
    await fakeStudy(
      specOf({}, { name: sampler, budget: BUDGET, options: sampler === "nsga2" ? { population: 16 } : {} }),
      undisturbed,
      new FakeEngine(),
    ).run();
    let kills = 0;
    let before = new Map<string, string>();
    // A restart reports stored points first: the line count grows with what is done, so the kill falls into new work.
    while (!(await runUntil(killed, sampler, kills < KILLS ? before.size + rng.int(1, STRIDE) : Number.POSITIVE_INFINITY))) {
      kills++;
      const store = Store.read(killed);
      const now = new Map(
        store
          .query("SELECT p.key, r.digest || p.ended_at AS mark FROM point p JOIN result r ON r.point_id = p.id")
          .map((r) => [String(r.key), String(r.mark)]),
      );
      store.close();
      for (const [key, mark] of before) expect(now.get(key)).toBe(mark); // stored once, never computed again
      before = now;
    }
    console.log(`${sampler}: seed ${SEED}, killed ${kills} times`);
    expect(kills).toBeGreaterThanOrEqual(0.9 * KILLS);
    expect(contentOf(killed)).toBe(contentOf(undisturbed));
  });
