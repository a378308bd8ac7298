/** Replays that points with the same cycles share: which points wait, which try again, and what is kept. */
import { expect, test } from "vitest";
import type { Outcome } from "../../../sweeps/engine/engine.js";
import type { PackedReplay } from "../../../sweeps/engine/packed-replay.js";
import { Replays } from "../../../sweeps/engine/replays.js";
import type { WorkerReply } from "../../../sweeps/engine/worker.js";

const replayOf = (bytes: number): PackedReplay => ({ topology: null, bytes: new Uint8Array(new SharedArrayBuffer(bytes)) });
const outcome = { kind: "done", result: {}, counters: {}, durationMs: 1 } as unknown as Extract<Outcome, { kind: "done" }>;
const infeasible: Outcome = { kind: "infeasible", code: "CLOCK", reason: "too fast", durationMs: 1 };
/** Answers like a worker, and records the replays that it got. */
const run =
  (got: (PackedReplay | null)[], made = replayOf(8)) =>
  async (replay: PackedReplay | null): Promise<WorkerReply> => {
    got.push(replay);
    return { kind: "replayed", outcome, replay: replay === null ? made : null };
  };

test("the first makes the replay, others get it", async () => {
  const replays = new Replays();
  const got: (PackedReplay | null)[] = [];
  const made = replayOf(8);
  const answers = await Promise.all([1, 2, 3].map(() => replays.evaluate("a", run(got, made))));
  expect(answers).toEqual([outcome, outcome, outcome]);
  expect(got).toEqual([null, made, made]);
});

test("a point without a replay passes the attempt on to the next one", async () => {
  const replays = new Replays();
  const got: (PackedReplay | null)[] = [];
  const first = replays.evaluate("a", async () => infeasible);
  const others = [1, 2].map(() => replays.evaluate("a", run(got)));
  expect(replays.waitsFor("a")).toBe(true);
  expect(await first).toEqual(infeasible);
  await Promise.all(others);
  expect(got.map((replay) => replay !== null)).toEqual([false, true]);
  const thrown = replays.evaluate("b", async () => {
    throw new Error("defect");
  });
  const after = replays.evaluate("b", run(got));
  await expect(thrown).rejects.toThrow("defect");
  expect(await after).toEqual(outcome);
});

test("the replays used last are kept, up to a number of bytes", async () => {
  const replays = new Replays(24);
  const known = async (key: string): Promise<boolean> => {
    const got: (PackedReplay | null)[] = [];
    await replays.evaluate(key, run(got));
    return got[0] !== null;
  };
  for (const key of ["a", "b", "c"]) expect(await known(key)).toBe(false);
  expect(await known("a")).toBe(true);
  expect(await known("d")).toBe(false); // b is dropped
  expect(await known("a")).toBe(true);
  expect(await known("c")).toBe(true);
  expect(await known("b")).toBe(false);
});
