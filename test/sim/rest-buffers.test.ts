/**
 * What a device that is always on takes between inferences beside its memories and logic: configuration registers, the
 * frame buffer, the DRAM.
 */
import { expect, test } from "vitest";
import { parseArch, patchDocument, readModel, resolveModelPath } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import { RETENTION } from "../../sim/activity.js";
import { evaluatePoint, prepareFunctional } from "../../sim/index.js";
import { REST } from "../../sim/rest.js";
import { loadDataset } from "../../training/index.js";

const PERIOD_MS = 5;
const parsed = parseArch(
  `version: 1
extends: mesh-2x2
inputs: { frame_buffer: { entries: 64, kind: registers } }
spill: { to: dram }
tile: { core: { configuration_bits: 500 } }
prices: { dram_background_mw: { value: 3, source: data sheet } }
workload: { samples: 2, timing_samples: 1, period_ms: ${PERIOD_MS} }
`,
  "a.yaml",
);
const model = readModel(resolveModelPath(parsed.experiment.network.model, "a.yaml"));
const functional = prepareFunctional(parsed.experiment, model.network, "m", loadDataset("mnist-rows", { path: null, split: "test" }));

/** Energy of a line of the run and of one between inferences, and time between inferences / time of an inference. */
function lines(values: { readonly [path: string]: Json }) {
  const { metrics, breakdown } = evaluatePoint(patchDocument(parsed, values), functional).result;
  const pj = (component: string): number => breakdown.find((row) => row.component === component)?.energyPj ?? 0;
  return { pj, resting: (component: string): number => pj(component + REST), ratio: (PERIOD_MS * 1000) / Number(metrics.latency_us) - 1 };
}

test.each([
  [{ "chip.idle": "clocked" }, 1, 1],
  [{ "chip.idle": "clock-gated" }, 1, 0],
  [{ "chip.idle": "power-gated" }, RETENTION, 0],
  [{ "chip.idle": "power-gated", "workload.rest.memory_percent": 20 }, 0.2, 0],
] as const)("%j: of the frame buffer's leakage %d and of its clock %d go on, and all of the DRAM's background", (values, leaks, clocks) => {
  const { pj, resting, ratio } = lines(values);
  expect(resting("frame buffer leakage") / (pj("frame buffer leakage") * ratio)).toBeCloseTo(leaks, 9);
  expect(resting("frame buffer clock") / (pj("frame buffer clock") * ratio)).toBeCloseTo(clocks, 9);
  expect(resting("DRAM background") / (pj("DRAM background") * ratio)).toBeCloseTo(1, 9);
  expect(pj("frame buffer clock")).toBeGreaterThan(0);
  // all cores are in use; full leakage is that of the same chip if only its clocks are gated
  const full = lines({ "chip.idle": "clock-gated" }).pj("configuration leakage");
  expect(resting("configuration leakage") / (full * ratio)).toBeCloseTo(leaks, 9);
  const awake = pj("control leakage") / lines({ "chip.idle": "clock-gated" }).pj("control leakage");
  const held = values["chip.idle"] === "power-gated" ? awake + RETENTION * (1 - awake) : 1;
  expect(pj("configuration leakage") / full).toBeCloseTo(held, 9);
});
