/**
 * A network of two inputs, a camera and a sensor of three spike channels, described, checked, run, searched and
 * estimated; against the same weights behind one input whose values lie side by side.
 */
// @module-tag slow
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import hdf5 from "h5wasm/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { check } from "../../app/check.js";
import { estimate } from "../../app/estimate.js";
import { importNir } from "../../app/import-nir.js";
import { open } from "../../app/open.js";
import { show } from "../../app/point-detail.js";
import { withPlaces } from "../../app/problem-places.js";
import { results } from "../../app/results.js";
import { simulate } from "../../app/simulate.js";
import { sweep } from "../../app/sweep.js";
import { type NirNode, nirArray } from "../../arch/formats/nir/graph.js";
import { writeNir } from "../../arch/formats/nir/write.js";
import { InputError } from "../../base/errors.js";
import { createRng } from "../../base/rng.js";
import { node, whole } from "../nir-nodes.js";

const [SIDE, TOUCH, CLASSES, STEPS, SAMPLES] = [4, 3, 2, 8, 4];
const PIXELS = 2 * SIDE * SIDE;
const folder = mkdtempSync(join(tmpdir(), "inputs-"));
const at = (name: string): string => join(folder, name);
const rng = createRng(31, "several-inputs");
afterAll(() => rmSync(folder, { recursive: true }));

const rows = (size: number): number[][] => Array.from({ length: CLASSES }, () => Array.from({ length: size }, () => rng.int(-9, 20) / 16));
const eyeRows = rows(PIXELS);
const touchRows = rows(TOUCH);

async function write(file: string, nodes: readonly (readonly [string, NirNode])[], edges: readonly string[]): Promise<void> {
  const joined = edges.map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] }));
  const ends: [string, NirNode][] = [
    ["n", node("IF", { r: nirArray([1, 1], [CLASSES]), v_threshold: nirArray([2, 2], [CLASSES]) })],
    ["out", node("Output", { shape: whole(CLASSES) })],
  ];
  const graph = { nodes: new Map([...nodes, ...ends]), edges: [...joined, { from: "n", to: "out" }], metadata: new Map() };
  await writeNir(at(file), { version: "1.0", graph });
}

const linear = (weights: readonly (readonly number[])[]): NirNode =>
  node("Linear", { weight: nirArray(weights.flat(), [CLASSES, weights[0].length]) });

const description = (model: string, workload: string): string =>
  `version: 1\nnetwork: { model: ${model}, nir: { step_seconds: 1e-3, reset: subtract } }\nworkload: ${workload}\n`;

const MORE = `labels: labels.txt, samples: ${SAMPLES}, timing_samples: ${SAMPLES}`;
const CAMERA = `{ width: ${SIDE}, height: ${SIDE}, steps: ${STEPS}, zero: file }`;
const BY_NAME = `{ dataset: spike-file, ${MORE}, inputs: { eye: { dataset: events, path: eye, events: ${CAMERA} }, touch: { path: touch.csv } } }`;

/** [samples][steps][values] as NIRData has them. */
function grid(nodes: InstanceType<typeof hdf5.Group>, name: string, values: readonly (readonly (readonly number[])[])[]): void {
  const group = nodes.create_group(name).create_group("observables").create_group("spikes");
  group.create_attribute("__type__", "TimeGriddedData");
  group.create_attribute("dt", 1e-3);
  group.create_dataset({ name: "data", data: Float32Array.from(values.flat(2)), shape: [SAMPLES, STEPS, values[0][0].length] });
}

