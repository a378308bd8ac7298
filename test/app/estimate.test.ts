/** `estimate` gives the numbers of a simulation, reports its assumptions, and says why a chip cannot run a network. */
// @module-tag slow
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Estimate, type EstimateOptions, estimate } from "../../app/estimate.js";
import { randomSamples } from "../../app/estimate-input.js";
import { open, withValues } from "../../app/open.js";
import { simulate } from "../../app/simulate.js";
import { type NirValue, nirArray } from "../../arch/formats/nir/graph.js";
import { writeNir } from "../../arch/formats/nir/write.js";
import { PRICE_NAMES, shippedNames, shippedPath } from "../../arch/index.js";
import { InfeasibleError, InputError } from "../../base/errors.js";
import { packageRoot } from "../../base/package-root.js";
import { registerEstimate } from "../../cli/commands/estimate.js";
import { estimateCsv, estimateJson, estimateLines } from "../../cli/format/estimate-lines.js";
import { printedByCommand } from "../cli/command.js";
import { node, whole } from "../nir-nodes.js";

const folder = mkdtempSync(join(tmpdir(), "estimate-"));
afterAll(() => rmSync(folder, { recursive: true }));
const PLAIN = { colour: false, unicode: false } as const;
const spikes = shippedPath("spikes", "quad") as string;

const SIDE = 4;
/**
 * A camera of 4 x 4 pixels, a neuron per polarity: class 0 where more is darker. `declared`: the shape of the Output
 * node.
 */
async function camera(name: string, neuron: Record<string, NirValue>, type = "IF", declared = whole(2)): Promise<string> {
  const pixels = SIDE * SIDE;
  const weights = Array.from({ length: 4 * pixels }, (_, i) =>
    Math.floor(i / (2 * pixels)) === Math.floor((i % (2 * pixels)) / pixels) ? 1 : -1,
  );
  const nodes = new Map([
    ["in", node("Input", { shape: whole(2, SIDE, SIDE) })],
    ["flat", node("Flatten", { input_type: whole(2, SIDE, SIDE), start_dim: nirArray([0], [], "i8"), end_dim: nirArray([-1], [], "i8") })],
    ["w", node("Linear", { weight: nirArray(weights, [2, 2 * pixels]) })],
    ["n", node(type, neuron)],
    ["out", node("Output", { shape: declared })],
  ]);
  const names = [...nodes.keys()];
  const file = join(folder, name);
  await writeNir(file, {
    version: "1.0",
    graph: { nodes, edges: names.slice(1).map((to, i) => ({ from: names[i], to })), metadata: new Map() },
  });
  return file;
}
const two = (value: number): NirValue => nirArray([value, value], [2]);
const INTEGRATES = { r: two(1), v_threshold: two(2) };
const on = (network: string, options: EstimateOptions): Promise<Estimate> => estimate(network, options);

test("metrics are those that sim gives of the same description", async () => {
  const { chips } = await on("quad", { chips: ["loihi-like"], events: spikes, dtSeconds: 1e-3, reset: "zero" });
  const { result } = await simulate(
    open({
      version: 1,
      extends: "loihi-like",
      network: { model: shippedPath("nir", "quad"), nir: { step_seconds: 1e-3, reset: "zero" } },
      workload: { dataset: "spike-file", path: spikes },
    }),
  );
  expect(chips[0].result?.metrics).toEqual(result.metrics);
  expect(chips[0].result?.breakdown).toEqual(result.breakdown);
});

test("warnings of the chip are those of sim: a leakage that was measured at no such node, a rest that pays every clock", async () => {
  const values = { "chip.technology_nm": 65, "chip.idle": "clocked", "workload.period_ms": 10, "workload.rest.logic_percent": 0 };
  const { chips } = await on("quad", { chips: ["edge-core"], events: spikes, dtSeconds: 1e-3, reset: "zero", values });
  expect(chips[0].warnings.join("\n")).toMatch(/^leakage at 65 nm was measured on no chip.*\n.*clock/);
});

