/** Inputs of imported networks enter in a unit in which the largest fits, or are named where they are clipped. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { check, importNir, open, openChip, quantise, simulate } from "../../app/index.js";
import { experimentWith, withValues } from "../../app/open.js";
import { searchWarnings } from "../../app/search-warnings.js";
import { StudyFiles } from "../../app/study-files.js";
import { nirArray } from "../../arch/formats/nir/graph.js";
import { writeNir } from "../../arch/formats/nir/write.js";
import type { SweepSpec } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { createRng } from "../../base/rng.js";
import { ModelsInMemory } from "../../sweeps/store/model-folder.js";
import { node, whole } from "../nir-nodes.js";

const [INPUTS, NEURONS, STEPS] = [5, 4, 12];
const folder = mkdtempSync(join(tmpdir(), "units-"));
afterAll(() => rmSync(folder, { recursive: true }));
const rng = createRng(11, "input units");
const WEIGHTS = Array.from({ length: NEURONS * INPUTS }, () => rng.float() - 0.3);
const VALUES = Array.from({ length: STEPS }, () => Array.from({ length: INPUTS }, () => rng.int(-40, 255)));
VALUES[3][1] = 255;

/** The path of a description; `input` times the values enter, and `weight` times the weights lead them on. */
async function written(
  name: string,
  input: number,
  weight: number,
  neuron: "IF" | "LIF" = "IF",
  precision = "",
  threshold = 50,
): Promise<string> {
  const all = (value: number): ReturnType<typeof nirArray> => nirArray(new Array(NEURONS).fill(value), [NEURONS], "f8");
  const cell = { r: all(1), v_threshold: all(threshold), ...(neuron === "LIF" && { tau: all(0.004), v_leak: all(0) }) };
  const nodes = new Map([
    ["in", node("Input", { shape: whole(INPUTS) })],
    [
      "w",
      node("Linear", {
        weight: nirArray(
          WEIGHTS.map((w) => w * weight),
          [NEURONS, INPUTS],
          "f8",
        ),
      }),
    ],
    ["n", node(neuron, cell)],
    ["out", node("Output", { shape: whole(NEURONS) })],
  ]);
  const edges = [
    ["in", "w"],
    ["w", "n"],
    ["n", "out"],
  ].map(([from, to]) => ({ from, to }));
  await writeNir(join(folder, `${name}.nir`), { version: "1.0", graph: { nodes, edges, metadata: new Map() } });
  writeFileSync(join(folder, `${name}.csv`), VALUES.map((row) => `${row.map((x) => x * input).join(",")}\n`).join(""));
  const path = join(folder, `${name}.yaml`);
  writeFileSync(
    path,
    `version: 1\nnetwork: { model: ${name}.nir, nir: { step_seconds: 1e-3, reset: subtract } }\n` +
      `workload: { dataset: spike-file, path: ${name}.csv, samples: 1, timing_samples: 1 }\n${precision}`,
  );
  return path;
}

const NIR = { dtSeconds: 1e-3, reset: "subtract", scheme: "euler", integratorGain: "unit", refractorySeconds: 0 } as const;
const clipped = (texts: readonly string[]): readonly string[] => texts.filter((text) => text.includes("clipped"));

test("a power of two that moves from the inputs to the weights changes nothing, be the inputs pixels or small currents", async () => {
  const found = [];
  for (const power of [0, -3, -14, 5]) {
    const { counters, result, warnings } = await simulate(open(await written(`by${power}`, 2 ** power, 2 ** -power)));
    expect(clipped(warnings)).toEqual([]);
    expect(result.operations.stateSaturations).toBe(0);
    found.push({ counters, metrics: result.metrics, operations: result.operations });
  }
  for (const other of found) expect(other).toEqual(found[0]);
  // in steps of 2, of which 255 takes half a step less, no value is lost
  const entered = VALUES.flat().filter((x) => x !== 0).length;
  expect(found[0].operations.layers[0].spikes).toBe(entered);
});