beforeAll(async () => {
  const flat = node("Flatten", { start_dim: nirArray([0], [], "i8"), end_dim: nirArray([-1], [], "i8"), input_type: whole(2, SIDE, SIDE) });
  await write(
    "two.nir",
    [
      ["touch", node("Input", { shape: whole(TOUCH) })],
      ["eye", node("Input", { shape: whole(2, SIDE, SIDE) })],
      ...([
        ["flat", flat],
        ["see", linear(eyeRows)],
        ["feel", linear(touchRows)],
      ] as const),
    ],
    ["eye flat", "flat see", "touch feel", "see n", "feel n"],
  );
  const both = eyeRows.map((row, n) => [...row, ...touchRows[n]]);
  await write(
    "one.nir",
    [
      ["in", node("Input", { shape: whole(PIXELS + TOUCH) })],
      ["all", linear(both)],
    ],
    ["in all", "all n"],
  );
  mkdirSync(at("eye"));
  const touched = ["sample,step,neuron"];
  const spikes = ["sample,step,neuron,payload"];
  const grids = { eye: [] as number[][][], touch: [] as number[][][] };
  for (let sample = 0; sample < SAMPLES; sample++) {
    const events = Array.from({ length: 40 }, () => ({
      ...{ x: rng.int(0, SIDE - 1), y: rng.int(0, SIDE - 1), p: rng.int(0, 1), t: rng.int(0, 1000 * STEPS - 1) },
    })).sort((a, b) => a.t - b.t);
    writeFileSync(at(`eye/${sample}.csv`), `t,x,y,p\n${events.map(({ t, x, y, p }) => `${t},${x},${y},${p}\n`).join("")}`);
    const eye = Array.from({ length: STEPS }, () => new Array<number>(PIXELS).fill(0));
    for (const { x, y, p, t } of events) eye[Math.floor(t / 1000)][(p * SIDE + y) * SIDE + x]++;
    // the last step of a sample's list may be silent: it is as long as the longer of the two
    const touch = Array.from({ length: STEPS }, (_, step) =>
      Array.from({ length: TOUCH }, () => (step < STEPS - 2 && rng.float() < 0.4 ? 1 : 0)),
    );
    for (let step = 0; step < STEPS; step++) {
      for (const [n, value] of [...eye[step], ...touch[step]].entries()) if (value > 0) spikes.push(`${sample},${step},${n},${value}`);
      for (const [n, value] of touch[step].entries()) if (value > 0) touched.push(`${sample},${step},${n}`);
    }
    spikes.push(...(eye[STEPS - 1].some((value) => value > 0) ? [] : [`${sample},${STEPS - 1},0,0`]));
    grids.eye.push(eye);
    grids.touch.push(touch);
  }
  writeFileSync(at("touch.csv"), `${touched.join("\n")}\n`);
  writeFileSync(at("spikes.csv"), `${spikes.join("\n")}\n`);
  writeFileSync(at("labels.txt"), "0\n1\n0\n1\n");
  await hdf5.ready;
  const file = new hdf5.File(at("both.h5"), "w");
  file.create_attribute("__type__", "NIRGraphData");
  const nodes = file.create_group("nodes");
  grid(nodes, "touch", grids.touch);
  grid(nodes, "eye", grids.eye);
  file.close();
  writeFileSync(at("two.yaml"), description("two.nir", BY_NAME));
  writeFileSync(at("data.yaml"), description("two.nir", `{ dataset: spike-file, path: both.h5, ${MORE} }`));
  writeFileSync(at("one.yaml"), description("one.nir", `{ dataset: spike-file, path: spikes.csv, ${MORE} }`));
});

test("files by name, one NIRData file of both, and one input with the same weights give the same accuracy, cycles and counts", async () => {
  const [two, data, one] = await Promise.all(["two", "data", "one"].map(async (name) => (await simulate(open(at(`${name}.yaml`)))).result));
  expect(data.metrics).toEqual(two.metrics);
  expect(two.metrics.spikes_fired).toBeGreaterThan(10);
  for (const metric of ["accuracy_percent", "spikes_fired", "latency_cycles", "synaptic_operations_per_inference"] as const)
    expect(two.metrics[metric], metric).toBe(one.metrics[metric]);
  expect(two.operations.neurobench?.denseOperations).toBe(one.operations.neurobench?.denseOperations);
});

test("check predicts it, with inputs behind the port and, if the description says so, on cores", async () => {
  const said = async (values: Record<string, string>) => {
    const found = await check(open(at("two.yaml")), { values });
    if (found.kind !== "board") throw new Error("no board");
    expect(found.infeasible).toBe(null);
    return found;
  };
  const [port, cores] = [await said({}), await said({ "inputs.at": "cores" })];
  expect([port, cores].map((one) => JSON.stringify(one).includes("touch"))).toEqual([true, true]);
  const runs = await Promise.all(["port", "cores"].map((where) => simulate(open(at("two.yaml")), { values: { "inputs.at": where } })));
  expect(new Set(runs.map(({ result }) => result.metrics.accuracy_percent)).size).toBe(1);
  expect(runs[0].result.metrics.energy_uj_per_inference).not.toBe(runs[1].result.metrics.energy_uj_per_inference);
});

test("a search over the place of one input's values runs every point on its own, and its database tells them apart", async () => {
  writeFileSync(at("touch2.csv"), readFileSync(at("touch.csv"), "utf8").split("\n").slice(0, 9).concat("3,0,0\n").join("\n"));
  const search = `sweep:\n  sampler: { name: grid }\n  parameters: [{ path: workload.inputs.touch.path, values: [touch.csv, touch2.csv] }]\n  objectives: { energy_uj_per_inference: min }\n`;
  writeFileSync(at("search.yaml"), `${description("two.nir", BY_NAME)}${search}`);
  const found = await sweep(open(at("search.yaml")), { db: at("search.db"), workers: 1 });
  expect([found.done, found.failed, found.infeasible]).toEqual([2, 0, 0]);
  const [a, b] = await Promise.all(
    ["touch.csv", "touch2.csv"].map((path) => simulate(open(at("two.yaml")), { values: { "workload.inputs.touch.path": path } })),
  );
  expect(a.result.metrics.spikes_fired).not.toBe(b.result.metrics.spikes_fired);
  const stored = results(at("search.db")).points.map(({ values, metrics }) => [Object.values(values)[0], metrics?.spikes_fired]);
  expect(new Map(stored as [string, number][])).toEqual(
    new Map([
      ["touch.csv", a.result.metrics.spikes_fired],
      ["touch2.csv", b.result.metrics.spikes_fired],
    ]),
  );
});

