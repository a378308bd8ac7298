/**
 * A growing front knows its hypervolume at every step: it equals that of all points computed at once, in any number of
 * objectives.
 */

import fc from "fast-check";
import { expect, test } from "vitest";
import { nonDominated } from "../../base/pareto.js";
import { GrowingFront, hypervolume } from "../../sweeps/index.js";

test("after each point the volume is that of all points so far, duplicates and points beyond the reference included", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 8, maxLength: 8 }), { maxLength: 25 }),
      fc.integer({ min: 0, max: 10 }),
      (dimensions, lists, late) => {
        const points = lists.map((list) => list.slice(0, dimensions));
        const reference = Array.from({ length: dimensions }, () => 11);
        const front = new GrowingFront<number>(late === 0 ? reference : null);
        points.forEach((point, i) => {
          front.add(i, point);
          if (late > 0 && i === late) front.measureFrom(reference);
          const so = points.slice(0, i + 1);
          if (late === 0 || i >= late) {
            const whole = hypervolume(so, reference);
            expect(Math.abs((front.volume as number) - whole)).toBeLessThanOrEqual(1e-12 * Math.max(1, whole));
          } else expect(front.volume).toBeNull();
          expect(front.members.map(({ id }) => id).sort((a, b) => a - b)).toEqual(nonDominated(so));
        });
      },
    ),
    { seed: 9, numRuns: 150 },
  );
});