test("features that the encoder clips are told once, however many chips, and by sim of a chip", async () => {
  const values = { "workload.encoder.kind": "rate", "workload.encoder.gain": 3, "workload.samples": 5 };
  const isClipped = (text: string): boolean => text.includes("gain 3 times the feature is above 1 for");
  const { warnings, chips } = await estimate("mnist-rows-lif", { chips: ["mesh-2x2", "loihi-like", "sne-like"], values });
  expect(warnings.filter(isClipped)).toHaveLength(1);
  expect(chips.map((chip) => [chip.refused, chip.warnings.filter(isClipped)])).toEqual([
    [null, []],
    [null, []],
    [null, []],
  ]);
  const document = {
    version: 1,
    extends: "mesh-2x2",
    network: { model: "mnist-rows-lif.safetensors" },
    workload: { dataset: "mnist-rows" },
  };
  expect((await simulate(withValues(open(document), { ...values, "workload.timing_samples": 1 }))).warnings.filter(isClipped)).toEqual(
    warnings.filter(isClipped),
  );
});

test("all: every shipped -like chip has a result or a reason; truenorth-like is refused as no board", async () => {
  const { chips, assumed } = await on("quad", { chips: "all", steps: 20 });
  expect(chips.map(({ chip }) => chip)).toEqual(shippedNames("chip").filter((name) => name.endsWith("-like")));
  for (const one of chips) expect(one.refused === null, one.chip).toBe(one.result !== null);
  expect(chips.find(({ chip }) => chip === "truenorth-like")?.refused?.message).toMatch(/its own core model/);
  expect(chips.filter(({ refused }) => refused === null).length).toBeGreaterThan(3);
  expect(assumed).toHaveLength(3);
});

test("random spikes have the given rate and are the same in each run; invalid rates and steps are refused", () => {
  const { features, frameStart } = randomSamples(100, 50, 0.1);
  const count = (features as Float32Array).reduce((sum, value) => sum + value, 0);
  expect(Math.abs(count - 500)).toBeLessThan(4 * Math.sqrt(500 * 0.9));
  expect(frameStart).toEqual(Uint32Array.of(0, 50));
  expect(randomSamples(100, 50, 0.1)).toEqual(randomSamples(100, 50, 0.1));
  expect(() => randomSamples(2, 5, 0)).toThrow(/--rate: got 0/);
  expect(() => randomSamples(2, 0.5, 0.1)).toThrow(/--steps: got 0.5/);
});

test("random values of a Lava network's input layer are said with what it makes of them, for all of them in each step", async () => {
  const lava = join(packageRoot(), "test/arch/formats/lava");
  const [layer, spikes] = await Promise.all(
    ["pictures.net", "spikes.net"].map((name) => estimate(join(lava, name), { chips: ["loihi-like"], steps: 4 })),
  );
  expect(layer.assumed).toEqual([
    "inputs are random: each of 126 has the value 1 in 2 % of 4 steps, else 0, and sends 40 x + 36 in each of them (--rate, --steps; --events for your own); accuracy is unknown",
  ]);
  expect(spikes.assumed[0]).toMatch(/^inputs are random: each of 12 spikes in 2 % of 4 steps/);
  // a packet and a synapse of each input in each step, before any neuron behind has spiked
  expect(layer.chips[0].result?.metrics.synaptic_operations_per_inference).toBeGreaterThanOrEqual(4 * 126);
});

test("a network that leaks needs the length of a step; one that does not gets 1 ms; both report the assumption", async () => {
  const leaky = await camera("leaky.nir", { tau: two(5e-3), r: two(1), v_leak: two(0), v_threshold: two(0.1) }, "LIF");
  await expect(on(leaky, { chips: ["loihi-like"] })).rejects.toThrow(/neurons that leak.*--dt/s);
  expect((await on(leaky, { chips: ["loihi-like"], dtSeconds: 1e-3, reset: "zero", steps: 5 })).assumed).toEqual([
    "leaks follow Euler's rule (--set network.nir.scheme=zoh)",
    expect.stringMatching(/^inputs are random: each of 32 spikes in 2 % of 5 steps/),
  ]);
  const [given, said] = [{ dtSeconds: 2e-3 }, { values: { "network.nir.step_seconds": 2e-3 } }];
  const [byOption, byPath] = await Promise.all(
    [given, said].map((one) => on(leaky, { chips: ["loihi-like"], reset: "zero", steps: 5, ...one })),
  );
  expect(byPath).toEqual(byOption);
  const plain = await camera("plain.nir", INTEGRATES);
  expect((await on(plain, { chips: ["loihi-like"], steps: 5 })).assumed).toHaveLength(3);
});