test("a search over one input's slices is one over runs of their own, in place and by path, with its own keys or the workload's", {
  tags: ["long"],
}, async () => {
  const ofEye = (events: string): string =>
    `{ dataset: spike-file, ${MORE}, inputs: { eye: { dataset: events, path: eye, events: ${events} }, touch: { path: touch.csv } } }`;
  const usual = `{ dataset: events, ${MORE}, events: ${CAMERA}, inputs: { eye: { path: eye }, touch: { dataset: spike-file, path: touch.csv } } }`;
  const search = (parameters: string): string =>
    `sweep:\n  sampler: { name: grid }\n  parameters: [${parameters}]\n  objectives: { energy_uj_per_inference: min }\n`;
  const byPath =
    "{ path: workload.inputs.eye.events.values, values: [counts, binary] }, { path: workload.inputs.eye.events.steps, values: [4, 8] }";
  const inPlace = `{ width: ${SIDE}, height: ${SIDE}, zero: file, values: { sweep: [counts, binary] }, steps: { sweep: [4, 8] } }`;
  const cases = {
    own: [ofEye(CAMERA), search(byPath)],
    usual: [usual, search(byPath)],
    place: [ofEye(inPlace), "sweep:\n  sampler: { name: grid }\n  objectives: { energy_uj_per_inference: min }\n"],
  };
  const spikes: Record<string, readonly (number | null)[]> = {};
  for (const [name, [workload, sweepText]] of Object.entries(cases)) {
    writeFileSync(at(`${name}.yaml`), `${description("two.nir", workload)}${sweepText}`);
    const found = await sweep(open(at(`${name}.yaml`)), { db: at(`${name}.db`), workers: 1 });
    expect([found.done, found.failed, found.infeasible], name).toEqual([4, 0, 0]);
    expect([...(show(at(`${name}.db`), 1).functional ?? [])].sort(), name).toEqual(["steps", "values"]);
    spikes[name] = results(at(`${name}.db`))
      .points.map(({ metrics }) => metrics?.spikes_fired ?? null)
      .sort();
  }
  const alone: (number | null)[] = [];
  for (const values of ["counts", "binary"])
    for (const steps of [4, 8]) {
      const own = `{ width: ${SIDE}, height: ${SIDE}, zero: file, values: ${values}, steps: ${steps} }`;
      writeFileSync(at("alone.yaml"), description("two.nir", ofEye(own)));
      alone.push((await simulate(open(at("alone.yaml")))).result.metrics.spikes_fired);
    }
  expect(new Set(alone).size).toBe(4);
  for (const found of Object.values(spikes)) expect(found).toEqual(alone.toSorted());
});

test("recordings that do not fit together are reported by their files, at the line that names them", async () => {
  writeFileSync(at("three.csv"), "sample,step,neuron\n0,0,0\n1,0,0\n2,0,0\n");
  const path = at("apart.yaml");
  writeFileSync(path, description("two.nir", BY_NAME.replace("touch.csv", "three.csv").replace("labels: labels.txt, ", "")));
  const error = await check(open(path)).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(InputError);
  const [{ file, line, message }] = withPlaces(error as InputError).problems;
  expect({ file, line }).toEqual({ file: path, line: 3 });
  expect(message).toBe(`${at("three.csv")}: has 3 samples for touch, but ${at("eye")} has 4 for eye`);
});

