/** A precision study as a figure. */
import { expect, test } from "vitest";
import { quantisePlot } from "../../app/quantise-plot.js";
import type { StudyRow } from "../../sim/functional/index.js";

test("of 20 layers no two lines look alike, and a layer looks the same in all panels", () => {
  const rows = (["weight_bits", "state_bits"] as const).flatMap((axis) =>
    Array.from({ length: 20 }, (_, i) => ({ axis, bits: 8, layer: `l${i}`, correct: 90 + (i % 3), scored: 100 }) as StudyRow),
  );
  const { panels } = quantisePlot({ title: "", about: "", float: null }, [], rows);
  const looks = panels.map(({ series }) => series.map((one) => (one.kind === "line" ? `${one.colour} ${one.dash}` : "")));
  expect(looks).toHaveLength(2);
  expect(new Set(looks[0]).size).toBe(20);
  expect(looks[1]).toEqual(looks[0]);
});