test("recordings in a folder per class: the sensor is the network's input, accuracy has an interval", async () => {
  const recordings = join(folder, "recordings");
  for (const [label, p] of [0, 1].entries()) {
    mkdirSync(join(recordings, String(label)), { recursive: true });
    for (let k = 0; k < 3; k++) {
      const lines = Array.from({ length: 20 }, (_, i) => `${i % SIDE},${(i + k) % SIDE},${i * 500},${p}`);
      writeFileSync(join(recordings, String(label), `${k}.csv`), ["x,y,t_us,p", ...lines].join("\n"));
    }
  }
  const plain = await camera("camera.nir", INTEGRATES);
  const { chips, inputs, assumed } = await on(plain, { chips: ["speck-like", "loihi-like"], events: recordings });
  expect(inputs).toMatchObject({ utterances: 6, meanSteps: 10 });
  expect(assumed).toHaveLength(2);
  for (const { result, intervals } of chips) {
    expect(result?.metrics.accuracy_percent).toBe(100);
    expect(intervals.accuracy_percent?.low).toBeLessThan(80);
    expect(intervals.energy_uj_per_inference?.low).toBeLessThan(result?.metrics.energy_uj_per_inference ?? 0);
  }
  // Speck's own integers where the network is not one of ours
  expect(chips.map(({ experiment }) => experiment?.precision.integers)).toEqual(["speck", "quantised"]);
});

test("a chip without the network's neurons, and one without room, say so with the nearest change; --set changes all", {
  tags: ["long"],
}, async () => {
  const leaky = await camera("leaky2.nir", { tau: two(5e-3), r: two(1), v_leak: two(0), v_threshold: two(0.1) }, "LIF");
  const asked = { dtSeconds: 1e-3, steps: 5, chips: ["speck-like", "loihi-like"] };
  const [speck] = (await on(leaky, asked)).chips;
  expect(speck.refused).toBeInstanceOf(InputError);
  expect(speck.refused?.message).toMatch(/Speck has IF neurons only\s+--set precision.integers=quantised/);
  const [xylo] = (await on(leaky, { ...asked, chips: ["xylo-like"], reset: "subtract" })).chips;
  expect([xylo.refused, xylo.experiment?.precision.integers]).toEqual([null, "xylo"]);
  const both = await on(leaky, { ...asked, values: { "precision.integers": "quantised" } });
  expect(both.chips.map(({ refused }) => refused)).toEqual([null, null]);
  const forgets = { "precision.integers": "quantised" };
  const [still] = (await on("quad", { ...asked, chips: ["xylo-like"], values: forgets })).chips;
  expect(still.refused?.message).toMatch(/no neuron of it leaks\s+set precision.leak: multiplier/);
  const [other] = (await on("quad", { ...asked, chips: ["xylo-like"], values: { ...forgets, "precision.leak": "multiplier" } })).chips;
  expect(other.refused).toBeNull();
  const small = await on(leaky, {
    ...asked,
    values: { "precision.integers": "quantised", "tile.core.max_neurons": 1, "inputs.at": "cores" },
  });
  expect(small.chips[0].refused).toBeInstanceOf(InfeasibleError);
  await expect(on(leaky, { ...asked, values: { "tile.core.lane": 1 } })).rejects.toThrow(/--set: tile.core.lane/);
});

