/** What tables show for a metric can be typed, and means that metric. */
import { describe, expect, test } from "vitest";
import { metricHead } from "../../../cli/dashboard/text/heads.js";
import { METRICS, type MetricName } from "../../../sim/index.js";
import { metricLabel, referenceText } from "../../../sweeps/export/headers.js";
import { metricNamed, objectiveNamed } from "../../../sweeps/export/metric-name.js";

const names = Object.keys(METRICS) as MetricName[];
const LOOK = { colour: false, unicode: true } as const;

describe("the words shown for a metric of the study, without the unit, can be typed for it", () => {
  test.each(names)("%s", (name) => {
    const heads = (["whole", "bare"] as const).map((size) => metricHead(LOOK, name, METRICS[name].unit, size));
    const shown = [name, metricLabel(name), ...heads].map((head) =>
      head.split(" (")[0].replace(/ (%|µJ|µs|cycles|mm²|mW|nJ·s|pJ|1\/s)$/, ""),
    );
    // a word that was cut to fit ends in a full stop and cannot be typed
    const whole = shown.filter((head) => !head.endsWith("."));
    expect(whole.length).toBeGreaterThanOrEqual(3);
    for (const text of whole) expect(metricNamed(text, [name], "--objectives"), text).toBe(name);
  });
});

test("a short name of several metrics means the one of the study, and is refused if the study has none of them", () => {
  expect(metricNamed("latency", ["latency_cycles"], "--by")).toBe("latency_cycles");
  expect(metricNamed("latency", ["latency_us", "area_mm2"], "--by")).toBe("latency_us");
  expect(() => metricNamed("latency", ["area_mm2"], "--by")).toThrow(
    "--by: 'latency' may be several names\n    latency_us, latency_cycles",
  );
  expect(metricNamed("energy", ["area_mm2"], "--by")).toBe("energy_uj_per_inference");
  expect(metricNamed("energy_std", ["energy_uj_per_inference"], "--by")).toBe("energy_std_uj");
});

test("quantiles have short names too, of the study's metrics and of others", () => {
  expect(metricNamed("energy@90", ["energy_uj_per_inference@50"], "--columns")).toBe("energy_uj_per_inference@90");
  expect(metricNamed("area@2.5", [], "--columns")).toBe("area_mm2@2.5");
  expect(() => metricNamed("energy@101", [], "--columns")).toThrow(/got '101' as quantile of energy_uj_per_inference/);
  expect(() => metricNamed("spikes_fired@90", [], "--columns")).toThrow(/spikes_fired has no quantiles/);
});

test("an unknown name is refused with the nearest long or short name", () => {
  expect(() => metricNamed("lateny_us", [], "--objectives")).toThrow(
    "--objectives: unknown metric 'lateny_us'\n    did you mean latency_us?",
  );
  expect(() => metricNamed("acuracy", [], "--objectives")).toThrow(/did you mean accuracy\?/);
  expect(() => metricNamed("xyzzy", [], "--objectives")).toThrow(/known: accuracy_percent, energy_uj_per_inference/);
});

test("the direction is the typed one, else the study's, else the metric's", () => {
  const own = [{ metric: "area_mm2", direction: "max" }] as const;
  expect(objectiveNamed("area", own, "--objectives")).toEqual(own[0]);
  expect(objectiveNamed("area:min", own, "--objectives")).toEqual({ metric: "area_mm2", direction: "min" });
  expect(objectiveNamed("accuracy", own, "--objectives")).toEqual({ metric: "accuracy_percent", direction: "max" });
  expect(() => objectiveNamed("area:up", own, "--objectives")).toThrow(/unknown direction 'up' of area_mm2/);
  for (const more of ["min:max", "min:min", "min:", ":min", ""])
    expect(() => objectiveNamed(`area:${more}`, own, "--by"), more).toThrow(`--by: unknown direction '${more}' of area_mm2`);
});

test("a reference point is printed without the rounding of a sum, and with every digit before it", () => {
  expect(referenceText([1.4 + 138.7015, 0.1 + 0.2, 98.543210987], ["us", "1", "%"])).toBe("140.1015 us, 0.3, 98.543210987 %");
});
