/** A front of several points with equal objectives says how many are different; one without says nothing of it. */
import { expect, test } from "vitest";
import { captionOf } from "../../../app/pareto.js";
import { createRng } from "../../../base/rng.js";
import { type DashboardState, EMPTY_STATE, reduce } from "../../../cli/dashboard/state.js";
import { summaryLines } from "../../../cli/dashboard/summary.js";
import { studyComparisonLines } from "../../../cli/format/comparison.js";
import { frontLines } from "../../../cli/format/front.js";
import { compareFronts, FORMATS, type FrontReport, frontReport, Store, studyRecord, viewed } from "../../../sweeps/index.js";
import { SCRIPTED_OPENING } from "../../cli/dashboard/scripted-study.js";
import { COUNTERS, resultOf, setupOf, specOf } from "../fake-study.js";

const LOOK = { colour: false, unicode: false };
const PLOT = { x: null, y: null, column: "single", siunitx: false } as const;
type Vector = readonly [accuracy: number, energy: number];

/** The front of a study with these results, each at a chip of its own. */
function reportOf(vectors: readonly Vector[]): FrontReport {
  const objectives = [
    { metric: "accuracy_percent", direction: "max" },
    { metric: "energy_uj_per_inference", direction: "min" },
  ] as const;
  const setup = setupOf(specOf({ objectives }));
  const store = Store.inMemory();
  store.begin(studyRecord(setup), 1, setup.provenance);
  for (const [i, [accuracy_percent, energy_uj_per_inference]] of vectors.entries()) {
    const values = { lanes: i, word_bits: 32, bits: 4, kind: "mesh" };
    store.insert({ id: i + 1, key: `key${i}`, values, fidelity: 1 }, values);
    store.finish({ id: i + 1 }, resultOf({ accuracy_percent, energy_uj_per_inference, latency_us: i }), COUNTERS, 0, 1);
  }
  const report = frontReport(store);
  store.close();
  return report;
}

/** Points without an equal one before them. */
const plainly = (vectors: readonly Vector[]): number =>
  vectors.filter(([a, b], i) => !vectors.slice(0, i).some(([c, d]) => a === c && b === d)).length;

const ended = (vectors: readonly Vector[]): DashboardState => {
  const front = vectors.map((objectives, i) => ({ id: i + 1, objectives }));
  const points = vectors.map(([accuracy_percent, energy_uj_per_inference], i) => ({
    ...{ type: "point-done" as const, id: i + 1, key: `${i}`, values: { lanes: i, weight_bits: 1, clock_mhz: 10 }, violation: 0 },
    ...{ metrics: { accuracy_percent, energy_uj_per_inference }, durationMs: 1, stored: false },
  }));
  const events = [...SCRIPTED_OPENING, ...points, { type: "front-changed" as const, front, hypervolume: 1, reference: [0, 9] }];
  return events.reduce((state, event) => reduce(state, event, 1), EMPTY_STATE);
};

test("pareto, tables, compare and a sweep's summary count different points beside points, only where these are fewer", async () => {
  const rng = createRng(5, "copies");
  // accuracy rises with energy: all are on the front
  const once = Array.from({ length: 6 }, (_, i): Vector => [90 + i, 1 + i]);
  const copies = once.flatMap((vector) => Array.from({ length: rng.int(1, 4) }, () => vector));
  expect(copies.length).toBeGreaterThan(once.length + 3);
  for (const vectors of [once, copies, [once[0], once[0]], [once[0]]]) {
    const [count, different] = [vectors.length, plainly(vectors)];
    const report = reportOf(vectors);
    expect(report.view).toMatchObject({ size: count, different });
    const shown = viewed(report, { top: 2 });
    const compared = compareFronts(report, reportOf(once.slice(0, 3)));
    expect(compared.left).toMatchObject({ front: count, different });
    const onUnion = vectors.filter(([accuracy]) => accuracy >= 90);
    expect(compared.left).toMatchObject({ onUnion: onUnion.length, onUnionDifferent: plainly(onUnion) });
    const whole = { ...compared, objectives: report.objectives, where: null, withoutPrice: [], inputsDiffer: [], searchesDiffer: [] };
    const sides = {
      left: { ...compared.left, engineVersion: "1", inputs: [] },
      right: { ...compared.right, engineVersion: "1", inputs: [] },
    };
    const sentences = [
      frontLines(LOOK, shown, PLOT, "a.db", 100).join("\n"),
      String(await FORMATS.demand("md", "test").render(shown, PLOT)),
      String(await FORMATS.demand("tex", "test").render(shown, PLOT)),
      captionOf(shown, "svg") ?? "",
    ];
    const texts = [
      studyComparisonLines(LOOK, { ...whole, ...sides }, ["a.db", "b.db"]).join("\n"),
      summaryLines(LOOK, ended(vectors), [], 100, 0).join("\n"),
    ];
    for (const text of sentences) {
      const said =
        text.match(/\b\d+ (of \d+ )?points?( on the front)?, (\d+ of them different in some objective|all equal in all objectives)/g) ?? [];
      const among = different === 1 ? "all equal in all objectives" : `${different} of them different in some objective`;
      expect(said.map((one) => one.replace(/ (of \d+ )?points( on the front)?,/, ":"))).toEqual(
        different === count ? [] : [`${count}: ${among}`],
      );
      if (different === count) expect(text).not.toMatch(/different|all equal/);
      expect(text).not.toContain(`(${different} different)`);
    }
    for (const text of texts)
      if (different === count) expect(text).not.toContain("different");
      else expect(text).toMatch(new RegExp(`\\b${count}( points)? \\(${different} different\\)`));
    expect(JSON.parse(String(await FORMATS.demand("json", "test").render(report, PLOT)))).toMatchObject({ view: { different } });
  }
});
