/** Operation counts against a brute-force count on a tiny network, and the printed table. */
import { expect, test } from "vitest";
import { denseMultiplications, parameterCount, type Samples, type System, scaleOf } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";
import { renderComparison } from "../../training/comparison.js";
import { parseTrainingConfig } from "../../training/config.js";
import { evaluateFloat } from "../../training/evaluate.js";
import { distanceInterval } from "../../training/paired-distance.js";
import { freeze, initialise } from "../../training/parameters.js";
import { recipeTable } from "../../training/recipes.js";
import { COMPARISON, OPERATIONS, printedTable, renderTable, type TableEntry, tableOf } from "../../training/table.js";

const SEED = 19;
const INPUTS = 5;

function prepare(system: System, bits: number) {
  const text = `{version: 1, name: "tiny, ${system}_${bits}", seed: ${SEED}, data: {set: x}, network: {system: ${system}, neurons: [6, 7]${system === "lif" ? ", tau: 0.5" : ""}},
    ${system === "gru" || system === "lstm" ? "" : `quantiser: {bits: ${bits}, theta: 0},`} training: {epochs: 1, batch: 4, learning_rate: {schedule: cosine, peak: 0.01}}}`;
  const config = parseTrainingConfig(text, "t");
  const state = initialise(config, INPUTS, 3);
  for (const tracker of [state.encoderRange, ...state.ranges]) Object.assign(tracker, { low: 0, high: 0.15, updates: 1 });
  const network = freeze(config, state, { bits, theta: 0, inputBits: bits, inputTheta: 0 }, "sequence");
  // Three zero weights, which only NeuroBench's rules count separately.
  network.layers[0].gates[0].inputWeights.fill(0, 0, 3);
  const rng = createRng(SEED, "samples");
  const frameStart = Uint32Array.from([0, 4, 9, 10]);
  const features = Float32Array.from({ length: 10 * INPUTS }, () => (rng.float() < 0.4 ? 0 : rng.normal()));
  const samples: Samples = {
    name: "tiny",
    inputs: INPUTS,
    classes: 3,
    task: "sequence",
    features,
    frameStart,
    labels: Int32Array.from([0, 1, 2]),
    hash: "x",
  };
  return { network, samples };
}

/** The encoder's payloads by plain formulas. */
function encoded(samples: Samples, bits: number, range: number): number[][] {
  const scale = scaleOf(bits, range);
  const rows: number[][] = [];
  for (let u = 0; u < 3; u++) {
    const a = new Float32Array(INPUTS);
    for (let f = samples.frameStart[u]; f < samples.frameStart[u + 1]; f++) {
      const row: number[] = [];
      for (let i = 0; i < INPUTS; i++) {
        a[i] += samples.features[f * INPUTS + i];
        const q = Math.trunc(Math.fround(scale * Math.max(-range, Math.min(range, a[i]))));
        a[i] -= Math.fround(q / scale);
        row.push(q);
      }
      rows.push(row);
    }
  }
  return rows;
}

