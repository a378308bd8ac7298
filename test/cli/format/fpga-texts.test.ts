/** Texts of commands about a chip on an FPGA, whose energy and area are unknown. */
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Repriced } from "../../../app/nouns.js";
import { patchDocument, readArch } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { chipHead } from "../../../cli/format/chip-head.js";
import { repricingLines } from "../../../cli/format/repricing.js";

const look = { colour: false, unicode: true };
const described = readArch(join(packageRoot(), "arch/examples/edge.yaml"));

test("F3: the head names the device, not the process that it does not have", () => {
  const device = patchDocument(described, { "chip.fpga": "ecp5-85" });
  expect(chipHead(look, device)).toMatch(/, FPGA ecp5-85, \d+ MHz; /);
  expect(chipHead(look, device)).not.toContain("nm");
  expect(chipHead(look, patchDocument(described, {}))).toMatch(/, 22 nm, 0\.8 V, \d+ MHz; /);
});

test("F4: a change of an unknown energy is a dash, and an area that no point has gets no column", () => {
  const point = (id: number, before: number | null, after: number | null): Repriced => ({
    ...{ id, key: `${id}`, values: {}, breakdown: [], tooFast: null, intervals: {}, violation: 0, withoutPrice: [] },
    before: { energy_uj_per_inference: before, area_mm2: null },
    after: { energy_uj_per_inference: after, area_mm2: null },
  });
  const lines = (points: readonly Repriced[]): string =>
    repricingLines(look, { points, front: [1, 2], frontAfter: [1], objectives: [], draws: null, keptPlacements: 0 }).join("\n");
  const text = lines([point(1, null, 3), point(2, 2, 3)]);
  expect(text).not.toContain("NaN");
  expect(text).not.toContain("area");
  expect(text).toContain("50.0 %");
  expect(lines([point(1, null, null), point(2, null, null)])).not.toContain("NaN");
});