test("an option or a value without effect is refused, and so are paths that do not exist", async () => {
  const on = (network: string, options: EstimateOptions): Promise<Estimate> => estimate(network, { chips: ["loihi-like"], ...options });
  for (const [network, options, error] of [
    ["quad", { dtSeconds: 0 }, /^--dt: got 0, expected seconds above 0/],
    ["quad", { dtSeconds: -1 }, /^--dt: got -1/],
    ["quad", { labels: "labels.csv" }, /^--labels: names the classes of recordings/],
    ["quad", { events: spikes, rate: 0.5 }, /^--rate: applies to random spikes only, but inputs are those of/],
    ["quad", { events: "quad", steps: 5 }, /^--steps: applies to random spikes/],
    ["quad", { events: "a/none.csv" }, /^a.none.csv: no such file or folder\s+give recordings .* or a file of spikes/],
    ["quad", { events: "arch/none/quad.csv" }, /no shipped spike file of this name/],
    ["quad", { values: { "network.model": "other.nir" } }, /network.model is the first argument/],
    ["quad", { values: { "workload.path": "other" } }, /workload.path has no effect on random spikes/],
    ["mnist-rows-lif", { reset: "zero" }, /^--reset: .* mnist-rows-lif is a model of this program/],
    ["mnist-rows-lif", { dtSeconds: 1e-3 }, /^--dt: .* mnist-rows-lif is a model of this program/],
    ["mnist-rows-lif", { rate: 0.1 }, /^--rate: .* the test data of mnist-rows/],
  ] as const)
    await expect(on(network, options), JSON.stringify(options)).rejects.toThrow(error);
});

test("a workload of the chip's description is not the estimate's; utterances that run, and that count for accuracy, are told from all", async () => {
  const file = join(folder, "own.yaml");
  writeFileSync(file, "version: 1\nextends: loihi-like\nworkload: { samples: 1, timing_samples: 1 }\n");
  const named = { chips: [file], values: { "workload.timing_samples": 1 } };
  expect((await on("mnist-rows-lif", named)).inputs).toMatchObject({ utterances: 10_000, run: 1000, scored: 1000 });
  expect((await on("quad", { chips: [file], events: "quad" })).inputs).toMatchObject({ utterances: 1, run: 1, scored: 0 });
});

test("network and data that a chip's description names do not stand in the way of others", { tags: ["long"] }, async () => {
  const bare = await on("quad", { chips: ["edge-core"], events: "quad" });
  const others = [
    `network: { model: a.nir, nir: { step_seconds: 2, reset: zero } }
workload: { dataset: events, path: eye, labels: a.txt, events: { steps: 9 } }`,
    `network: { model: a.net, lava: { restart_steps: 3 } }
precision: { integers: from-file, leak: truncate }
workload: { dataset: spike-file, inputs: { a: { path: a.csv } } }`,
    "workload: { split: validation }\ntraining: { base: fsdd }",
  ];
  for (const [i, text] of others.entries()) {
    const file = join(folder, `other${i}.yaml`);
    writeFileSync(file, `version: 1\nextends: edge-core\n${text}\n`);
    const values = { "precision.integers": "quantised", "precision.leak": "multiplier" };
    const { chips } = await on("quad", { chips: [file], events: "quad", values });
    expect(chips[0].result?.metrics, text).toEqual(bare.chips[0].result?.metrics);
  }
  const [own] = (await on("mnist-rows-lif", { chips: [join(folder, "other0.yaml")], values: { "workload.path": null } })).chips;
  expect(own.result).not.toBeNull();
});

test("network.nir of a chip's description is of its own network: none of it says how another file is read", async () => {
  const leaky = await camera("read.nir", { tau: two(5e-3), r: two(1), v_leak: two(0), v_threshold: two(0.1) }, "LIF");
  const [plain, other] = [join(folder, "plain.yaml"), join(folder, "reads.yaml")];
  writeFileSync(plain, "version: 1\nextends: loihi-like\n");
  const keys = "step_seconds: 4e-3, reset: zero, scheme: zoh, integrator_gain: dt, refractory_seconds: 3e-3";
  writeFileSync(other, `version: 1\nextends: loihi-like\nnetwork: { nir: { ${keys} } }\n`);
  const given = { dtSeconds: 1e-3, steps: 20, rate: 0.3 };
  const [a, b] = (await on(leaky, { ...given, chips: [plain, other] })).chips.map(({ experiment, result }) => [
    experiment?.network,
    result?.metrics,
  ]);
  expect(b).toEqual(a);
  const { chips, assumed } = await on(leaky, { ...given, chips: [other], values: { "network.nir.scheme": "zoh" } });
  expect(chips[0].experiment?.network.nir).toMatchObject({ scheme: "zoh", reset: "subtract", integratorGain: "unit" });
  expect(assumed.some((text) => text.includes("Euler"))).toBe(false);
});

