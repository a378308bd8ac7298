/** Who leaves leaves in order, who may not come is told why, and a password stays where it was put. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { about, PROTOCOL } from "../../sweeps/engine/protocol.js";
import { Signer } from "../../sweeps/index.js";
import { contentOf } from "../sweeps/fake-study.js";
import { hindrance, type Program, Server, sweepParameters, until, wait } from "./server.js";
import { remote, SmallCluster } from "./small-cluster.js";

describe.skipIf(hindrance !== null)("coming and going", () => {
  let cluster: SmallCluster;
  let server: Server;
  let local: string;
  let folder: string;
  const at = (name: string): string => cluster.at(name);
  const run = (parameters: readonly string[], env: { readonly [name: string]: string } = {}): Program => cluster.run(parameters, env);
  const worker = (at: Server, ...more: string[]): Program => cluster.worker(at, ...more);

  beforeAll(async () => {
    cluster = await SmallCluster.start(10);
    ({ server, local, folder } = cluster);
  }, 300_000);
  afterEach(() => cluster.clear());
  afterAll(() => cluster?.end());

  test("a server that is gone keeps nobody: asked to leave, a worker ends with 0, the sweep with 130, and both go on when it is back", {
    tags: ["long"],
    timeout: 300_000,
  }, async () => {
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
  });

  test("without a worker a sweep ends at its time limit; once its last worker has vanished too, and the same command goes on", {
    tags: ["long"],
    timeout: 300_000,
  }, async () => {
    const idle = run(sweepParameters("limit.db", ...remote(server), "--time", "3s"));
    expect(await idle.ended, idle.errors).toBe(0); // its time was up, although no point is done
    expect(idle.events("finished").map(({ reason, done }) => [reason, done])).toEqual([["time", 0]]);
    const lonely = run(sweepParameters("limit.db", ...remote(server), "--time", "10s"));
    const only = worker(server);
    await until("a result", () => lonely.events("point-done").length >= 1);
    await only.kill("SIGKILL");
    expect(await lonely.ended, lonely.errors).toBe(0);
    expect(lonely.events("finished").map(({ reason }) => reason)).toEqual(["time"]);
    worker(server);
    expect(await run(sweepParameters("limit.db", ...remote(server))).ended).toBe(0);
    expect(contentOf(at("limit.db"))).toBe(local);
  });

  test("a server without room for the data set ends the sweep with 2 and says what to do", {
    tags: ["long"],
    timeout: 300_000,
  }, async () => {
    const full = await Server.start(["--maxmemory", "3mb"]);
    const sweep = run(sweepParameters("full.db", ...remote(full)));
    expect(await sweep.ended).toBe(2);
    expect(sweep.errors).toMatch(/the server is full\s+.*maxmemory.*--shared-dir/s);
    await full.end();
  });

  test("a server that deletes when it is full is named, once, although the sweep hears of it before anybody watches", {
    tags: ["long"],
    timeout: 300_000,
  }, async () => {
    const client = new Redis(server.url);
    await client.config("SET", "maxmemory-policy", "volatile-lru");
    const sweep = run(sweepParameters("evict.db", ...remote(server)));
    await until("the sweep to run", () => sweep.events("hosts").length > 0 || !sweep.running);
    await sweep.kill("SIGTERM");
    await client.config("SET", "maxmemory-policy", "noeviction");
    client.disconnect();
    expect(sweep.events("fault").map(({ message }) => message)).toEqual([expect.stringMatching(/its eviction policy is volatile-lru/)]);
    expect(sweep.errors).not.toContain("IMPORTANT");
  });

  test("a worker that is asked to leave while it works ends its points first, and no point is tried again", {
    tags: ["long"],
    timeout: 300_000,
  }, async () => {
    const first = worker(server);
    const sweep = run(sweepParameters("drain.db", ...remote(server)));
    await until("the third result", () => sweep.events("point-done").length >= 3);
    // As Slurm does it: to the batch script, which hands it on, and to the worker itself.
    first.child.kill("SIGTERM");
    await wait(20);
    expect(await first.kill("SIGTERM")).toBe(0);
    const second = worker(server, "--idle-exit", "1");
    expect(await Promise.race([sweep.ended, second.ended.then(() => "the worker left first")]), second.errors).toBe(0);
    expect(sweep.events("retry")).toEqual([]);
    expect(contentOf(at("drain.db"))).toBe(local);
    expect(await second.ended).toBe(0); // nothing more to do
    expect(second.errors).toContain("leaving");
  });

  test("two sweeps of one study, each into its own database, do not disturb each other", { tags: ["long"], timeout: 300_000 }, async () => {
    worker(server);
    const sweeps = ["one.db", "two.db"].map((database) => run(sweepParameters(database, ...remote(server))));
    for (const [i, sweep] of sweeps.entries()) {
      expect(await sweep.ended, sweep.errors).toBe(0);
      expect(sweep.events("fault")).toEqual([]);
      expect(contentOf(at(["one.db", "two.db"][i]))).toBe(local);
    }
  });

  test("over TLS, with a password and through a shared folder; neither logs nor the database hold the password", {
    tags: ["long"],
    timeout: 300_000,
  }, async (context) => {
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
  });

  test("a worker of another build, or without the shared folder, is refused with the reason, on both sides", {
    tags: ["long"],
    timeout: 300_000,
  }, async () => {
    const client = new Redis(server.url);
    const announce = {
      protocol: PROTOCOL,
      name: "other",
      version: "0.0.1",
      build: "0".repeat(64),
      plugins: [],
      node: "v24.0.0",
      selfCheck: "0".repeat(64),
      document: "0".repeat(64),
      leaseMs: 1000,
      timeoutMs: 1000,
    };
    const id = "ab".repeat(10);
    const signed = new Signer(null).sign(about.announcement(id), JSON.stringify({ ...announce, transfer: "server" }));
    await client.hset("snn-dse:studies", id, signed);
    await client.set(`snn-dse:${id}:alive`, "1");
    const program = worker(server);
    await until("the refusal", async () => (await client.hlen(`snn-dse:${id}:workers`)) > 0);
    const [beat] = Object.values(await client.hgetall(`snn-dse:${id}:workers`));
    expect(beat).toMatch(/this worker is version .*, the sweep is 0\.0\.1; install the same version/);
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
  });
});
