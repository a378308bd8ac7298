/** A printed interval holds its value and the computed interval, wherever it is printed. */
import { describe, expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { besideInterval, changeBeside, intervalText, movedBeside } from "../../../cli/format/interval.js";
import { within } from "../../../scripts/within.js";
import { endsText, metricNumber } from "../../../sweeps/export/headers.js";
import { certaintyOf } from "../../../sweeps/report/certainty.js";
import { short } from "../../../sweeps/report/short.js";

interface Drawn {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Values of 20 orders of magnitude in intervals from a millionth of the value to five times it. */
const drawn: readonly Drawn[] = (() => {
  const rng = createRng(10, "intervals");
  return Array.from({ length: 400 }, () => {
    const value = (1 + 9 * rng.float()) * Number(`1e${rng.int(-8, 11)}`);
    const width = (0.2 + rng.float()) * Number(`1e${rng.int(-6, 0)}`);
    return { value, low: value / (1 + width * rng.float()), high: value * (1 + 4 * width * rng.float()) };
  });
})();

const certain = (interval: Drawn): readonly [number, number] => {
  const points = [{ id: 1, onFront: 1, metrics: {}, intervals: { latency_us: interval }, best: [], causes: [] }];
  const { points: of } = certaintyOf({ points, constraints: [], refused: 0 } as unknown as Parameters<typeof certaintyOf>[0]);
  return of[0].intervals.latency_us;
};

/** Value and ends as each kind of output prints them. */
const OUTPUTS: { readonly [name: string]: (one: Drawn) => readonly (string | number)[] } = {
  terminal: (one) => [besideInterval(one.value, "us", one), ...intervalText(one).split(" .. ")],
  "terminal, five digits": (one) => [besideInterval(one.value, "us", one, 5), ...intervalText(one).split(" .. ")],
  tables: (one) => [metricNumber("latency_us", one.value, one), ...endsText(one)],
  page: (one) => [short(one.value), ...certain(one)],
  documents: (one) => within(one.value, one, () => -2).split(/ \(| to |\)/),
};

describe.each(Object.keys(OUTPUTS))("%s", (name) => {
  test("prints an interval that holds the value and the whole computed one, has a width, and adds less than a tenth of it", () => {
    for (const one of drawn) {
      const [value, low, high] = OUTPUTS[name](one).map(Number);
      const said = JSON.stringify([one, value, low, high]);
      expect(low <= one.low && one.high <= high, said).toBe(true);
      expect(low <= value && value <= high && low < high, said).toBe(true);
      // a step is a tenth of the width or less, or a millionth of the end
      const step = Math.max(0.1 * (one.high - one.low), 1e-5 * one.high) * (1 + 1e-6);
      expect(one.low - low <= step && high - one.high <= step, said).toBe(true);
    }
  });
});

test("tables print a value and its ends with the digits of the terminal, zeros at the end too", () => {
  const plain = [...drawn, { value: 1.01, low: 0.54096, high: 2.51 }].filter(({ low, high }) => low >= 1e-4 && high < 1e6);
  for (const one of plain) {
    const [value, ...ends] = OUTPUTS.tables(one);
    expect(value).toBe(besideInterval(one.value, "us", one));
    expect(ends.join(" .. ")).toBe(intervalText(one));
  }
  expect(OUTPUTS.tables(plain[plain.length - 1])).toEqual(["1.010", "0.540", "2.51"]);
  expect(plain.length).toBeGreaterThan(100);
});

test("changes of two values are in their intervals too: as ratios and in points", () => {
  for (const { value, low, high } of drawn) {
    const sides = [
      ...[changeBeside(low / value, { low: low / high, high: 1 }), movedBeside(value, { low, high })],
      ...[movedBeside(-value, { low: -high, high: -low }), changeBeside(value / low, { low: 1, high: high / low })],
    ];
    for (const [change, interval] of sides) {
      if (change.startsWith("x")) continue;
      const [at, least, most] = [change, ...interval.split(" .. ")].map(Number.parseFloat);
      expect(least <= at && at <= most && least < most, `${change} in ${interval}`).toBe(true);
    }
  }
});

test("three scans: the digits of a narrow interval are those of its width, those of a wide one three", () => {
  const of = (value: number, low: number, high: number): string =>
    `${besideInterval(value, "us", { low, high })} (${intervalText({ low, high })})`;
  expect(of(1773.6801, 1773.5492, 1773.8111)).toBe("1773.68 (1773.54 .. 1773.82)");
  expect(of(354736.1, 354710.2, 354761.9)).toBe("354736 (354710 .. 354762)");
  expect(of(1.1465, 0.48801, 4.0703)).toBe("1.147 (0.488 .. 4.08)");
  expect(`${metricNumber("latency_us", 1773.6801, { low: 1773.5492, high: 1773.8111 })}`).toBe("1773.68");
});

test("an interval without width is named, not printed", () => {
  const none = { value: 1.5, low: 1.5, high: 1.5 };
  expect(intervalText(none)).toBe("no known error");
  expect(endsText(none)).toEqual(["no known error"]);
  expect(within(1.5, none, () => -2)).toBe("1.50 (no known error)");
  expect(certain({ value: 1 / 3, low: 1 / 3, high: 1 / 3 })).toEqual([0.333333, 0.333333]);
});
