/** Data sets of event cameras in the folders of their makers, made of small files. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { defaultSlicing, denseSamples, type EventDataset, type EventSlicing, type SampleSet } from "../../../arch/index.js";
import { sha256 } from "../../../base/hash.js";
import { packageRoot } from "../../../base/package-root.js";
import { openEventSplits } from "../../../training/datasets/event-sets.js";
import { loadDataset, prepareDataset, readEventSamples, readSpikeSamples } from "../../../training/index.js";
import { hdf5File } from "./hdf5-file.js";

const fixtures = join(packageRoot(), "test/arch/formats/events");
const folder = mkdtempSync(join(tmpdir(), "event-sets-"));
afterAll(() => rmSync(folder, { recursive: true }));

const put = (path: string, bytes: Uint8Array | string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), bytes);
};
const copy = (name: string, path: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  copyFileSync(join(fixtures, name), join(folder, path));
};
const read = (
  dataset: EventDataset,
  path: string,
  changes: Partial<EventSlicing> = {},
  split: "train" | "test" = "test",
  labels: string | null = null,
) =>
  readEventSamples(
    dataset,
    { path: join(folder, path), labels: labels === null ? null : join(folder, labels), split },
    { ...defaultSlicing(), ...changes },
    1e-3,
  );
const steps = ({ frameStart }: SampleSet): number[] => Array.from(frameStart.subarray(1), (end, u) => end - frameStart[u]);
const total = (samples: SampleSet): number => denseSamples(samples).features.reduce((sum, value) => sum + value, 0);
const countOf = (name: string): number =>
  (JSON.parse(readFileSync(join(fixtures, "events.json"), "utf8")) as Record<string, { events: unknown[] }>)[name].events.length;

test("nmnist: digits by folder, both splits, 2 x 34 x 34, every event counted", async () => {
  for (const digit of [0, 7]) copy("digit.bin", `nmnist/Test/${digit}/0000${digit}.bin`);
  copy("digit.bs2", "nmnist/Train/3/00001.bs2");
  put("nmnist/Test/7/notes.txt", "passed over");
  const tested = await read("nmnist", "nmnist");
  expect([tested.inputs, tested.classes, ...tested.labels]).toEqual([2312, 10, 0, 7]);
  expect(total(tested)).toBe(2 * countOf("digit.bin"));
  const trained = await read("nmnist", "nmnist", { values: "binary", steps: 300 }, "train");
  expect([...trained.labels, ...steps(trained)]).toEqual([3, 300]);
  expect(tested.hash).not.toBe(trained.hash);
  await expect(read("nmnist", "nmnist/Test")).rejects.toThrow(/holds no folder test/);
  await expect(read("nmnist", "nowhere")).rejects.toThrow(/nowhere: no such file or folder/);
  put("nmnist/Test/7/00008.npy", "a recording");
  await expect(read("nmnist", "nmnist")).rejects.toThrow(/Test\/7: holds "00008\.npy", in another format/);
});

test("dvs-gesture: recordings are cut by their tables, with a header or without; classes count from 0", async () => {
  copy("gesture.aedat", "gesture/user01_led.aedat");
  put("gesture/trials_to_test.txt", "user01_led.aedat\n");
  const { events } = (JSON.parse(readFileSync(join(fixtures, "events.json"), "utf8")) as Record<string, { events: number[][] }>)[
    "gesture.aedat"
  ];
  const times = events.map(([, , , t]) => t);
  const [a, b, c] = [times[0], times[40], times[times.length - 1] + 1];
  put("gesture/user01_led_labels.csv", `class,startTime_usec,endTime_usec\n1,${a},${b}\n11,${b},${c}\n`);
  const samples = await read("dvs-gesture", "gesture", { downsample: 4 });
  expect([samples.inputs, samples.classes, ...samples.labels]).toEqual([2 * 32 * 32, 11, 0, 10]);
  const before = times.filter((t) => t < b).length;
  expect(total({ ...samples, frameStart: samples.frameStart.slice(0, 2) })).toBe(before);
  expect(total(samples)).toBe(events.length);
  put("gesture/user01_led_labels.csv", `1,${a},${b}\r\n11,${b},${c}\r\n`);
  const bare = await read("dvs-gesture", "gesture", { downsample: 4 });
  expect([bare.hash, ...bare.labels]).toEqual([samples.hash, 0, 10]);
  for (const [table, line] of [
    [`1;${a};${b}\n`, 1],
    [`class,start,end\n12,${a},${b}\n`, 2],
  ] as const) {
    put("gesture/user01_led_labels.csv", table);
    await expect(read("dvs-gesture", "gesture")).rejects.toThrow(`line ${line} is`);
  }
  put("gesture/trials_to_test.txt", "../../etc/passwd\n");
  await expect(read("dvs-gesture", "gesture")).rejects.toThrow(/names "\.\.\/\.\.\/etc\/passwd", expected e\.g\./);
});

test("dvs-gesture: events that lie in a file out of the order of their times are cut by their times", async () => {
  put("mixed/trials_to_test.txt", "user01_led.aedat\n");
  put("mixed/user01_led_labels.csv", "class,startTime_usec,endTime_usec\n1,1000,2000\n2,2000,3000\n");
  // packets of one polarity event each, of AEDAT 3.1: x is the event's number
  const packet = (x: number, timeUs: number): Buffer => {
    const bytes = Buffer.alloc(36);
    bytes.writeInt16LE(1, 0);
    for (const [at, value] of [8, 4, 0, 1, 1, 1].entries()) bytes.writeInt32LE(value, 4 + 4 * at);
    bytes.writeUInt32LE(1 + x * 2 ** 17, 28);
    bytes.writeUInt32LE(timeUs, 32);
    return bytes;
  };
  const times = [2500, 1000, 2999, 1999, 500, 3000, 2000];
  put("mixed/user01_led.aedat", Buffer.concat([Buffer.from("#!AER-DAT3.1\r\n#!END-HEADER\r\n"), ...times.map((t, x) => packet(x, t))]));
  const { frameStart, features } = denseSamples(await read("dvs-gesture", "mixed"));
  expect([...frameStart]).toEqual([0, 1, 2]);
  const seen = [0, 1].map((u) => [...times.keys()].filter((x) => features[u * 2 * 128 * 128 + x] > 0));
  expect(seen).toEqual([
    [1, 3],
    [0, 2, 6],
  ]);
});

test("cifar10-dvs: a tenth of each class is the test split, by number; the camera lay on its side", async () => {
  for (let n = 0; n < 10; n++) for (const name of ["airplane", "truck"]) copy("dvs128.aedat", `cifar/${name}/cifar10_${name}_${n}.aedat`);
  const [tested, trained] = [await read("cifar10-dvs", "cifar", { steps: 1 }), await read("cifar10-dvs", "cifar", { steps: 1 }, "train")];
  expect([...tested.labels]).toEqual([0, 9]);
  expect([trained.labels.length, trained.classes, new Set(trained.labels)]).toEqual([18, 10, new Set([0, 9])]);
  const { events } = (JSON.parse(readFileSync(join(fixtures, "events.json"), "utf8")) as Record<string, { events: number[][] }>)[
    "dvs128.aedat"
  ];
  // x, y as in SpikingJelly: 127 - y and 127 - x of the address, whose y grows upwards.
  const [x, y, p] = events[0];
  const input = ((1 - p) * 128 + (127 - x)) * 128 + y;
  expect(denseSamples(tested).features[input]).toBeGreaterThan(0);
});

test("ssc and shd-events: 700 units in one channel, steps of the given length", async () => {
  const rows = {
    times: { kind: "float16", rows: [[0, 0.0078125, 0.5], [0.03125]] },
    units: { kind: "uint16", rows: [[0, 4, 699], [350]] },
  } as const;
  for (const [set, label] of [
    ["ssc", 34],
    ["shd", 19],
  ] as const)
    put(`${set}/${set}_test.h5`, hdf5File({ labels: { kind: "flat", values: [3, label] }, spikes: rows }));
  const ssc = await read("ssc", "ssc", { zero: "file" });
  expect([ssc.inputs, ssc.classes, ...ssc.labels, ...steps(ssc)]).toEqual([700, 35, 3, 34, 501, 32]);
  expect(denseSamples(ssc).features[7 * 700 + 4]).toBe(1);
  expect((await read("shd-events", "shd")).classes).toBe(20);
});

test("spikes of one unit in one step add up in a Heidelberg file, be it read as events or as spikes", async () => {
  const rows = {
    times: {
      kind: "float16",
      rows: [
        [0.25, 0.25, 0.0009765625, 0.25048828125, 0.5],
        [0.125, 0.125],
      ],
    },
    units: {
      kind: "uint16",
      rows: [
        [7, 7, 7, 7, 699],
        [0, 1],
      ],
    },
  } as const;
  put("twice/ssc_test.h5", hdf5File({ labels: { kind: "flat", values: [3, 5] }, spikes: rows }));
  const events = denseSamples(await read("ssc", "twice", { zero: "file", stepSeconds: 0.01 }));
  const spikes = await readSpikeSamples({ path: join(folder, "twice/ssc_test.h5"), stepSeconds: 0.01, labels: null, inputs: 700 });
  expect([spikes.features[25 * 700 + 7], total(spikes)]).toEqual([3, 7]);
  expect([spikes.features, spikes.frameStart]).toEqual([events.features, events.frameStart]);
});

test("a Heidelberg file with a unit that is none of 0 to 699, or a time before 0, is refused by every reader with the recording", async () => {
  const readers: readonly (() => Promise<unknown>)[] = [
    async () => read("ssc", "odd"),
    async () => read("shd-events", "odd"),
    async () => {
      await prepareDataset("shd");
      return loadDataset("shd", { path: join(folder, "odd"), split: "test" });
    },
    async () => readSpikeSamples({ path: join(folder, "odd/shd_test.h5"), stepSeconds: 1e-3, labels: null, inputs: null }),
  ];
  const cases = [
    [3.5, 0.5, /recording 1 has a spike of unit 3\.5 at 0\.5 s/],
    [699.5, 0.5, /unit 699\.5 at/],
    [700, 0.5, /unit 700 at/],
    [-1, 0.5, /unit -1 at/],
    [3, -0.5, /unit 3 at -0\.5 s/],
  ] as const;
  for (const [unit, time, message] of cases) {
    const rows = { times: { kind: "float16", rows: [[0.5], [0.25, time]] }, units: { kind: "float16", rows: [[1], [2, unit]] } } as const;
    for (const set of ["shd", "ssc"]) put(`odd/${set}_test.h5`, hdf5File({ labels: { kind: "flat", values: [0, 1] }, spikes: rows }));
    for (const reader of readers) await expect(reader()).rejects.toThrow(message);
  }
});

test("events: folders are classes, a labels file gives them by name or in order, one file is one recording", async () => {
  const size = { width: 200, height: 100 };
  for (const name of ["tonic.npy", "ptyx.npy", "txyp.csv", "bool.h5"]) copy(name, `any/left/${name}`);
  copy("padded.npy", "any/right/padded.npy");
  const byFolder = await read("events", "any", size);
  expect([byFolder.inputs, byFolder.classes, ...byFolder.labels]).toEqual([40_000, 2, 0, 0, 0, 0, 1]);
  expect(new Set(steps(byFolder)).size).toBe(1); // the same events in five formats
  expect(total(byFolder)).toBe(5 * countOf("tonic.npy"));
  put("named.csv", "file,label\nptyx.npy,4\ntonic.npy,2\n");
  expect([...(await read("events", "any/left", size, "test", "named.csv")).labels]).toEqual([4, 2]);
  put("ordered.txt", "1\n0\n-1\n3\n");
  expect([...(await read("events", "any/left", size, "test", "ordered.txt")).labels]).toEqual([1, 0, -1, 3]);
  put("short.txt", "1\n0\n");
  await expect(read("events", "any/left", size, "test", "short.txt")).rejects.toThrow(/has 2 labels for 4 files/);
  put("odd.csv", "ptyx.npy,4\nnone.npy,2\n");
  await expect(read("events", "any/left", size, "test", "odd.csv")).rejects.toThrow(/names "none\.npy", which is not there/);
  expect([...(await read("events", "any/right/padded.npy", size)).labels]).toEqual([-1]);
  put("typed.csv", "ptyx.npy,o\ntonic.npy,2\n");
  await expect(read("events", "any/left", size, "test", "typed.csv")).rejects.toThrow(/line 1: "ptyx\.npy,o" is no label/);
  put("twice.csv", "file,label\nptyx.npy,1\nptyx.npy,2\n");
  await expect(read("events", "any/left", size, "test", "twice.csv")).rejects.toThrow(/names .*ptyx\.npy twice/);
});

test("a missing split is not replaced by the other split's folder", async () => {
  copy("tonic.npy", "halves/train/tonic.npy");
  expect((await read("events", "halves", { width: 200, height: 100 }, "train")).labels.length).toBe(1);
  await expect(read("events", "halves", { width: 200, height: 100 })).rejects.toThrow(
    /workload\.split: holds the folder train, and no folder test/,
  );
});

const both = (path: string, labels: string | null = null) =>
  openEventSplits("events", { path: join(folder, path), labels: labels === null ? null : join(folder, labels) });

test("recordings that have no folder per split are read as they are, and refused where a network would learn from them and be scored on them", async () => {
  const size = { width: 200, height: 100 };
  for (const name of ["a", "b"]) copy("tonic.npy", `whole/${name}/tonic.npy`);
  copy("tonic.npy", "learnt-only/Train/a/tonic.npy");
  for (const split of ["train", "test"] as const) expect([...(await read("events", "whole", size, split)).labels]).toEqual([0, 1]);
  await expect(both("whole")).rejects.toThrow(/whole: holds no folder train and no folder test/);
  await expect(both("whole/a/tonic.npy")).rejects.toThrow(/tonic\.npy: holds no folder train and no folder test/);
  await expect(both("learnt-only")).rejects.toThrow(/learnt-only: holds no folder test/);
  copy("tonic.npy", "learnt-only/TEST/a/tonic.npy");
  const { train, test: tested } = await both("learnt-only");
  expect([train.name, tested.name]).toEqual(["events/train", "events/test"]);
});

test("one file of labels names the recordings of both splits, each of which takes its own; labels by position are those of one folder", async () => {
  const size = { width: 200, height: 100 };
  for (const name of ["train/a", "train/b", "train/c", "test/c", "test/d"]) copy("tonic.npy", `named/${name}.npy`);
  put("both.csv", "file,label\nb.npy,1\ntrain/c.npy,2\nd.npy,4\ntest/c.npy,0\na.npy,3\n");
  const labelsOf = async (split: "train" | "test", labels = "both.csv") => {
    const samples = await read("events", "named", size, split, labels);
    return [...samples.labels, samples.classes];
  };
  expect(await labelsOf("train")).toEqual([1, 2, 3, 5]);
  expect(await labelsOf("test")).toEqual([4, 0, 5]);
  const { train, test: tested } = await both("named", "both.csv");
  expect([[...train.recordings], [...tested.recordings]].map((part) => part.map(({ label }) => label))).toEqual([
    [1, 2, 3],
    [4, 0],
  ]);
  put("two.txt", "class\n7\n9\n");
  expect(await labelsOf("test", "two.txt")).toEqual([7, 9, 10]);
  await expect(both("named", "two.txt")).rejects.toThrow(/two\.txt: gives labels by position, and training reads the files of two folders/);
  put("either.csv", "c.npy,0\nd.npy,1\na.npy,1\n");
  await expect(both("named", "either.csv")).rejects.toThrow(/names "c\.npy", which lies in both folders\s+name its folder: .*t.*\/c\.npy/);
  put("one.csv", "a.npy,0\nb.npy,1\n");
  await expect(both("named", "one.csv")).rejects.toThrow(/one\.csv: names no file like test\/c\.npy/);
});

test("a class has one number in both parts, and whatever folders are missing", async () => {
  const size = { width: 200, height: 100 };
  for (const name of ["a", "b", "c"]) copy("tonic.npy", `parts/train/${name}/tonic.npy`);
  for (const name of ["b", "c"]) copy("tonic.npy", `parts/test/${name}/tonic.npy`);
  const [train, tested] = [await read("events", "parts", size, "train"), await read("events", "parts", size)];
  expect([[...train.labels], train.classes, [...tested.labels], tested.classes]).toEqual([[0, 1, 2], 3, [1, 2], 3]);
  for (const name of ["0", "7"]) copy("tonic.npy", `numbered/train/${name}/tonic.npy`);
  copy("tonic.npy", "numbered/test/3/tonic.npy");
  const numbered = await read("events", "numbered", size);
  expect([[...numbered.labels], numbered.classes]).toEqual([[3], 8]);
  copy("tonic.npy", "numbered/train/00/tonic.npy");
  await expect(read("events", "numbered", size)).rejects.toThrow(/holds folders of class 0 by two names, one is 00/);
  await expect(read("events", "parts", size, "train", "any.txt")).rejects.toThrow(
    /holds no event file beside its folders.*\s+leave the file of labels out/,
  );
  for (const name of ["cat", "frog", "Airplane"]) copy("dvs128.aedat", `few/${name}/cifar10_0.aedat`);
  const few = await read("cifar10-dvs", "few", { steps: 1 });
  expect([[...few.labels].sort(), few.classes]).toEqual([[0, 3, 6], 10]);
  copy("dvs128.aedat", "few/aeroplane/cifar10_0.aedat");
  await expect(read("cifar10-dvs", "few")).rejects.toThrow(/holds the folder "aeroplane"\s+folders are airplane, automobile/);
});

test("recordings beside or below the folders of classes are refused, not left out", async () => {
  copy("tonic.npy", "mix/old/a.npy");
  for (const name of ["b.npy", "c.npy"]) copy("tonic.npy", `mix/${name}`);
  await expect(read("events", "mix", { width: 200, height: 100 })).rejects.toThrow(/mix: holds "b\.npy" beside the folders of classes/);
  copy("tonic.npy", "deep/0/a.npy");
  put("deep/0/notes/readme.md", "no recording");
  expect((await read("events", "deep", { width: 200, height: 100 })).labels.length).toBe(1);
  copy("tonic.npy", "deep/0/more/b.npy");
  await expect(read("events", "deep", { width: 200, height: 100 })).rejects.toThrow(/deep.0: holds recordings in a folder "more"/);
});

test("recordings of one set have one size, folders of N-MNIST are digits, and an empty file is refused", async () => {
  copy("digit.bin", "odd/Test/12/00001.bin");
  await expect(read("nmnist", "odd")).rejects.toThrow(/holds the folder "12"\s+folders are digits, 0 to 9/);
  put("none/Test/1/00001.bin", "");
  await expect(read("nmnist", "none")).rejects.toThrow(/00001\.bin: is empty/);
  const header = (width: number, height: number): string =>
    `% Data file containing CD events\n% Version 2\n% Width ${width}\n% Height ${height}\n% end\n\x00\x08`;
  put("sizes/a.dat", header(20, 10));
  put("sizes/b.dat", header(10, 20));
  await expect(read("events", "sizes")).rejects.toThrow(/b\.dat: .*has 10 x 20 pixels, the recordings before it have 20 x 10/);
});

const sample = process.env.SNN_DSE_NMNIST ?? "";

test.skipIf(sample === "")(
  "the 40 recordings of the N-MNIST sample: 155,120 events (folder in SNN_DSE_NMNIST; skipped where it is not named)",
  async () => {
    const all = gunzipSync(readFileSync(join(sample, "test.bs2.gz")));
    expect(sha256(all)).toBe("ca64b38616f499490920ef23da94ba2c3f0fb431ab00fe76cfda8127915d2277");
    const rows = readFileSync(join(sample, "test.csv"), "utf8")
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").map(Number));
    for (const [id, label, offset, events] of rows) put(`sample/Test/${label}/${id}.bs2`, all.subarray(offset, offset + 5 * events));
    const samples = await read("nmnist", "sample", { zero: "file", steps: 400 });
    expect([samples.labels.length, total(samples)]).toEqual([40, 155_120]);
  },
);

test("recordings without an event cause one warning, with their number and names; silence beside events causes none", async () => {
  const header = "t,x,y,p\n";
  put("silent/a.csv", `${header}0,1,1,1\n`);
  const size = { width: 2, height: 2 };
  expect((await read("events", "silent", size)).leftOut).toEqual([]);
  expect((await read("events", "silent", { ...size, steps: 9 })).leftOut).toEqual([]);
  put("silent/b.csv", header);
  const said = async (path: string): Promise<string> =>
    ((await read("events", path, size)).leftOut ?? []).join("\n").replaceAll(folder, "");
  expect(await said("silent")).toBe("1 recording holds no events, and is read as silence: /silent/b.csv");
  expect(await said("silent/b.csv")).toBe("1 recording holds no events, and is read as silence: /silent/b.csv");
  for (const name of ["c", "d", "e"]) put(`silent/${name}.csv`, header);
  const names = "/silent/b.csv, /silent/c.csv, /silent/d.csv, and 1 more";
  expect(await said("silent")).toBe(`4 recordings hold no events, and are read as silence: ${names}`);
});

test("recordings of which no event lies in a step cause a warning of their own, and so do those of another sensor", async () => {
  put("late.csv", "t,x,y,p\n0,1,1,1\n900,1,0,1\n");
  const said = async (changes: Partial<EventSlicing>, path = "late.csv"): Promise<string> =>
    ((await read("events", path, { width: 2, height: 2, ...changes })).leftOut ?? []).join("\n").replaceAll(folder, "");
  expect(await said({ slice: "count", eventsPerStep: 2 })).toBe("");
  const silent = "1 recording has no event in its steps, and is read as silence: /late.csv";
  const crop = { x: 0, y: 0, width: 1, height: 2 };
  for (const changes of [{ slice: "count", eventsPerStep: 3 } as const, { startSeconds: 1, steps: 5 }, { crop }])
    expect(await said(changes)).toBe(silent);
  copy("dvs128.aedat", "sensor.aedat");
  expect(await said({ width: 128, height: 128 }, "sensor.aedat")).toBe("");
  expect(await said({ width: 130, height: 128 }, "sensor.aedat")).toBe(
    "1 recording says another sensor, and is read as of 130 x 128 pixels: /sensor.aedat",
  );
});
