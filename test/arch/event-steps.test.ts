/** Turning events into steps agrees with a count of every input in every step. */
import { expect, test } from "vitest";
import { defaultSlicing, type EventSlicing, eventGrid, eventSteps } from "../../arch/event-steps.js";
import type { CameraEvents } from "../../arch/formats/events/event-list.js";
import { everyFeature, featuresOf, type SampleSet } from "../../arch/samples.js";
import { createRng } from "../../base/rng.js";

const rng = createRng(34, "event-steps");

function drawnEvents(width: number, height: number): CameraEvents {
  const count = rng.int(0, 300);
  const start = rng.int(0, 5_000);
  const numbers = (low: number, high: number): number[] => Array.from({ length: count }, () => rng.int(low, high));
  return {
    width: rng.float() < 0.5 ? width : null,
    height: rng.float() < 0.5 ? height : null,
    x: Uint16Array.from(numbers(0, width - 1)),
    y: Uint16Array.from(numbers(0, height - 1)),
    polarity: Uint8Array.from(numbers(0, 1)),
    timeUs: Float64Array.from(numbers(start, start + 20_000)).sort(),
  };
}

function drawnSlicing(width: number, height: number): EventSlicing {
  const pick = <T>(...values: readonly T[]): T => values[rng.int(0, values.length - 1)];
  const crop = { x: rng.int(0, 3), y: rng.int(0, 2), width: pick(null, width - 5), height: pick(null, height - 4) };
  return {
    slice: pick("time", "count"),
    stepSeconds: pick(1e-3, 3e-4, 2.5e-3),
    eventsPerStep: rng.int(1, 40),
    steps: pick(null, 1, 7, 30),
    startSeconds: pick(0, 0.0021),
    zero: pick("first-event", "file"),
    polarity: pick("separate", "merged"),
    width,
    height,
    crop,
    downsample: pick(1, 2, 3),
    values: pick("counts", "binary"),
  };
}

/** [step][channel][y][x], one cell at a time. */
function naive(
  events: CameraEvents,
  s: EventSlicing,
): { readonly steps: number; readonly inputs: number; readonly cells: ReadonlyMap<string, number> } {
  const sensor = { width: s.width ?? 0, height: s.height ?? 0 };
  const size = (all: number, from: number, kept: number | null): number => Math.ceil((kept ?? all - from) / s.downsample);
  const [width, height] = [size(sensor.width, s.crop.x, s.crop.width), size(sensor.height, s.crop.y, s.crop.height)];
  const channels = s.polarity === "separate" ? 2 : 1;
  const list = Array.from(events.x, (x, e) => ({ x, y: events.y[e], p: events.polarity[e], t: events.timeUs[e] }));
  const zero = s.zero === "file" || list.length === 0 ? 0 : list[0].t;
  const from = list.filter(({ t }) => t >= zero + Math.round(s.startSeconds * 1e6));
  const stepUs = Math.round((s.stepSeconds ?? 0) * 1e6);
  const whole = Math.floor(from.length / s.eventsPerStep) * s.eventsPerStep;
  const stepped = s.slice === "count" ? from.slice(0, whole) : from;
  const cells = new Map<string, number>();
  let steps = 0;
  for (const [i, { x, y, p, t }] of stepped.entries()) {
    const step = s.slice === "count" ? Math.floor(i / s.eventsPerStep) : Math.floor((t - zero - Math.round(s.startSeconds * 1e6)) / stepUs);
    steps = Math.max(steps, step + 1);
    const inside = x >= s.crop.x && y >= s.crop.y && x < s.crop.x + (s.crop.width ?? 1e9) && y < s.crop.y + (s.crop.height ?? 1e9);
    if (!inside || (s.steps !== null && step >= s.steps)) continue;
    const [column, row] = [Math.floor((x - s.crop.x) / s.downsample), Math.floor((y - s.crop.y) / s.downsample)];
    const input = (channels === 2 ? p * height * width : 0) + row * width + column;
    const key = `${step} ${input}`;
    cells.set(key, s.values === "binary" ? 1 : (cells.get(key) ?? 0) + 1);
  }
  return { steps: Math.max(1, s.steps ?? steps), inputs: channels * width * height, cells };
}