test.each([6, 3, 2])(
  "with %i bits, counts of a network without recurrence that never fires equal a brute-force count of its input",
  (bits) => {
    const { network, samples } = prepare("rec-v1", bits);
    // Candidates far below zero: the layers stay silent, so all operations come from the input.
    for (const layer of network.layers) layer.gates[1].inputNorm.beta.fill(-100);
    const { operations } = evaluateFloat(network, samples);
    const payloads = encoded(samples, bits, network.encoder!.range);
    const all = payloads.flat();
    const fanOut = 2 * 6;
    const bitCount = (q: number): number => [...Math.abs(q).toString(2)].filter((c) => c === "1").length;
    const nonZero = all.filter((q) => q !== 0);
    expect(operations.density[0]).toBeCloseTo(nonZero.length / all.length, 12);
    expect(operations.density.slice(1)).toEqual([0, 0]);
    expect(operations.multiplications * 10).toBeCloseTo(nonZero.length * fanOut + 10 * 2 * (6 + 7), 9);
    expect(operations.acs * 10).toBeCloseTo(nonZero.filter((q) => Math.abs(q) === 1).length * fanOut, 9);
    expect((operations.macs + operations.acs) * 10).toBeCloseTo(nonZero.length * fanOut, 9);
    expect(operations.bitSerialAcs * 10).toBeCloseTo(
      nonZero.reduce((sum, q) => sum + bitCount(q) * fanOut, 0),
      9,
    );
    // NeuroBench: weights 0..2 of the first target are zero, so inputs 0, 1, 2 each have one weight less. A call counts
    // as AC if all payloads are in {-1, 0, 1}.
    const met = (row: number[]): number => row.reduce((sum, q, i) => sum + (q === 0 ? 0 : fanOut - (i < 3 ? 1 : 0)), 0);
    const isAc = (row: number[]): boolean => row.every((q) => Math.abs(q) <= 1);
    const total = (rows: number[][]): number => rows.reduce((sum, row) => sum + met(row), 0) / 3;
    expect(operations.neuroBench.effectiveAcs).toBeCloseTo(total(payloads.filter(isAc)), 9);
    expect(operations.neuroBench.effectiveMacs).toBeCloseTo(total(payloads.filter((row) => !isAc(row))), 9);
    expect(operations.effectiveMultiplications * 10).toBeCloseTo(3 * total(payloads) + 10 * 2 * (6 + 7), 9);
    expect(operations.neuroBench.activationSparsity).toBe(1);
    // NeuroBench's harness rounds to 4 decimals.
    expect(operations.neuroBench.connectionSparsity).toBe(Math.round(3e4 / (2 * 6 * INPUTS + 2 * 7 * 6 + 3 * 7)) / 1e4);
  },
);

test("operands of products are those of the input's spikes and of the layers', if these have other widths", () => {
  const operands = (system: System, bits: number, inputBits: number): unknown => {
    const { network, samples } = prepare(system, bits);
    const encoder = network.encoder && { ...network.encoder, bits: inputBits };
    const wide = { ...network, encoder };
    const entry: TableEntry = {
      ...{ name: "n", recipe: "n", penalty: 0, saturation: null, scoredOn: "" },
      ...{ network: wide, evaluation: evaluateFloat(wide, samples) },
    };
    const { titles, rows } = tableOf(OPERATIONS, [entry]);
    return rows[0][titles.indexOf("MAC operands (spike x weight bits)")];
  };
  expect(operands("rec-v2", 6, 8)).toBe("8 (input), 6 x float32");
  expect(operands("lif", 32, 8)).toBe("8 (input), float32 x float32");
  expect(operands("rec-v1", 6, 6)).toBe("6 x float32");
  expect(operands("gru", 6, 8)).toBe("float32 x float32");
});

test("gru and lstm run dense: their counts are the closed formula, and non-zero weights and the cell, whatever the activity", () => {
  for (const [system, gates] of [
    ["gru", 3],
    ["lstm", 4],
  ] as const) {
    const { network, samples } = prepare(system, 6);
    const want = gates * (INPUTS * 6 + 36) + 18 + gates * (42 + 49) + 21 + 21;
    expect(denseMultiplications(system, INPUTS, [6, 7], 3)).toBe(want);
    const { operations } = evaluateFloat(network, samples);
    expect(operations.multiplications).toBeCloseTo(want, 9);
    const silent = { ...samples, features: samples.features.map((value, i) => (i % INPUTS < 3 ? 0 : value)) };
    for (const one of [samples, silent]) expect(evaluateFloat(network, one).operations.effectiveMultiplications).toBeCloseTo(want - 3, 9);
    expect([operations.acs, operations.bitSerialAcs]).toEqual([0, 0]);
  }
  expect(denseMultiplications("gru", 40, [128, 128], 20)).toBe(166_144);
  expect(denseMultiplications("gru", 40, [256, 256], 20)).toBe(627_200);
  expect(denseMultiplications("lstm", 28, [128, 128], 10)).toBe(212_992);
});

