/** A search that changes what is computed is warned of unless it asks for the accuracy; no shipped example is. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { check, open, openStudy, sweep } from "../../app/index.js";
import { hasOwnClasses } from "../../app/inputs.js";
import { unjudgedAccuracy } from "../../app/unjudged-accuracy.js";
import { nirArray } from "../../arch/formats/nir/graph.js";
import { writeNir } from "../../arch/formats/nir/write.js";
import { ofKind, readModel, resolveModelPath, shippedFiles, writeModel } from "../../arch/index.js";
import { node, whole } from "../nir-nodes.js";

const folder = mkdtempSync(join(tmpdir(), "unjudged-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const described = (searched: object, search: object) =>
  open({
    version: 1,
    extends: "mesh-2x2",
    network: { model: "mnist-rows-lif" },
    workload: { dataset: "mnist-rows", samples: 2, timing_samples: 1 },
    ...searched,
    sweep: { objectives: { area_mm2: "min" }, sampler: { name: "grid", budget: 2 }, ...search },
  });
const WIDTHS = { precision: { weight_bits: { sweep: [4, 8] } } };
const LANES = { tile: { core: { lanes: { sweep: [4, 8] } } } };
const NIR = { step_seconds: 1e-3, reset: "zero" };
const SAYS = "precision.weight_bits is searched, and accuracy_percent is neither an objective nor a limit";

test("the check and the sweep warn of cheaper networks that nothing judges", async () => {
  const { warnings } = (await check(described(WIDTHS, {}))) as { readonly warnings: readonly string[] };
  expect(warnings).toContainEqual(expect.stringContaining(SAYS));
  const told: string[] = [];
  await sweep(described(WIDTHS, {}), { db: join(folder, "a.db"), workers: 1, onWarning: (text) => told.push(text) });
  expect(told).toContainEqual(expect.stringContaining(`warning: ${SAYS}`));
});

function warned(searched: object, search: object): readonly string[] {
  const { sweep: spec } = described(searched, search);
  if (spec === null) throw new Error("no search");
  return unjudgedAccuracy(spec);
}

test("an objective, a quantile or a limit of the accuracy judges them, and chips alone need no judge", () => {
  expect(warned(WIDTHS, {})).toHaveLength(1);
  expect(warned({ workload: { dataset: "mnist-rows", encoder: { kind: "delta", threshold: { sweep: [0.1, 0.2] } } } }, {})).toHaveLength(1);
  expect(warned(WIDTHS, { objectives: { area_mm2: "min", accuracy_percent: "max" } })).toEqual([]);
  expect(warned(WIDTHS, { objectives: { area_mm2: "min", "accuracy_percent@10": "max" } })).toEqual([]);
  expect(warned(WIDTHS, { constraints: ["accuracy_percent >= 97"] })).toEqual([]);
  expect(warned(LANES, {})).toEqual([]);
});

/** Two polarities of two pixels, one IF neuron per class. */
async function writeNetwork(file: string): Promise<void> {
  const nodes = new Map([
    ["in", node("Input", { shape: whole(2, 1, 2) })],
    ["flat", node("Flatten", { start_dim: nirArray([0], [], "i8"), end_dim: nirArray([-1], [], "i8"), input_type: whole(2, 1, 2) })],
    ["fc", node("Linear", { weight: nirArray([1, 0, 0.5, 0, 0, 1, 0, 0.5], [2, 4]) })],
    ["n", node("IF", { r: nirArray([1, 1], [2]), v_threshold: nirArray([2, 2], [2]) })],
    ["out", node("Output", { shape: whole(2) })],
  ]);
  const edges = [
    { from: "in", to: "flat" },
    { from: "flat", to: "fc" },
    { from: "fc", to: "n" },
    { from: "n", to: "out" },
  ];
  await writeNir(file, { version: "1.0", graph: { nodes, edges, metadata: new Map() } });
}

test("samples of one's own are asked for classes: a label file, or a folder per class, is warned of, and no class is not", {
  tags: ["long"],
}, async () => {
  await writeNetwork(join(folder, "cam.nir"));
  for (const path of ["cls/0", "cls/1", "flat"]) mkdirSync(join(folder, path), { recursive: true });
  const events = "t,x,y,p\n0,0,0,1\n1000,1,0,0\n2000,0,0,1\n";
  for (const path of ["cls/0/a.csv", "cls/1/b.csv", "flat/a.csv"]) writeFileSync(join(folder, path), events);
  writeFileSync(join(folder, "spikes.csv"), "0,1,0,1\n1,1,0,0\n");
  writeFileSync(join(folder, "labels.txt"), "1\n");
  const camera = { dataset: "events", events: { width: 2, height: 1 } };
  const spikes = { dataset: "spike-file", path: join(folder, "spikes.csv"), samples: 1, timing_samples: 1 };
  for (const [workload, isWarned] of [
    [{ ...camera, path: join(folder, "cls") }, true],
    [{ ...camera, path: join(folder, "flat") }, false],
    [spikes, false],
    [{ ...spikes, labels: join(folder, "labels.txt") }, true],
  ] as const) {
    const asked = described({ extends: "loihi-like", network: { model: join(folder, "cam.nir"), nir: NIR }, ...WIDTHS, workload }, {});
    const { warnings } = (await check(asked)) as { readonly warnings: readonly string[] };
    const told: string[] = [];
    await (await openStudy(asked, { workers: 1, onWarning: (text) => told.push(text) })).close();
    for (const texts of [warnings, told])
      expect(texts.filter((text) => text.includes(SAYS)).length, JSON.stringify([workload, texts])).toBe(isWarned ? 1 : 0);
  }
});

test("a study that the caller drives is warned of what a sweep is: no judge, and weights narrower than the network was trained for", {
  tags: ["long"],
}, async () => {
  const { network } = readModel(resolveModelPath("mnist-rows-rec-v2", "."));
  writeModel(join(folder, "w2.safetensors"), network, { config: { quantisation: { weightBits: 2, layers: {} } } });
  const narrow = { network: { model: join(folder, "w2.safetensors") }, precision: { weight_bits: { sweep: [1, 2] } } };
  const told = { sweep: [] as string[], openStudy: [] as string[] };
  await sweep(described(narrow, {}), { db: join(folder, "b.db"), workers: 1, onWarning: (text) => told.sweep.push(text) });
  await (await openStudy(described(narrow, {}), { workers: 1, onWarning: (text) => told.openStudy.push(text) })).close();
  for (const texts of [told.sweep, told.openStudy]) {
    expect(texts).toContainEqual(expect.stringContaining(`warning: ${SAYS}`));
    expect(texts).toContainEqual(expect.stringMatching(/trained for weights of 2 bits and gets 1/));
  }
});

test("no shipped example is warned of", () => {
  let searches = 0;
  for (const { name } of shippedFiles("example")) {
    const { experiment, sweep: spec } = open(name);
    if (spec === null) continue;
    searches++;
    const isOwn = ofKind<boolean>(experiment, { board: (board) => !hasOwnClasses(board), coupled: () => true });
    if (!isOwn) expect(unjudgedAccuracy(spec), name).toEqual([]);
  }
  expect(searches).toBeGreaterThan(10);
});
