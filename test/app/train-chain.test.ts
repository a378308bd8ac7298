/**
 * `train` of a NIR network on recordings of events, on a tiny data set made here: two classes, a bar that moves to the
 * right or to the left.
 */
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { chainRecordOf } from "../../app/chain-record.js";
import { withPlaces } from "../../app/problem-places.js";
import { type TrainProgress, train } from "../../app/train.js";
import { defaultSlicing, nirArray, readNir, writeNir } from "../../arch/index.js";
import { InputError, InterruptedError } from "../../base/errors.js";
import { createRng } from "../../base/rng.js";
import { FEATURES_AS_THEY_ARE } from "../../sim/functional/index.js";
import { importNir, scoreNir } from "../../sim/nir/index.js";
import { readEventSamples } from "../../training/index.js";
import { node, whole } from "../nir-nodes.js";

const folder = mkdtempSync(join(tmpdir(), "train-chain-"));
afterAll(() => rmSync(folder, { recursive: true }));
const SEED = 12;
const rng = createRng(SEED, "recordings");

/** 8 columns, 6 rows, 1 ms a column, with a row of noise. */
function recording(rightwards: boolean): string {
  const lines = ["t_us,x,y,p"];
  for (let ms = 0; ms < 8; ms++) {
    const column = rightwards ? ms : 7 - ms;
    for (let row = rng.int(0, 1); row < 6; row++) lines.push(`${1000 * ms + 100 + row},${column},${row},1`);
    lines.push(`${1000 * ms + 900},${rng.int(0, 7)},${rng.int(0, 5)},${rng.int(0, 1)}`);
  }
  return `${lines.join("\n")}\n`;
}

for (const [part, count] of [
  ["train", 20],
  ["test", 10],
] as const)
  for (let at = 0; at < count; at++) {
    const label = at % 2;
    mkdirSync(join(folder, "bars", part, String(label)), { recursive: true });
    writeFileSync(join(folder, "bars", part, String(label), `${at}.csv`), recording(label === 1));
  }

const all = (value: number, ...shape: number[]) => nirArray(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value), shape);
const scalar = (value: number) => nirArray([value], [], "i8");
const nodes = new Map([
  ["input", node("Input", { shape: whole(2, 6, 8) })],
  [
    "conv",
    node("Conv2d", {
      ...{ weight: all(0.25, 4, 2, 3, 3), bias: all(0, 4), groups: scalar(1) },
      ...{ stride: whole(2, 2), padding: whole(1, 1), dilation: whole(1, 1) },
    }),
  ],
  ["lif", node("LIF", { tau: all(4e-3, 4, 3, 4), r: all(4, 4, 3, 4), v_leak: all(0, 4, 3, 4), v_threshold: all(1, 4, 3, 4) })],
  ["flat", node("Flatten", { start_dim: scalar(0), end_dim: scalar(-1), input_type: whole(4, 3, 4) })],
  ["dense", node("Linear", { weight: all(0, 2, 48) })],
  ["out", node("LIF", { tau: all(8e-3, 2), r: all(8, 2), v_leak: all(0, 2), v_threshold: all(1, 2) })],
  ["output", node("Output", { shape: whole(2) })],
]);
const names = [...nodes.keys()];
await writeNir(join(folder, "net.nir"), {
  version: "1.0",
  graph: { nodes, edges: names.slice(1).map((to, i) => ({ from: names[i], to })), metadata: new Map([["snn_dse", "of another network"]]) },
});

const EVENTS = "{ width: 8, height: 6, steps: 8, zero: file }";

function configured(name: string, change = (text: string) => text): string {
  const file = join(folder, `${name}.yaml`);
  const text = `version: 1
graph: { from: net.nir, weights: drawn, step_seconds: 1.0e-3, reset: subtract }
data: { set: events, path: bars, events: ${EVENTS}, repeats: 2, validation_fraction: 0.1 }
training: { epochs: 12, batch: 4, learning_rate: { peak: 0.02 }, shift_pixels: 1 }
`;
  writeFileSync(file, change(text));
  return file;
}

const options = { outDir: folder } as const;
const weightsOf = async (file: string) =>
  [...(await readNir(file)).graph.nodes].flatMap(([, { fields }]) => {
    const weight = fields.get("weight");
    return weight === undefined || typeof weight === "string" ? [] : [...weight.data];
  });

