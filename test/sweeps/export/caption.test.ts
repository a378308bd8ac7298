/** The caption of a front's figure says what the figure does not show. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { captionOf, exportFront, pareto } from "../../../app/pareto.js";
import { Store } from "../../../sweeps/index.js";
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
  const undrawn = /not drawn: ([^;]*)/.exec(whole)?.[1].split(", ") ?? [];
  expect(undrawn).toHaveLength(1);
  expect(["area", "accuracy"]).toContain(undrawn[0]);
  const svg = String(await exportFront(report, "svg", { x: "energy_uj_per_inference", y: "latency_us" }));
  expect(whole.includes("the dashed line joins")).toBe(svg.includes("stroke-dasharray"));
  expect(whole).toContain(`the ring marks the knee, point ${report.kneeId}`);
  expect(whole).not.toContain("bars");
  const part = captionOf(pareto(file, { top: 2, where: "lanes < 16", objectives: ["latency_us", "area_mm2"] }), "svg") ?? "";
  expect(part).toMatch(/only points with lanes < 16/);
  expect(part).not.toMatch(/not drawn/);
  expect([captionOf(report, "csv"), captionOf({ ...report, rows: [] }, "svg")]).toEqual([null, null]);
});
