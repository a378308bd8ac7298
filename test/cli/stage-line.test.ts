/** What a run of this thread says while it runs, and where that is shown. */
import { afterEach, expect, test, vi } from "vitest";
import { openChip, type Progress, quantise, simulate } from "../../app/index.js";
import { withStageLine } from "../../cli/runs/stage-line.js";

const { isTTY } = process.stderr;
afterEach(() => {
  process.stderr.isTTY = isTTY;
  vi.restoreAllMocks();
});

/** What `run` writes to stderr, a terminal or not, and whether it failed. */
async function written(isTerminal: boolean, run: Parameters<typeof withStageLine<void>>[0]): Promise<{ text: string; failed: boolean }> {
  process.stderr.isTTY = isTerminal;
  let text = "";
  const spy = vi.spyOn(process.stderr, "write").mockImplementation((piece) => {
    text += String(piece);
    return true;
  });
  const failed = await withStageLine(run).then(
    () => false,
    () => true,
  );
  spy.mockRestore();
  return { text, failed };
}

const step = (work: string, done: number, total: number | null): Progress => ({ work, done, total, unit: "utterances" });

test("a terminal gets one line that is rewritten, and is gone at the end and after an error; a pipe gets nothing", async () => {
  const run = async (onProgress: (progress: Progress) => void): Promise<void> => {
    for (let done = 1; done <= 500; done++) onProgress(step("functional run", done, 1500));
    onProgress(step("timing run", 3, null));
  };
  const fails = async (onProgress: (progress: Progress) => void): Promise<void> => {
    await run(onProgress);
    throw new Error("no");
  };
  for (const [each, failed] of [
    [run, false],
    [fails, true],
  ] as const) {
    const shown = await written(true, each);
    expect(shown.failed).toBe(failed);
    const lines = shown.text.split("\r\u001b[K").slice(1);
    expect(lines[0]).toBe("functional run: 1 of 1 500 utterances");
    expect(lines.slice(-2)).toEqual(["timing run: 3 utterances", ""]);
    expect(lines.length).toBeLessThan(100);
    expect(shown.text).not.toContain("\n");
    expect(await written(false, each)).toEqual({ text: "", failed });
  }
});

test("one of a thing is told in the singular", async () => {
  for (const [done, total, text] of [
    [1, null, "w: 1 utterance"],
    [1, 1, "w: 1 of 1 utterance"],
    [2, null, "w: 2 utterances"],
    [1, 2, "w: 1 of 2 utterances"],
  ] as const) {
    const { text: shown } = await written(true, async (onProgress) => onProgress(step("w", done, total)));
    expect(shown.split("\r\u001b[K")[1]).toBe(text);
  }
});

test("sim tells each utterance, the timing run and each changed chip; quantise each utterance of each row", {
  tags: ["long"],
}, async () => {
  const description = openChip("mesh-2x2");
  const values = { "workload.samples": 5, "workload.timing_samples": 2 };
  const seen: Progress[] = [];
  const { explanation } = await simulate(description, { values, explain: true, onProgress: (progress) => seen.push(progress) });
  const of = (work: string): readonly Progress[] => seen.filter((one) => one.work === work);
  expect(of("functional run").map(({ done, total }) => [done, total])).toEqual([1, 2, 3, 4, 5].map((done) => [done, 5]));
  expect([of("timing run").length, of("recording").length]).toEqual([1, 1]);
  // a chip that several searches try is simulated once
  const gains = explanation?.gains.length ?? 0;
  const tried = gains + (explanation?.next.reduce((sum, one) => sum + one.tried, 0) ?? 0);
  const told = of("explanation").map(({ done }) => done);
  expect(told).toEqual(Array.from(told, (_, i) => i + 1));
  expect(told.length).toBeGreaterThan(gains);
  expect(told.length).toBeLessThanOrEqual(tried);
  seen.length = 0;
  await quantise(description, { values, bits: { weight_bits: [4, 8] }, layers: true, onProgress: (progress) => seen.push(progress) });
  expect(seen.length).toBe((2 + 2 * 3) * 5);
  expect(new Set(seen.map(({ work }) => work))).toContain("weight_bits 4 of layer2");
});
