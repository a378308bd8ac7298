/** The fullest resource of an FPGA as a drawn metric: the largest of the drawn shares. */
import { describe, expect, test } from "vitest";
import { FPGA_DEVICES } from "../../../arch/index.js";
import { FPGA_COUNTS } from "../../../sim/index.js";
import { drawnMetrics, intervalsOf, quantileIn, type UncertainPoint } from "../../../sweeps/uncertainty/drawn-metrics.js";
import { Draws } from "../../../sweeps/uncertainty/draws.js";

const DEVICE = FPGA_DEVICES["ecp5-85"];
type Kind = keyof typeof FPGA_COUNTS;
const KINDS = Object.keys(FPGA_COUNTS) as readonly Kind[];

/** Shares of the device, and errors to both sides. */
function point(shares: { readonly [kind in Kind]: number }, sigma: number, names: (kind: Kind) => string = (kind) => kind): UncertainPoint {
  const counts = Object.fromEntries(KINDS.map((kind) => [FPGA_COUNTS[kind], shares[kind] * DEVICE[kind]]));
  const error = { relative: 0, residuals: null };
  const causes = new Map(KINDS.map((kind) => [FPGA_COUNTS[kind] as string, [{ name: names(kind), kind: "law", down: sigma, up: sigma }]]));
  return {
    ...{ id: 1, breakdown: [], samples: 0, functionalKey: "", run: null, fpga: "ecp5-85" },
    metrics: { ...counts, fpga_utilisation_percent: 100 * Math.max(...Object.values(shares)) },
    errors: { get: (component) => causes.get(component), exactShare: () => 0 },
    timed: { count: 0, key: "", energy: error, latency: error, power: error, step: error, turn: error },
  };
}

describe("utilisation", () => {
  test("has the interval of its largest resource, where no other comes near", () => {
    const { fpga_utilisation_percent, fpga_luts } = intervalsOf(
      point({ luts: 0.8, flipFlops: 0.1, blockRams: 0.2, dsps: 0.05 }, 0.2),
      new Draws(1, 1),
    );
    for (const end of ["low", "high"] as const)
      expect((fpga_utilisation_percent?.[end] ?? 0) / 100).toBeCloseTo((fpga_luts?.[end] ?? 0) / DEVICE.luts, 7);
  });

  test("is larger than each of two equal ones, by the law of the larger of two", () => {
    const two = point({ luts: 0.5, flipFlops: 0.5, blockRams: 0, dsps: 0 }, 0.2);
    const { fpga_utilisation_percent, fpga_luts } = intervalsOf(two, new Draws(1, 1));
    const quantile = (share: number) => {
      const drawn = drawnMetrics(two, new Draws(1, 1)).get("fpga_luts");
      if (drawn === undefined) throw new Error("no tables");
      return (100 * quantileIn(drawn, share, new Draws(1, 1))) / DEVICE.luts;
    };
    expect(fpga_utilisation_percent?.low).toBeCloseTo(quantile(Math.sqrt(0.05)), 6);
    expect(fpga_utilisation_percent?.high).toBeCloseTo(quantile(Math.sqrt(0.95)), 6);
    expect(fpga_utilisation_percent?.low).toBeGreaterThan((100 * (fpga_luts?.low ?? 0)) / DEVICE.luts);
  });

  test.each([0.05, 0.5, 0.95])("its closed form is the quantile of the draws: %f", (share) => {
    const draws = new Draws(20_000, 5);
    const drawn = drawnMetrics(point({ luts: 0.5, flipFlops: 0.4, blockRams: 0.6, dsps: 0.55 }, 0.3), draws).get(
      "fpga_utilisation_percent",
    );
    if (drawn === undefined) throw new Error("not drawn");
    const all = Array.from({ length: draws.count }, (_, d) => drawn.scale * drawn.of.at(d)).sort((a, b) => a - b);
    expect(quantileIn(drawn, share, draws) / (all[Math.floor(share * draws.count)] as number)).toBeCloseTo(1, 1.7);
  });

  test("if two resources share an error, it is drawn, and moves with them", () => {
    const shared = point({ luts: 0.5, flipFlops: 0.5, blockRams: 0, dsps: 0 }, 0.2, () => "one law");
    const draws = new Draws(20_000, 5);
    const { fpga_utilisation_percent, fpga_luts } = intervalsOf(shared, draws);
    expect((fpga_utilisation_percent?.high ?? 0) / 100 / ((fpga_luts?.high ?? 1) / DEVICE.luts)).toBeCloseTo(1, 1.7);
  });
});
