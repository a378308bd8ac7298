/** A sweep over worker processes behind a real server gives the database of a local run, whoever is killed meanwhile. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRng } from "../../arch/base/rng.js";
import { PROTOCOL } from "../../sweeps/engine/protocol.js";
import { contentOf } from "../sweeps/fake-study.js";
import { clusterFolder, hindrance, Program, Server, sweepParameters, until, wait } from "./server.js";

const SEED = 8;
/** SNN_DSE_KILLS=20 for the long form. */
const KILLS = Number(process.env.SNN_DSE_KILLS ?? 3);
const BUDGET = Number(process.env.SNN_DSE_POINTS ?? 24);
const MINUTES = 60_000 * Math.max(5, KILLS);

describe.skipIf(hindrance !== null)("sweeps over many processes", () => {
  const folder = clusterFolder(BUDGET);
  const at = (name: string): string => join(folder, name);
  const started: Program[] = [];
  const run = (parameters: readonly string[], env: { readonly [name: string]: string } = {}): Program => {
    const program = new Program(parameters, folder, env);
    started.push(program);
    return program;
  };
  const remote = (server: Server, leaseSeconds = 5): string[] => [
    ...["--engine", "bullmq", "--redis", server.url],
    ...["--lease-seconds", String(leaseSeconds)],
  ];
  const worker = (server: Server, ...more: string[]): Program => run(["worker", "--redis", server.url, "--threads", "1", ...more]);
  let server: Server;
  let local: string;

  beforeAll(async () => {
    server = await Server.start(["--appendonly", "yes", "--appendfsync", "always"]);
    expect(await run(sweepParameters("local.db", "--workers", "2")).ended).toBe(0);
    local = contentOf(at("local.db"));
  }, 300_000);
  afterAll(async () => {
    for (const program of started) if (program.running) program.child.kill("SIGKILL");
    await server?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    [1, "snn-dse"],
    [2, "snn-dse"],
    [4, "lab"],
  ])(
    "with %i worker processes, keys under %s: every result, the front and the hypervolume equal the local run's",
    async (count, prefix) => {
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
    },
    300_000,
  );

  test(
    "workers and coordinator killed, server killed and restarted, holds on jobs taken away: nothing lost, nothing double",
    async () => {
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
    },
    MINUTES,
  );

  test("deliveries doubled, answers forged, foreign jobs and strange workers on the server, files lost: the database is the local run's", async () => {
    const rng = createRng(SEED, "forgery");
    const client = new Redis(server.url, { maxRetriesPerRequest: null });
    const workers = [worker(server), worker(server)];
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
    expect(existsSync(at("forged"))).toBe(false);
    expect(contentOf(at("forged.db"))).toBe(local);
    for (const program of workers) await program.kill("SIGKILL");
    await client.flushall();
    client.disconnect();
  }, 300_000);

  test("a functional run that is answered with a point is tried again, and the sweep goes on", async () => {
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
    const answer = JSON.stringify({ kind: "done", resultText: "AAAA", countersText: "AAAA", durationMs: 1 });
    for (const [queue, job] of await functionals())
      await client.xadd(`${queue}:events`, "*", "event", "completed", "jobId", job, "returnvalue", answer, "prev", "active");
    await until("another attempt", () => sweep.events("retry").length > 0 || !sweep.running);
    const program = worker(server);
    expect(await sweep.ended, sweep.errors).toBe(0);
    expect(sweep.events("retry").map(({ reason }) => reason)).toContain("a worker answered a functional run with a point");
    expect(contentOf(at("kinds.db"))).toBe(local);
    await program.kill("SIGKILL");
    await client.flushall();
    client.disconnect();
  }, 300_000);

  test("a server that is gone keeps nobody: asked to leave, a worker ends with 0, the sweep with 130, and both go on when it is back", async () => {
    const other = await Server.start();
    const workers = [worker(other, "--grace-seconds", "1")];
    const sweep = run(sweepParameters("gone.db", ...remote(other, 1)));
    await until("the third result", () => sweep.events("point-done").length >= 3);
    await other.down("SIGKILL");
    expect(await Promise.all([sweep.kill("SIGTERM"), workers[0].kill("SIGTERM")])).toEqual([130, 0]);
    await other.up();
    workers.push(worker(other));
    expect(await run(sweepParameters("gone.db", ...remote(other, 1))).ended).toBe(0);
    expect(contentOf(at("gone.db"))).toBe(local);
    await workers[1].kill("SIGKILL");
    await other.end();
  }, 300_000);

  test("a server without room for the data set ends the sweep with 2 and says what to do", async () => {
    const full = await Server.start(["--maxmemory", "3mb"]);
    const sweep = run(sweepParameters("full.db", ...remote(full)));
    expect(await sweep.ended).toBe(2);
    expect(sweep.errors).toMatch(/the server is full\s+.*maxmemory.*--shared-dir/s);
    await full.end();
  }, 300_000);

  test("a worker that is asked to leave while it works ends its points first, and no point is tried again", async () => {
    const first = worker(server);
    const sweep = run(sweepParameters("drain.db", ...remote(server)));
    await until("the third result", () => sweep.events("point-done").length >= 3);
    // As Slurm does it: to the batch script, which hands it on, and to the worker itself.
    first.child.kill("SIGTERM");
    await wait(20);
    expect(await first.kill("SIGTERM")).toBe(0);
    const second = worker(server, "--idle-exit", "1");
    expect(await sweep.ended, sweep.errors).toBe(0);
    expect(sweep.events("retry")).toEqual([]);
    expect(contentOf(at("drain.db"))).toBe(local);
    expect(await second.ended).toBe(0); // nothing more to do
    expect(second.errors).toContain("leaving");
  }, 300_000);

  test("over TLS, with a password and through a shared folder; neither logs nor the database hold the password", async (context) => {
    const openssl = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1";
    const made = spawnSync("openssl", [...openssl.split(" "), "-keyout", at("key.pem"), "-out", at("cert.pem")]);
    if (made.status !== 0) return context.skip("no openssl to make a certificate with");
    const secret = "pass-word-of-the-test";
    const files = [
      "--tls-cert-file",
      at("cert.pem"),
      "--tls-key-file",
      at("key.pem"),
      "--tls-ca-cert-file",
      at("cert.pem"),
      "--tls-auth-clients",
      "no",
    ];
    const plain = await Server.start(["--requirepass", secret]);
    await plain.down("SIGTERM");
    const port = plain.port;
    const secure = await Server.start(["--requirepass", secret, "--tls-port", String(port), ...files]);
    const env = { SNN_DSE_REDIS: `rediss://:${secret}@localhost:${port}`, NODE_EXTRA_CA_CERTS: at("cert.pem") };
    const shared = ["--shared-dir", folder];
    const helper = run(["worker", "--threads", "2", ...shared], env);
    const sweep = run(sweepParameters("tls.db", "--engine", "bullmq", ...shared), env);
    expect(await sweep.ended, sweep.errors).toBe(0);
    expect(contentOf(at("tls.db"))).toBe(local);
    await helper.kill("SIGTERM");
    const refused = run(["worker", "--redis", `redis://:wrong-${secret}@127.0.0.1:${secure.port}`]);
    expect(await refused.ended).toBe(2);
    expect(refused.errors).toContain("WRONGPASS");
    for (const text of [helper.errors, sweep.out, sweep.errors, refused.errors, readFileSync(at("tls.db"), "latin1")])
      expect(text).not.toContain(secret);
    await secure.end();
    await plain.end();
  }, 300_000);

  test("a worker of another build, or without the shared folder, is refused with the reason, on both sides", async () => {
    const client = new Redis(server.url);
    const announce = {
      protocol: PROTOCOL,
      name: "other",
      version: "0.0.1",
      build: "0".repeat(64),
      document: "0".repeat(64),
      leaseMs: 1000,
      timeoutMs: 1000,
    };
    const id = "ab".repeat(10);
    await client.hset("snn-dse:studies", id, JSON.stringify({ ...announce, transfer: "server" }));
    await client.set(`snn-dse:${id}:alive`, "1");
    const program = worker(server);
    await until("the refusal", async () => (await client.hlen(`snn-dse:${id}:workers`)) > 0);
    const [beat] = Object.values(await client.hgetall(`snn-dse:${id}:workers`));
    expect(JSON.parse(beat).refused).toMatch(/this worker is version .*, the sweep is 0\.0\.1; install the same version/);
    await until("the worker to say so itself", () => program.errors.includes("not served, this worker is version"));
    await program.kill("SIGTERM");
    await client.del(`snn-dse:${id}:alive`, "snn-dse:studies", `snn-dse:${id}:workers`);
    // Long dead, and nobody came back for it: the next sweep takes it off the server.
    await client.hset("snn-dse:studies", id, "{}");
    await client.set(`snn-dse:${id}:queue:points:meta`, "1");
    const sharing = run(sweepParameters("folder.db", ...remote(server), "--shared-dir", folder));
    const without = worker(server);
    await until("the coordinator to hear of it", () => sharing.events("fault").some(({ code }) => code === "WORKER_REFUSED"));
    expect(await client.keys(`snn-dse:${id}*`)).toEqual([]);
    expect(JSON.stringify(sharing.events("fault"))).toContain("start the worker with --shared-dir");
    expect(await sharing.kill("SIGTERM")).toBe(130);
    await without.kill("SIGTERM");
    client.disconnect();
  }, 300_000);
});
