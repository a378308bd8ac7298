/**
 * The coordinator's side alone, against a worker that answers at once: what it costs a point, and what a point does
 * that kills its workers.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRng } from "../../base/rng.js";
import { Gate } from "../../sweeps/engine/gate.js";
import { list, OPTIONS, specOf } from "../sweeps/fake-study.js";
import { runEchoStudy, runWithoutQueue, THOUSAND } from "./echo-study.js";
import { hindrance, Server } from "./server.js";

test("a job let in alone has the process to itself, and whoever came first goes in first", async () => {
  const rng = createRng(4, "gate");
  const gate = new Gate();
  const order: number[] = [];
  let inside: boolean[] = [];
  const jobs = Array.from({ length: 60 }, (_, i) => ({ i, alone: rng.float() < 0.3, ms: rng.int(0, 3) }));
  await Promise.all(
    jobs.map(async ({ i, alone, ms }) => {
      await gate.enter(alone);
      order.push(i);
      inside.push(alone);
      expect(inside.includes(true) ? inside.length : 1).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, ms));
      inside = inside.slice(0, -1);
      gate.leave(alone);
    }),
  );
  expect(order).toEqual(jobs.map(({ i }) => i));
});

describe.skipIf(hindrance !== null)("coordinator", () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(async () => {
    await server?.end();
  });

  test("1,000 short points cost a few milliseconds each, and every one is stored once", { tags: ["long"], timeout: 300_000 }, async () => {
    const { summary, elapsedMs, cpuMs } = await runEchoStudy(server, THOUSAND, 8, null);
    expect(summary.done).toBe(1000);
    const base = await runWithoutQueue(THOUSAND, 8);
    const of = (ms: number): string => (ms / 1000).toFixed(2);
    console.log(`a point through the queue: ${of(elapsedMs)} ms, ${of(cpuMs)} ms of CPU in this process`);
    console.log(`a point without it: ${of(base.elapsedMs)} ms, ${of(base.cpuMs)} ms of CPU`);
    expect((elapsedMs - base.elapsedMs) / 1000).toBeLessThan(25); // 3 ms are promised on a free machine; this one may be shared
  });

  test("a point that kills every worker it meets fails after its retries with the reason, and no other point fails", {
    tags: ["long"],
    timeout: 300_000,
  }, async () => {
    const poison = { "fake.lanes": 4, "fake.word_bits": 16, "fake.bits": 4, "fake.kind": "mesh" };
    const spec = specOf({
      constraints: [],
      parameters: [list("lanes", [2, 4]), list("word_bits", [8, 16]), list("bits", [3, 4]), list("kind", ["mesh", "torus"])],
    });
    const { summary, events, deaths } = await runEchoStudy(server, spec, 1, poison);
    expect(deaths).toBe(1 + OPTIONS.retries);
    expect([summary.done, summary.failed]).toEqual([15, 1]);
    const failure = events.find((event) => event.type === "point-failed");
    expect(failure).toMatchObject({ code: "WORKER_DIED", reason: "the worker that ran it vanished", attempt: 1 + OPTIONS.retries });
  });
});
