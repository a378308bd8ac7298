/** The caption of a front's figure says what the figure does not show. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { captionOf, exportFront, paperWarnings, pareto, viewLines } from "../../../app/pareto.js";
import { type FrontReport, Store } from "../../../sweeps/index.js";
import { FakeEngine, fakeStudy, specOf } from "../fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "caption-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a caption names the front's size, the dots, the limits, what is not drawn, and each sign that the figure has", async () => {
  const file = join(folder, "x.db");
  const objectives = (["energy_uj_per_inference", "latency_us", "area_mm2", "accuracy_percent"] as const).map((metric) => ({
    metric,
    direction: metric === "accuracy_percent" ? ("max" as const) : ("min" as const),
  }));
  await fakeStudy(specOf({ objectives }, { name: "random", budget: 60 }), file, new FakeEngine()).run();
  const store = Store.read(file);
  const feasible = [...store.points("p.violation = 0 AND p.state = 'done'")].length;
  const front = store.frontIds().length;
  store.close();
  const report = pareto(file);
  const whole = captionOf(report, "pdf", { x: "energy_uj_per_inference", y: "latency_us" }) ?? "";
  expect(whole).toContain(
    `: ${front} points; dots are the other ${feasible - front} points with accuracy_percent >= 55 and lanes * bits <= 100; `,
  );
  const alone = { ...report, cloud: report.cloud.slice(0, report.rows.length + report.hidden.length) };
  expect(captionOf(alone, "pdf")).toContain(`: ${front} points; there is no other point with accuracy_percent >= 55 and `);
  const undrawn = /not drawn: ([^;]*)/.exec(whole)?.[1].split(", ") ?? [];
  expect(undrawn).toHaveLength(1);
  expect(["area", "accuracy"]).toContain(undrawn[0]);
  const svg = String(await exportFront(report, "svg", { x: "energy_uj_per_inference", y: "latency_us" }));
  expect(whole.includes("the dashed line joins")).toBe(svg.includes("stroke-dasharray"));
  // one place that is the best in both metrics has no line, however many points lie there
  const [first] = report.rows;
  for (const rows of [[first], [first, { ...first, id: first.id + 1 }]]) {
    const one = { ...report, rows, hidden: [] };
    expect(captionOf(one, "svg")).not.toContain("dashed");
  }
  expect(whole).toContain(`the ring marks the knee, point ${report.kneeId}`);
  expect(whole).not.toContain("bars");
  const part = captionOf(pareto(file, { top: 2, where: "lanes < 16", objectives: ["latency_us", "area_mm2"] }), "svg") ?? "";
  expect(part).toMatch(/only points with lanes < 16/);
  expect(part).not.toMatch(/not drawn/);
  expect([captionOf(report, "csv"), captionOf({ ...report, rows: [] }, "svg")]).toEqual([null, null]);
});

test("a caption to paste, of a figure or a LaTeX table, has no word of another build; that is said apart", async () => {
  const file = join(folder, "other.db");
  await fakeStudy(specOf({}, { name: "random", budget: 20 }), file, new FakeEngine()).run();
  const own = pareto(file);
  const sentence = /computed by another build/;
  const change = { kind: "program", name: "snn-dse", before: "SHA-256 a", now: "SHA-256 b" } as const;
  const other = { ...own, draws: 100, timedUtterances: 2, otherBuild: [change] };
  const caption = async (report: FrontReport, format: string) =>
    format === "tex" ? /\\caption\{.*/.exec(String(await exportFront(report, "tex")))?.[0] : captionOf(report, format);
  for (const format of ["svg", "pdf", "pgfplots", "tex"]) {
    expect(await caption(other, format)).toMatch(/^(Pareto front of|\\caption\{Pareto front of) [^:]*: \d+ (of \d+ )?points/);
    expect(await caption(other, format)).not.toMatch(/build|sweep --rerun/);
    expect(paperWarnings(other, format)).toEqual([expect.stringMatching(sentence)]);
    for (const plain of [own, { ...own, otherBuild: [change] }, { ...other, otherBuild: [] }])
      expect(paperWarnings(plain, format)).toEqual([]);
  }
  for (const format of ["csv", "md", "json"]) expect(paperWarnings(other, format)).toEqual([]);
  expect(viewLines(other).join()).toMatch(sentence);
  for (const [format, place] of [
    ["md", /\n\d+ points on the front.*another build/],
    ["tex", /\n% hypervolume .*another build/],
  ] as const)
    expect(String(await exportFront(other, format))).toMatch(place);
});
