/** What is said while a test bench runs, and where. */
import { afterEach, expect, test, vi } from "vitest";
import { withBeat } from "../../cli/runs/bench-beat.js";

const { isTTY } = process.stderr;
afterEach(() => {
  process.stderr.isTTY = isTTY;
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** What stderr gets during a bench of 150 seconds. */
async function written(isTerminal: boolean, isQuiet: boolean): Promise<string> {
  process.stderr.isTTY = isTerminal;
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  let text = "";
  const spy = vi.spyOn(process.stderr, "write").mockImplementation((piece) => {
    text += String(piece);
    return true;
  });
  await withBeat(isQuiet, async (onRun) => {
    onRun({ simulator: "iverilog", cycles: 15_000 });
    vi.advanceTimersByTime(150_000);
  });
  // nothing goes on after the end
  vi.advanceTimersByTime(300_000);
  spy.mockRestore();
  vi.useRealTimers();
  return text;
}

test("a pipe gets a line per minute, and nothing where JSON is asked for", async () => {
  expect(await written(false, false)).toBe("1:00 of about 1 minute in iverilog\n2:00 of about 1 minute in iverilog\n");
  for (const isTerminal of [true, false]) expect(await written(isTerminal, true)).toBe("");
});

test("a terminal gets one line, which is rewritten every second and gone at the end", async () => {
  const lines = (await written(true, false)).split("\r\u001b[K").slice(1);
  expect(lines).toHaveLength(151);
  expect([lines[0], lines[149], lines[150]]).toEqual(["0:01 of about 1 minute in iverilog", "2:30 of about 1 minute in iverilog", ""]);
});
