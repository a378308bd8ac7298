/** Rules of the SNE slice on random streams: every broken rule shows; skipped time and the order of parts never do. */
import { expect, test } from "vitest";
import { createRng } from "../../../../base/rng.js";
import type { Kernel } from "../../../../sim/recorded/event-loop.js";
import { runSne } from "../../../../sim/recorded/sne/slice.js";
import { FAULTS } from "./faults.js";
import { faultySne, faultyText, saidBy } from "./mutant.js";
import { featuresOf, randomStream } from "./random-stream.js";

const SEED = 1;
const STREAMS = 40;
/** Every n-th fault is tried here; `scripts/sne-faults.ts` tries all. */
const EVERY = 39;
const streams = Array.from({ length: STREAMS }, (_, i) => randomStream(SEED + i));
const said = streams.map((stream) => saidBy(runSne, stream));

test(`the ${STREAMS} streams meet every mode and every kind of event, and none fails (seed ${SEED})`, () => {
  const met = new Map<string, number>();
  for (const [i, stream] of streams.entries()) for (const name of featuresOf(stream, said[i])) met.set(name, (met.get(name) ?? 0) + 1);
  console.log([...met].map(([name, count]) => `${name} ${count}`).join(", "));
  expect(said.filter((text) => text.startsWith("failed"))).toEqual([]);
  expect(met.size).toBe(16);
});

/** Runs every part in every cycle, in shuffled order. */
const everyCycle =
  (seed: number): Kernel =>
  (parts, { limitCycles }) => {
    const rng = createRng(seed, "order");
    const order = parts.map((part) => [rng.float(), part] as const).sort(([a], [b]) => a - b);
    for (let cycle = 0; cycle < limitCycles; cycle++) {
      for (const [, part] of order) part.evaluate(cycle);
      for (const [, part] of order) part.commit(cycle);
    }
    return { cycles: limitCycles, quietAt: null };
  };

test("skipped cycles and the order of parts change no row and no number", () => {
  for (const [i, { chip, stimulus }] of streams.slice(0, 20).entries()) {
    const { trace, operations, summary } = runSne(chip, stimulus, everyCycle(i));
    const text = [trace, operations, JSON.stringify([...summary])].join("\n");
    expect(said[i].startsWith(text), `seed ${SEED + i}`).toBe(true);
  }
});

test(`every ${EVERY}th broken rule shows in a stream`, { tags: ["long"] }, () => {
  const tried = FAULTS.filter(({ unseen }) => unseen === null).filter((_, i) => i % EVERY === 0);
  const silent = tried.filter((fault) => {
    const faulty = faultySne(fault);
    return streams.every((stream, i) => saidBy(faulty, stream) === said[i]);
  });
  expect(silent.map(({ title }) => title)).toEqual([]);
});

test("every broken rule occurs once in its file, and no two are equal", () => {
  expect(() => faultyText({ ...FAULTS[0], from: "no such text" })).toThrow("holds");
  for (const fault of FAULTS) expect(() => faultyText(fault), fault.title).not.toThrow();
  expect(new Set(FAULTS.map(({ section, title }) => `${section} ${title}`)).size).toBe(FAULTS.length);
});
