/** The text of a front under other prices: who is on it, who was, and what its energies lack. */
import { expect, test } from "vitest";
import type { Repriced } from "../../../app/nouns.js";
import { createRng } from "../../../base/rng.js";
import { repricingLines } from "../../../cli/format/repricing.js";

const LOOK = { colour: false, unicode: true } as const;

const point = (id: number, further: Partial<Repriced> = {}): Repriced => ({
  ...{
    id,
    key: `${id}`,
    values: {},
    breakdown: [],
    tooFast: null,
    refused: null,
    intervals: {},
    violation: 0,
    withoutPrice: [`part ${id}`],
  },
  before: { energy_uj_per_inference: id },
  after: { energy_uj_per_inference: 100 - id },
  ...further,
});

/** Last column and parts without a price, by point. */
function shown(points: readonly Repriced[], front: readonly number[], frontAfter: readonly number[]) {
  const lines = repricingLines(LOOK, {
    points,
    front,
    frontAfter,
    objectives: [],
    draws: null,
    timedUtterances: 0,
    keptPlacements: 0,
    otherBuild: [],
  });
  const states = lines.flatMap((line) => {
    const [, id, state] = /^ *#(\d+) .* {2}(yes|no|new|clock too fast)$/.exec(line) ?? [];
    return id === undefined ? [] : [[Number(id), state] as const];
  });
  const parts = lines.flatMap((line) => /in no energy: (.*)$/.exec(line)?.[1].split(", ") ?? []);
  return { states: new Map(states), parts, text: lines.join("\n") };
}

test.each(Array.from({ length: 20 }, (_, seed) => seed))(
  "draw %i: every point of either front has a line that says on which it is, and its parts without a price are named",
  (seed) => {
    const rng = createRng(seed, "fronts");
    const points = Array.from({ length: 12 }, (_, i) => point(i + 1, rng.float() < 0.2 ? { tooFast: "router needs 9 ns" } : {}));
    const front = points.filter(() => rng.float() < 0.4);
    const after = points.filter(({ tooFast }) => tooFast === null && rng.float() < 0.4);
    const either = points.filter((one) => front.includes(one) || after.includes(one));
    const { states, parts } = shown(
      points,
      front.map(({ id }) => id),
      after.map(({ id }) => id),
    );
    expect([...states].sort(([a], [b]) => a - b)).toEqual(
      either.map((one) => [
        one.id,
        one.tooFast !== null ? "clock too fast" : !after.includes(one) ? "no" : front.includes(one) ? "yes" : "new",
      ]),
    );
    expect(new Set(parts)).toEqual(new Set(either.flatMap(({ withoutPrice }) => withoutPrice)));
  },
);

test("refused points come last, the others by energy, and those of equal energy by number", () => {
  const refused = { after: {}, refused: "no macro fits" };
  const of = (energy_uj_per_inference: number) => ({ after: { energy_uj_per_inference } });
  const points = [point(1, of(3)), point(2, refused), point(3, of(1)), point(4, refused), point(5, of(2)), point(6, of(1))];
  const orders = [points, points.toReversed(), [2, 0, 4, 1, 5, 3].map((i) => points[i])].map((order) =>
    Array.from(shown(order, [1, 2, 3, 4, 5, 6], []).text.matchAll(/^ *#(\d+) /gm), ([, id]) => Number(id)),
  );
  expect(orders).toEqual(orders.map(() => [3, 6, 5, 1, 2, 4]));
});

test("a number of points that is one has its own verb", () => {
  const points = [point(1), point(2), point(3)];
  expect(shown(points, [1], [1, 2]).text).toContain("1 of the front's 1 point stays on it, 1 is new on it");
  expect(shown(points, [1, 2], []).text).toContain("0 of the front's 2 points stay on it, 0 are new on it");
});
