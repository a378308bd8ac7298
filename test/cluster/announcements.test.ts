/** A worker serves a study as its coordinator announces it now, and heeds no other announcement. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { selfCheck } from "../../sim/index.js";
import { buildDigest } from "../../sweeps/engine/build.js";
import { type Announcement, about, PROTOCOL, studiesKey, studyKeys } from "../../sweeps/engine/protocol.js";
import { RemoteWorker, Signer } from "../../sweeps/index.js";
import { hindrance, Server, until } from "./server.js";

const PREFIX = "test";
const STUDY = "ab".repeat(10);
const KEY = "a key of the test, at least 32 characters";

describe.skipIf(hindrance !== null)("announcements", () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server?.end());

  test("a study that is announced anew, with other settings, is taken anew; what its owner did not sign changes nothing", async () => {
    const client = new Redis(server.url);
    const announcement: Announcement = {
      ...{ protocol: PROTOCOL, name: "s", version: "1", build: buildDigest(), plugins: [], node: process.version },
      ...{ selfCheck: selfCheck(), document: "0".repeat(64), transfer: "server", leaseMs: 1000, timeoutMs: 1000 },
    };
    const announce = (signer: Signer, changes: Partial<Announcement> = {}): Promise<unknown> =>
      client.hset(studiesKey(PREFIX), STUDY, signer.sign(about.announcement(STUDY), JSON.stringify({ ...announcement, ...changes })));
    const mine = new Signer(KEY);
    await announce(mine);
    await client.set(studyKeys(PREFIX, STUDY).alive, "1");
    const lines: string[] = [];
    const taken = (): number => lines.filter((line) => line.includes("taking points")).length;
    const worker = await RemoteWorker.open({
      ...{ redisUrl: server.url, signer: mine, prefix: PREFIX, name: "w", threads: 1, sharedDir: null, version: "1", plugins: [] },
      ...{ graceMs: 0, idleMs: null, log: (line) => lines.push(line) },
    });
    const run = worker.run();
    const looks = async (): Promise<number> => {
      const [beat = ""] = await client.hvals(studyKeys(PREFIX, STUDY).workers);
      return Number(/"beat":(\d+)/.exec(beat)?.[1] ?? 0);
    };
    const nextLook = async (): Promise<void> => {
      const before = await looks();
      await until("the worker to look again", async () => (await looks()) > before);
    };
    await until("the study to be taken", () => taken() === 1);
    await announce(new Signer(null), { leaseMs: 500 });
    await nextLook();
    await announce(mine, { leaseMs: 2000 });
    await nextLook();
    expect(lines.filter((line) => line.startsWith("study s: "))).toEqual([
      "study s: taking points, 1 at a time",
      "study s: announced anew, with other settings",
      "study s: taking points, 1 at a time",
    ]);
    worker.stop();
    await run;
    client.disconnect();
  }, 60_000);

  test("a worker with another folder than the sweep's refuses itself, and serves once the description is there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "announced-"));
    const client = new Redis(server.url);
    const [prefix, document] = ["folders", "0".repeat(64)];
    const announcement: Announcement = {
      ...{ protocol: PROTOCOL, name: "s", version: "1", build: buildDigest(), plugins: [], node: process.version },
      ...{ selfCheck: selfCheck(), document, transfer: "folder", leaseMs: 1000, timeoutMs: 1000 },
    };
    const signer = new Signer(KEY);
    await client.hset(studiesKey(prefix), STUDY, signer.sign(about.announcement(STUDY), JSON.stringify(announcement)));
    await client.set(studyKeys(prefix, STUDY).alive, "1");
    const lines: string[] = [];
    const worker = await RemoteWorker.open({
      ...{ redisUrl: server.url, signer, prefix, name: "w", threads: 1, sharedDir: folder, version: "1", plugins: [] },
      ...{ graceMs: 0, idleMs: null, log: (line) => lines.push(line) },
    });
    const run = worker.run();
    const beat = async (): Promise<string> => (await client.hvals(studyKeys(prefix, STUDY).workers))[0] ?? "";
    await until("the refusal", async () => (await beat()).includes("another folder"));
    const looks = async (): Promise<number> => Number(/"beat":(\d+)/.exec(await beat())?.[1] ?? 0);
    const before = await looks();
    await until("two more looks", async () => (await looks()) > before + 1);
    expect(await beat()).toContain("--shared-dir");
    writeFileSync(join(folder, `${document}.blob`), "{}");
    await until("the study to be taken", () => lines.some((line) => line.includes("taking points")));
    expect(lines).toEqual([
      expect.stringMatching(/^study s: not served, the sweep passes files through another folder than .*announced-/),
      "study s: taking points, 1 at a time",
    ]);
    worker.stop();
    await run;
    client.disconnect();
    rmSync(folder, { recursive: true });
  }, 60_000);
});
