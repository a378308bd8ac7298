/** What a description may say fits into the messages of a cluster; what does not fit is refused before it is sent. */
import { expect, test } from "vitest";
import { MOST_PARAMETER_TEXT, parseArch } from "../../../arch/index.js";
import { curveAnswerLimit } from "../../../sweeps/engine/answer.js";
import { about, JOB_TEXT_BYTES, jobSchema, type Reply, replySchema, sendable, studyId, textOf } from "../../../sweeps/engine/protocol.js";
import { openRemoteEngine, RemoteWorker, Signer } from "../../../sweeps/index.js";

const digest = "ab".repeat(32);
const job = (values: object) => ({
  ...{ kind: "point", key: digest, values, modelHash: "m", dataHash: "d", trace: digest, fidelity: 1, alone: false },
  nonce: "cd".repeat(16),
});
const sent = (values: object): string => textOf("a job", jobSchema, job(values), JOB_TEXT_BYTES);

/** A path of so many characters; blanks are allowed in it. */
const pathOf = (length: number): string => {
  const [head, tail] = ["tile[0", "].core.lanes"];
  const room = length - head.length - tail.length;
  return `${head}${",2".repeat(room / 2).padEnd(room)}${tail}`;
};
const described = (path: string) =>
  parseArch(
    `version: 1
extends: mesh-2x2
noc: { width: 16, height: 16 }
sweep:
  parameters: [{ path: "${path}", values: [1, 2] }]
  objectives: { latency_us: min }
`,
    "long.yaml",
  );

test("the longest path and the longest text that a description may have are taken by a job", () => {
  const path = pathOf(MOST_PARAMETER_TEXT);
  expect(described(path).sweep?.parameters.map(({ path }) => path)).toEqual([path]);
  const values = { [path]: 2, "network.model": "m".repeat(MOST_PARAMETER_TEXT) };
  expect(JSON.parse(sent(values)).values).toEqual(values);
  expect(() => described(pathOf(MOST_PARAMETER_TEXT + 1))).toThrow(/4096/);
});

test("a path in place of a value is as long at most as a listed one", () => {
  const parsed = (path: string) =>
    parseArch(
      `version: 1\nextends: mesh-2x2\nnoc: { width: 16, height: 16 }\n? "${path}"\n: { core: { lanes: { sweep: [1, 2] } } }\nsweep: { objectives: { latency_us: min } }\n`,
      "long.yaml",
    );
  const tile = pathOf(MOST_PARAMETER_TEXT).replace(".core.lanes", "");
  expect(parsed(tile).sweep?.parameters.length).toBe(1);
  expect(() => parsed(tile.replace("[0", "[0,2,2,2,2,2,2,2,2,2"))).toThrow(/has a path of \d+ characters, at most 4096/);
});

test("a message that its reader would not take is refused with the name of its field, and one that is too long by its size", () => {
  expect(() => sent({ ["x".repeat(MOST_PARAMETER_TEXT + 1)]: 1 })).toThrow(/^a job: values\.x/);
  expect(() => textOf("a job", jobSchema, { ...job({}), trace: "no digest" }, JOB_TEXT_BYTES)).toThrow(/^a job: trace: /);
  const most = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`p${i}`, "m".repeat(MOST_PARAMETER_TEXT)]));
  expect(() => sent(most)).toThrow(/^a job: takes \d+ bytes, and at most \d+ are sent/);
});

test("a learning curve as long as its training, and a reason of any length, are read from an answer", () => {
  const epochs = 20_000;
  const long = -1 / 3e100;
  const curve = Array.from({ length: epochs }, (_, epoch) => ({ epoch, loss: long, error: long }));
  const given: Reply = sendable({ kind: "given-up", code: "DIVERGED", reason: "r".repeat(30_000), curve, durationMs: 1 });
  expect(replySchema.parse(given)).toMatchObject({ kind: "given-up", curve });
  const signed = new Signer(null).sign(about.answer("study", "job", "nonce"), JSON.stringify(given));
  expect(JSON.stringify(signed).length).toBeLessThan(curveAnswerLimit(epochs));
});

test("a lease that workers would not take is refused before anything is sent, and so is a worker's name that a sweep would not", async () => {
  const nowhere = { redisUrl: "redis://127.0.0.1:1", signer: new Signer(null), prefix: "p" };
  const open = (leaseMs: number) => openRemoteEngine({ ...nowhere, leaseMs } as unknown as Parameters<typeof openRemoteEngine>[0]);
  for (const leaseMs of [499, 3_600_001, 7_200_000, Number.NaN, 1000.5])
    await expect(open(leaseMs)).rejects.toThrow(/^--lease-seconds: got .*, expected 0\.5 to 3600\n/);
  const worker = (name: string, threads: number) =>
    RemoteWorker.open({ ...nowhere, name, threads } as unknown as Parameters<typeof RemoteWorker.open>[0]);
  await expect(worker("n".repeat(201), 1)).rejects.toThrow(/^worker: name: /);
  await expect(worker("n", 65_537)).rejects.toThrow(/^worker: threads: /);
});

test("a sweep that starts again with other settings is another one on the server, so workers of the old settings take none of its jobs", () => {
  const settings = { transfer: "server", leaseMs: 1000, timeoutMs: 1000 } as const;
  const ids = [
    settings,
    { ...settings, transfer: "folder" } as const,
    { ...settings, leaseMs: 2000 },
    { ...settings, timeoutMs: 2000 },
  ].map((each) => studyId("study", digest, each));
  expect(new Set(ids).size).toBe(4);
  expect(studyId("study", digest, { ...settings })).toBe(ids[0]);
});
