/** Warns of coupled chips whose prices do not follow the sizes that they price; bounds of their clocks. */
import { expect, test } from "vitest";
import { coupledPriceWarnings } from "../../app/coupled-prices.js";
import { floorPlanOf, NO_STATED_ERROR } from "../../app/nouns.js";
import { open } from "../../app/open.js";
import type { CoupledExperiment } from "../../arch/index.js";
import { resultLines } from "../../cli/format/result.js";
import { evaluateCoupled } from "../../sim/recorded/evaluate-coupled.js";

function opened(about: { readonly [key: string]: unknown }) {
  const { experiment, sweep } = open({ version: 1, extends: "odin", ...about });
  return { experiment: experiment as CoupledExperiment, sweep };
}
function warned(about: { readonly [key: string]: unknown }): readonly string[] {
  const { experiment, sweep } = opened(about);
  return coupledPriceWarnings(experiment, sweep);
}
const search = { sweep: { objectives: { energy_uj_per_inference: "min" } } };
const PRICES = "power.synaptic_operation_pj, power.leakage_uw, power.idle_uw_per_mhz";

test("searched sizes, which the prices of the whole chip do not follow, are named with these prices; derived prices are not", () => {
  expect(warned({ neurons: { sweep: [256, 64] }, ...search })).toEqual([
    `neurons is searched, but ${PRICES} stay those of one chip as a whole: write them as derived values, or run one search per size, each with its own prices`,
  ]);
  expect(warned({ membrane_bits: { sweep: [8, 16] }, event_queue: { depth: { sweep: [32, 8] } }, ...search })[0]).toMatch(
    /^membrane_bits, event_queue.depth are searched/,
  );
  const leakage_uw = { sweep: { derived: "27.3 * n / 256" } };
  const [only] = warned({ neurons: { sweep: [256, 64], name: "n" }, power: { leakage_uw }, ...search });
  expect(only).toContain("but power.synaptic_operation_pj, power.idle_uw_per_mhz stay");
  for (const silent of [
    { loop: { sweep: ["open", "closed"] }, power: { clock_mhz: { sweep: [75, 10] } }, ...search },
    { neurons: { sweep: [256, 64] }, power: null, ...search },
  ])
    expect(warned(silent)).toEqual([]);
});

test("a chip of other sizes with the prices of a shipped one is told; one with prices of its own is not", () => {
  expect(warned({ neurons: 64 })).toEqual([
    "the prices of power: are those of odin as a whole, and do not follow neurons 64 in place of 256",
  ]);
  expect(warned({ extends: "truenorth-like", axons: 8, neurons: 8 })[0]).toMatch(/of truenorth-like .* neurons 8 in place of 256, axons 8/);
  for (const silent of [{}, { power: { clock_mhz: 3 } }, { neurons: 64, power: { leakage_uw: 7 } }, { extends: "ranc", neurons: 8 }])
    expect(warned(silent)).toEqual([]);
});

test("a clock above the highest one of the prices' supply is refused", () => {
  expect(opened({ power: { clock_mhz: 75 } }).experiment.chip).toHaveProperty("power.clock_mhz", 75);
  expect(() => opened({ power: { clock_mhz: 75.1 } })).toThrow(/power.clock_mhz: got 75.1, above power.highest_clock_mhz, 75/);
  expect(opened({ power: { clock_mhz: 100, highest_clock_mhz: 100 } }).experiment.chip).toHaveProperty("power.clock_mhz", 100);
});

test("a coupled chip's energy is printed with the word that it has no interval; without prices there is no such line", () => {
  const linesOf = (about: { readonly [key: string]: unknown }): readonly string[] => {
    const { experiment } = opened({ loop: "open", workload: { synthetic: { events: 2 } }, ...about });
    const { result } = evaluateCoupled(experiment, new Map(), { modelHash: "m", dataHash: "d" });
    return resultLines({ colour: false, unicode: false }, result, floorPlanOf(experiment));
  };
  expect(linesOf({})).toContain(NO_STATED_ERROR);
  expect(linesOf({ power: null })).not.toContain(NO_STATED_ERROR);
});
