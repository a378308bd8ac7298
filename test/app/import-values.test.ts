/** Values of the nodes of an imported network: printed, written and compared, in float and in integers. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ImportNirOptions, importNir } from "../../app/index.js";
import { type NirArray, nirArray } from "../../arch/formats/nir/graph.js";
import { writeNir } from "../../arch/formats/nir/write.js";
import { createRng } from "../../base/rng.js";
import { node, whole } from "../nir-nodes.js";

const folder = mkdtempSync(join(tmpdir(), "import-values-"));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const STEPS = 12;
const all = (value: number, count: number): NirArray => nirArray(new Array(count).fill(value), [count]);
const neurons = (count: number) => node("IF", { r: all(1, count), v_threshold: all(2, count), v_reset: all(0, count) });
const integrators = (count: number) => node("I", { r: all(1, count) });
const port = (type: string, count: number) => node(type, { shape: whole(count) });

/** in(3) -> a(3) -> spikes; a -> a.voltage(2), neurons; a -> sums; in -> v(1), which never spikes, -> held. */
beforeAll(async () => {
  const nodes = {
    in: port("Input", 3),
    w1: node("Linear", { weight: nirArray([2, 1, 0, -1, 2, 1, 1, 0, 3], [3, 3]) }),
    a: neurons(3),
    spikes: port("Output", 3),
    w2: node("Linear", { weight: nirArray([1, 2, 1, 3, -1, 1], [2, 3]) }),
    "a.voltage": neurons(2),
    after: port("Output", 2),
    w3: node("Linear", { weight: nirArray([1, -1, 2], [1, 3]) }),
    sums: port("Output", 1),
    w4: node("Linear", { weight: nirArray([1, 2, -2], [1, 3]) }),
    v: integrators(1),
    held: port("Output", 1),
  };
  const edges = ["in w1", "w1 a", "a spikes", "a w2", "w2 a.voltage", "a.voltage after", "a w3", "w3 sums", "in w4", "w4 v", "v held"].map(
    (edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] }),
  );
  await writeNir(at("net.nir"), { version: "1.0", graph: { nodes: new Map(Object.entries(nodes)), edges, metadata: new Map() } });
  const rng = createRng(1, "values");
  const rows = Array.from({ length: STEPS }, () => Array.from({ length: 3 }, () => Number(rng.float() < 0.6)).join(","));
  writeFileSync(at("in.csv"), rows.join("\n"));
  writeFileSync(at("chip.yaml"), "version: 1\nextends: edge-core\nprecision: { integers: from-file }\n");
});

const run = (more: Partial<ImportNirOptions> = {}) => {
  const options = { dtSeconds: 1, reset: "subtract", scheme: "euler", integratorGain: "unit", refractorySeconds: 0 } as const;
  return importNir(at("net.nir"), { ...options, input: at("in.csv"), ...more });
};
const inIntegers = (more: Partial<ImportNirOptions> = {}) => run({ integer: true, on: at("chip.yaml"), ...more });
const written = (name: string): number[] => readFileSync(at(name), "utf8").trim().split(/[,\n]/).map(Number);

test("sums of all Outputs, and the values of each node that a chip has, are those of the float run of whole numbers", async () => {
  const names = ["in", "a", "spikes", "a.voltage", "after", "sums", "v", "held"];
  const record = (kind: string) => names.map((name) => ({ node: name, file: at(`${kind} ${name}.csv`) }));
  const [float, integer] = [await run({ record: record("float") }), await inIntegers({ record: record("integer") })];
  expect(Object.keys(float.ran?.outputs ?? {}).sort()).toEqual(["after", "held", "spikes", "sums"]);
  expect(integer.ran?.outputs).toEqual(float.ran?.outputs);
  for (const name of names) {
    const values = written(`integer ${name}.csv`);
    expect(values, name).toEqual(written(`float ${name}.csv`));
    expect(new Set(values).size, name).toBeGreaterThan(1);
  }
});

test("a node that a run has no values of is refused with the ones it has", async () => {
  const record = [{ node: "w1", file: at("w1.csv") }];
  await expect(inIntegers({ record })).rejects.toThrow(
    /no values of a node w1\n.*in integers: in, a, .*spikes.*; of neurons also name.voltage and name.current/s,
  );
  await expect(run({ record: [{ node: "a.current", file: at("c.csv") }] })).rejects.toThrow(
    /no values of a node a.current\n.*the report lists/s,
  );
});

test("two nodes cannot be written to one file", async () => {
  const record = [
    { node: "a", file: at("one.csv") },
    { node: "v", file: join(folder, ".", "one.csv") },
  ];
  await expect(run({ record })).rejects.toThrow(/--record: .*one.csv is the file of two nodes/);
});

test("a grid is compared only if it has a column per neuron; a list of events names no silent neuron", async () => {
  await run({ record: [{ node: "a", file: at("a.csv") }] });
  const rows = readFileSync(at("a.csv"), "utf8").trim().split("\n");
  const compare = async (text: string) => {
    writeFileSync(at("other.csv"), text);
    return (await run({ compare: [{ node: "a", file: at("other.csv") }] })).compared[0].differ;
  };
  expect(await compare(rows.join("\n"))).toBe(0);
  const narrow = rows.map((row) => row.split(",").slice(0, 2).join(","));
  await expect(compare(narrow.join("\n"))).rejects.toThrow(/holds 12 steps of 2 values, a has 12 of 3/);
  const events = (cells: readonly string[]) =>
    ["step,neuron", ...cells.flatMap((row, step) => row.split(",").flatMap((cell, n) => (cell === "0" ? [] : [`${step},${n}`])))].join(
      "\n",
    );
  expect(await compare(events(rows))).toBe(0);
  const last = rows.filter((row) => row.split(",")[2] !== "0").length;
  expect(last).toBeGreaterThan(0);
  expect(await compare(events(narrow))).toBe(last);
});
