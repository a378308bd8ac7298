/** A precision study as a figure. */
import { expect, test } from "vitest";
import { quantisePlot } from "../../app/quantise-plot.js";
import { wilson } from "../../base/wilson.js";
import type { StudyRow } from "../../sim/functional/index.js";

test("of 20 layers no two lines look alike, and a layer looks the same in all panels", () => {
  const rows = (["weight_bits", "state_bits"] as const).flatMap((axis) =>
    Array.from(
      { length: 20 },
      (_, i) => ({ axis, bits: 8, layer: `l${i}`, correct: 90 + (i % 3), scored: 100, interval: wilson(90, 100) }) as StudyRow,
    ),
  );
  const { panels } = quantisePlot({ title: "", about: "", float: null }, [], rows);
  const looks = panels.map(({ series }) =>
    series.flatMap((one) => (one.kind === "line" && one.dotted ? [`${one.colour} ${one.dash}`] : [])),
  );
  expect(looks).toHaveLength(2);
  expect(new Set(looks[0]).size).toBe(20);
  expect(looks[1]).toEqual(looks[0]);
});

test("every dot of a scored share has its 90 % interval as a bar, and no layer has the colour of a width", () => {
  const row = (axis: StudyRow["axis"], bits: number, layer: string | null, correct: number): StudyRow =>
    ({ axis, bits, layer, correct, scored: 1000, interval: wilson(correct, 1000) }) as StudyRow;
  const rows = [row("weight_bits", 8, null, 990), row("weight_bits", 4, null, 900), row("state_bits", 8, null, 985)];
  const layers = [row("weight_bits", 4, "layer1", 989), row("weight_bits", 4, "layer2", 1000)];
  const { panels } = quantisePlot({ title: "", about: "", float: 99 }, rows, layers);
  expect(panels).toHaveLength(2);
  const looks = panels.map(({ series, y }, i) => {
    const lines = series.flatMap((one) => (one.kind === "line" ? [one] : []));
    const [dots, bars] = [lines.filter(({ dotted }) => dotted), lines.filter(({ dotted, name }) => !dotted && name !== "float")];
    expect(bars.filter(({ name }) => name !== "").map(({ name }) => name)).toEqual(["90 % interval"]);
    // in the legend by their dashes, since greys look alike there
    const named = lines.filter(({ dotted, name }) => !dotted && name !== "").map(({ name, dash }) => [name, dash.length > 0]);
    expect(named.sort()).toEqual([["90 % interval", false], ...(i === 0 ? [["float", true]] : [])]);
    const seen = bars.map(({ points }) => ({ bits: points.x[0], low: points.y[0], high: points.y[1] }));
    expect(seen).toHaveLength([3, 2][i]);
    for (const { points } of dots)
      for (let k = 0; k < points.length; k++) {
        const [bits, error] = [points.x[k], points.y[k]];
        // Wilson's ends are where the score test of the share stands at its 95 % quantile
        const isEnd = (end: number): boolean =>
          end < 1e-9 || Math.abs(Math.abs(error - end) / Math.sqrt((end * (100 - end)) / 1000) - 1.6449) < 1e-4;
        const own = seen.filter(({ low, high }) => low <= error && error <= high && isEnd(low) && isEnd(high));
        expect(own.map((bar) => bar.bits)).toContain(bits);
      }
    if (y.scale === "category") throw new Error("has an axis");
    expect(y.low).toBeLessThanOrEqual(Math.min(...seen.map(({ low }) => low)));
    expect(y.high).toBeGreaterThanOrEqual(Math.max(...seen.map(({ high }) => high)));
    return dots.map(({ colour }) => colour);
  });
  expect(new Set(looks.flat()).size).toBe(4);
});