test("integers that have no unit clip what exceeds their largest payload, and every command says how many", async () => {
  const path = await written("xylo", 1, 1, "LIF", "precision: { integers: xylo, leak: shift }\n", 5);
  const [over, others] = [VALUES.flat().filter((x) => Math.abs(x) > 15).length, VALUES.flat().filter((x) => x !== 0).length];
  const said = `in: ${over} of ${others} input values that are not 0 exceed 15, the largest payload, and are clipped; the largest is 255: give smaller values, or spread them over steps`;
  const checked = await check(open(path));
  const { ran } = await importNir(join(folder, "xylo.nir"), {
    input: join(folder, "xylo.csv"),
    ...NIR,
    integer: true,
    on: path,
  });
  for (const warnings of [
    checked.kind === "board" ? checked.warnings : [],
    (await simulate(open(path))).warnings,
    ran?.integer?.warnings ?? [],
  ])
    expect(clipped(warnings)).toEqual([said]);
  // levels of 1 from the least value to the largest; of 20 there are at most 14
  const levels = 255 - Math.min(...VALUES.flat());
  for (const [threshold, most] of [
    [
      1,
      `in: workload.encoder.kind: level-crossing sends up to ${levels} for a feature that crosses its whole range in one step, and what exceeds 15, the largest payload, is clipped`,
    ],
    [20, null],
  ] as const) {
    const values = { "workload.encoder.kind": "level-crossing", "workload.encoder.threshold": threshold };
    expect(clipped((await simulate(open(path), { values })).warnings)).toEqual(most === null ? [] : [most]);
  }
  await expect(simulate(open(await written("real", 0.1, 1, "LIF", "precision: { integers: xylo, leak: shift }\n", 5)))).rejects.toThrow(
    "takes whole numbers as they are with precision.integers: xylo, but its inputs are real numbers",
  );
});

test("whole inputs in a unit of 2, because one exceeds a word, are said to change, with the change of their sum", async () => {
  const path = await written("counts", 1, 1);
  const sizes = VALUES.flat().flatMap((x) => (x === 0 ? [] : [Math.abs(x)]));
  const taken = sizes.map((size) => Math.min(254, size + (size % 2)));
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const change = Number((100 * (sum(taken) / sum(sizes) - 1)).toPrecision(3));
  const odd = sizes.filter((size) => size % 2 === 1).length;
  const said = `in: 255, the largest input value, exceeds 127, so all are rounded to multiples of 2: ${odd} of ${sizes.length} input values that are not 0 change, and their sum by +${change} %: give smaller values, or spread them over steps`;
  const coarse = (texts: readonly string[]): readonly string[] => texts.filter((text) => text.includes("multiples"));
  const checked = await check(open(path));
  expect(coarse(checked.kind === "board" ? checked.warnings : [])).toEqual([said]);
  expect(coarse((await simulate(open(path))).warnings)).toEqual([said]);
  // multiples of 32 up to 8160 enter in units of 64; eighths are no whole numbers, and are rounded without a word
  expect(coarse((await simulate(open(await written("many", 32, 1)))).warnings)[0]).toMatch(/^in: 8160, .* multiples of 64: /);
  expect(coarse((await simulate(open(await written("eighths", 1 / 8, 8)))).warnings)).toEqual([]);
});

