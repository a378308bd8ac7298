/** A request to end that arrives twice counts once; a person's second key press counts as another. */
import { performance } from "node:perf_hooks";
import { afterEach, expect, test, vi } from "vitest";
import { onLeaveSignals } from "../../cli/process/leave-signals.js";

let nowMs = 0;
let leaves = 0;
let end = (): void => undefined;
function listen(): void {
  [nowMs, leaves] = [0, 0];
  // files of a worker share its process: what an earlier one left listening would act on signals that are emitted here
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(signal);
  vi.spyOn(performance, "now").mockImplementation(() => nowMs);
  end = onLeaveSignals(() => leaves++);
}
function at(ms: number, signal: NodeJS.Signals): number {
  nowMs = ms;
  process.emit(signal, signal);
  return leaves;
}
afterEach(() => {
  end();
  vi.restoreAllMocks();
});

test("repeated SIGTERM is one request, however long it takes", () => {
  listen();
  expect([at(0, "SIGTERM"), at(1, "SIGTERM"), at(5000, "SIGTERM"), at(9000, "SIGHUP")]).toEqual([1, 1, 1, 1]);
});

test("Ctrl-C from both npx and the terminal is one request; a later press is a second one", () => {
  listen();
  expect([at(0, "SIGINT"), at(20, "SIGINT"), at(400, "SIGINT")]).toEqual([1, 1, 2]);
});

test("after its end no signal has an effect", () => {
  listen();
  end();
  const before = process.listenerCount("SIGTERM");
  process.on("SIGTERM", () => undefined); // else the signal ends this process
  expect(at(0, "SIGTERM")).toBe(0);
  process.removeAllListeners("SIGTERM");
  expect(before).toBe(0);
});
