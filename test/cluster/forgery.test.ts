/**
 * Somebody can write to the server and has not the key: what is stored is what the workers computed, and nobody's
 * memory is taken.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Json } from "../../base/hash.js";
import { about } from "../../sweeps/engine/protocol.js";
import { Signer } from "../../sweeps/index.js";
import { contentOf } from "../sweeps/fake-study.js";
import { bombReply, doneReply, Forger } from "./forger.js";
import { hindrance, type Program, type Server, sweepParameters, until, wait } from "./server.js";
import { remote, SmallCluster } from "./small-cluster.js";

const KEY = "0123456789abcdef0123456789abcdef";
const OTHER_KEY = "fedcba9876543210fedcba9876543210";

/** Most memory that a process has had, in MiB. */
function peakMebibytes({ child }: Program): number {
  try {
    const [, kibibytes = "0"] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
    return Number(kibibytes) / 1024;
  } catch {
    return 0; // has just ended
  }
}

describe.skipIf(hindrance !== null)("M3: without the key", () => {
  let cluster: SmallCluster;
  let server: Server;
  let client: Redis;
  beforeAll(async () => {
    cluster = await SmallCluster.start(16);
    ({ server } = cluster);
    writeFileSync(cluster.at("cluster.key"), `${KEY}\n`, { mode: 0o600 });
    client = new Redis(server.url, { maxRetriesPerRequest: null });
  }, 300_000);
  afterEach(() => cluster.clear());
  afterAll(async () => {
    client?.disconnect();
    await cluster?.end();
  });
  const withKey = ["--key-file", "cluster.key"];
  const queueOf = async (): Promise<string> => `snn-dse:${(await client.hkeys("snn-dse:studies"))[0]}:queue:points`;

  test("workers with another key or with none are refused by name, on both sides; answers forged, replayed, bombs and signs of life do not reach the database: every result equals the local run's, no attempt is lost", {
    tags: ["long"],
    timeout: 300_000,
  }, async () => {
    const sweep = cluster.run(sweepParameters("forged.db", ...remote(server), ...withKey));
    const strangers = [
      cluster.run(["worker", "--redis", server.url, "--name", "other"], { SNN_DSE_CLUSTER_KEY: OTHER_KEY }),
      cluster.run(["worker", "--redis", server.url, "--name", "keyless"]),
    ];
    const refused = (): string[] =>
      sweep.events("fault").flatMap(({ code, message }) => (code === "WORKER_REFUSED" ? [String(message)] : []));
    await until("both to be refused", () => refused().length === 2 || !sweep.running);
    expect(refused().find((message) => message.includes("worker other on"))).toMatch(/signed with key .*, ours with key/);
    expect(refused().find((message) => message.includes("worker keyless on"))).toMatch(/signed without a key, ours with key/);
    for (const { errors } of strangers) expect(errors).toMatch(/study small: not served, its messages are signed with key/);
    await until("the study", async () => (await client.hlen("snn-dse:studies")) > 0 || !sweep.running);
    const queue = await queueOf();
    const forgers = [new Signer(null), new Signer(OTHER_KEY)].map((signer) => new Forger(client, queue, signer));
    const metrics = { accuracy_percent: 100, energy_uj_per_inference: 1e-9, latency_us: 1e-9, area_mm2: 1e-9 } as const;
    const counts = { functional: 0, good: 0, nulls: 0, endless: 0, bombs: 0, replayed: 0, unsigned: 0 };
    type Attack = keyof typeof counts;
    const replies: { readonly [attack in Attack]?: ReturnType<typeof bombReply> } = {
      functional: {
        kind: "functional",
        trace: "0".repeat(64),
        traceKey: "0".repeat(64),
        durationMs: 1,
        recordingsText: "",
        wrongText: "",
      },
      good: doneReply({ metrics } as Json, {}),
      nulls: doneReply({ metrics: {} }, {}),
      endless: doneReply({ metrics: { ...metrics, energy_uj_per_inference: -1e308, accuracy_percent: 1e308 } }, {}),
      bombs: bombReply(),
    };
    const met = new Set<string>();
    /** Given before by a worker, to another question, and signed with the key. */
    const replayed = async (): Promise<string | undefined> => {
      const events = (await client.xrevrange(`${queue}:events`, "+", "-")).map(([, fields]) => fields);
      const answers = events.filter((fields) => fields.includes("completed")).map((fields) => fields[fields.indexOf("returnvalue") + 1]);
      return answers.find((answer) => !met.has(answer) && answer.length < 100_000);
    };
    /**
     * The attacks on a job: of those that can be made now, the three that were made least (a quick worker leaves few
     * jobs).
     */
    const attacksOn = async (id: string): Promise<readonly Attack[]> => {
      if (id.startsWith("f-")) return ["functional"];
      const possible: Attack[] = ["good", "nulls", "endless", "bombs", "unsigned"];
      if ((await replayed()) !== undefined) possible.unshift("replayed");
      return possible.sort((a, b) => counts[a] - counts[b]).slice(0, 3);
    };
    let worker: Program | null = null;
    while (sweep.running) {
      // A worker that stands still for a moment leaves jobs waiting.
      worker?.child.kill("SIGSTOP");
      for (const id of await forgers[0].waiting()) {
        if (met.has(id)) continue;
        met.add(id);
        for (const attack of await attacksOn(id)) {
          const reply = replies[attack];
          for (const forger of forgers) {
            let answer = attack === "replayed" ? await replayed() : JSON.stringify(replies.good);
            if (reply !== undefined) answer = await forger.answer(id, reply);
            if (answer === undefined) continue;
            met.add(answer);
            counts[attack]++;
            await (counts[attack] % 2 === 0 ? forger.end(id, answer) : forger.say(id, answer));
          }
        }
      }
      worker?.child.kill("SIGCONT");
      if (worker === null && met.size > 0)
        worker = cluster.run(["worker", "--redis", server.url, "--threads", "2"], { SNN_DSE_CLUSTER_KEY: KEY });
      await wait(10);
    }
    console.log(`attacks: ${JSON.stringify(counts)}`);
    expect(await sweep.ended, sweep.errors).toBe(0);
    expect(contentOf(cluster.at("forged.db"))).toBe(cluster.local);
    expect(sweep.events("retry").filter(({ attempt }) => attempt !== 1)).toEqual([]); // a machine under load may lose a lease, which is no attempt
    for (const [attack, count] of Object.entries(counts)) expect(count, attack).toBeGreaterThan(0);
    const faults = sweep.events("fault").filter(({ code }) => code === "FOREIGN_ANSWER");
    expect(faults.length).toBe(2); // the first one, and how many there were
    expect(faults[0].message).toMatch(/an answer on the server is ignored/);
  });

  test("bombs in every place that the coordinator or a worker reads cost neither of them a gigabyte", {
    tags: ["long"],
    timeout: 300_000,
  }, async () => {
    const huge = "[".repeat(60 * 2 ** 20);
    const sweep = cluster.run(sweepParameters("bombs.db", ...remote(server), ...withKey));
    await until("the study", async () => (await client.hlen("snn-dse:studies")) > 0 || !sweep.running);
    const queue = await queueOf();
    const study = queue.split(":")[1];
    for (let i = 0; i < 3; i++) await client.xadd(`${queue}:events`, "*", "event", "completed", "jobId", `p-${i}`, "returnvalue", huge);
    await client.hset(`snn-dse:${study}:workers`, "bomb", huge);
    await client.hset("snn-dse:studies", "ab".repeat(10), huge);
    await client.set(`snn-dse:${"ab".repeat(10)}:alive`, "1");
    await client.hset(`${queue}:bomb`, "name", "point", "data", huge, "opts", "{}", "timestamp", "1", "delay", "0", "priority", "0");
    await client.rpush(`${queue}:wait`, "bomb");
    const worker = cluster.run(["worker", "--redis", server.url, "--threads", "1", ...withKey]);
    const peaks = [0, 0];
    while (sweep.running) {
      for (const [i, program] of [worker, sweep].entries()) peaks[i] = Math.max(peaks[i], peakMebibytes(program));
      await wait(20);
    }
    expect(worker.errors).toContain("a job is refused");
    console.log(`peak memory of worker and coordinator: ${peaks.map((peak) => peak.toFixed(0)).join(", ")} MiB`);
    expect(await sweep.ended, sweep.errors).toBe(0);
    expect(contentOf(cluster.at("bombs.db"))).toBe(cluster.local);
    for (const peak of peaks) {
      expect(peak).toBeGreaterThan(100);
      expect(peak).toBeLessThan(1024);
    }
  });

  test("a worker takes no job that is signed otherwise, and serves no study that is", { tags: ["long"], timeout: 300_000 }, async () => {
    const worker = cluster.run(["worker", "--redis", server.url, "--threads", "1", ...withKey]);
    const sweep = cluster.run(sweepParameters("jobs.db", ...remote(server, 1), ...withKey));
    await until("a result", () => sweep.events("point-done").length > 0 || !sweep.running);
    const key = await queueOf();
    const study = key.split(":")[1];
    const queue = new Queue("points", { connection: client, prefix: `snn-dse:${study}:queue` });
    const forger = new Forger(client, key, new Signer(OTHER_KEY));
    const real = await client.hget("snn-dse:studies", study);
    const job = { ...(await forger.job((await forger.waiting())[0] ?? "")), key: "0".repeat(64) };
    const jobs = {
      other: new Signer(OTHER_KEY).sign(about.job(study, "other"), JSON.stringify(job)),
      none: new Signer(null).sign(about.job(study, "none"), JSON.stringify(job)),
      plain: JSON.stringify(job),
      // Signed by the sweep itself, for another name.
      moved: JSON.parse((await client.hget(`${key}:${(await forger.waiting())[0]}`, "data")) ?? '""') as string,
    };
    for (const [jobId, data] of Object.entries(jobs)) await queue.add("point", data, { jobId, lifo: true, removeOnComplete: false });
    // The sweep's own words under another name, and another's under its own.
    const forged = {
      ["ab".repeat(10)]: real ?? "",
      ["cd".repeat(10)]: new Signer(OTHER_KEY).sign(about.announcement("cd".repeat(10)), real?.slice(74) ?? ""),
    };
    for (const [id, text] of Object.entries(forged)) {
      await client.hset("snn-dse:studies", id, text);
      await client.set(`snn-dse:${id}:alive`, "1");
    }
    const answers: (string | null)[] = [];
    await until("the forged jobs to be answered", async () => {
      answers.splice(0);
      for (const id of Object.keys(jobs)) answers.push(await client.hget(`${key}:${id}`, "returnvalue"));
      return answers.every((answer) => answer !== null) || !sweep.running;
    });
    expect(answers.filter((answer) => answer !== null && answer !== '""')).toEqual([]);
    await until("the worker to refuse the studies", () => (worker.errors.match(/not served/g) ?? []).length === 2);
    expect(worker.errors).toMatch(/a job is refused, and so are others like it/);
    expect(worker.errors).toMatch(/not served, its message was changed on the server/);
    expect(worker.errors).toMatch(
      /not served, its messages are signed with key [0-9a-f]{8}, ours with key [0-9a-f]{8}; give the same --key-file/,
    );
    expect(await sweep.ended, sweep.errors).toBe(0);
    expect(contentOf(cluster.at("jobs.db"))).toBe(cluster.local);
    await queue.close();
  });
});
