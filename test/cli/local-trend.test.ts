/** The trend around a point: recovers the law that made the points, says "unclear" where there is none, and is told from few points only. */
import { expect, test } from "vitest";
import { createRng } from "../../base/rng.js";
import type { Candidate } from "../../cli/candidate.js";
import { localTrend } from "../../cli/local-trend.js";

const rng = createRng(11, "local-trend");

/** Cost halves with each doubling of lanes, grows by 10 % a bit, and knows nothing of the colour. */
function point(id: number, lanes: number, bits: number, colour: string, noise: number): Candidate {
  const cost = (1000 / lanes) * 1.1 ** bits * (1 + noise * (rng.float() - 0.5));
  return {
    id,
    values: { lanes, bits, colour },
    trouble: "",
    metricOf: (metric) => (metric === "cost" ? cost : metric === "zero" ? 0 : null),
  };
}

const cloud = (count: number, noise: number): readonly Candidate[] =>
  Array.from({ length: count }, (_, i) => point(i + 1, 2 ** rng.int(0, 6), rng.int(2, 8), rng.float() < 0.5 ? "red" : "blue", noise));

test("a multiplicative law comes back step by step, up from the middle and down from the highest value", () => {
  for (const noise of [0, 0.02]) {
    const own = point(0, 64, 5, "red", 0);
    const trend = localTrend(own, cloud(200, noise), ["cost", "zero", "missing"]);
    expect(trend?.steps.map(({ parameter, from, to }) => [parameter, from, to])).toEqual([
      ["lanes", 64, 32],
      ["bits", 5, 6],
      ["colour", "red", "blue"],
    ]);
    const fit = trend?.fits.get("cost");
    expect(fit?.relative[0]).toBeCloseTo(1, 1);
    expect(fit?.relative[1]).toBeCloseTo(0.1, 1);
    if (noise > 0) expect(fit?.relative[2]).toBeNull();
    expect(fit?.explained).toBeGreaterThan(0.99);
    expect(trend?.fits.get("zero")).toBeNull();
    expect(trend?.fits.get("missing")).toBeNull();
  }
});

test("few points, or points that all failed, give no trend", () => {
  const own = point(0, 8, 5, "red", 0);
  expect(localTrend(own, cloud(15, 0), ["cost"])).toBeNull();
  expect(
    localTrend(
      own,
      cloud(200, 0).map((other) => ({ ...other, trouble: "failed" })),
      ["cost"],
    ),
  ).toBeNull();
});
