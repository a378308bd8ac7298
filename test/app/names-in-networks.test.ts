/** What a description says by the names of a network's nodes, and what all ways to run a network say of it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { check, importNir, open, simulate } from "../../app/index.js";
import { nirArray } from "../../arch/formats/nir/graph.js";
import { writeNir } from "../../arch/formats/nir/write.js";
import { checkLines } from "../../cli/format/check-lines.js";
import { node, whole } from "../nir-nodes.js";

const folder = mkdtempSync(join(tmpdir(), "names-"));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const SIZE = 2;
const fill = (value: number): ReturnType<typeof nirArray> => nirArray([value, value], [SIZE]);
const linear = (...weight: readonly number[]) => node("Linear", { weight: nirArray([...weight], [SIZE, SIZE]) });

/**
 * Two inputs of two neurons each, a population of each, and one of both behind them. Returns the values of its
 * description.
 */
async function written(file: string, [left, right, both]: readonly [string, string, string], output = true): Promise<object> {
  const neuron = (threshold: number) => node("LIF", { tau: fill(4e-3), r: fill(1), v_leak: fill(0), v_threshold: fill(threshold) });
  const nodes = {
    [left]: node("Input", { shape: whole(SIZE) }),
    [right]: node("Input", { shape: whole(SIZE) }),
    w: linear(2, 1, 0.3, 2),
    near: neuron(0.4),
    x: linear(1, 0.7, 2, 1),
    y: linear(2, 0.5, 1, 2),
    [both]: neuron(0.3),
    ...(output ? { output: node("Output", { shape: whole(SIZE) }) } : {}),
  };
  const pairs = [[left, "w"], ["w", "near"], ["near", "x"], ["x", both], [right, "y"], ["y", both], ...(output ? [[both, "output"]] : [])];
  const edges = pairs.map(([from, to]) => ({ from, to }));
  await writeNir(at(file), { version: "1.0", graph: { nodes: new Map(Object.entries(nodes)), edges, metadata: new Map() } });
  return {
    ...{ version: 1, extends: "mesh-2x2", inputs: { at: "cores" } },
    network: { model: at(file), nir: { step_seconds: 1e-3, reset: "zero" } },
    workload: {
      ...{ dataset: "spike-file", samples: 1, timing_samples: 1 },
      inputs: { [left]: { path: at("left.csv") }, [right]: { path: at("right.csv") } },
    },
    precision: { layers: { [both]: { weight_bits: 3 } } },
    mapping: { strategy: "manual", manual: { [left]: [0], [right]: [1], near: [0], [both]: [2] } },
  };
}

writeFileSync(at("left.csv"), "1,0\n1,1\n0,1\n1,0\n1,1\n");
writeFileSync(at("right.csv"), "0,1\n1,1\n1,0\n0,0\n1,1\n");
const PLAIN = ["left", "right", "both"] as const;

test("inputs and populations of any name are mapped, narrowed and fed by it; results are those of plain names", async () => {
  const plain = await simulate(open((await written("plain.nir", PLAIN)) as never));
  expect(plain.result.metrics.spikes_fired).toBeGreaterThan(0);
  for (const names of [
    ["left eye", "ü", "a=b: c"],
    ["l.1", "'", "both.weight_bits"],
  ] as const) {
    const { result, experiment } = await simulate(open((await written("named.nir", names)) as never));
    expect(result.metrics).toEqual(plain.result.metrics);
    expect(experiment).toMatchObject({ precision: { layers: { [names[2]]: { weightBits: 3 } } } });
  }
  const bracket = { ...(await written("plain.nir", PLAIN)), precision: { layers: { "a[0]": { weight_bits: 3 } } } };
  expect(() => open(bracket as never)).toThrow(
    /precision\.layers\.a\[0\]: "a\[0\]" can be no name here\s+a name has 1 to 200 characters, and no bracket, /,
  );
});

test("a width of a population is set and searched by any name that a file may give it, wherever its dots are", async () => {
  for (const name of ["a..b", ".a", "a.", "..", "layers.a.weight_bits", "precision.layers.a.weight_bits"]) {
    const base = open((await written("dots.nir", ["left", "right", name])) as never);
    const path = `precision.layers.${name}.weight_bits`;
    const of = async (bits: number): Promise<object> => (await simulate(base, { values: { [path]: bits } })).experiment;
    for (const bits of [2, 5]) expect(await of(bits)).toMatchObject({ precision: { layers: { [name]: { weightBits: bits } } } });
  }
  await expect(
    simulate(open((await written("dots.nir", PLAIN)) as never), { values: { "precision.layers..weight_bits": 3 } }),
  ).rejects.toThrow(/precision\.layers\.\.weight_bits: /);
});

