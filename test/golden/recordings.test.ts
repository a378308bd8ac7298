/** Recordings stay as they were, event by event. */
// @module-tag slow
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { KINDS } from "../../sim/board/recorder.js";
import { Counted } from "../counted.js";
import { digestOf, RECORDED_CHIPS, recordedLongWaves, recordedOf } from "./recordings.js";

const digests = JSON.parse(readFileSync(new URL("recordings.json", import.meta.url), "utf8")) as {
  readonly chips: readonly string[];
  readonly longWaves: string;
};

for (const [chips, ...tags] of [[RECORDED_CHIPS / 2], [RECORDED_CHIPS, "long"]] as const)
  test(`${chips} random chips tell a recorder what they told it; all kinds of events are met`, { tags: [...tags] }, () => {
    const seen = new Counted("recordings");
    const found = Array.from({ length: chips }, (_, i) => {
      const events = recordedOf(i + 1);
      seen.see(...new Set(events.map(({ kind }) => kind)));
      return digestOf(events);
    });
    expect(found).toEqual(digests.chips.slice(0, chips));
    // packets that end a step: test/sim/observe/run-frames.test.ts
    seen.expectEach(
      KINDS.filter((kind) => !kind.startsWith("step")),
      5,
    );
  });

test("a wave of more events than the kernel keeps is told whole, in order", () => {
  const events = recordedLongWaves();
  const starts = events.flatMap(({ kind }, i) => (kind === "wave" ? [i] : []));
  expect(Math.max(...starts.slice(1).map((start, i) => start - starts[i]))).toBeGreaterThan(2 ** 14);
  expect(digestOf(events)).toBe(digests.longWaves);
});
