// @module-tag slow
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { quantisePlot } from "../../app/quantise-plot.js";
import { type Precision, parseArch, shippedPath } from "../../arch/index.js";
import type { RootDocument } from "../../arch/schema.js";
import { InputError } from "../../base/errors.js";
import { packageRoot } from "../../base/package-root.js";
import { ticksOf } from "../../base/plot/axis.js";
import { wilson } from "../../base/wilson.js";
import { registerQuantise } from "../../cli/commands/quantise.js";
import { precisionBlock, spikesText, weightsText } from "../../cli/format/precision.js";
import { STUDY_DEFAULT_BITS, type StudyAxis, type StudyRow } from "../../sim/functional/index.js";
import { fewDigits } from "../few-digits.js";
import { printedByCommand } from "./command.js";

const folder = mkdtempSync(join(tmpdir(), "quantise-"));
afterAll(() => rmSync(folder, { recursive: true }));
const edge = join(packageRoot(), "arch/examples/edge.yaml");
/** The same on few digits, so that those that did not choose a precision are few. */
const small = join(folder, "small.yaml");
writeFileSync(small, readFileSync(edge, "utf8").replace("dataset: mnist-rows", `dataset: mnist-rows\n  path: ${fewDigits(folder)}`));
const base = { file: small, bits: ["weight_bits=3,8"], layers: true, keep: "90" as string | null, samples: 30, json: true };

const printed = ({ file, bits, layers, keep, samples, json }: typeof base): Promise<string> =>
  printedByCommand(
    registerQuantise,
    ...["quantise", file, "--samples", String(samples), ...bits.flatMap((text) => ["--bits", text])],
    ...[...(layers ? ["--layers"] : []), ...(keep === null ? [] : ["--keep", keep]), ...(json ? ["--json"] : [])],
  );

test("quantise --json gives the widths asked for, a row for each layer and width, and a smallest precision that keeps the accuracy", async () => {
  const answer = JSON.parse(await printed(base));
  expect([answer.utterances, answer.scored]).toEqual([30, 30]);
  expect(answer.rows.map((row: { axis: string; bits: number }) => [row.axis, row.bits])).toEqual([
    ["weight_bits", 3],
    ["weight_bits", 8],
  ]);
  expect(answer.layers.map((row: { layer: string }) => row.layer)).toEqual(["layer1", "layer1", "layer2", "layer2", "readout", "readout"]);
  expect(answer.smallest.accuracyPercent).toBeGreaterThanOrEqual(90);
  expect(answer.smallest.precision.weightBits).toBeLessThan(8);
});

test("utterances without a class run and do not count: the text and the JSON name the number of both", { tags: ["long"] }, async () => {
  const [path, labels, file] = ["spikes.csv", "classes.txt", "few.yaml"].map((name) => join(folder, name));
  writeFileSync(path, ["sample,step,neuron", ...Array.from({ length: 50 }, (_, i) => `${Math.floor(i / 5)},${i % 3},${i % 4}`)].join("\n"));
  writeFileSync(labels, Array.from({ length: 10 }, (_, u) => (u % 3 === 0 ? 0 : -1)).join("\n"));
  const network = `network: { model: ${shippedPath("nir", "quad")}, nir: { step_seconds: 1e-3, reset: zero } }`;
  const workload = `workload: { dataset: spike-file, path: ${path}, labels: ${labels}, samples: 8 }`;
  writeFileSync(file, `version: 1\nextends: loihi-like\n${network}\n${workload}\n`);
  const words = ["quantise", file, "--bits", "weight_bits=4"];
  const answer = JSON.parse(await printedByCommand(registerQuantise, ...words, "--json"));
  expect([answer.utterances, answer.scored, answer.rows[0].scored]).toEqual([8, 3, 3]);
  expect(await printedByCommand(registerQuantise, ...words)).toMatch(/: 8 utterances, 3 with a class; other widths/);
});

