/**
 * The built program, replaced while it runs: results of two builds do not meet in one database. A build that writes
 * equal bytes changes nothing.
 */
// @module-tag slow
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { isBuilt, smallSweep } from "../cli/small-sweep.js";
import { hindrance, Program, Server, until, wait } from "../cluster/server.js";
import { contentOf } from "../sweeps/fake-study.js";

/** So many that the search has not ended when it is stopped, on a busy machine, too. */
const POINTS = 72;

describe.skipIf(!isBuilt)("a program whose files change while it runs", () => {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-changed-"));
  const copy = join(folder, "package");
  const main = join(copy, "dist/main.js");
  const worker = join(copy, "dist/sweep-worker.js");
  const built = isBuilt ? readFileSync(join(packageRoot(), "dist/sweep-worker.js"), "utf8") : "";
  const started: Program[] = [];
  const run = (...parameters: string[]): Program => {
    const program = new Program(parameters, folder, {}, main);
    started.push(program);
    return program;
  };
  const sweep = (database: string, ...more: string[]): Program => run("sweep", "small.yaml", "--db", database, "--json", ...more);
  const fresh = (program: Program): number => program.events("point-done").filter(({ stored }) => stored !== true).length;
  /** Stops a sweep within its points, changes the files, and lets it continue after longer than the time of a look. */
  const changedWithin = async (program: Program, change: () => void): Promise<number> => {
    await until("a new point", () => fresh(program) > 0 || !program.running);
    program.child.kill("SIGSTOP");
    change();
    await wait(1_500);
    const before = fresh(program);
    program.child.kill("SIGCONT");
    return before;
  };

  beforeAll(() => {
    mkdirSync(copy);
    for (const name of ["package.json", "arch", "training", "node_modules"]) symlinkSync(join(packageRoot(), name), join(copy, name));
    cpSync(join(packageRoot(), "dist"), join(copy, "dist"), { recursive: true });
    writeFileSync(join(folder, "small.yaml"), smallSweep(POINTS));
  });
  afterAll(async () => {
    for (const program of started) if (program.running) await program.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  test("stores nothing of a point that ends afterwards and ends with 2; with its own files again the same command ends as an undisturbed one, also while equal bytes are written", async () => {
    writeFileSync(worker, built); // another attempt begins as the first did
    for (const name of ["calm.db", "changed.db"]) rmSync(join(folder, name), { force: true });
    const calm = sweep("calm.db", "--workers", "1");
    expect(await calm.ended, calm.errors).toBe(0);
    const stopped = sweep("changed.db", "--workers", "1");
    const before = await changedWithin(stopped, () => writeFileSync(worker, `${built}\n// of the next build\n`));
    expect(await stopped.ended, stopped.errors).toBe(2);
    expect(stopped.errors).toMatch(/dist.sweep-worker\.js of the program has changed since this process read it/);
    expect(fresh(stopped)).toBe(before);
    expect(before).toBeLessThan(POINTS);
    writeFileSync(worker, built);
    const rest = sweep("changed.db", "--workers", "1");
    await changedWithin(rest, () => {
      for (const name of readdirSync(join(copy, "dist")).filter((each) => each.endsWith(".js"))) {
        const file = join(copy, "dist", name);
        writeFileSync(file, readFileSync(file));
      }
    });
    expect(await rest.ended, rest.errors).toBe(0);
    expect(rest.events("point-done").filter(({ stored }) => stored === true)).toHaveLength(before);
    expect(contentOf(join(folder, "changed.db"))).toBe(contentOf(join(folder, "calm.db")));
  }, 300_000);

  test.each([
    ["worker", "sweep-worker.js", "1"],
    ["kernels", "kernels", "2"],
  ])(
    "without its %s fails no point and ends with 2; with them again the same command ends as an undisturbed one",
    { tags: ["long"], timeout: 300_000 },
    async (name, part, workers) => {
      const [here, away] = [join(copy, "dist", part), join(folder, part)];
      const calm = sweep(`calm-${name}.db`, "--workers", workers);
      expect(await calm.ended, calm.errors).toBe(0);
      const stopped = sweep(`without-${name}.db`, "--workers", workers);
      await until("its first words", () => stopped.out !== "" || !stopped.running);
      stopped.child.kill("SIGSTOP");
      renameSync(here, away);
      stopped.child.kill("SIGCONT");
      const code = await stopped.ended;
      renameSync(away, here);
      expect(code, stopped.errors).toBe(2);
      expect(stopped.errors).toMatch(/dist.*(of the program is missing|cannot be read)/);
      expect(stopped.events("point-failed").filter(({ state }) => state !== "infeasible")).toEqual([]);
      const rest = sweep(`without-${name}.db`, "--workers", workers);
      expect(await rest.ended, rest.errors).toBe(0);
      expect(contentOf(join(folder, `without-${name}.db`))).toBe(contentOf(join(folder, `calm-${name}.db`)));
    },
  );

  test("evaluates nothing for a client whose first study begins afterwards", { timeout: 120_000 }, async () => {
    const served = spawn(process.execPath, [main, "serve", "--stdio"], { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
    const ended = new Promise((resolve) => served.on("exit", resolve));
    let out = "";
    served.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
    });
    const answer = async (id: number, method: string, params: object): Promise<string> => {
      served.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
      const line = (): string | undefined => out.split("\n").find((each) => each.includes(`"id":${id}`));
      await until(`an answer to ${method}`, () => line() !== undefined || served.exitCode !== null);
      return line() ?? "";
    };
    try {
      await answer(1, "version", {});
      writeFileSync(worker, `${built}\n// of the next build\n`);
      await answer(2, "open", { description: "small.yaml", db: "served.db", workers: 1 });
      await answer(3, "ask", { study: 1, count: 1 });
      expect(await answer(4, "evaluate", { study: 1, points: [1] })).toMatch(
        /"error":.*dist.sweep-worker\.js of the program has changed since this process read it/,
      );
    } finally {
      served.stdin.end();
      await ended;
      writeFileSync(worker, built);
    }
  });

  test.skipIf(hindrance !== null)(
    "serves no study as a worker of a cluster any more, and fails no point",
    { tags: ["long"], timeout: 300_000 },
    async () => {
      const server = await Server.start();
      try {
        const stale = run("worker", "--redis", server.url, "--threads", "1");
        const text = (): string => `${stale.out}${stale.errors}`;
        await until("the worker's first words", () => text() !== "");
        writeFileSync(worker, `${built}\n// of the next build\n`);
        const remote = new Program(
          ["sweep", "small.yaml", "--db", "remote.db", "--json", "--engine", "bullmq", "--redis", server.url],
          folder,
        );
        started.push(remote);
        await until("its refusal", () => /not served any more, dist.sweep-worker\.js of the program has changed/.test(text()));
        const right = new Program(["worker", "--redis", server.url, "--threads", "1"], folder);
        started.push(right);
        expect(await remote.ended, remote.errors).toBe(0);
        expect(remote.events("point-failed").filter(({ state }) => state !== "infeasible")).toEqual([]);
        expect(contentOf(join(folder, "remote.db"))).toBe(contentOf(join(folder, "calm.db")));
      } finally {
        for (const program of started) if (program.running) await program.kill("SIGKILL");
        await server.end();
      }
    },
  );
});
