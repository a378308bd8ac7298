/** Texts of commands about a chip on an FPGA, whose energy and area are unknown. */
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Repriced } from "../../../app/nouns.js";
import { intervalsOfFpga } from "../../../app/uncertainty.js";
import { BUILT_NEEDS, fpgaUse, patchDocument, readArch } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { chipHead } from "../../../cli/format/chip-head.js";
import { fpgaLines } from "../../../cli/format/fpga-lines.js";
import { repricingLines } from "../../../cli/format/repricing.js";
import { resultLines } from "../../../cli/format/result.js";
import { resultOf } from "../../sweeps/fake-study.js";

const look = { colour: false, unicode: true };
const described = readArch(join(packageRoot(), "arch/examples/edge.yaml"));

test("F3: the head names the device, not the process that it does not have", () => {
  const device = patchDocument(described, { "chip.fpga": "ecp5-85" });
  expect(chipHead(look, device)).toMatch(/, FPGA ecp5-85, \d+ MHz; /);
  expect(chipHead(look, device)).not.toContain("nm");
  expect(chipHead(look, patchDocument(described, {}))).toMatch(/, 22 nm, 0\.8 V, \d+ MHz; /);
});

test("check says by which size a router goes beyond the synthesised ones, and of none that does not", () => {
  const said = (values: { readonly [path: string]: number | string }): string => {
    const experiment = patchDocument(described, {
      "chip.fpga": "ecp5-85",
      "chip.clock_mhz": 10,
      "noc.width": 4,
      "noc.height": 4,
      ...values,
    });
    const use = fpgaUse(experiment.chip, experiment.precision, BUILT_NEEDS);
    if (use === null) throw new Error("no FPGA");
    return fpgaLines(look, { ...use, intervals: intervalsOfFpga(experiment, use) }).join("\n");
  };
  expect(said({})).not.toContain("a router");
  expect(said({ "noc.height": 1 })).toContain(
    "extrapolated: a router has 2 ports, the synthesised ones 3 to 7, and the intervals widen by it",
  );
  expect(said({ "noc.vc_buffer_flits": 64 })).toContain("a router has buffers of 64 flits, the synthesised ones 2 to 8,");
  expect(said({ "noc.flit_width_bits": 128 })).toContain("a router has flits of 128 bits, the synthesised ones 16 to 64,");
  expect(said({ "noc.virtual_channels": 8 })).toContain("a router has 40 buffers, the synthesised ones 4 to 20,");
});

test("F4: a change of an unknown energy is a dash, and an area that no point has gets no column", () => {
  const point = (id: number, before: number | null, after: number | null): Repriced => ({
    ...{ id, key: `${id}`, values: {}, breakdown: [], tooFast: null, refused: null, intervals: {}, violation: 0, withoutPrice: [] },
    before: { energy_uj_per_inference: before, area_mm2: null },
    after: { energy_uj_per_inference: after, area_mm2: null },
  });
  const lines = (points: readonly Repriced[]): string =>
    repricingLines(look, {
      points,
      front: [1, 2],
      frontAfter: [1],
      objectives: [],
      draws: null,
      timedUtterances: 0,
      keptPlacements: 0,
      otherBuild: [],
    }).join("\n");
  const text = lines([point(1, null, 3), point(2, 2, 3)]);
  expect(text).not.toContain("NaN");
  expect(text).not.toContain("area");
  expect(text).toContain("50.0 %");
  expect(lines([point(1, null, null), point(2, null, null)])).not.toContain("NaN");
});

test("a result names the errors that its intervals hold: of an FPGA without prices, those of laws and accuracy", () => {
  const said = (metrics: Parameters<typeof resultOf>[0], timed: readonly number[]): string => {
    const result = resultOf(metrics);
    const intervals = Object.fromEntries(Object.keys(metrics).map((name) => [name, { low: 1, high: 2 }]));
    return resultLines(look, { ...result, provenance: { ...result.provenance, timedUtterances: timed } }, null, [], 0, intervals).join(
      "\n",
    );
  };
  expect(said({ fpga_luts: 1.5, accuracy_percent: 1.5 }, [0])).toMatch(
    /^90 % intervals over laws of FPGA resources and accuracies; one utterance was timed, so how much/m,
  );
  expect(said({ energy_uj_per_inference: 1.5, latency_us: 1.5 }, [0, 1])).toMatch(
    /^90 % intervals over prices and timed utterances; cycles of an utterance are exact$/m,
  );
});
