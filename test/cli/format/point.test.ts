/** What is said of a point and of those beside it that are no plain results of the study. */
import { expect, test } from "vitest";
import type { PointComparison } from "../../../app/compare.js";
import type { PointAmongOthers } from "../../../app/point-detail.js";
import { pointComparisonLines } from "../../../cli/format/comparison.js";
import { pointLines } from "../../../cli/format/point.js";
import { sensitivityLines } from "../../../cli/format/sensitivity.js";
import { candidateOf, neighboursOf, type StoredPoint } from "../../../sweeps/index.js";

const LOOK = { colour: false, unicode: true } as const;

const pointOf = (id: number, further: Partial<StoredPoint> = {}): StoredPoint =>
  ({
    ...{ id, key: `${id}`, values: { lanes: id }, fidelity: 1, state: "done", attempts: 1, violation: 0, code: null, reason: null },
    ...{ durationMs: null, metrics: { latency_us: 10 * id, area_mm2: null } },
    ...further,
  }) as unknown as StoredPoint;

const shownOf = (point: StoredPoint, networks: readonly object[] = []): PointAmongOthers =>
  ({
    point,
    result: null,
    own: candidateOf(point),
    broken: [],
    unbuilt: [],
    isApart: false,
    networks,
    tested: null,
  }) as unknown as PointAmongOthers;

test("a trial of a search is called so where it is shown like a point, with its share of the work", () => {
  const head = (fidelity: number, networks: readonly object[] = []): string =>
    pointLines(LOOK, shownOf(pointOf(5, { fidelity }), networks))[0];
  expect(head(1)).toBe("point 5: done");
  expect(head(0.1)).toBe("point 5: done, a trial on 10 % of the timed utterances, no result of the study");
  const network = { model: "a", name: "a", key: "k", epochs: 2, seconds: 1, error: null, reason: null, curve: [] };
  expect(head(1 / 16, [network])).toBe("point 5: done, a trial on 6.3 % of the timed utterances and epochs, no result of the study");
  const compared = (left: number, right: number): string =>
    pointComparisonLines(LOOK, {
      ...{
        left: pointOf(5, { fidelity: left }),
        right: pointOf(401, { fidelity: right }),
        differ: [],
        inputsDiffer: [],
        otherUtterances: [],
        metrics: [],
        broken: [[], []],
      },
      ...{ better: [], otherBuild: [], withoutPrice: [], isOneRun: false, paired: null, causes: [], objectives: [], timedUtterances: 0 },
    } satisfies PointComparison).join("\n");
  expect(compared(0.1, 1)).toContain("#5 is a trial on 10 % of the timed utterances, no result of the study");
  expect(compared(0.1, 0.25)).toContain("#401 is a trial on 25 %");
  expect(compared(1, 1)).not.toContain("trial");
});

test("a neighbour that breaks a limit, or has no result, says so", () => {
  const others = [
    pointOf(2),
    pointOf(3, { violation: 0.5 }),
    pointOf(4, { state: "infeasible", violation: 1, metrics: null }),
    pointOf(5, { violation: null }),
  ].map((point) => candidateOf(point));
  const own = candidateOf(pointOf(1));
  const objective = { metric: "latency_us", direction: "min" as const, head: "latency" };
  const lines = sensitivityLines(LOOK, own, neighboursOf(own.values, others), [objective], []);
  const words = new Map(lines.flatMap((line) => Array.from(line.matchAll(/#(\d+)(.*)$/g), ([, id, text]) => [id, text.trim()] as const)));
  expect([2, 3, 4, 5].map((id) => words.get(`${id}`))).toEqual(["", "breaks a limit", "infeasible", ""]);
});
