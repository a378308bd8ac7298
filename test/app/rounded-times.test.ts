/** Times of the tick in whole cycles: `check` says where these are another time than the description's. */
import { expect, test } from "vitest";
import { roundedTimes } from "../../app/rounded-times.js";
import { parseArch, patchPoint } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";

const parsed = parseArch("version: 1\nextends: mesh-2x2\n", "a.yaml");
const warned = (values: { readonly [path: string]: Json }): readonly string[] => {
  const { experiment, document } = patchPoint(parsed, values);
  return roundedTimes(experiment, document);
};

test("a tick is named if rounding to whole cycles moves it by more than 1 %, and only then", () => {
  const tick = (clockMhz: number, periodUs: number): readonly string[] =>
    warned({ "chip.clock_mhz": clockMhz, "tick.period_us": periodUs });
  expect(tick(0.1, 1)).toEqual(["tick.period_us: 1 us would be 0.1 cycles at 0.1 MHz; rounded to 1 cycle, 10 us"]);
  expect(tick(1, 48.51)).toEqual(["tick.period_us: 48.51 us would be 48.5 cycles at 1 MHz; rounded to 49 cycles, 49 us"]);
  expect(tick(1, 50.5)).toEqual([]);
  expect(tick(100, 1000)).toEqual([]);
  expect(warned({ "chip.clock_mhz": 0.1 })).toEqual([]);
});

test("the spread of local timers is named likewise, also if no cycle is left of it", () => {
  const spread = (timers: string, spreadUs: number): readonly string[] =>
    warned({ "chip.clock_mhz": 1, "tick.period_us": 100, "tick.overrun": "late", "tick.timers": timers, "tick.spread_us": spreadUs });
  expect(spread("local", 1.5)).toEqual(["tick.spread_us: 1.5 us would be 1.5 cycles at 1 MHz; rounded to 2 cycles, 2 us"]);
  expect(spread("local", 0.4)).toEqual(["tick.spread_us: 0.4 us would be 0.4 cycles at 1 MHz; rounded to 0 cycles, 0 us"]);
  expect(spread("local", 8)).toEqual([]);
  expect(spread("local", 0)).toEqual([]);
  expect(spread("global", 1.5)).toEqual([]);
});