test("a network learns which way a bar moves; the file that is written decides as the record says, and its record says how few recordings that was", async () => {
  const events: TrainProgress[] = [];
  const [file] = await train([configured("bars")], { ...options, onEvent: (event) => events.push(event) });
  const { graph } = await readNir(file);
  const record = chainRecordOf(graph);
  expect(graph.metadata.has("snn_dse")).toBe(false);
  expect(record).toMatchObject({
    data: { recordings: 20, recordings_held_out: 2, made_from_mnist: 0, learnt_per_epoch: 36 },
    test: { scored: 10, correct: 10, interval_90: [expect.closeTo(0.787, 3), expect.closeTo(1, 6)] },
    on_chip: { scored: 10, precision: { weightBits: 8 } },
  });
  const imported = await importNir(file, {
    ...{ dtSeconds: 1e-3, reset: "subtract", scheme: "euler", integratorGain: "unit", refractorySeconds: 0 },
  });
  const place = { path: join(folder, "bars"), labels: null, split: "test" } as const;
  const samples = await readEventSamples("events", place, { ...defaultSlicing(), width: 8, height: 6, steps: 8, zero: "file" }, 1e-3);
  const byEngine = scoreNir(
    imported,
    samples,
    Uint32Array.from({ length: 10 }, (_, u) => u),
    FEATURES_AS_THEY_ARE,
  );
  expect(byEngine).toEqual({ correct: 10, scored: 10 });
  expect(events.filter(({ kind }) => kind === "epoch").length).toBe(12);
  const onChip = events.find((event) => event.kind === "scored");
  expect(onChip?.kind === "scored" && onChip.onChip.correct).toBeGreaterThanOrEqual(9);
});

test("a run that was stopped in the middle of an epoch ends with the weights of one that was not, to the last bit", async () => {
  const stopped = new AbortController();
  let batches = 0;
  const onEvent = (event: TrainProgress): void => {
    if (event.kind === "batch" && ++batches === 14) stopped.abort();
  };
  const file = configured("stopped");
  await expect(train([file], { ...options, onEvent, signal: stopped.signal })).rejects.toThrow(InterruptedError);
  const events: TrainProgress[] = [];
  const [out] = await train([file], { ...options, onEvent: (event) => events.push(event) });
  expect(events).toContainEqual(expect.objectContaining({ kind: "start", resumedAtEpoch: 2 }));
  expect(await weightsOf(out)).toEqual(await weightsOf(join(folder, "bars.nir")));
});

test("a network that cannot be written is not trained again: the checkpoint stays until the file is there", async () => {
  const file = configured("unwritable", (text) => text.replace("epochs: 12", "epochs: 1"));
  const out = join(folder, "unwritable.nir");
  const blocked = train([file], { ...options, onEvent: ({ kind }) => kind === "scored" && mkdirSync(out) });
  await expect(blocked).rejects.toThrow(/unwritable\.nir/);
  rmSync(out, { recursive: true });
  const kinds: string[] = [];
  await train([file], { ...options, onEvent: ({ kind }) => kinds.push(kind) });
  expect(kinds).toEqual(["model", "start", "scored", "written"]);
  expect(existsSync(`${out}.checkpoint`)).toBe(false);
});

test("of several seeds each is a file of its own, and what is there already is kept; weights of the file begin where it stands", async () => {
  const file = configured("begun", (text) => text.replace("weights: drawn", "weights: file").replace("epochs: 12", "epochs: 1"));
  const made = await train([file], { ...options, seeds: [1, 2] });
  expect(made.map((path) => path.slice(folder.length + 1))).toEqual(["begun.nir", "begun-seed2.nir"]);
  const [first, second] = await Promise.all(made.map(weightsOf));
  expect(first).not.toEqual(second);
  for (const weight of [...first, ...second].slice(0, 72)) expect(Math.abs(weight - 0.25)).toBeLessThan(0.25);
  const events: TrainProgress[] = [];
  await train([file], { ...options, seeds: [1, 2], onEvent: (event) => events.push(event) });
  expect(events.filter(({ kind }) => kind === "kept").length).toBe(2);
});

test("a network is kept only if it was also scored on these test recordings", { tags: ["long"] }, async () => {
  cpSync(join(folder, "bars"), join(folder, "bars2"), { recursive: true });
  const file = configured("halves", (text) => text.replace("path: bars", "path: bars2").replace("epochs: 12", "epochs: 1"));
  const kinds = async (): Promise<string[]> => {
    const met: string[] = [];
    await train([file], { ...options, seeds: [1, 2], onEvent: ({ kind }) => met.push(kind) });
    return met.filter((kind) => kind === "kept" || kind === "written");
  };
  expect(await kinds()).toEqual(["written", "written"]);
  writeFileSync(join(folder, "bars2", "test", "0", "0.csv"), recording(false));
  expect(await kinds()).toEqual(["written", "written"]);
  expect(await kinds()).toEqual(["kept", "kept"]);
});