test("features that rate and latency cannot tell apart are counted in a warning, in float and on a chip", async () => {
  const path = await written("rates", 1, 1);
  const [above, below, others] = [(x: number) => x > 1, (x: number) => x < 0, (x: number) => x !== 0].map(
    (test) => VALUES.flat().filter(test).length,
  );
  const tail = `features reach from ${Math.min(...VALUES.flat())} to 255`;
  const said = (texts: readonly string[]): readonly string[] => texts.filter((text) => text.includes("features reach"));
  const rate = `spike-file/rates.csv: workload.encoder.kind: rate: gain 1 times the feature is above 1 for ${above} of ${others} that are not 0, which spike as at 1, and below 0 for ${below} of ${others}, which never spike; ${tail}: scale them to 0 to 1`;
  const values = { "workload.encoder.kind": "rate" };
  expect(said((await simulate(open(path), { values })).warnings)).toEqual([rate]);
  const float = {
    ...NIR,
    input: join(folder, "rates.csv"),
    encoding: { kind: "rate", stepsPerFrame: 2, gain: 1, threshold: 0.1 },
  } as const;
  expect(said((await importNir(join(folder, "rates.nir"), float)).ran?.warnings ?? [])).toEqual([rate]);
  expect(said((await simulate(open(path), { values: { ...values, "workload.encoder.gain": 1 / 256 } })).warnings)[0]).not.toMatch(/above/);
  const latency = { "workload.encoder.kind": "latency", "workload.encoder.steps_per_frame": 2 };
  expect(said((await simulate(open(path), { values: latency })).warnings)[0]).toMatch(
    `the feature is above 1 for ${above} of ${others} that are not 0, which spike as at 1, and below 0`,
  );
});

test("a check and a sweep of a network of the own kind say of such features what its simulation says", async () => {
  const description = openChip("edge");
  const said = (texts: readonly string[]): readonly string[] => texts.filter((text) => text.includes("features reach"));
  const values = { "workload.samples": 5, "workload.timing_samples": 1, "workload.encoder.kind": "rate", "workload.encoder.gain": 20 };
  const { warnings } = await simulate(description, { values });
  expect(said(warnings)).toEqual([expect.stringMatching(/^mnist-rows.* is above 1 for \d+ of \d+ that are not 0/)]);
  expect(said((await check(description, { values })).warnings)).toEqual(said(warnings));
  const ofSweep: string[] = [];
  const experiment = experimentWith(description, values);
  const files = new StudyFiles(description.file, (text) => ofSweep.push(text), new ModelsInMemory());
  const twin = { ...experiment, network: { ...experiment.network, model: "mnist-rows-lif.safetensors" } };
  for (const point of [experiment, experiment, twin]) await files.loadSamples(point);
  expect(ofSweep.filter((text) => text.includes("features reach"))).toEqual(said(warnings).map((text) => `warning: ${text}`));
});

test("a search says what its largest gain clips, whichever point is first", async () => {
  const values = { "workload.samples": 5, "workload.timing_samples": 1, "workload.encoder.kind": "rate" };
  const description = openChip("edge");
  const gainOf = { name: "gain", path: "workload.encoder.gain", domain: { kind: "list", values: [20, 1] }, when: null } as const;
  const told: string[] = [];
  const files = new StudyFiles(description.file, (text) => told.push(text), new ModelsInMemory(), [], [gainOf]);
  for (const gain of [1, 20]) await files.loadSamples(experimentWith(description, { ...values, "workload.encoder.gain": gain }));
  expect(told.filter((text) => text.includes("features reach"))).toEqual([expect.stringContaining("gain 20 times the feature is above 1")]);
});

test("a step longer than a time constant is told by every command that runs the file, and one as long is not", async () => {
  const path = await written("steps", 1, 1, "LIF"); // tau 4 ms
  writeFileSync(join(folder, "steps.txt"), "0\n");
  const search = join(folder, "steps-search.yaml");
  const lanes = "tile: { core: { lanes: { sweep: [4, 8] } } }\n";
  writeFileSync(search, `version: 1\nextends: steps.yaml\n${lanes}sweep: { objectives: { latency_us: min } }\n`);
  for (const [step, told] of [
    [4e-3, []],
    [5e-3, [expect.stringMatching(/steps.nir: n: tau of 0.004 s is shorter than the time step of 0.005 s: forward Euler overshoots$/)]],
    [9e-3, [expect.stringMatching(/: forward Euler does not settle: values grow without bound$/)]],
  ] as const) {
    const values = { "network.nir.step_seconds": step };
    const searched = withValues(open(search), values);
    const all = [
      (await check(open(path), { values })).warnings,
      (await check(open(search), { values })).warnings,
      (await simulate(open(path), { values })).warnings,
      (await quantise(openChip(path), { values: { ...values, "workload.labels": "steps.txt" }, bits: { weight_bits: [8] } })).warnings,
      await searchWarnings(searched, searched.sweep as SweepSpec),
    ];
    for (const texts of all) expect(texts.filter((text) => text.includes("tau of"))).toEqual(told);
  }
});

