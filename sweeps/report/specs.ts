/**
 * The report's charts as Vega-Lite specifications: those that also exist as figures come from their plot
 * specifications. `chosen` and `any` are the linked selection: an object with one entry per selected id and name, and
 * whether anything is selected.
 */
import type { Json } from "../../base/hash.js";
import type { Panel } from "../../base/plot/spec.js";
import { vegaLite } from "../../base/plot/vega-lite.js";
import { FRONT_COLOUR } from "./style.js";

const SELECTION: Json = [
  { name: "chosen", value: {} },
  { name: "any", value: false },
];

const CHOSEN = "!any || chosen[datum.id]";

type Spec = { readonly [key: string]: Json };

/**
 * The study's scatter: a brush over the cloud selects points, and the knee has a label. The page fills in the data sets
 * and the axes that a reader chooses.
 */
function scatterSpec(panel: Panel): Json {
  const plain = vegaLite(panel, true);
  const brush: Json = [{ name: "brush", select: { type: "interval" } }];
  const tooltip: Json = { field: "about" };
  const layers = (plain.layer as readonly Spec[]).map((layer, i): Json => {
    const encoding = layer.encoding as Spec | undefined;
    const { kind } = panel.series[i];
    if (kind === "line") return layer;
    const cloud = kind === "cloud";
    const opacity = { condition: { test: CHOSEN, value: cloud ? 0.55 : 1 }, value: cloud ? 0.08 : 0.15 };
    return { ...layer, ...(cloud ? { params: brush } : {}), encoding: { ...encoding, opacity, tooltip } };
  });
  const knee: Json = {
    data: { name: "marks" },
    transform: [{ filter: "datum.knee" }],
    mark: { type: "text", text: "knee", dy: -13, fontSize: 12, fontWeight: "bold" },
  };
  const bars: Json = {
    data: { name: "bars" },
    mark: { type: "rule", clip: true, opacity: 0.35 },
    encoding: { x2: { field: "x2" }, y2: { field: "y2" } },
  };
  const focus: Json = { data: { name: "focus" }, mark: { type: "point", shape: "circle", size: 300, filled: false, strokeWidth: 2 } };
  return { ...plain, height: 470, params: SELECTION, layer: [bars, ...layers, knee, focus] };
}

/** Stacks of the points on the front; they are faded if other points are selected. */
function stackSpec(panel: Panel): Json {
  const plain = vegaLite(panel, false);
  const tooltip: Json = [
    { field: "name", title: "point" },
    { field: "series", title: "part" },
    { field: "value", title: panel.x.label, format: ".4~g" },
  ];
  const opacity: Json = { condition: { test: "!any || chosen[datum.name]", value: 1 }, value: 0.3 };
  return { ...plain, params: SELECTION, encoding: { ...(plain.encoding as Spec), opacity, tooltip } };
}

/** Parallel coordinates over values scaled to 0..1; the page turns rows into lines and labels the ends of each axis. */
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
          axis: {
            labelAngle: 0,
            labelLimit: 110,
            labelOverlap: false,
            domain: false,
            ticks: false,
            labelPadding: 22,
            labelExpr: "split(datum.label, ' ')",
          },
        },
        y: { field: "share", type: "quantitative", axis: null, scale: { domain: [0, 1] } },
        detail: { field: "id" },
        color: { condition: { test: "datum.front", value: FRONT_COLOUR }, value: "#4c78a8" },
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
      data: { name: "ranges" },
      mark: { type: "bar", width: 14, opacity: 0.35, color: FRONT_COLOUR },
      encoding: {
        x: { field: "axis", type: "nominal", sort: null },
        y: { field: "from", type: "quantitative" },
        y2: { field: "to" },
      },
    },
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
    x: {
      field: "metricLabel",
      type: "nominal",
      sort: null,
      title: null,
      axis: { labelAngle: 0, labelLimit: 160, labelOverlap: false, labelExpr: "split(datum.label, ' ')" },
    },
    y: { field: "parameter", type: "nominal", sort: null, title: null, axis: { labelOverlap: false } },
  },
  layer: [
    {
      mark: { type: "rect" },
      encoding: {
        tooltip: [
          { field: "parameter", type: "nominal", title: "parameter" },
          { field: "condition", type: "nominal", title: "condition" },
          { field: "metricLabel", type: "nominal", title: "objective" },
          { field: "share", type: "quantitative", title: "explains alone", format: ".0%" },
          { field: "error", type: "quantitative", title: "standard error", format: ".1%" },
          { field: "total", type: "quantitative", title: "with interactions", format: ".0%" },
          { field: "fit", type: "quantitative", title: "forest's fit", format: ".0%" },
        ],
        color: {
          field: "share",
          type: "quantitative",
          scale: { scheme: "cividis", domain: [0, 1] },
          legend: { title: "share of variance", format: ".0%", orient: "top", values: [0, 0.5, 1], gradientLength: 160 },
        },
      },
    },
    {
      mark: { type: "text", fontSize: 12 },
      encoding: {
        text: { field: "text" },
        color: {
          condition: [
            { test: "datum.share === null", value: "#888" },
            { test: "datum.share > 0.55", value: "#111" },
          ],
          value: "#fff",
        },
      },
    },
  ],
};