test("steps, crop, down-sampling, polarity and values are those of a count by hand", () => {
  const drawn = new Map<string, number>();
  for (let n = 0; n < 400; n++) {
    const [width, height] = [rng.int(9, 20), rng.int(8, 15)];
    const events = drawnEvents(width, height);
    const slicing = drawnSlicing(width, height);
    const grid = eventGrid(slicing, events, true, "x");
    const { entryStart, place, value } = eventSteps(events, slicing, grid, null, "x");
    const wanted = naive(events, slicing);
    expect([entryStart.length - 1, grid.channels * grid.width * grid.height], `case ${n}`).toEqual([wanted.steps, wanted.inputs]);
    const got = new Map<string, number>();
    for (let step = 0; step + 1 < entryStart.length; step++) {
      for (let e = entryStart[step]; e < entryStart[step + 1]; e++) {
        if (e > entryStart[step] && place[e] <= place[e - 1]) expect.fail(`case ${n}: places of step ${step} do not ascend`);
        got.set(`${step} ${place[e]}`, value[e]);
      }
    }
    expect(new Map([...got].sort()), `case ${n}: ${JSON.stringify(slicing)}`).toEqual(new Map([...wanted.cells].sort()));
    for (const word of [
      slicing.slice,
      slicing.zero,
      slicing.polarity,
      slicing.values,
      `of ${slicing.downsample}`,
      value.some((v) => v > 1) ? "multi-bit" : "single",
    ])
      drawn.set(word, (drawn.get(word) ?? 0) + 1);
  }
  console.log("seed 34,", [...drawn].map(([word, count]) => `${word} ${count}`).join(", "));
  expect([...drawn.keys()].sort()).toEqual([
    "binary",
    "count",
    "counts",
    "file",
    "first-event",
    "merged",
    "multi-bit",
    "of 1",
    "of 2",
    "of 3",
    "separate",
    "single",
    "time",
  ]);
});

const one = (x: number, y: number, timeUs: number): CameraEvents => ({
  width: null,
  height: null,
  x: Uint16Array.of(x),
  y: Uint16Array.of(y),
  polarity: Uint8Array.of(1),
  timeUs: Float64Array.of(timeUs),
});
const sliced = (events: CameraEvents, changes: Partial<EventSlicing>, stepSeconds: number | null = 1e-3) => {
  const slicing = { ...defaultSlicing(), width: 10, height: 10, ...changes };
  return eventSteps(events, slicing, eventGrid(slicing, events, true, "x.bin"), stepSeconds, "x.bin");
};

test("what a recording cannot be is refused: no size, no step, events outside, a clock of 1970, a crop beyond the sensor", () => {
  expect(() => sliced(one(1, 1, 0), { width: null })).toThrow(/workload\.events\.width: does not contain the width of its sensor/);
  expect(() => sliced(one(1, 1, 0), {}, null)).toThrow(
    /workload\.events\.step_seconds: its events have times, but the length of a step is not given/,
  );
  expect(() => sliced(one(10, 1, 0), {})).toThrow(/event 0 lies at x = 10, y = 1, outside the sensor of 10 x 10 pixels/);
  expect(() => sliced(one(1, 1, 1.6e15), { zero: "file" })).toThrow(/ends at step 1600000000001; at most 1000000 are possible/);
  expect(sliced(one(1, 1, 1.6e15), {}).entryStart).toEqual(Uint32Array.of(0, 1));
  expect(() => sliced(one(1, 1, 0), { crop: { x: 4, y: 0, width: 7, height: null } })).toThrow(
    /7 pixels from 4 on do not lie in a width of 10/,
  );
  expect(() => sliced(one(1, 1, 0), { crop: { x: 10, y: 0, width: null, height: null } })).toThrow(/0 pixels from 10 on/);
});

test("a crop of one pixel at the sensor's corner is one input for each polarity, and takes the events of this pixel only", () => {
  const crop = { x: 9, y: 9, width: 1, height: 1 };
  const slicing = { ...defaultSlicing(), width: 10, height: 10, crop };
  expect(eventGrid(slicing, one(9, 9, 0), true, "x.bin")).toMatchObject({ channels: 2, width: 1, height: 1 });
  expect(sliced(one(9, 9, 0), { crop }).value).toEqual(Uint16Array.of(1));
  expect(sliced(one(8, 9, 0), { crop }).value).toEqual(new Uint16Array());
});

test("frames are made dense one utterance at a time, and a silent recording has one silent step", () => {
  const { entryStart, place, value } = sliced(one(3, 2, 0), { steps: 2 });
  const set: SampleSet = {
    name: "x",
    inputs: 200,
    classes: 1,
    task: "sequence",
    features: { entryStart, place, value },
    frameStart: Uint32Array.of(0, 2),
    labels: Int32Array.of(-1),
    hash: "x",
  };
  const frame = new Float32Array(400);
  frame[100 + 23] = 1;
  expect(featuresOf(set, 0, 2)).toEqual(frame);
  expect(featuresOf(set, 1, 2)).toEqual(new Float32Array(200));
  expect(everyFeature(set, { first: 0, size: set.inputs }, (v) => v === 0 || v === 1)).toBe(true);
  const silent = { ...one(0, 0, 0), x: new Uint16Array(), y: new Uint16Array(), polarity: new Uint8Array(), timeUs: new Float64Array() };
  expect(sliced(silent, {}).entryStart).toEqual(Uint32Array.of(0, 0));
});
