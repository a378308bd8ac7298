/** A description's own limit of its logic's clock. */
import { describe, expect, test } from "vitest";
import { fastClocks } from "../../app/fast-clocks.js";
import { BUILT_NEEDS, checkClock, clockLimits, clockWarning, parseArch, patchDocument } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import { modelFigures } from "../../rtl/index.js";
import { problemsOf } from "./problems.js";

const base = parseArch("version: 1\nextends: mesh-2x2\n", "a.yaml");
const point = (values: { [path: string]: Json }) => patchDocument(base, values);
const limitsOf = (values: { [path: string]: Json }) => {
  const { chip, precision } = point(values);
  return clockLimits(chip, precision, BUILT_NEEDS);
};
const isMemory = ({ block }: { readonly block: string }): boolean => block.includes("memory");
const named = (limits: ReturnType<typeof limitsOf>) => limits.map(({ block, periodNs }) => [block, periodNs]);

describe("chip.logic_period_ns", () => {
  test("takes the place of all limits of cores' and routers' logic, and memories keep theirs", () => {
    const library = limitsOf({});
    const own = limitsOf({ "chip.logic_period_ns": 0.7 });
    expect(named(own.filter(isMemory))).toEqual(named(library.filter(isMemory)));
    expect(named(own.filter((limit) => !isMemory(limit)))).toEqual([["logic", 0.7]]);
    expect(library.filter((limit) => !isMemory(limit)).length).toBeGreaterThan(3);
    expect(own.map(({ periodNs }) => periodNs)).toEqual(own.map(({ periodNs }) => periodNs).toSorted((a, b) => b - a));
  });
  test("a clock up to its inverse is possible and not warned of, a faster one is refused by its name", () => {
    for (const ns of [2.5, 40]) {
      const at = (mhz: number) =>
        point({ "chip.logic_period_ns": ns, "chip.clock_mhz": mhz, "tile.core.synapse_memory.read_latency_cycles": 2 });
      const { chip, precision } = at(1000 / ns);
      expect(() => checkClock(chip, precision, BUILT_NEEDS)).not.toThrow();
      expect(clockWarning(chip, precision, BUILT_NEEDS, [1000 / ns])).toBeNull();
      const faster = at(1001 / ns);
      expect(() => checkClock(faster.chip, faster.precision, BUILT_NEEDS)).toThrow(/CLOCK_TOO_FAST: logic at .*chip\.logic_period_ns/);
    }
  });
  test("a search of the supply in which it stays is warned of, one in which it is a formula is not", () => {
    const warningsOf = (period: string): readonly string[] => {
      const sweep = "sweep: { objectives: { latency_us: min }, sampler: { name: grid, budget: 4, seed: 1 } }";
      const chip = `chip: { voltage_v: { sweep: [0.9, 0.7] }, clock_mhz: 10, logic_period_ns: ${period} }`;
      const { experiment, sweep: spec } = parseArch(`version: 1\nextends: mesh-2x2\n${chip}\n${sweep}\n`, "b.yaml");
      return fastClocks(experiment.chip, experiment.precision, BUILT_NEEDS, spec);
    };
    expect(warningsOf("2")).toEqual([expect.stringMatching(/^chip\.logic_period_ns: 2 stays .* chip\.voltage_v is searched/)]);
    expect(warningsOf('{ sweep: { derived: "2 * (0.9 / voltage_v) ** 2" } }')).toEqual([]);
  });
  test("it is refused on an FPGA, and changes no figure that is compared with gates", () => {
    expect(problemsOf(() => point({ "chip.fpga": "ecp5-85", "chip.logic_period_ns": 3 })).map(({ path }) => path)).toEqual([
      "chip.logic_period_ns",
    ]);
    const figures = ["chip.clock_mhz", "chip.logic_period_ns"].map((path) => {
      const { chip, precision } = point({ [path]: 7 });
      return modelFigures(chip, chip.cores[0], precision, BUILT_NEEDS);
    });
    expect(figures[1]).toEqual(figures[0]);
  });
});