test("what --set replaces is not reported as assumed, and is refused beside the option for it", { tags: ["long"] }, async () => {
  const one = { chips: ["loihi-like"], events: spikes };
  const assumedOf = async (options: EstimateOptions): Promise<readonly string[]> => (await on("quad", { ...one, ...options })).assumed;
  const [step, reset] = await assumedOf({});
  expect([step, reset]).toEqual([expect.stringMatching(/--dt/), expect.stringMatching(/--reset subtract/)]);
  expect(await assumedOf({ values: { "network.nir.reset": "zero" } })).toEqual([step]);
  expect(await assumedOf({ values: { "network.nir.step_seconds": 2e-3 } })).toEqual([reset]);
  expect(await assumedOf({ values: { "network.nir.step_seconds": 1e-3, "network.nir.reset": "zero" } })).toEqual([]);
  for (const [given, path, value] of [
    [{ reset: "zero" }, "network.nir.reset", "subtract"],
    [{ dtSeconds: 1e-3 }, "network.nir.step_seconds", 1e-3],
  ] as const)
    await expect(assumedOf({ ...given, values: { [path]: value } })).rejects.toThrow(
      new RegExp(`--set: ${path} is --\\w+, which is given`),
    );
});

test("samples without a class count for no accuracy: more of them do not narrow its interval", async () => {
  const estimated = async (samples: number): Promise<Estimate> => {
    const [events, labels] = [join(folder, `spikes${samples}.csv`), join(folder, `classes${samples}.txt`)];
    const lines = Array.from({ length: 5 * samples }, (_, i) => `${Math.floor(i / 5)},${i % 3},${(7 * i) % 32}`);
    writeFileSync(events, ["sample,step,neuron", ...lines].join("\n"));
    writeFileSync(labels, Array.from({ length: samples }, (_, u) => (u < 4 ? 0 : -1)).join("\n"));
    return on(await camera("few.nir", INTEGRATES), { chips: ["loihi-like"], events, labels, values: { "workload.timing_samples": 2 } });
  };
  const [few, many] = [await estimated(4), await estimated(60)];
  expect([few.inputs.scored, many.inputs.scored, many.inputs.run]).toEqual([4, 4, 60]);
  const intervals = [few, many].map(({ chips }) => chips[0].intervals.accuracy_percent);
  expect(intervals[0]).toBeDefined();
  expect(intervals[1]).toEqual(intervals[0]);
});

test("inputs without classes say why accuracy is unknown; random spikes, and recordings in folders by class, do not", async () => {
  const one = { chips: ["loihi-like"], values: { "workload.timing_samples": 1 } };
  const told = async (options: EstimateOptions): Promise<boolean> =>
    (await on("quad", { ...one, ...options })).warnings.some((text) => text.includes("--labels"));
  expect(await told({ events: "quad" })).toBe(true);
  expect(await told({ steps: 5 })).toBe(false);
  const labels = join(folder, "classes.txt");
  writeFileSync(labels, "1\n");
  expect(await told({ events: "quad", labels })).toBe(false);
});

test("each guess of the NIR reader is a warning; one value for all neurons gives one warning", async () => {
  const file = await camera("squeezed.nir", { r: nirArray([1], []), v_threshold: nirArray([2], []) });
  const { warnings } = await on(file, { chips: ["loihi-like"], steps: 5 });
  expect(warnings.join()).toMatch(/given as one value/);
});