test("NeuroBench's dense operations: every connection is called in every step, the recurrent one in the first step too", () => {
  const { network, samples } = prepare("rec-v2", 6);
  const { neuroBench } = evaluateFloat(network, samples).operations;
  const weights = 2 * (6 * INPUTS + 6 * 6) + 2 * (7 * 6 + 7 * 7) + 3 * 7;
  expect(neuroBench.denseOperations).toBeCloseTo((weights * 10) / 3, 9);
  expect(neuroBench.footprintBytes).toBe(4 * (neuroBench.parameters + 2 * (2 * 6 + 2 * 7 + 3)));
});

test("rec-v2 has half the parameters of the lstm of its width", () => {
  const count = (system: System): number => parameterCount(prepare(system, 6).network);
  expect(count("rec-v2") / count("lstm")).toBeCloseTo(0.5, 1);
});

test("the table prints as Markdown, as CSV with quotes, and as a LaTeX table with booktabs rules and escapes", () => {
  const { network, samples } = prepare("rec-v2", 6);
  const known = { name: network.name, recipe: "r", penalty: 0, saturation: null, scoredOn: "these" };
  const entry = { ...known, network, evaluation: evaluateFloat(network, samples) };
  const table = tableOf(COMPARISON, [entry, entry]);
  expect(table.rows.length).toBe(2);
  const md = renderTable(table, "md", "Two networks.").trim().split("\n");
  expect(md.length).toBe(4);
  expect(new Set(md.map((line) => line.length)).size).toBe(1);
  const csv = renderTable(table, "csv", "Two networks.").split("\r\n");
  expect(csv[1]).toMatch(/^"tiny, rec-v2_6",rec-v2,tiny,6 \+ 7,6 \/ 0,0,0,/);
  const errorOf = (accuracy: number): string => {
    const { titles, rows } = tableOf(COMPARISON, [{ ...entry, evaluation: { ...entry.evaluation, accuracy } }]);
    const at = titles.indexOf("error (%)");
    return renderTable({ titles: [titles[at]], rows: rows.map((row) => [row[at]]) }, "csv", "t");
  };
  for (const wrong of [0, 1, 75, 99, 1395, 3282, 9999]) expect(errorOf((10_000 - wrong) / 10_000)).toBe(`error (%)\r\n${wrong / 100}\r\n`);
  const tex = renderTable(table, "tex", "Two networks.");
  expect(tex).toContain("\\toprule");
  expect(tex).toContain("tiny, rec-v2\\_6");
  expect(tex).toContain("\\shortstack{\\strut error \\\\ (\\%)}");
  expect(tex).toContain("\\caption{Two networks.}");
  const saving = denseMultiplications("gru", INPUTS, [6, 7], 3) / entry.evaluation.multiplicationsPerFrame;
  expect(md[2]).toContain(saving.toFixed(2));
  expect(table.titles).not.toContain("saturation");
  const concave = tableOf(COMPARISON, [entry, { ...entry, penalty: 22, saturation: 0.125 }]);
  const column = concave.titles.indexOf("saturation");
  expect(concave.rows.map((row) => row[column])).toEqual([null, { value: 0.125, decimals: null }]);
  for (const { inputWeights } of network.layers.flatMap(({ gates }) => gates)) inputWeights.fill(0, 0, inputWeights.length / 2);
  const pruned = { ...entry, evaluation: evaluateFloat(network, samples) };
  const { effectiveMultiplications, multiplications } = pruned.evaluation.operations;
  expect(effectiveMultiplications).toBeLessThan(multiplications);
  expect(tableOf(COMPARISON, [entry, pruned]).rows.map((row) => row.slice(-2))).toEqual([
    [null, null],
    [
      { value: effectiveMultiplications, decimals: 0 },
      { value: denseMultiplications("gru", INPUTS, [6, 7], 3) / effectiveMultiplications, decimals: 2 },
    ],
  ]);
  const wide = renderComparison([entry], "csv").split("\r\n");
  expect(wide[0]).toContain("Effective MACs per sample");
});

