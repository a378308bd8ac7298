/**
 * A panel as a Vega-Lite specification. Each series is a layer with the fields `x`, `y` (bars: `name`, `series`,
 * `value`). If the page fills the series itself, because its reader may choose other axes, they name a data set
 * (`cloud`, `line`, `marks`) instead of values. Pure.
 * Source: vega.github.io/vega-lite/docs (version 6).
 */
import type { Json } from "../hash.js";
import type { Axis, Categories, Panel, PlotPoints, Series } from "./spec.js";

type Layer = { readonly [key: string]: Json };

/** An axis as an encoding channel of `field`. */
function channelOf(field: string, axis: Axis): Layer {
  const { scale: type, low, high, label, isWhole } = axis;
  return {
    field,
    type: "quantitative",
    title: label,
    ...(isWhole === true && { axis: { tickMinStep: 1 } }),
    scale: { type, domain: [low, high], nice: false, ...(type === "log" ? {} : { zero: false }) },
  };
}

function valuesOf({ x, y, length }: PlotPoints): Json {
  return Array.from({ length }, (_, i) => ({ x: x[i], y: y[i] }));
}

/** `filled`: the page fills the data sets. */
export function vegaLite(panel: Panel, filled: boolean): Layer {
  const { x, y } = panel;
  if (y.scale === "category") return { width: "container", ...stacks(panel.series, x, y) };
  return {
    width: "container",
    encoding: { x: channelOf("x", x), y: channelOf("y", y) },
    layer: panel.series.flatMap((series) => (series.kind === "bars" ? [] : [layerOf(series, panel, filled)])),
  };
}

function layerOf(series: Exclude<Series, { kind: "bars" }>, panel: Panel, filled: boolean): Layer {
  const data: Json = filled ? { name: series.kind } : { values: valuesOf(series.points) };
  switch (series.kind) {
    case "cloud":
      return { data, mark: { type: "circle", size: 26 } };
    case "line": {
      const strokeDash = series.dash.map((length) => length * 2);
      return {
        data,
        mark: { type: "line", strokeWidth: series.width * 1.6, point: series.dotted, strokeDash },
        encoding: { order: { field: "i" } },
      };
    }
    case "marks": {
      const colour: Layer = panel.colour === null ? {} : { color: channelOf("colour", panel.colour) };
      return { data, mark: { type: "point", shape: "circle", size: 80, filled: true, strokeWidth: 1 }, encoding: colour };
    }
  }
}

function stacks(series: readonly Series[], x: Axis, y: Categories): Layer {
  const bars = series.filter((one) => one.kind === "bars");
  const values = bars.flatMap((one, order) =>
    one.values.flatMap((value, i): Json[] => (value > 0 ? [{ name: y.names[i], series: one.name, value, order }] : [])),
  );
  return {
    height: 18 * y.names.length,
    data: { values },
    mark: { type: "bar" },
    encoding: {
      y: {
        field: "name",
        type: "nominal",
        sort: [...y.names],
        title: y.label === "" ? null : y.label,
        axis: { labelOverlap: false, domain: false, ticks: false },
      },
      x: { field: "value", type: "quantitative", aggregate: "sum", title: x.label, axis: { orient: "top" } },
      order: { field: "order" },
      color: {
        field: "series",
        type: "nominal",
        scale: { domain: bars.map((one) => one.name), range: bars.map((one) => one.colour) },
        legend: { title: null, orient: "top", columns: 3, labelLimit: 220 },
      },
    },
  };
}
