import { expect, test } from "vitest";
import { coupled } from "../../../app/coupled.js";
import { coupledRunLines } from "../../../cli/format/coupled-points.js";
import { lookOf } from "../../../cli/format/style.js";

/** Cells of the table by title, with its rows in the order of the first column. */
function columnsOf(values: readonly number[]): { readonly [title: string]: readonly string[] } {
  const runs = coupled("tinyodin", {
    input: { seed: 1, events: 50, density: 0.2, gapCycles: 10, limitCycles: 700 },
    vary: { neurons: values },
  });
  const [head, , ...rows] = coupledRunLines(runs, lookOf({}, { LANG: "C" })).filter((line) => line.trim() !== "");
  const cells = rows.map((row) => row.trim().split(/\s+/)).sort((a, b) => Number(a[0]) - Number(b[0]));
  return Object.fromEntries(
    head
      .trim()
      .split(/\s+/)
      .map((title, i) => [title, cells.map((row) => row[i])]),
  );
}

test("columns of varied points do not depend on the order of the values, also for a state that only some points enter", () => {
  const ascending = columnsOf([16, 64, 256]);
  expect(ascending.neurons?.slice(0, 3)).toEqual(["16", "64", "256"]);
  const states = Object.entries(ascending).filter(([title]) => title.startsWith("state_cycles."));
  expect(states.some(([, cells]) => cells.includes("0") && cells.some((cell) => Number(cell) > 0))).toBe(true);
  expect(columnsOf([256, 64, 16])).toEqual(ascending);
  expect(columnsOf([64, 256, 16])).toEqual(ascending);
});
