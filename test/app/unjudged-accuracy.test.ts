/** A search that changes what is computed is warned of unless it asks for the accuracy; no shipped example is. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { check, open, sweep } from "../../app/index.js";
import { unjudgedAccuracy } from "../../app/unjudged-accuracy.js";
import { ofKind, shippedFiles } from "../../arch/index.js";

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
const SAYS = "precision.weight_bits is searched, and accuracy_percent is neither an objective nor a limit";

test("the check and the sweep warn of cheaper networks that nothing judges", async () => {
  const { warnings } = (await check(described(WIDTHS, {}))) as { readonly warnings: readonly string[] };
  expect(warnings).toContainEqual(expect.stringContaining(SAYS));
  const told: string[] = [];
  await sweep(described(WIDTHS, {}), { db: join(folder, "a.db"), workers: 1, onWarning: (text) => told.push(text) });
  expect(told).toContainEqual(expect.stringContaining(`warning: ${SAYS}`));
});

function warned(searched: object, search: object): readonly string[] {
  const { experiment, sweep: spec } = described(searched, search);
  if (spec === null) throw new Error("no search");
  return ofKind<readonly string[]>(experiment, { board: (board) => unjudgedAccuracy(spec, board), coupled: () => [] });
}

test("an objective, a quantile or a limit of the accuracy judges them, and chips alone need no judge", () => {
  expect(warned(WIDTHS, {})).toHaveLength(1);
  expect(warned({ workload: { dataset: "mnist-rows", encoder: { kind: "delta", threshold: { sweep: [0.1, 0.2] } } } }, {})).toHaveLength(1);
  expect(warned(WIDTHS, { objectives: { area_mm2: "min", accuracy_percent: "max" } })).toEqual([]);
  expect(warned(WIDTHS, { objectives: { area_mm2: "min", "accuracy_percent@10": "max" } })).toEqual([]);
  expect(warned(WIDTHS, { constraints: ["accuracy_percent >= 97"] })).toEqual([]);
  expect(warned(LANES, {})).toEqual([]);
  const own = { dataset: "spike-file", path: "spikes.npy" };
  expect(warned({ ...WIDTHS, workload: own }, {})).toEqual([]);
  expect(warned({ ...WIDTHS, workload: { ...own, labels: "labels.txt" } }, {})).toHaveLength(1);
});

test("no shipped example is warned of", () => {
  let searches = 0;
  for (const { name } of shippedFiles("example")) {
    const { experiment, sweep: spec } = open(name);
    if (spec === null) continue;
    searches++;
    expect(ofKind<readonly string[]>(experiment, { board: (board) => unjudgedAccuracy(spec, board), coupled: () => [] }), name).toEqual([]);
  }
  expect(searches).toBeGreaterThan(10);
});
