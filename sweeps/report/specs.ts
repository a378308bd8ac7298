/**
 * The report's charts as Vega-Lite specifications. Fields `x`, `y` and `colour` of the scatter are filled in by the page; `chosen` and `any`
 * are the linked selection: an object with an entry a selected id, and whether there is one.
 */
import type { Json } from "../../arch/base/hash.js";

const SELECTION: Json = [
  { name: "chosen", value: {} },
  { name: "any", value: false },
];

const CHOSEN = "!any || chosen[datum.id]";

/** Scatter: every point, the front as diamonds on top; a brush selects. */
const scatter: Json = {
  width: "container",
  height: 380,
  params: SELECTION,
  data: { name: "points" },
  layer: [
    {
      params: [{ name: "brush", select: { type: "interval" } }],
      transform: [{ filter: "!datum.front" }],
      mark: { type: "circle", size: 26 },
      encoding: { opacity: { condition: { test: CHOSEN, value: 0.55 }, value: 0.08 } },
    },
    {
      transform: [{ filter: "datum.front" }],
      mark: { type: "point", shape: "diamond", size: 110, filled: true, strokeWidth: 1 },
      encoding: { opacity: { condition: { test: CHOSEN, value: 1 }, value: 0.15 } },
    },
    {
      transform: [{ filter: "datum.knee" }],
      mark: { type: "text", text: "knee", dy: -13, fontSize: 12, fontWeight: "bold" },
      encoding: {},
    },
  ],
};

/** Parallel coordinates over values scaled to 0..1; the page folds the rows and gives each axis its ends. */
const parallel: Json = {
  width: "container",
  height: 300,
  params: SELECTION,
  layer: [
    {
      data: { name: "folded" },
      mark: { type: "line", strokeWidth: 1 },
      encoding: {
        x: {
          field: "axis",
          type: "nominal",
          sort: null,
          title: null,
          scale: { type: "point", padding: 0.5 },
          axis: { labelAngle: 0, labelLimit: 110, domain: false, ticks: false, labelPadding: 22, labelExpr: "split(datum.label, ' ')" },
        },
        y: { field: "share", type: "quantitative", axis: null, scale: { domain: [0, 1] } },
        detail: { field: "id" },
        color: { condition: { test: "datum.front", value: "#d1841f" }, value: "#4c78a8" },
        opacity: {
          condition: [
            { test: "any && chosen[datum.id]", value: 0.9 },
            { test: "!any && datum.front", value: 0.5 },
          ],
          value: 0.1,
        },
      },
    },
    ...[
      { share: 1, dy: -9 },
      { share: 0, dy: 12 },
    ].map(({ share, dy }) => ({
      data: { name: "ends" },
      transform: [{ filter: `datum.share === ${share}` }],
      mark: { type: "text", fontSize: 11, dy },
      encoding: {
        x: { field: "axis", type: "nominal", sort: null },
        y: { field: "share", type: "quantitative" },
        text: { field: "label" },
      },
    })),
    {
      data: { name: "rules" },
      mark: { type: "rule", strokeWidth: 1, opacity: 0.5 },
      encoding: { x: { field: "axis", type: "nominal", sort: null }, y: { datum: 0 }, y2: { datum: 1 } },
    },
  ],
};

const importance: Json = {
  width: "container",
  data: { name: "importance" },
  encoding: {
    x: { field: "metricLabel", type: "nominal", sort: null, title: null, axis: { labelAngle: 0, orient: "top", labelLimit: 160 } },
    y: { field: "parameter", type: "nominal", sort: null, title: null },
  },
  layer: [
    {
      mark: { type: "rect" },
      encoding: {
        color: {
          field: "share",
          type: "quantitative",
          scale: { scheme: "cividis", domain: [0, 1] },
          legend: { title: "share of variance", format: ".0%", orient: "bottom" },
        },
      },
    },
    {
      mark: { type: "text", fontSize: 12 },
      encoding: {
        text: { field: "text" },
        color: { condition: { test: "datum.share > 0.55", value: "#111" }, value: "#fff" },
      },
    },
  ],
};

/** Stacks of the energy (or area) of front points; the page gives rows with `value` and `group`. */
const breakdown: Json = {
  width: "container",
  params: SELECTION,
  data: { name: "breakdown" },
  mark: { type: "bar" },
  encoding: {
    y: { field: "label", type: "nominal", sort: null, title: null, axis: { labelOverlap: false } },
    x: { field: "value", type: "quantitative", aggregate: "sum" },
    color: {
      field: "group",
      type: "nominal",
      scale: { scheme: "tableau10" },
      legend: { title: null, orient: "top", columns: 3, labelLimit: 220 },
    },
    opacity: { condition: { test: CHOSEN, value: 1 }, value: 0.3 },
    tooltip: [{ field: "label", title: "point" }, { field: "component" }, { field: "group" }, { field: "value", format: ".4~g" }],
  },
};

/** Tiles of the chosen point's chip, coloured by the busier unit of each core; links by their flits a cycle. */
const chip: Json = {
  width: "container",
  height: 300,
  layer: [
    {
      data: { name: "links" },
      mark: { type: "rule", strokeCap: "round" },
      encoding: {
        x: { field: "x1", type: "quantitative", axis: null },
        y: { field: "y1", type: "quantitative", axis: null },
        x2: { field: "x2" },
        y2: { field: "y2" },
        strokeWidth: {
          field: "flitsPerCycle",
          type: "quantitative",
          scale: { range: [1, 14], domainMin: 0 },
          legend: { title: "link: flits a cycle", orient: "bottom", format: ".2~g", tickCount: 3 },
        },
        color: { value: "#9a9a9a" },
        tooltip: [
          { field: "name", title: "link" },
          { field: "flitsPerCycle", title: "flits a cycle", format: ".4f" },
        ],
      },
    },
    {
      data: { name: "cores" },
      mark: { type: "rect", stroke: "#888", cornerRadius: 3 },
      encoding: {
        x: { field: "left", type: "quantitative" },
        x2: { field: "right" },
        y: { field: "bottom", type: "quantitative" },
        y2: { field: "top" },
        color: {
          field: "busy",
          type: "quantitative",
          scale: { scheme: "cividis", domain: [0, 1] },
          legend: { title: "core: busiest unit", format: ".0%", orient: "top" },
        },
        tooltip: [
          { field: "core" },
          { field: "neurons" },
          { field: "synapseBusy", title: "accumulate unit busy", format: ".1%" },
          { field: "somaBusy", title: "neuron update busy", format: ".1%" },
          { field: "populations" },
        ],
      },
    },
    {
      data: { name: "cores" },
      mark: { type: "text", fontSize: 12, lineBreak: "\n" },
      encoding: {
        x: { field: "centre", type: "quantitative" },
        y: { field: "middle", type: "quantitative" },
        text: { field: "text" },
        color: { condition: { test: "datum.busy > 0.55", value: "#111" }, value: "#fff" },
      },
    },
  ],
};

const history: Json = {
  width: "container",
  height: 220,
  data: { name: "history" },
  mark: { type: "line", interpolate: "step-after", strokeWidth: 2, tooltip: true },
  encoding: {
    x: { field: "points", type: "quantitative", title: "points asked" },
    y: { field: "hypervolume", type: "quantitative", title: "hypervolume", scale: { zero: false } },
  },
};

export const REPORT_SPECS = { scatter, parallel, importance, breakdown, chip, history } as const satisfies {
  readonly [chart: string]: Json;
};
