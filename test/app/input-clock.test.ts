/** Recordings of several inputs of one network share one clock: their distance in time is that in the files. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readInputs } from "../../app/spike-samples.js";
import { defaultSlicing, denseSamples, parseArch } from "../../arch/index.js";

const folder = mkdtempSync(join(tmpdir(), "input-clock-"));
afterAll(() => rmSync(folder, { recursive: true }));

const NAMES = ["left", "right"] as const;
const SLICING = { ...defaultSlicing(), width: 1, height: 1, polarity: "merged" } as const;

/** Steps with a spike, of each input; every recording has events at 0 and 2 ms after its start. */
async function stepsOf(startsMs: readonly number[]): Promise<readonly (readonly number[])[]> {
  const places = NAMES.map((input, i) => {
    const path = join(folder, `${input}.csv`);
    writeFileSync(path, `t,x,y,p\n${[0, 2].map((ms) => `${1000 * (startsMs[i] + ms)},0,0,1\n`).join("")}`);
    return { input, path, events: SLICING };
  });
  const inputs = NAMES.map((name) => ({ name, size: 1, shape: null }));
  const { features } = denseSamples(await readInputs(inputs, places, { labels: null, split: "test", stepSeconds: 1e-3 }));
  return NAMES.map((_, i) => [...features.keys()].filter((at) => at % 2 === i && features[at] > 0).map((at) => (at - i) / 2));
}

describe("first-event of several inputs", () => {
  test.each([
    [0, 0],
    [0, 1],
    [0, 5],
    [3, 0],
    [1_000_000, 1_000_004],
    [1_000_004, 1_000_000],
  ])("recordings that begin at %d and %d ms begin as many steps apart, the earlier one in step 0", async (left, right) => {
    const first = Math.min(left, right);
    expect(await stepsOf([left, right])).toEqual([left, right].map((start) => [start - first, start - first + 2]));
  });
});

test("of inputs side by side, the warnings of each are told once", async () => {
  const inputs = NAMES.map((name) => ({ name, size: 1, shape: null }));
  const path = join(folder, "silent.csv");
  writeFileSync(path, "t,x,y,p\n");
  const places = NAMES.map((input) => ({ input, path, events: SLICING }));
  const { leftOut } = await readInputs(inputs, places, { labels: null, split: "test", stepSeconds: 1e-3 });
  expect(leftOut).toEqual([`1 recording holds no events, and is read as silence: ${path}`]);
});

const events = (keys: string): string => `{ dataset: events, path: a.csv, events: { width: 2, height: 1, ${keys} } }`;
const described = (left: string, right: string): string =>
  `version: 1\nnetwork: { model: net.nir, nir: { step_seconds: 1e-3, reset: zero } }\nworkload: { dataset: spike-file, inputs: { left: ${left}, right: ${right} } }\n`;

test.each([
  [
    events("zero: file"),
    events("zero: file, step_seconds: 5e-3"),
    /step_seconds: makes steps of 0.005 s, and the input left has steps of 0.001 s/,
  ],
  [events("step_seconds: 2e-3"), events("step_seconds: 5e-3"), /makes steps of 0.005 s, and the input left has steps of 0.002 s/],
  [events("step_seconds: 2e-3"), "{ path: b.csv }", /makes steps of 0.002 s, and the input right has steps of 0.001 s/],
  [events("zero: file"), events("zero: first-event"), /zero: is first-event, and that of the input left is file/],
])("%s beside %s is refused", (left, right, message) => {
  expect(() => parseArch(described(left, right), "a.yaml")).toThrow(message);
});

test("a step that nothing gives is not given: no message has a null", () => {
  const text = described(events("step_seconds: 1e-3"), events("zero: file")).replace("step_seconds: 1e-3, reset", "reset");
  expect(() => parseArch(text, "a.yaml")).toThrow(/right.events.step_seconds: is not given, and the input left has steps of 0.001 s/);
  expect(() => parseArch(text, "a.yaml")).not.toThrow(/null/);
});

test("inputs of one step are taken, said by the network or by each of them", () => {
  for (const [left, right] of [
    [events("zero: file"), events("zero: file, step_seconds: 1e-3")],
    [events("step_seconds: 2e-3"), events("step_seconds: 2e-3")],
    [events("slice: count"), events("slice: time")],
    [events("step_seconds: 1e-3"), "{ path: b.csv }"],
  ])
    expect(() => parseArch(described(left, right), "a.yaml")).not.toThrow();
});
