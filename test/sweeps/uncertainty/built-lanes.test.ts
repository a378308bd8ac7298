/** Errors of prices go by the lanes that are built: lanes that no word feeds change no draw. */
import { expect, test } from "vitest";
import { BUILT_NEEDS, laneCounts, parseArch, patchDocument, readModel, resolveModelPath } from "../../../arch/index.js";
import { evaluatePoint, prepareFunctional, priceErrors } from "../../../sim/index.js";
import { drawnMetrics, drawnValue } from "../../../sweeps/uncertainty/drawn-metrics.js";
import { Draws } from "../../../sweeps/uncertainty/draws.js";
import { uncertainPoint } from "../../../sweeps/uncertainty/uncertain-point.js";
import { loadDataset } from "../../../training/index.js";

const WORD_BITS = 32;
const text = `version: 1
extends: mesh-2x2
workload: { samples: 10, timing_samples: 2 }
precision: { weight_bits: 8 }
tile: { core: { synapse_memory: { word_bits: ${WORD_BITS} } } }
`;
const parsed = parseArch(text, "a.yaml");
const on = (values: { readonly [path: string]: number }) => patchDocument(parsed, values);
const model = readModel(resolveModelPath(parsed.experiment.network.model, "a.yaml"));
const functional = prepareFunctional(parsed.experiment, model.network, "m", loadDataset("mnist-rows", { path: null, split: "test" }));

test("chips that differ in idle lanes alone have the same numbers in every draw, and chips of other built lanes have not", () => {
  const draws = new Draws(200, 1);
  const drawn = (lanes: number) => {
    const experiment = on({ "tile.core.lanes": lanes });
    const { result } = evaluatePoint(experiment, functional);
    expect(result.provenance.laneCounts?.map((kind) => kind.lanes)).toEqual([Math.min(lanes, WORD_BITS / 8)]);
    const metrics = drawnMetrics(uncertainPoint(experiment, { id: 1, ...result }, result), draws);
    return Object.fromEntries(
      [...metrics].map(([name, one]) => [name, Array.from({ length: draws.count }, (_, draw) => drawnValue(one, draw))]),
    );
  };
  const [four, eight, most, two] = [4, 8, 128, 2].map(drawn);
  for (const metric of ["energy_uj_per_inference", "area_mm2"]) expect(new Set(four[metric]).size, metric).toBeGreaterThan(190);
  expect(eight).toEqual(four);
  expect(most).toEqual(four);
  // the control's error alone: the ratio of two and four lanes differs from draw to draw
  expect(new Set(two.area_mm2.map((mm2, draw) => (mm2 / four.area_mm2[draw]).toFixed(6))).size).toBeGreaterThan(100);
});

test("an address generator and control err by the items that a word gives, whatever else is written", () => {
  // an item of a row that names its targets: a weight of 8 and a number of 8 bits, two per word
  const generator = { targets: 256, taps: 0, rows: [{ into: "p", weights: 1, numberBits: 8, runBits: 0, items: 40 }] };
  const needs = { ...BUILT_NEEDS, hasDense: false, longestRow: 40, generator };
  const names = [1, 2, 16, 64, 128].map((lanes) => {
    const { chip, precision } = on({ "tile.core.lanes": lanes });
    const built = laneCounts(chip.cores, precision, needs);
    expect(built).toEqual([{ lanes: Math.min(lanes, 2), addressLanes: Math.min(lanes, 2) }]);
    const causes = priceErrors(chip, built);
    return ["generated addresses", "control area"].map(
      (line) => causes.get(line)?.find(({ name }) => /^(energy of an address|control)/.test(name))?.name,
    );
  });
  const [addresses, control] = [0, 1].map((k) => names.map((each) => each[k]));
  expect(new Set(addresses.slice(1))).toEqual(new Set(["energy of an address generator of 2 lanes and 1 banks of 32 bits"]));
  expect(addresses[0]).not.toBe(addresses[1]);
  expect(control[0]).not.toBe(control[1]);
  expect(new Set(control.slice(1)).size).toBe(1);
});
