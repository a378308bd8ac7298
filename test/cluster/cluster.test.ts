/**
 * A sweep over worker processes behind a real server gives the database of a local run, whoever is killed meanwhile.
 */
import { existsSync, rmSync } from "node:fs";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createRng } from "../../base/rng.js";
import { Signer } from "../../sweeps/index.js";
import { contentOf } from "../sweeps/fake-study.js";
import { Forger } from "./forger.js";
import { hindrance, type Program, type Server, sweepParameters, until, wait } from "./server.js";
import { remote, SmallCluster } from "./small-cluster.js";

const SEED = 8;
/** SNN_DSE_KILLS=20 for the long form. */
const KILLS = Number(process.env.SNN_DSE_KILLS ?? 2);
const BUDGET = Number(process.env.SNN_DSE_POINTS ?? 16);
const MINUTES = 60_000 * Math.max(5, KILLS);

describe.skipIf(hindrance !== null)("sweeps over many processes", () => {
  let cluster: SmallCluster;
  let server: Server;
  let local: string;
  const at = (name: string): string => cluster.at(name);
  const run = (parameters: readonly string[], env: { readonly [name: string]: string } = {}): Program => cluster.run(parameters, env);
  const worker = (at: Server, ...more: string[]): Program => cluster.worker(at, ...more);

  beforeAll(async () => {
    cluster = await SmallCluster.start(BUDGET);
    ({ server, local } = cluster);
  }, 300_000);
  // what a failed test leaves running would take part in the next one
  afterEach(() => cluster.clear());
  afterAll(() => cluster?.end());

  for (const [count, prefix, ...tags] of [
    [1, "snn-dse", "long"],
    [2, "snn-dse", "long"],
    [4, "lab", "long"],
  ] as const)
    test(`with ${count} worker processes, keys under ${prefix}: every result, the front and the hypervolume equal the local run's`, {
      tags: [...tags],
      timeout: 300_000,
    }, async () => {
      const where = ["--redis-prefix", prefix];
      const workers = Array.from({ length: count }, (_, i) => worker(server, "--name", `w${i}`, ...where));
      await until("the workers to be there", () => workers.every((program) => program.errors.includes("waiting for sweeps")));
      const client = new Redis(server.url);
      const sweep = run(sweepParameters(`workers-${count}.db`, ...remote(server), ...where));
      await until("the first result", () => sweep.events("point-done").length > 0 || !sweep.running);
      const keys = await client.keys("*");
      expect(keys.length).toBeGreaterThan(0);
      expect(keys.filter((key) => !key.startsWith(`${prefix}:`))).toEqual([]);
      expect(await sweep.ended, sweep.errors).toBe(0);
      expect(contentOf(at(`workers-${count}.db`))).toBe(local);
      const hosts = sweep.events("hosts").at(-1)?.hosts as { name: string }[];
      // at the end of a sweep of two seconds a worker may have had no turn; none is there that was not started
      const names = workers.map((_, i) => `w${i}`);
      expect(hosts.length).toBeGreaterThan(0);
      expect(hosts.filter(({ name }) => !names.includes(name))).toEqual([]);
      // Asked to leave: in order, with nothing left on the server.
      expect(await Promise.all(workers.map((program) => program.kill("SIGTERM")))).toEqual(workers.map(() => 0));
      expect(await client.keys("*")).toEqual([]);
      client.disconnect();
    });

  test("workers and coordinator killed, server killed and restarted, holds on jobs taken away: nothing lost, nothing double", {
    tags: ["long"],
    timeout: MINUTES,
  }, async () => {
    const rng = createRng(SEED, "cluster");
    for (const ending of ["", "-wal", "-shm"]) rmSync(at(`chaos.db${ending}`), { force: true });
    const client = new Redis(server.url, { maxRetriesPerRequest: null });
    client.on("error", () => {});
    const workers = [worker(server), worker(server)];
    const parameters = sweepParameters("chaos.db", ...remote(server, 1));
    let sweep = run(parameters);
    const sweeps = [sweep];
    const counts = { workers: 0, coordinators: 0, servers: 0, holds: 0 };
    await until("the first result", () => sweep.events("point-done").length > 0);
    // the first kill comes at once: on a quiet machine the whole sweep takes two seconds
    await workers[0].kill("SIGKILL");
    workers[0] = worker(server);
    counts.workers++;
    while (sweep.running && (counts.workers < KILLS || counts.coordinators < 1 || counts.servers < 1)) {
      await wait(rng.int(100, 600));
      if (!sweep.running) break;
      // Deliver twice: a job without its lock goes to another worker while the first one still runs it.
      const holds = await client.keys("snn-dse:*:lock");
      if (holds.length > 0) counts.holds += await client.del(...holds);
      const turn = rng.int(0, 5);
      if (turn <= 3 && counts.workers < KILLS) {
        const i = rng.int(0, workers.length - 1);
        await workers[i].kill("SIGKILL");
        workers[i] = worker(server);
        counts.workers++;
      } else if (turn === 4 && counts.coordinators < Math.max(1, KILLS / 5)) {
        await sweep.kill("SIGKILL");
        sweep = run(parameters);
        sweeps.push(sweep);
        counts.coordinators++;
      } else if (turn === 5 && counts.servers < Math.max(1, KILLS / 5)) {
        await server.down(rng.int(0, 1) === 0 ? "SIGTERM" : "SIGKILL");
        await wait(300);
        await server.up();
        counts.servers++;
      }
    }
    const code = await sweep.ended;
    console.log(
      `seed ${SEED}: ${BUDGET} points; killed ${JSON.stringify(counts)}; ${sweeps.flatMap((s) => s.events("retry")).length} retries`,
    );
    expect(code, sweep.errors).toBe(0);
    expect(counts.workers).toBeGreaterThan(0);
    expect(contentOf(at("chaos.db"))).toBe(local);
    const done = sweeps.flatMap((s) => s.events("point-done").filter(({ stored }) => stored === false)).map(({ id }) => id);
    expect(new Set(done).size).toBe(done.length); // told as new once
    client.disconnect();
    for (const program of workers) await program.kill("SIGKILL");
  });

  test("deliveries doubled, answers forged, foreign jobs and strange workers on the server, files lost: the database is the local run's", {
    tags: ["long"],
    timeout: 300_000,
  }, async () => {
    const rng = createRng(SEED, "forgery");
    const client = new Redis(server.url, { maxRetriesPerRequest: null });
    for (let i = 0; i < 2; i++) worker(server);
    const sweep = run(sweepParameters("forged.db", ...remote(server, 1)));
    const counts = { holds: 0, answers: 0, jobs: 0, files: 0 };
    const met = new Set<string>();
    const once = (what: string): boolean => !met.has(what) && met.add(what).has(what);
    const garbage = [
      "{}",
      "null",
      JSON.stringify({ kind: "done", resultText: "AAAA", countersText: "AAAA", durationMs: 1 }),
      '{"__proto__":{"kind":"done"}}',
    ];
    await until("the study", async () => (await client.hlen("snn-dse:studies")) > 0 || !sweep.running);
    while (sweep.running) {
      for (const id of await client.hkeys("snn-dse:studies")) {
        const root = `snn-dse:${id}`;
        const points = `${root}:queue:points`;
        for (const hold of await client.keys(`${points}:*:lock`)) if (once(hold)) counts.holds += await client.del(hold);
        for (const job of await client.lrange(`${points}:wait`, 0, 0)) {
          if (!once(`answer to ${job}`) || rng.float() < 0.5) continue;
          const answer = garbage[rng.int(0, garbage.length - 1)];
          await client.xadd(`${points}:events`, "*", "event", "completed", "jobId", job, "returnvalue", answer, "prev", "active");
          counts.answers++;
        }
        await client.hset(`${root}:workers`, "strange", "{", "stranger", "x".repeat(50_000));
        if (counts.jobs < 20) {
          const queue = new Queue("points", { connection: client, prefix: `${root}:queue` });
          await queue.add("shell", { kind: "shell", command: "touch forged" });
          counts.jobs++;
        }
        const [file] = await client.keys(`${root}:blob:*`);
        if (file !== undefined && counts.files < 2) counts.files += await client.del(file);
      }
      await wait(50);
    }
    expect(await sweep.ended, sweep.errors).toBe(0);
    console.log(`seed ${SEED}: ${JSON.stringify(counts)}; ${sweep.events("retry").length} retries`);
    expect(counts.holds).toBeGreaterThan(5);
    const told = sweep.events("fault").filter(({ code }) => code === "FOREIGN_ANSWER");
    expect(told.length, JSON.stringify(counts)).toBe(counts.answers === 0 ? 0 : counts.answers === 1 ? 1 : 2);
    expect(existsSync(at("forged"))).toBe(false);
    expect(contentOf(at("forged.db"))).toBe(local);
    client.disconnect();
  });

  test("a functional run that a worker of the study answers with a point is tried again, and the sweep goes on", {
    tags: ["long"],
    timeout: 300_000,
  }, async () => {
    const client = new Redis(server.url, { maxRetriesPerRequest: null });
    const sweep = run(sweepParameters("kinds.db", ...remote(server)));
    const queues = async (): Promise<string[]> => (await client.hkeys("snn-dse:studies")).map((id) => `snn-dse:${id}:queue:points`);
    const functionals = async (): Promise<(readonly [queue: string, job: string])[]> => {
      const found = await Promise.all(
        (await queues()).map(async (queue) => (await client.lrange(`${queue}:wait`, 0, -1)).map((job) => [queue, job] as const)),
      );
      return found.flat().filter(([, job]) => job.startsWith("f-"));
    };
    await until("a functional run to wait for a worker", async () => (await functionals()).length > 0 || !sweep.running);
    for (const [queue, job] of await functionals()) {
      const forger = new Forger(client, queue, new Signer(null));
      await forger.say(job, await forger.answer(job, { kind: "done", resultText: "AAAA", countersText: "AAAA", durationMs: 1 }));
    }
    await until("another attempt", () => sweep.events("retry").length > 0 || !sweep.running);
    const program = worker(server);
    expect(await sweep.ended, sweep.errors).toBe(0);
    expect(sweep.events("retry").map(({ reason }) => reason)).toContain("a worker answered a functional run with a point");
    expect(contentOf(at("kinds.db"))).toBe(local);
    await program.kill("SIGKILL");
    client.disconnect();
  });
});