test("import nir runs files by name as the NIRData file, in float and in integers, and names what is missing", async () => {
  const options = { dtSeconds: 1e-3, reset: "subtract", scheme: "euler", integratorGain: "unit", refractorySeconds: 0 } as const;
  const run = (input: string | readonly string[], more: object = {}) =>
    importNir(at("two.nir"), {
      ...options,
      ...{ input, sample: 2, encoding: { kind: "direct", stepsPerFrame: 1, gain: 1, threshold: 0.1 } },
      ...more,
    });
  const named = ["eye=", "touch="].map((name, i) => `${name}${at(["eye/2.csv", "touch.csv"][i])}`);
  // the recording is one sample, the list has four: one alone is asked for
  await expect(run(named)).rejects.toThrow(`${at("touch.csv")}: has 4 samples for touch, but ${at("eye/2.csv")} has 1 for eye`);
  const [float, integer] = [await run(at("both.h5")), await run(at("both.h5"), { on: at("two.yaml"), integer: true })];
  expect(float.obstacles).toEqual([]);
  expect(float.ran?.outputs.out.reduce((a, b) => a + b, 0)).toBeGreaterThan(0);
  expect(integer.ran?.outputs).toEqual(float.ran?.outputs);
  expect(integer.chip?.result.metrics.spikes_fired).toBeGreaterThan(0);
  await expect(run([`eye=${at("both.h5")}`])).rejects.toThrow(/leaves touch without a file.*its inputs: eye, touch/s);
  await expect(run([`eye=${at("both.h5")}`, at("touch.csv")])).rejects.toThrow(/names no input of the network/);
  await expect(run([`eye=${at("both.h5")}`, `eye=${at("both.h5")}`])).rejects.toThrow(/second file of the input eye/);
  await expect(run(at("spikes.csv"))).rejects.toThrow(/does not say which of its values are of the input eye/);
  expect((await run([`eye=${at("both.h5")}`, `touch=${at("both.h5")}`])).ran?.outputs).toEqual(float.ran?.outputs);
});

test("estimate takes random spikes on all inputs, or files by name", async () => {
  const random = await estimate(at("two.nir"), { chips: ["loihi-like"], values: {} });
  expect(random.assumed.join(" ")).toContain(`each of ${PIXELS + TOUCH} spikes`);
  expect(random.chips[0].refused).toBe(null);
  const named = await estimate(at("two.nir"), {
    chips: ["loihi-like"],
    events: [`eye=${at("eye")}`, `touch=${at("touch.csv")}`],
    values: {},
  });
  expect(named.chips[0].refused).toBe(null);
  expect(named.chips[0].result?.metrics.spikes_fired).toBeGreaterThan(0);
});

test("an input that does not fit is refused at its key", async () => {
  const refused = async (workload: string, model = "two.nir"): Promise<string> => {
    writeFileSync(at("wrong.yaml"), description(model, workload));
    try {
      await simulate(open(at("wrong.yaml")));
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };
  const inputs = (text: string, more = ""): string => `{ dataset: spike-file${more}, inputs: { ${text} } }`;
  const cases: readonly (readonly [string, RegExp, string?])[] = [
    [inputs("eye: { path: both.h5 }"), /workload\.inputs\.touch.*is an Input of .*two.nir.*has no path.*its inputs: eye, touch/s],
    [
      inputs("eye: { path: both.h5 }, ear: { path: both.h5 }, touch: { path: both.h5 }"),
      /workload\.inputs\.ear.*has no Input of that name/s,
    ],
    [
      inputs("eye: { path: touch.csv }, touch: { path: spikes.csv }"),
      /workload\.inputs\.touch\.path.*values per step, the input touch takes 3/s,
    ],
    [
      inputs("eye: { path: both.h5, events: { steps: 4 } }, touch: { path: both.h5 }"),
      /workload\.inputs\.eye\.events.*come from a spike file/s,
    ],
    [inputs("eye: { path: both.h5 }, touch: { path: both.h5 }", ", path: both.h5"), /workload\.path.*so are the paths of single inputs/s],
    [inputs("eye: { path: both.h5 }, touch: { path: both.h5 }", ", split: validation"), /workload\.split.*no training half/s],
    ["{ dataset: mnist-rows, inputs: { eye: { path: both.h5 } } }", /workload\.inputs.*has the values of all inputs/s],
    ["{ dataset: spike-file, path: spikes.csv }", /does not say which of its values are of the input eye/],
    ["{ dataset: events, path: eye }", /workload\.path.*recordings of one input, and .*two.nir has 2 \(eye, touch\)/s],
    [inputs("in: { path: spikes.csv }, touch: { path: both.h5 }"), /workload\.inputs\.touch.*no Input of that name/s, "one.nir"],
  ];
  for (const [workload, said, model] of cases) expect(await refused(workload, model), workload).toMatch(said);
});

test("a search over an input that the network has not is refused by check and by sweep, before its first point", async () => {
  const search =
    "sweep:\n  parameters: [{ path: workload.inputs.nosuch.path, values: [touch.csv, touch2.csv] }]\n  objectives: { energy_uj_per_inference: min }\n";
  writeFileSync(at("unknown.yaml"), `${description("two.nir", BY_NAME)}${search}`);
  const message = /sweep\.parameters\..*: searches workload\.inputs\.nosuch\.path, and .*two\.nir has no Input of that name/;
  const database = at("unknown.db");
  await expect(check(open(at("unknown.yaml")))).rejects.toThrow(message);
  await expect(sweep(open(at("unknown.yaml")), { db: database })).rejects.toThrow(message);
  expect(existsSync(database)).toBe(false);
});