test("quantise prints a table and a precision block to paste", { tags: ["long"] }, async () => {
  const text = await printed({ ...base, layers: false, json: false, samples: 20 });
  expect(text).toMatch(/weight_bits +3 +\d/);
  expect(text).toMatch(/in float32: \d+(\.\d+)? % \(\d+ of 20\)/);
  expect(text).toMatch(/on the 180 utterances that did not choose it: \d/);
  expect(text).toMatch(/precision: \{ weight_bits: \d, state_bits: \d+, state_fraction_bits: \d+/);
});

/** A value other than the default of every key of a precision; the type names them all. */
const CHANGED = {
  integers: "speck",
  weight_bits: 5,
  weight_scale: "mse",
  state_bits: 17,
  state_fraction_bits: 7,
  accumulator_bits: 23,
  accumulator_overflow: "wrap",
  lut_bits: 7,
  gate_bits: 7,
  leak: "shift",
  layers: {
    layer1: { weight_bits: 3, spike_bits: 4 },
    "lif1.lif": { weight_bits: 2, state_bits: 9, state_fraction_bits: 2, accumulator_bits: 13 },
  },
  spike_bits: 5,
} as const satisfies { readonly [key in keyof RootDocument["precision"]]: RootDocument["precision"][key] };

test("a precision block reads back as the precision: every key alone, all of them, and none", () => {
  const read = (block: string, model: string): Precision =>
    parseArch(`version: 1\nnetwork: { ${model} }\n${block}\n`, "x.yaml").experiment.precision;
  const graph = "model: x.nir, nir: { step_seconds: 1e-3, reset: subtract }";
  const { weight_scale: _, ...ofGraph } = CHANGED;
  const { integers: __, ...ofModel } = CHANGED;
  const alone = Object.entries(CHANGED).map(([key, value]) => ({ [key]: value }));
  const normal = JSON.stringify(read("", graph));
  for (const changed of [...alone, {}, ofGraph, ofModel]) {
    const model = "weight_scale" in changed ? "model: x.safetensors" : graph;
    const precision = read(`precision: ${JSON.stringify(changed)}`, model);
    expect(JSON.stringify(precision) === normal).toBe(Object.keys(changed).length === 0);
    expect(read(precisionBlock(precision), model)).toEqual(precision);
  }
});

test("layers with words of their own are named where a result says its widths", () => {
  const { precision } = parseArch(
    "version: 1\nprecision: { layers: { layer1: { weight_bits: 3 }, layer2: { spike_bits: 4 } } }\n",
    "x.yaml",
  ).experiment;
  expect(weightsText(precision)).toBe("8-bit weights (3-bit into layer1)");
  expect(spikesText(precision)).toBe("spikes as trained (4-bit from layer2)");
  expect(spikesText({ ...precision, spikeBits: 6 })).toBe("6-bit spikes (4-bit from layer2)");
  expect(spikesText({ ...precision, layers: {} })).toBeNull();
});

test("the float line is the float network's own accuracy on the same utterances", { tags: ["long"] }, async () => {
  const answer = JSON.parse(await printed({ ...base, file: edge, layers: false, keep: null, samples: 10_000, bits: ["weight_bits=8"] }));
  // As the record of its training says of the whole test set.
  expect([answer.float.correct, answer.float.scored]).toEqual([9887, 10_000]);
});

test("the picture has a line a width over an axis of errors, and the float error as a line of its own; no error is drawn as none, on a linear axis from 0", () => {
  const row = (axis: StudyRow["axis"], bits: number, correct: number): StudyRow => ({
    axis,
    bits,
    layer: null,
    stateFractionBits: 6,
    correct,
    scored: 100,
    accuracyPercent: correct,
    interval: wilson(correct, 100),
    storageBits: 1,
    multiplicationsPerFrame: 1,
    accumulatorOverflows: 0,
    stateSaturations: 0,
  });
  const rows = [row("weight_bits", 8, 100), row("weight_bits", 2, 40), row("spike_bits", 3, 90)];
  const drawn = (of: readonly StudyRow[], float: number | null) => {
    const { panels } = quantisePlot({ title: "t", about: "a", float }, of, []);
    expect(panels.length).toBe(1);
    const [{ y, series }] = panels;
    const lines = series.flatMap((one) =>
      one.kind === "line" && (one.dotted || one.name === "float") ? [[one.name, ...Array.from(one.points.y)]] : [],
    );
    return { y, lines };
  };
  const wrong = drawn(rows.slice(1), 98);
  expect(wrong.lines).toEqual([
    ["float", 2, 2],
    ["weight", 60],
    ["spike", 10],
  ]);
  expect(wrong.y).toMatchObject({ scale: "log", label: "error (%)" });
  for (const [of, float, first] of [
    [rows, 98, [["float", 2, 2]]],
    [rows.slice(0, 1), null, []],
    [rows.slice(1), 100, [["float", 0, 0]]],
  ] as const) {
    const { y, lines } = drawn(of, float);
    expect(lines.slice(0, first.length)).toEqual(first);
    expect(lines.find(([name]) => name === "weight")?.at(-1)).toBe(of[0] === rows[0] ? 0 : 60);
    if (y.scale === "category") throw new Error("no axis");
    expect(y.scale).toBe("linear");
    expect(y.low).toBeLessThanOrEqual(0);
    expect(y.high).toBeGreaterThanOrEqual(1); // a wrong decision
    expect(ticksOf(y, 6)).toContain(0);
  }
});

test.each([
  ["weight_bits=17", /from 2 to 16 after weight_bits=/],
  ["weight_bits=", /from 2 to 16 after weight_bits=/],
  ["wieght_bits=2", /expected one of weight_bits/],
  ["weight_bits=two", /whole numbers from 2 to 16 after weight_bits=/],
])("--bits %s is refused", async (text, message) => {
  await expect(printed({ ...base, bits: [text] })).rejects.toThrow(message);
});

test("--layers narrows every width that a layer can have of its own, and is refused where there is none", { tags: ["long"] }, async () => {
  const bits = ["state_bits=10", "spike_bits=3", "lut_bits=3", "gate_bits=3"];
  const { layers } = JSON.parse(await printed({ ...base, keep: null, samples: 10, bits }));
  expect(layers.map((row: StudyRow) => `${row.axis} ${row.layer}`)).toEqual([
    "state_bits input",
    "state_bits layer1",
    "state_bits layer2",
    "spike_bits input",
    "spike_bits layer1",
    "spike_bits layer2",
  ]);
  for (const none of ["gate_bits=3", "lut_bits=3", "state_bits=20"])
    await expect(printed({ ...base, samples: 10, bits: [none] })).rejects.toThrow(/no layer can have one of the widths/);
});

test("every row of a layer is a description's: sim takes its width for that layer", { tags: ["long"] }, async () => {
  const axes: readonly StudyAxis[] = ["weight_bits", "state_bits", "spike_bits", "accumulator_bits", "lut_bits"];
  const bits = axes.map((axis) => `${axis}=${STUDY_DEFAULT_BITS[axis].join()}`);
  const { layers } = JSON.parse(await printed({ ...base, keep: null, samples: 10, bits }));
  const seen = new Set<string>();
  for (const { axis, bits: width, layer } of layers as readonly StudyRow[]) {
    seen.add(axis);
    const own = `precision: { layers: { ${layer}: { ${axis}: ${width}, ${axis === "state_bits" ? "state_fraction_bits: 0" : ""} } } }`;
    expect(() => parseArch(`version: 1\n${own}\n`, "a.yaml"), own).not.toThrow();
  }
  expect([...seen]).toEqual(axes.slice(0, 4));
});

test("an accuracy that the starting precision does not reach, or that is no percentage, is refused", async () => {
  await expect(printed({ ...base, file: edge, layers: false, keep: "100", samples: 60 })).rejects.toThrow(InputError);
  await expect(printed({ ...base, keep: "lots" })).rejects.toThrow(/expected a percentage/);
});
