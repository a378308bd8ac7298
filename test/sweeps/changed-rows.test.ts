/** Readers of database rows that another program changed. */
import { describe, expect, test } from "vitest";
import { parseArch } from "../../arch/index.js";
import { InputError } from "../../base/errors.js";
import { png } from "../../base/plot/png.js";
import { historyPlot, storedPlan } from "../../sweeps/index.js";
import { METRIC_NAMES, pointOf } from "../../sweeps/store/rows.js";
import { resultOf } from "./fake-study.js";

const metrics = resultOf({ latency_us: 1 }).metrics;
const row = {
  ...Object.fromEntries(METRIC_NAMES.map((name) => [name, metrics[name]])),
  ...{ id: 1, edition: 1, key: "k", values_json: "{}", fidelity: 1, state: "done", attempts: 1, violation: 0, code: null, reason: null },
  ...{ duration_ms: 1 },
};

describe("L7: a row with an invalid value", () => {
  test("a text in a number column is read as unknown", () => {
    expect(pointOf(row).metrics?.latency_us).toBe(1);
    const changed = pointOf({ ...row, latency_us: "\u001b[31mtext", duration_ms: "x" });
    expect([changed.metrics?.latency_us, changed.durationMs]).toEqual([null, null]);
  });

  test("a result of another chip than its values describe is refused, with the point and what to do", () => {
    const text = "version: 1\nextends: mesh-2x2\nnetwork: { model: none }\nworkload: { dataset: none }\n";
    const { document } = parseArch(text, "x.yaml");
    const core = (id: number) => ({ core: id, synapseBusy: 0, somaBusy: 0, neurons: 1, populations: [] });
    const result = (id: number) => ({ ...resultOf({}), utilisation: { cores: [core(id)] as never, links: [] } });
    expect(storedPlan("x.db", 7, document, {}, result(3)).cores).toBe(4);
    expect(() => storedPlan("x.db", 7, document, {}, result(4))).toThrow(InputError);
    expect(() => storedPlan("x.db", 7, document, {}, result(4))).toThrow(
      /point 7 is damaged: .* core 4, .* 4 cores\n {4}run the sweep again/,
    );
  });

  test("a picture is drawn even if a name contains control characters", async () => {
    const plot = historyPlot({ about: "\u0000\ud800", column: "single" }, "\u001b]0;x\u0007", [{ points: 1, hypervolume: 1, front: 1 }]);
    expect(
      Buffer.from(await png(plot))
        .subarray(1, 4)
        .toString(),
    ).toBe("PNG");
  });
});