const LINK_COLOUR = {
  field: "busy",
  type: "quantitative",
  scale: { scheme: "orangered", domainMin: 0 },
  legend: {
    title: "link: busy share, by direction",
    orient: "bottom",
    direction: "horizontal",
    gradientLength: 140,
    format: ".2~g",
    tickCount: 2,
  },
} as const;

const LINK_TOOLTIP = [
  { field: "name", title: "link" },
  { field: "flitsPerCycle", title: "flits per cycle", format: ".4f" },
  { field: "busy", title: "busy share", format: ".4f" },
] as const;

/**
 * Tiles of the chosen point's chip, coloured by the busier unit of each core; links by the share of cycles in which
 * they are busy.
 */
const chip: Json = {
  width: "container",
  height: 300,
  resolve: { scale: { color: "independent" } },
  layer: [
    {
      data: { name: "links" },
      mark: { type: "rule", strokeCap: "round" },
      encoding: {
        x: { field: "x1", type: "quantitative", axis: null },
        y: { field: "y1", type: "quantitative", axis: null },
        x2: { field: "x2" },
        y2: { field: "y2" },
        color: LINK_COLOUR,
        strokeWidth: { value: 4 },
        tooltip: LINK_TOOLTIP,
      },
    },
    {
      data: { name: "links" },
      mark: { type: "point", shape: "triangle", filled: true, size: 90, opacity: 1 },
      encoding: {
        x: { field: "x2", type: "quantitative", axis: null },
        y: { field: "y2", type: "quantitative", axis: null },
        angle: { field: "tip", type: "quantitative", scale: null },
        color: { ...LINK_COLOUR, legend: null },
        tooltip: LINK_TOOLTIP,
      },
    },
    {
      data: { name: "cores" },
      mark: { type: "rect", stroke: "#888", cornerRadius: 3 },
      encoding: {
        x: { field: "left", type: "quantitative", axis: null },
        x2: { field: "right" },
        y: { field: "bottom", type: "quantitative", axis: null },
        y2: { field: "top" },
        color: {
          field: "busy",
          type: "quantitative",
          scale: { scheme: "cividis", domain: [0, 1] },
          legend: { title: "core: busier unit", format: ".0%", orient: "top", values: [0, 0.5, 1], gradientLength: 140 },
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
        x: { field: "centre", type: "quantitative", axis: null },
        y: { field: "middle", type: "quantitative", axis: null },
        text: { field: "text" },
        color: { condition: { test: "datum.busy > 0.55", value: "#111" }, value: "#fff" },
      },
    },
  ],
};

/** Pictures that also exist as plot specifications, and those that only a page can show. */
export interface ReportPictures {
  readonly scatter: Panel;
  /** Null if no reference point was fixed. */
  readonly history: Panel | null;
  readonly energy: Panel | null;
  readonly area: Panel | null;
}

/** From here on, SI has no more prefixes. */
const BEYOND_PREFIXES = 1e27;

/** Large hypervolumes are written as `28M`, and as `1.2e+34` where SI has no prefix. */
function historySpec(panel: Panel): Json {
  const plain = vegaLite(panel, false);
  const { y, ...rest } = plain.encoding as Spec;
  const high = panel.y.scale === "category" ? 0 : panel.y.high;
  const axis: Json = high >= 1e5 ? { format: high < BEYOND_PREFIXES ? "~s" : "~e" } : {};
  return { ...plain, height: 220, encoding: { ...rest, y: { ...(y as Spec), axis } } };
}

export function reportSpecs({ scatter, history, energy, area }: ReportPictures): { readonly [chart: string]: Json } {
  return {
    scatter: scatterSpec(scatter),
    history: history === null ? null : historySpec(history),
    energy: energy === null ? null : stackSpec(energy),
    area: area === null ? null : stackSpec(area),
    parallel,
    importance,
    chip,
  };
}
