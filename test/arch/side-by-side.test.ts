/** Joining the values of several inputs into one data set agrees with joining them value by value. */
import { expect, test } from "vitest";
import { featuresOf, type SampleSet } from "../../arch/samples.js";
import { type InputSamples, sideBySide } from "../../arch/side-by-side.js";
import { createRng } from "../../base/rng.js";
import { Counted } from "../counted.js";

type Rng = ReturnType<typeof createRng>;

/** [samples][steps][inputs]. */
type Frames = readonly (readonly (readonly number[])[])[];

function drawn(rng: Rng, samples: number): Frames {
  const inputs = rng.int(1, 4);
  return Array.from({ length: samples }, () =>
    Array.from({ length: rng.int(1, 5) }, () => Array.from({ length: inputs }, () => (rng.float() < 0.5 ? 0 : rng.int(1, 9)))),
  );
}

function setOf(frames: Frames, isSparse: boolean, labels: readonly number[], hash: string): SampleSet {
  const steps = frames.flat();
  const frameStart = Uint32Array.from([0, ...frames.map((_, u) => frames.slice(0, u + 1).flat().length)]);
  const there = steps.map((step) => step.flatMap((value, place) => (value === 0 ? [] : [{ place, value }])));
  const features = isSparse
    ? {
        entryStart: Uint32Array.from([0, ...there.map((_, f) => there.slice(0, f + 1).flat().length)]),
        place: Uint32Array.from(there.flat(), ({ place }) => place),
        value: Uint16Array.from(there.flat(), ({ value }) => value),
      }
    : Float32Array.from(steps.flat());
  const shape = { name: hash, inputs: steps[0].length, classes: 3, task: "sequence" } as const;
  return { ...shape, features, frameStart, labels: Int32Array.from(labels), hash };
}

test("500 random data sets lie side by side, dense, sparse and mixed, the shorter ones silent at the end (seed 12)", () => {
  const rng = createRng(12, "side-by-side");
  const met = new Counted("side by side");
  for (let i = 0; i < 500; i++) {
    const samples = rng.int(1, 4);
    const frames = Array.from({ length: rng.int(1, 3) }, () => drawn(rng, samples));
    const sparse = frames.map(() => rng.float() < 0.6);
    const classes = Array.from({ length: samples }, () => rng.int(0, 2));
    const parts = frames.map((own, p): InputSamples => {
      const labels = classes.map((label) => (rng.float() < 0.4 ? -1 : label));
      return { input: `i${p}`, place: `f${p}`, samples: setOf(own, sparse[p], labels, `${i}/${p}`) };
    });
    const whole = sideBySide(parts);
    const expected = Array.from({ length: samples }, (_, u) =>
      Array.from({ length: Math.max(...frames.map((own) => own[u].length)) }, (__, step) =>
        frames.flatMap((own) => own[u][step] ?? new Array<number>(own[0][0].length).fill(0)),
      ),
    );
    for (const [u, steps] of expected.entries()) {
      const got = featuresOf(whole, whole.frameStart[u], whole.frameStart[u + 1]);
      expect([...got], `set ${i}, sample ${u}`).toEqual(steps.flat());
    }
    expect(whole.frameStart[samples]).toBe(expected.flat().length);
    expect(whole.features instanceof Float32Array).toBe(!sparse.every(Boolean));
    for (const [u, label] of whole.labels.entries()) {
      const known = parts.some(({ samples: own }) => own.labels[u] >= 0);
      expect(label).toBe(known ? classes[u] : -1);
      met.see(known ? "a class" : "no class");
    }
    met.see(sparse.every(Boolean) ? "sparse" : sparse.some(Boolean) ? "mixed" : "dense");
    if (frames.some((own) => own.some((steps, u) => steps.length < expected[u].length))) met.see("shorter");
  }
  met.expectEach(["sparse", "mixed", "dense", "shorter", "a class", "no class"], 20);
});

test("the hash follows every part, its name and its place; other numbers of samples and other classes are refused", () => {
  const part = (input: string, samples: number, labels: readonly number[], hash: string): InputSamples => ({
    input,
    place: `dir/${hash}.csv`,
    samples: setOf(
      Array.from({ length: samples }, () => [[1]]),
      false,
      labels,
      hash,
    ),
  });
  const hashOf = (...parts: readonly InputSamples[]): string => sideBySide(parts).hash;
  const [a, b] = [part("a", 1, [0], "x"), part("b", 1, [-1], "y")];
  const hashes = [
    hashOf(a, b),
    hashOf(b, a),
    hashOf(a, part("b", 1, [-1], "z")),
    hashOf(a, part("c", 1, [-1], "y")),
    hashOf(a, part("b", 1, [0], "y")),
  ];
  expect(new Set(hashes).size).toBe(4);
  expect(hashes[4]).toBe(hashes[0]); // the same class of the whole, and the part's own hash says what it holds
  expect(() => sideBySide([a, part("b", 2, [-1, -1], "y")])).toThrow(/^dir.y.csv: has 2 samples for b, but dir.x.csv has 1 for a/);
  expect(() => sideBySide([a, part("b", 1, [1], "y")])).toThrow(/^dir.y.csv: sample 0 has class 1 for b, but class 0 before/);
});