test("two penalties, and two saturations, are two texts in every format", () => {
  const { network, samples } = prepare("rec-v2", 6);
  const entry = { name: network.name, recipe: "r", scoredOn: "these", network, evaluation: evaluateFloat(network, samples) };
  const penalties = [0.04, 0.05, 0.1, 0.12, 0.25, 0.3, 1, 1e-7, 22];
  const entries = penalties.flatMap((penalty) => [0.125, 0.1254, 3].map((saturation) => ({ ...entry, penalty, saturation })));
  const table = tableOf(COMPARISON, entries);
  const columns = ["lambda", "saturation"].map((title) => table.titles.indexOf(title));
  const texts = printedTable(table).printed.map((row) => columns.map((c) => row[c]).join(" "));
  expect(new Set(texts).size).toBe(entries.length);
  expect(texts.map((text) => text.split(" ").map(Number))).toEqual(entries.map(({ penalty, saturation }) => [penalty, saturation]));
  for (const format of ["md", "tex"] as const) for (const text of ["0.04", "0.05"]) expect(renderTable(table, format, "t")).toContain(text);
});

test("seeds of a recipe are one row: mean, deviation, the least saving, and the distance to the best LSTM of the same task", () => {
  const { network, samples } = prepare("rec-v2", 6);
  const evaluation = evaluateFloat(network, samples);
  const entry = (name: string, recipe: string, system: System, accuracy: number, work: number, delay = 0): TableEntry => ({
    name,
    recipe,
    penalty: 0,
    saturation: null,
    network: { ...network, system, outputDelayFrames: delay },
    scoredOn: "these",
    evaluation: { ...evaluation, accuracy, multiplicationsPerFrame: work },
  });
  const { titles, rows } = recipeTable([
    entry("a", "spiking", "rec-v2", 0.86, 20),
    entry("b", "spiking", "rec-v2", 0.88, 30),
    entry("worse", "lstm, short", "lstm", 0.8, 400),
    entry("l", "lstm", "lstm", 0.9, 400),
    entry("late", "spiking, late", "rec-v2", 0.95, 20, 3),
    { ...entry("elsewhere", "spiking, elsewhere", "rec-v2", 0.95, 20), scoredOn: "others" },
  ]);
  const cell = (row: number, title: string) => {
    const value = rows[row][titles.indexOf(title)]!;
    return value === null || typeof value === "string" ? value : value.value;
  };
  expect(rows.map((_, r) => cell(r, "model"))).toEqual(["a", "worse", "l", "late", "elsewhere"]);
  expect(cell(0, "seeds")).toBe(2);
  expect(cell(0, "mean error (%)")).toBeCloseTo(13, 9);
  expect(cell(0, "standard deviation (points)")).toBeCloseTo(Math.SQRT2, 9);
  expect(cell(0, "least saving vs GRU (x)")).toBeCloseTo(denseMultiplications("gru", INPUTS, [6, 7], 3) / 30, 9);
  expect(cell(0, "points behind LSTM")).toBeCloseTo(3, 9);
  expect(cell(2, "points behind LSTM")).toBe(0);
  // the same decisions, utterance by utterance
  expect(cell(0, "95 % of that")).toBe(
    distanceInterval([evaluation.byUtterance], [evaluation.byUtterance])!
      .map((points) => points.toFixed(2))
      .join(" to "),
  );
  expect(cell(2, "95 % of that")).toBeNull();
  expect(cell(3, "points behind LSTM")).toBeNull(); // no LSTM has the same output delay
  expect(cell(4, "points behind LSTM")).toBeNull(); // or was scored on the same utterances
  expect(cell(2, "standard deviation (points)")).toBeNull();
});