test("check refuses a search over a population that the network has not, in the words of its points", async () => {
  const base = await written("plain.nir", PLAIN);
  const over = (path: string, ...values: readonly (number | string)[]) =>
    open({ ...base, sweep: { parameters: [{ path, values }], objectives: { area_mm2: "min" }, sampler: { name: "grid" } } } as never);
  for (const [path, words, ...values] of [
    ["precision.layers.bth.weight_bits", /precision\.layers\.bth: \S+ has no population of that name with incoming weights/, 2, 4],
    ["precision.layers.left.state_bits", /precision\.layers\.left: \S+ has no population of that name with states/, 16, 18],
    ["precision.layers.both.spike_bits", /precision\.layers\.both: \S+ has no population of that name whose spike width can be set/, 3, 4],
    ["precision.layers.bth.weight_format", /precision\.layers\.bth: .* has no population of that name with incoming weights/, "rows"],
  ] as const) {
    await expect(check(over(path, ...values)), path).rejects.toThrow(words);
    await expect(simulate(open(base as never), { values: { [path]: values[0] } }), path).rejects.toThrow(words);
  }
  const trained = (name: string) =>
    open({
      ...{ version: 1, extends: "mesh-2x2", network: { model: "mnist-rows-rec-v2" } },
      sweep: {
        parameters: [{ path: `precision.layers.${name}.spike_bits`, values: [3, 4] }],
        ...{ objectives: { area_mm2: "min" }, sampler: { name: "grid" } },
      },
    } as never);
  await expect(check(trained("layer3"))).rejects.toThrow(/layer3: \S+ has no population of that name whose spike width can be set/);
  await expect(check(trained("layer2"))).resolves.toMatchObject({ infeasible: null });
  await expect(check(over("precision.layers.both.weight_bits", 2, 4))).resolves.toMatchObject({ infeasible: null });
  const { warnings } = await check(over("precision.integers", "quantised", "speck", "xylo"));
  const told = [
    "precision.integers speck, else as written, ends the search: near: the node near is of type LIF, and Speck has IF neurons only",
    "precision.integers xylo, else as written, ends the search: precision.leak: is multiplier, and Xylo's neurons leak by shifts",
  ];
  expect(warnings.filter((text) => text.startsWith("precision.integers"))).toEqual(told);
  const files = await check(over("workload.inputs.left.path", at("left.csv"), at("none.csv")));
  const missing = files.warnings.filter((text) => text.startsWith("workload."));
  expect(missing).toEqual([expect.stringMatching(/^workload\.inputs\.left\.path ends the search where it is .*: no such file or folder$/)]);
  const speck = simulate(open(base as never), { values: { "precision.integers": "speck" } });
  await expect(speck).rejects.toThrow("the node near is of type LIF, and Speck has IF neurons only");
  expect(() => over("precision.layers.__proto__.weight_bits", 2)).toThrow(/key __proto__ is not allowed/);
});

test("the check's text gives the width of weights only of populations that have their own", async () => {
  const text = async (layers: object): Promise<string> => {
    const found = await check(open({ ...(await written("plain.nir", PLAIN)), precision: { layers } } as never));
    return checkLines({ colour: false } as never, found).find((line) => line.includes("precision")) ?? "";
  };
  expect(await text({ both: { state_bits: 12 } })).toMatch(/weights 8, state 16/);
  expect(await text({ both: { weight_bits: 3, state_bits: 12 }, near: { state_bits: 12 } })).toMatch(/weights 8, into both 3, state 16/);
});

test("spikes that wait at no cost are told by check and sim as by import, and labels without an Output by their cause", async () => {
  const described = open((await written("plain.nir", PLAIN)) as never);
  const told = "right -> both skips layers: its spikes wait at the receiver, at no cost";
  const nir = { dtSeconds: 1e-3, reset: "zero", scheme: "euler", integratorGain: "unit", refractorySeconds: 0 } as const;
  const input = [`left=${at("left.csv")}`, `right=${at("right.csv")}`];
  const { chip } = await importNir(at("plain.nir"), { ...nir, input, on: "mesh-2x2" });
  expect(chip?.warnings).toEqual([told]);
  for (const { warnings } of [await check(described), await simulate(described)]) expect(warnings).toContain(`${at("plain.nir")}: ${told}`);
  const { workload, ...rest } = (await written("no-output.nir", PLAIN, false)) as { readonly workload: object };
  writeFileSync(at("labels.csv"), "1\n");
  await expect(simulate(open({ ...rest, workload: { ...workload, labels: at("labels.csv") } } as never))).rejects.toThrow(
    /has several Outputs, or none that a node feeds, so labels belong to none/,
  );
});

test("check says of which searched model a population or an input is not, and no word of those that fit", async () => {
  const base = await written("plain.nir", PLAIN);
  await written("other.nir", ["left", "right", "joint"]);
  await written("inputs.nir", ["west", "right", "both"]);
  const models = ["plain.nir", "other.nir", "inputs.nir"].map(at);
  const search = { objectives: { area_mm2: "min" }, sampler: { name: "grid" } };
  const told = async (...parameters: readonly object[]): Promise<readonly string[]> => {
    const sweep = { ...search, parameters: [{ path: "network.model", name: "net", values: models }, ...parameters] };
    const { warnings } = await check(open({ ...base, sweep } as never));
    return warnings.filter((text) => text.includes("has no result"));
  };
  const [joint, west, ...more] = await told();
  expect(more).toEqual([]);
  expect(joint).toMatch(
    /^network\.model '.*other\.nir', else as written, has no result: precision\.layers\.both: .* no population of that name/,
  );
  expect(west).toMatch(
    /^network\.model '.*inputs\.nir', else as written, has no result: workload\.inputs\.left: .* has no Input of that name/,
  );
  const width = { path: "precision.layers.near.weight_bits", values: [3, 4] };
  expect(await told(width)).toEqual([joint, west]);
  const stray = { path: "precision.layers.bth.weight_bits", values: [2, 4] };
  expect((await told(stray)).map((text) => /layers\.bth: /.test(text))).toEqual([true, false, false]);
  expect(await told({ ...stray, when: "lanes > 4" }, { path: "tile.core.lanes", values: [2, 4] })).toEqual([joint, west]);
});
