/**
 * How long a search has not improved follows from the scores of its points alone: a reference point that an earlier
 * session stored, of these or of other points, changes nothing.
 */
import { expect, test } from "vitest";
import { createRng } from "../../base/rng.js";
import { FrontTracker } from "../../sweeps/front.js";
import { hypervolume } from "../../sweeps/hypervolume.js";
import { Objectives, type Score } from "../../sweeps/objectives.js";

const SEED = 5;
const objectives = new Objectives(
  {
    objectives: [
      { metric: "energy_uj_per_inference", direction: "min" },
      { metric: "accuracy_percent", direction: "max" },
    ],
    constraints: [],
    referencePoint: null,
  },
  [],
);

/** Points without improvement after each of the scores. */
function waits(scores: readonly Score[], stored: readonly number[] | null): readonly number[] {
  const front = new FrontTracker(objectives, stored);
  return scores.map((score, id) => {
    front.settle(id, score);
    return front.sinceImprovement;
  });
}

test("the count of points without improvement is the same with a stored reference point and without one", () => {
  const rng = createRng(SEED, "scores");
  let outside = 0;
  for (let run = 0; run < 40; run++) {
    // fronts that wander inwards: early points lie outside of what the first 32 fix
    const scores: Score[] = Array.from({ length: 90 }, (_, i) => {
      const [angle, distance] = [rng.float(), 1 + 4 * rng.float() * Math.max(0, 1 - i / 40)];
      return { objectives: [distance + angle, distance + 1 - angle + (i < 5 ? 3 * rng.float() : 0)], violation: rng.float() < 0.2 ? 1 : 0 };
    });
    const direct = waits(scores, null);
    const first = new FrontTracker(objectives, null);
    scores.forEach((score, id) => {
      first.settle(id, score);
    });
    const own = first.naturalReference as number[];
    const limit = objectives.minimised(own);
    outside += scores.filter((score) => score.violation === 0 && score.objectives?.some((value, k) => value >= limit[k])).length;
    for (const stored of [own, own.map((value) => value + 1), own.map((value) => value - 1)])
      expect(waits(scores, stored), `run ${run}`).toEqual(direct);
  }
  expect(outside).toBeGreaterThan(100); // seed 5: points that a stored reference would not have counted
});

test("with the user's reference point, the count starts again exactly where the hypervolume rises", () => {
  const rng = createRng(SEED, "volume");
  const own = new Objectives(
    {
      objectives: [
        { metric: "latency_us", direction: "min" },
        { metric: "area_mm2", direction: "min" },
      ],
      constraints: [],
      referencePoint: [0.6, 0.6],
    },
    [],
  );
  const front = new FrontTracker(own, null);
  const seen: number[][] = [];
  let [volume, wait, rises] = [0, 0, 0];
  for (let id = 0; id < 60; id++) {
    const values = [rng.float(), rng.float()];
    front.settle(id, { objectives: values, violation: 0 });
    seen.push(values);
    const now = hypervolume(seen, [0.6, 0.6]);
    wait = now > volume ? 0 : wait + 1;
    rises += now > volume ? 1 : 0;
    volume = now;
    expect(front.sinceImprovement).toBe(wait);
  }
  expect(rises).toBeGreaterThan(3);
});