test("a search tells how each of its files is read, at every step and scheme; a file that lacks its step is told by its points", async () => {
  await written("read", 1, 1, "LIF"); // tau 4 ms
  const lava = join(packageRoot(), "test/arch/formats/lava/spikes.net");
  const own = "mnist-rows-lif.safetensors";
  const told = async (model: string, nir: string): Promise<readonly string[]> => {
    const file = join(folder, "read-search.yaml");
    const workload = "workload: { dataset: spike-file, path: read.csv, samples: 1, timing_samples: 1 }\n";
    writeFileSync(
      file,
      `version: 1\nextends: edge-core\nnetwork: { model: ${model}${nir} }\n${workload}sweep: { objectives: { latency_us: min } }\n`,
    );
    const description = open(file);
    return searchWarnings(description, description.sweep as SweepSpec);
  };
  const tau = async (model: string, nir: string) => (await told(model, nir)).filter((text) => text.includes("tau of"));
  const overshoots = expect.stringMatching(
    /read.nir: n: tau of 0.004 s is shorter than the time step of 0.005 s: forward Euler overshoots/,
  );
  expect(await tau("read.nir", ", nir: { step_seconds: { sweep: [1e-3, 2e-3] }, reset: zero }")).toEqual([]);
  for (const steps of ["[1e-3, 5e-3]", "[5e-3, 1e-3]", "{ range: [1e-3, 5e-3] }", "{ log: [1e-3, 5e-3] }"])
    expect([steps, await tau("read.nir", `, nir: { step_seconds: { sweep: ${steps} }, reset: zero }`)]).toEqual([steps, [overshoots]]);
  expect(await tau("read.nir", ", nir: { step_seconds: 5e-3, reset: zero, scheme: { sweep: [zoh, euler] } }")).toEqual([
    expect.stringContaining("within a step it decays almost completely"),
    overshoots,
  ]);
  expect(await told(`{sweep: [${own}, read.nir]}`, "")).toEqual([]);
  // a Lava file has steps of its own, whatever a search names for the NIR file beside it
  const mixed = await told(`{sweep: [read.nir, ${lava}]}`, ", nir: { step_seconds: 5e-3, reset: zero }");
  expect(mixed.some((text) => text.includes("spikes.net: edge input"))).toBe(true);
  expect(mixed.filter((text) => text.includes("0.005 s"))).toEqual([overshoots]);
});

test("a wrong file of labels is told at its own key, and labels beyond the outputs with what they may be", async () => {
  const path = await written("labelled", 1, 1);
  const refusal = async (labels: string): Promise<string> => {
    writeFileSync(join(folder, "labels.txt"), labels);
    return simulate(open(path), { values: { "workload.labels": "labels.txt" } }).then(
      () => "none",
      (error: Error) => error.message,
    );
  };
  expect(await refusal("0\n1\n")).toMatch(/labelled.yaml: workload.labels: .*labels.txt: has 2 labels, the spike file 1 sample\n/);
  expect(await refusal("x1\n")).toMatch(/workload.labels: .*labels.txt: line 1: "x1" is no class/);
  const beyond = /has labels of 5 classes, the network .*labelled.nir 4 outputs\n.*labels count from 0 to 3; -1 is none/;
  expect(await refusal("4\n")).toMatch(beyond);
  await expect(check(open(path), { values: { "workload.labels": "labels.txt" } })).rejects.toThrow(beyond);
});
