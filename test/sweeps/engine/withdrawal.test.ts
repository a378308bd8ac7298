/** What is withdrawn from a server: no job is added after it, and nobody waits for a server that is gone. */
import { afterEach, expect, test, vi } from "vitest";
import { Jobs } from "../../../sweeps/engine/jobs.js";
import type { Question } from "../../../sweeps/engine/protocol.js";
import { RemoteLink } from "../../../sweeps/engine/remote-link.js";
import { Signer } from "../../../sweeps/index.js";

afterEach(() => void vi.useRealTimers());

const never = new Promise<never>(() => {});
const key = "ab".repeat(32);
const question: Question = {
  ...{ kind: "point", key, values: {}, modelHash: "m", dataHash: "d" },
  ...{ trace: key, fidelity: 1, alone: false },
};
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

/** Jobs on a server that keeps their states; `arrives`: when an added job is there. */
async function jobsOn(states: Map<string, string>, arrives: () => Promise<void> = async () => undefined) {
  const added: string[] = [];
  const queue = {
    getRanges: async () => [...states.keys()],
    getJobState: async (id: string) => states.get(id) ?? "unknown",
    remove: async (id: string) => {
      if (states.get(id) === "active") return 0;
      states.delete(id);
      return 1;
    },
    add: async (_: string, __: string, { jobId }: { readonly jobId: string }) => {
      await arrives();
      added.push(jobId);
      states.set(jobId, "waiting");
    },
    toKey: (part: string) => part,
  };
  const client = { hmgetBuffer: async () => [null, null, null] };
  const options = { queue, client, signer: new Signer(null), study: "s", server: "x", leaseMs: 0, warn: () => {} };
  const jobs = new Jobs(options as unknown as ConstructorParameters<typeof Jobs>[0]);
  await jobs.start();
  return { jobs, added };
}

test("after a withdrawal no job is added: not a new one, not one of an earlier coordinator, not one that the server lost", async () => {
  const states = new Map([["p-left", "waiting"]]);
  const { jobs, added } = await jobsOn(states);
  const answers = ["p-taken", "p-lost", "p-waiting"].map((id) => jobs.submit(id, question, 1000));
  await pause();
  expect(added).toEqual(["p-taken", "p-lost", "p-waiting"]);
  for (const id of ["p-taken", "p-lost"]) states.set(id, "active");
  await jobs.withdraw();
  states.delete("p-lost");
  await jobs.check();
  for (const id of ["p-new", "p-left"]) answers.push(jobs.submit(id, question, 1000));
  expect(await Promise.all(answers.slice(1))).toEqual(new Array(4).fill({ kind: "abandoned" }));
  expect(added).toEqual(["p-taken", "p-lost", "p-waiting"]);
  expect([...states]).toEqual([
    ["p-left", "waiting"],
    ["p-taken", "active"],
  ]);
});

test("a job that was on its way to the server during the withdrawal does not stay there", async () => {
  const states = new Map<string, string>();
  let arrive = (): void => {};
  const { jobs, added } = await jobsOn(states, () => new Promise((resolve) => (arrive = resolve)));
  const answer = jobs.submit("p-late", question, 1000);
  await pause();
  await jobs.withdraw();
  arrive();
  expect(await answer).toEqual({ kind: "abandoned" });
  expect(added).toEqual(["p-late"]);
  expect([...states]).toEqual([]);
});

test("after a withdrawal nothing waits for a server that is gone, whatever was asked of it", async () => {
  vi.useFakeTimers();
  const queue = {
    add: () => never,
    remove: () => never,
    getJobState: () => never,
    getRanges: async () => [],
    toKey: (part: string) => part,
  };
  const options = { signer: new Signer(null), leaseMs: 1000, redisUrl: "redis://localhost:1", tell: () => {} };
  const parts = { queue, client: {}, listener: {}, blobs: { put: () => never }, id: "s" };
  const link = Reflect.construct(RemoteLink, [options, parts]) as RemoteLink;
  const asked = [
    link.untilOver(() => link.jobs.submit("p-1", question, 1000)),
    link.untilOver(() => link.blobs.put(new Uint8Array(1), "a model")),
  ];
  link.withdraw();
  await vi.advanceTimersByTimeAsync(30_000);
  vi.useRealTimers();
  expect(await Promise.race([Promise.all(asked), pause().then(() => "it waits")])).toEqual(new Array(2).fill({ kind: "abandoned" }));
});
