/** A worker and what it finds on its server, or waits for. */
import { performance } from "node:perf_hooks";
import { afterEach, expect, test, vi } from "vitest";
import { about, announcementSchema, type Beat, PROTOCOL } from "../../../sweeps/engine/protocol.js";
import { RemoteWorker, Signer } from "../../../sweeps/index.js";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const signer = new Signer(null);
const digest = "a".repeat(64);
const announcement = announcementSchema.parse({
  ...{ protocol: PROTOCOL, name: "study", version: "0.0.1", build: digest, plugins: [], node: "v24.0.0", selfCheck: digest },
  ...{ document: digest, transfer: "server", leaseMs: 1000, timeoutMs: 1000 },
});

interface Announced {
  readonly [study: string]: object;
}

/** A worker at a server that has these studies; null: a server that is away. */
function workerAt(studies: () => Announced | null, idleMs: number | null = null) {
  const [log, beats]: [string[], Beat[]] = [[], []];
  const signed = (found: Announced) =>
    Object.entries(found).map(([id, said]) => [id, signer.sign(about.announcement(id), JSON.stringify(said))]);
  const client = {
    hgetall: () => {
      const found = studies();
      return found === null ? new Promise(() => {}) : Promise.resolve(Object.fromEntries(signed(found)));
    },
    exists: async () => 1,
    hset: async (key: string, worker: string, text: string) => {
      const said = signer.open(about.beat(key.split(":")[1] ?? "", worker), text);
      beats.push(JSON.parse(said ?? "null") as Beat);
    },
    ...{ hdel: async () => 1, hexists: async () => 1, disconnect: () => {} },
  };
  const options = {
    ...{ redisUrl: "redis://localhost:1", signer, prefix: "p", name: "w", threads: 1, sharedDir: null, version: "0.0.2" },
    ...{ plugins: [], graceMs: 0, idleMs, log: (line: string) => log.push(line) },
  };
  return { worker: Reflect.construct(RemoteWorker, [options, client, {}]) as RemoteWorker, log, beats };
}

test("an idle worker leaves in time whether its server is there, goes away or never answers", async () => {
  for (const answers of [Number.POSITIVE_INFINITY, 2, 0]) {
    vi.useFakeTimers();
    vi.spyOn(performance, "now").mockImplementation(() => Date.now());
    let looks = 0;
    const { worker, log } = workerAt(() => (looks++ < answers ? {} : null), 10_000);
    let hasLeft = false;
    const ran = worker.run().then(() => {
      hasLeft = true;
    });
    await vi.advanceTimersByTimeAsync(9_000);
    expect(hasLeft, `after ${answers} answers`).toBe(false);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(hasLeft, `after ${answers} answers`).toBe(true);
    expect(log).toEqual(["no study for long enough: leaving"]);
    await ran;
  }
});

test("a study of another version or protocol is refused by name, here and in the heartbeat, however else it is announced", async () => {
  const id = "ab".repeat(10);
  const refusalsOf = async (said: object): Promise<readonly string[]> => {
    const { worker, log, beats } = workerAt(() => ({ [id]: said }));
    const ran = worker.run();
    await vi.waitFor(() => expect(beats.length).toBe(1));
    worker.stop();
    await ran;
    return [...log.filter((line) => line.startsWith("study ")), ...beats.map(({ refused }) => refused ?? "")];
  };
  const version = "this worker is version 0.0.2, the sweep is 0.0.1; install the same version";
  expect(await refusalsOf(announcement)).toEqual([`study study: not served, ${version}`, version]);
  const protocols: readonly (readonly [number, object])[] = [
    [PROTOCOL - 1, { ...announcement, plugins: undefined }],
    [PROTOCOL + 1, { ...announcement, leaseMs: "1 s", more: [1, 2, 3] }],
    [PROTOCOL, { ...announcement, more: 1 }],
    [PROTOCOL + 9, { name: "study", version: "0.0.1" }],
  ];
  for (const [protocol, said] of protocols) {
    const why = `this worker is version 0.0.2 with protocol ${PROTOCOL}, the sweep is 0.0.1 with protocol ${protocol}; install the same version`;
    expect(await refusalsOf({ ...said, protocol })).toEqual([`study study: not served, ${why}`, why]);
  }
});