test("the command: one chip in full, several as a table, csv with a row per chip, json", async () => {
  const said = (...words: readonly string[]): Promise<string> =>
    printedByCommand(registerEstimate, "estimate", "quad", "--steps", "20", ...words);
  const one = await said("--chip", "loihi-like");
  for (const text of [
    "assumed: inputs are random",
    "neurons on 2 of 128 cores",
    "accuracy              unknown",
    "time is bound by",
    "90 % interval",
    "Too narrow",
    "% of the energy",
  ])
    expect(one).toContain(text);
  const rows = (await said("--chip", "all", "--format", "csv")).trim().split("\r\n");
  expect(rows).toHaveLength(1 + shippedNames("chip").filter((name) => name.endsWith("-like")).length);
  const [header] = rows;
  expect(header).toMatch(/energy_uj_per_inference,energy_uj_per_inference_low,energy_uj_per_inference_high/);
  const cells = rows.find((row) => row.includes("truenorth-like"))?.split(",") ?? [];
  expect(cells.slice(1, 4)).toEqual(["truenorth-like", "false", ""]);
  const data = JSON.parse(await said("--chip", "loihi-like", "--chip", "truenorth-like", "--json"));
  expect(data.chips[0]).toMatchObject({ chip: "loihi-like", fits: true, occupancy: { usedCores: 2, cores: 128 } });
  expect(data.chips[0].intervals.energy_uj_per_inference.exactShare).toBeGreaterThan(0.5); // Loihi's standing power has one source
  expect(data.chips[1]).toMatchObject({ fits: false, refused: { code: "INPUT" }, metrics: null });
  await expect(said("--chip", "truenorth-like")).rejects.toThrow(/its own core model/);
  // of several chips the table says which run; if none does, the command fails as for one
  const none = ["--chip", "truenorth-like", "--chip", "truenorth-like"];
  await expect(said(...none)).rejects.toThrow(/its own core model/);
});

test("if energy is unknown or 0, nothing is a share of it: no NaN, in text, table and CSV", async () => {
  const quad = { chips: ["mesh-2x2"], events: spikes, dtSeconds: 1e-3, reset: "zero" as const };
  const free = Object.fromEntries(PRICE_NAMES.map((name) => [`prices.${name}`, { value: 0, source: "none" }]));
  const cases = { fpga: { "chip.fpga": "ecp5-85", "chip.clock_mhz": 20 }, free };
  for (const [name, values] of Object.entries(cases)) {
    const made = await on("quad", { ...quad, values });
    expect(made.chips[0].result?.metrics.energy_uj_per_inference, name).toBe(name === "free" ? 0 : null);
    const [chip] = made.chips;
    const texts = [estimateCsv(made), ...estimateLines(PLAIN, made), ...estimateLines(PLAIN, { ...made, chips: [chip, chip] })];
    expect(texts.join("\n"), name).not.toMatch(/NaN|energy goes to|leakage and clock +-/);
    expect(JSON.stringify(estimateJson(made)), name).toContain('"energy":{"groups":[],"fixedShare":null}');
    if (name !== "fpga") continue;
    // the text has no unit of a count, and the CSV has the FPGA's metrics
    expect(texts.join("\n")).toMatch(/\nlook-up tables +\d+ \(\d+ \.\. \d+\)\n/);
    const [header, row] = String(texts[0])
      .split("\r\n")
      .map((line) => line.split(","));
    const at = (column: string): number => Number(row[header.indexOf(column)]);
    expect(at("fpga_luts")).toBe(chip.result?.metrics.fpga_luts);
    expect(at("fpga_luts_low") < at("fpga_luts") && at("fpga_luts") < at("fpga_luts_high")).toBe(true);
    expect(at("fpga_utilisation_percent")).toBeGreaterThan(0);
  }
});

test("the sentence on standing power says whether the pause is in the energies, and each value lies in its printed interval", async () => {
  const quad = { events: spikes, dtSeconds: 1e-3, reset: "zero" as const };
  const said = async (values: Record<string, number>, ...chips: string[]) =>
    estimateLines(PLAIN, await on("quad", { ...quad, chips, values }));
  const [none, paused] = [await said({}, "loihi-like"), await said({ "workload.period_ms": 300 }, "loihi-like")];
  expect(none.filter((line) => /standing power/.test(line))).toEqual([
    "Energies include standing power during an inference, not after it.",
  ]);
  expect(paused.filter((line) => /standing power/.test(line))).toEqual([
    "Energies include standing power during an inference and in the pause until the next one (workload.period_ms).",
  ]);
  let compared = 0;
  for (const line of [...none, ...paused]) {
    const [, value, low, high] = /([\d.]+)(?: \S+)? \(([\d.]+) \.\. ([\d.]+)\)/.exec(line)?.map(Number) ?? [];
    if (high === undefined) continue;
    expect(value >= low && value <= high, line).toBe(true);
    compared++;
  }
  expect(compared).toBeGreaterThan(4);
});