/** Problems as the command line prints them. */
async function problemsOf(change: (text: string) => string, also: object = {}): Promise<string> {
  const file = configured("wrong", change);
  try {
    await train([file], { ...options, ...also });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return withPlaces(error)
      .problems.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`)
      .join("\n");
  }
  return "";
}

test.each([
  [(text: string) => text.replace("reset: subtract", "reset: none"), /^2:\d+ graph\.reset: /],
  [(text: string) => text.replace("batch: 4", "batches: 4"), /^4:\d+ training\.batches: /],
  [(text: string) => text.replace("net.nir", "nets.nir"), /^2:16 graph\.from: no NIR file nets\.nir/],
  [(text: string) => text.replace("path: bars, ", ""), /data\.path: does not say where events is/],
  [(text: string) => text.replace("width: 8", "width: 9"), /^3:42 data\.events: events\/train falls on 108 inputs, .*net\.nir takes 96/],
  [
    (text: string) => text.replace("batch: 4", "batch: 4096").replace("steps: 8", "steps: 8000"),
    /^4:32 training\.batch: 4096 samples of 8000/,
  ],
])("mistakes are reported with line and column: %#", async (change, text) => {
  expect(await problemsOf(change)).toMatch(text);
});

test("a graph is not scored on the recordings that it learnt, whatever their folders are called", async () => {
  cpSync(join(folder, "bars", "train"), join(folder, "same", "train"), { recursive: true });
  cpSync(join(folder, "bars", "train"), join(folder, "same", "Test"), { recursive: true });
  expect(await problemsOf((text) => text.replace("path: bars", "path: same"))).toMatch(
    /holds nothing but samples of events\/train, so a network would be scored on what it learnt: \S*Test\S* as \S*train/,
  );
  expect(await problemsOf((text) => text.replace("path: bars", "path: bars/test"))).toMatch(/holds no folder train and no folder test/);
  // held out, while a copy is learnt
  cpSync(join(folder, "bars"), join(folder, "twice"), { recursive: true });
  for (const label of ["0", "1"])
    for (const file of readdirSync(join(folder, "bars", "train", label)))
      copyFileSync(join(folder, "bars", "train", label, file), join(folder, "twice", "train", label, `copy-${file}`));
  expect(await problemsOf((text) => text.replace("path: bars", "path: twice"))).toMatch(
    /holds nothing but samples of events\/train\/fit, .*: \S*twice\S* as \S*twice/,
  );
});

test("a graph whose weights are learnt on watches its error on recordings that they have not learnt, or warns that its file does not say it", async () => {
  const begin = (from: string, seed: number) => (text: string) =>
    `seed: ${seed}\n${text.replace("net.nir, weights: drawn", `${from}, weights: file`).replace("epochs: 12", "epochs: 1")}`;
  const { seed } = chainRecordOf((await readNir(join(folder, "bars.nir"))).graph) as { readonly seed: number };
  expect(await problemsOf(begin("bars.nir", seed + 1))).toMatch(
    /data\.validation_fraction: is 0\.1 by seed .*, but bars\.nir may have learnt/,
  );
  const warned = async (from: string): Promise<readonly string[]> => {
    const told: string[] = [];
    const onEvent = (event: TrainProgress) => told.push(...(event.kind === "start" ? event.warnings : []));
    await train([configured("on", begin(from, seed))], { ...options, onEvent });
    return told;
  };
  expect(await warned("bars.nir")).toEqual([]);
  expect(await warned("net.nir")).toEqual([expect.stringContaining("net.nir does not say what it learnt")]);
});

test("options that training of a graph does not support are refused: a chip's widths, several workers, another ending", async () => {
  expect(await problemsOf((text) => text, { workers: 2 })).toMatch(/--workers|trains a graph, which uses one worker/);
  expect(await problemsOf((text) => text, { out: join(folder, "bars.safetensors") })).toMatch(/ending in \.nir/);
});

test("a graph whose weights are learnt on is not overwritten by its own training; one that gives only shapes may be", async () => {
  const out = join(folder, "net.nir");
  const further = configured("further", (text) => text.replace("weights: drawn", "weights: file"));
  await expect(train([further], { ...options, out })).rejects.toThrow(
    `${further}: graph.from: training starts from ${out}, and would overwrite it`,
  );
  const drawn = configured("shapes", (text) => text.replace("net.nir", "shapes.nir").replace("epochs: 12", "epochs: 1"));
  const shapes = join(folder, "shapes.nir");
  copyFileSync(out, shapes);
  await train([drawn], { ...options, out: shapes });
  const made = async () => [await weightsOf(shapes), chainRecordOf((await readNir(shapes)).graph)];
  const once = await made();
  await train([drawn], { ...options, out: shapes });
  expect(await made()).toEqual(once);
});
