/** The latency curve of a network as text. Pure. */
import type { NocCurveRow } from "../../app/noc.js";
import { axisOver } from "../../base/plot/axis.js";
import { NAMED } from "../../base/plot/colours.js";
import { type PlotPoints, pointsOf } from "../../base/plot/spec.js";
import { measured } from "./number.js";
import { plotLines, type TerminalPanel } from "./plot.js";
import type { Look } from "./style.js";
import { tableLines } from "./text-table.js";
import { wrapped } from "./words.js";

/** The curve as `rate,injected,...` lines; latencies of saturated rows are empty. */
export function curveCsvLines(rows: readonly NocCurveRow[]): readonly string[] {
  const cells = (row: NocCurveRow) => [
    row.rate,
    row.injected,
    row.accepted,
    row.hops ?? "",
    row.plat ?? "",
    row.nlat ?? "",
    row.saturated ? 1 : 0,
    row.growing ? 1 : 0,
  ];
  return ["rate,injected,accepted,hops,plat,nlat,saturated,growing", ...rows.map((row) => cells(row).join(","))];
}

/** Latency over offered load, from the lowest rate up to saturation. */
function curvePanel(points: PlotPoints): TerminalPanel {
  return {
    heading: "",
    x: axisOver("offered flits/node/cycle", [points], "x", false),
    y: axisOver("mean packet latency (cycles)", [points], "y", true),
    colour: null,
    series: [
      { kind: "line", name: "", points, colour: NAMED[0], width: 1, dash: [], dotted: false },
      { kind: "marks", name: "latency", points, fill: NAMED[0], labels: [], ringed: null },
    ],
    notes: [],
  };
}

const PLOT_CELLS = 72;

export function curvePlotLines(look: Look, typed: readonly NocCurveRow[]): readonly string[] {
  const rows = typed.toSorted((a, b) => a.rate - b.rate);
  const saturated = rows.filter((row) => row.saturated);
  const points = pointsOf(rows.flatMap(({ rate, plat }) => (plat === null ? [] : [[rate, plat] as const])));
  return [
    ...(points.length === 0 ? [] : plotLines(look, curvePanel(points), Math.min(PLOT_CELLS, look.columns ?? PLOT_CELLS), 20)),
    ...(saturated.length === 0
      ? []
      : [`saturated: ${saturated.map((row) => `${row.rate} (accepts ${measured(row.accepted)})`).join(", ")}`]),
    ...cautionLines(look, rows),
  ];
}

export function curveTableLines(look: Look, rows: readonly NocCurveRow[]): readonly string[] {
  const titles = ["rate [flits/node/cycle]", "injected", "accepted", "hops", "latency [cycles]", "in network [cycles]", "state"];
  const table = tableLines(
    look,
    titles.map((title) => ({ title, align: "right" as const })),
    rows.map((row) => [
      String(row.rate),
      ...[row.injected, row.accepted, row.hops, row.plat, row.nlat].map((value) => measured(value)),
      stateOf(row),
    ]),
  );
  return [...table, ...cautionLines(look, rows)];
}

/** What rows of a state need to be told; null: nothing. */
const CAUTIONS = {
  saturated: null,
  growing:
    "source queues grew in the measurement, so latencies depend on its length; the rate is beyond saturation, or --warmup and --measure are too short",
  "no packet": "none was measured, so nothing is known of the rate; a longer --measure, a higher rate or more --replications meet some",
  stable: null,
} as const;

function stateOf({ saturated, growing, hops }: NocCurveRow): keyof typeof CAUTIONS {
  if (saturated) return "saturated";
  return growing ? "growing" : hops === null ? "no packet" : "stable";
}

function cautionLines(look: Look, rows: readonly NocCurveRow[]): readonly string[] {
  return Object.entries(CAUTIONS).flatMap(([state, caution]) => {
    const rates = rows.filter((row) => stateOf(row) === state).map(({ rate }) => rate);
    if (caution === null || rates.length === 0) return [];
    const text = `${state} (${rates.join(", ")}): ${caution}`;
    return wrapped(text, look.columns ?? text.length);
  });
}
