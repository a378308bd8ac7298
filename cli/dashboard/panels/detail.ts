/**
 * A point in full: settings and results, the chip with its utilisation, where the energy goes, what its neighbours differ in, and all tables
 * below. Side by side as far as the width allows. Pure.
 */
import { labelWithUnit, parameterLabel } from "../../../sweeps/index.js";
import { type Candidate, candidateOf } from "../../candidate.js";
import { chipLines } from "../../format/chip-drawing.js";
import { energyBars } from "../../format/energy-bars.js";
import { duration, measured, parameterText, significant } from "../../format/number.js";
import { plainly } from "../../format/plot.js";
import { areaLines, operationLines, utilisationLines } from "../../format/result.js";
import { type Look, paint } from "../../format/style.js";
import { cell } from "../../format/table.js";
import { localTrend } from "../../local-trend.js";
import type { PointDetail } from "../../point-detail.js";
import { neighboursOf, sensitivityLines, trendLines } from "../../sensitivity.js";
import { type Points, valueAt } from "../points.js";
import type { DashboardState } from "../state.js";
import { exactly } from "./box.js";
import { metricHead } from "./heads.js";
import { wrapped } from "./words.js";

const FACTS_CELLS = 40;
/** From here the drawing stands beside the facts, and from there two tables beside each other. */
const MIDDLING = 90;
const WIDE = 150;
const GAP = "   ";

type Lines = readonly string[];

let memory: { readonly key: readonly unknown[]; readonly lines: Lines } | null = null;

/** Lines of at most `width` cells; remembered, because the sweep goes on behind them. */
export function detailLines(look: Look, state: DashboardState, detail: PointDetail, width: number): Lines {
  const key = [detail, width, look];
  if (memory === null || memory.key.some((part, i) => part !== key[i])) memory = { key, lines: composed(look, state, detail, width) };
  return memory.lines;
}

function composed(look: Look, state: DashboardState, detail: PointDetail, width: number): Lines {
  const { result, chip } = detail;
  const inner = width - 2;
  const { facts, more } = factLines(look, state, detail);
  const right = inner - FACTS_CELLS - GAP.length;
  if (result === null)
    return indented(stacked(beside(facts, FACTS_CELLS, troubleLines(look, detail, right)), neighbourLines(look, state, detail)));
  const drawn = (room: number): Lines => (chip === null ? utilisationLines(look, result, 12) : chipLines(look, chip, result, room));
  const top = inner >= MIDDLING ? beside(facts, FACTS_CELLS, drawn(right)) : stacked(inColumns(facts, inner), drawn(inner));
  const energy = (room: number): Lines => energyBars(look, result.breakdown, room);
  const neighbours = neighbourLines(look, state, detail);
  const half = Math.floor((inner - GAP.length) / 2);
  const middle = inner >= WIDE ? beside(energy(half), half, neighbours) : stacked(energy(inner), neighbours);
  const tables = [
    inColumns([paint(look, "more results", "bold"), ...more], inner),
    chip === null ? [] : utilisationLines(look, result, 12),
    areaLines(look, result.breakdown, 12),
    result.operations.layers.length === 0 ? [] : operationLines(look, result),
  ];
  return indented(stacked(top, middle, ...tables));
}

const indented = (lines: Lines): Lines => lines.map((text) => ` ${text}`);

/** Blocks below each other, an empty line between. */
function stacked(...blocks: readonly Lines[]): Lines {
  return blocks.filter((lines) => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}

function beside(left: Lines, cells: number, right: Lines): Lines {
  if (right.length === 0) return left;
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => `${exactly(left[i] ?? "", cells)}${GAP}${right[i] ?? ""}`);
}

/** Facts in two columns where one would waste the width. */
function inColumns(facts: Lines, width: number): Lines {
  if (width < 2 * FACTS_CELLS - 4) return facts;
  const cells = Math.floor((width - GAP.length) / 2);
  const [head, ...rest] = facts;
  const half = Math.ceil(rest.length / 2);
  return [head ?? "", ...beside(rest.slice(0, half), cells, rest.slice(half))];
}

/** What the point is, what it is meant to give, what it is set to; and what it gives besides. */
function factLines(look: Look, state: DashboardState, { point, objectives }: PointDetail): { readonly facts: Lines; readonly more: Lines } {
  const goals = new Set(objectives.map(({ metric }) => metric));
  const line = (label: string, value: string, goal: boolean): string => {
    const room = FACTS_CELLS - 11;
    return `${paint(look, cell(plainly(look, label), room), "dim")} ${goal ? paint(look, value.padStart(10), "bold") : value.padStart(10)}`;
  };
  const known = (state.study?.metrics ?? []).flatMap(({ name, unit }) => {
    const value = point.metrics?.[name as keyof typeof point.metrics];
    return typeof value === "number" ? [{ name, text: line(labelWithUnit(name, unit), measured(value, 4), goals.has(name)) }] : [];
  });
  const broken = (point.violation ?? 0) > 0 ? `, beyond limits by ${significant(point.violation, 3)}` : "";
  const seconds = point.durationMs === null ? "" : `, ${duration(point.durationMs / 1000)}`;
  const again = point.attempts > 1 ? `, attempt ${point.attempts}` : "";
  return {
    facts: [
      paint(look, `${point.state}${broken}${seconds}${again}, key ${point.key.slice(0, 12)}`, "bold"),
      ...known.filter(({ name }) => goals.has(name)).map(({ text }) => text),
      ...Object.entries(point.values).map(([name, value]) => line(parameterLabel(name), parameterText(value), false)),
    ],
    more: known.filter(({ name }) => !goals.has(name)).map(({ text }) => text),
  };
}

function troubleLines(look: Look, { point }: PointDetail, width: number): Lines {
  return [
    ...(point.code === null ? [] : [paint(look, point.code, "yellow", "bold")]),
    ...wrapped(point.reason ?? `no result is stored: the point is ${point.state}`, Math.max(20, width)),
  ];
}

function neighbourLines(look: Look, state: DashboardState, { point, objectives }: PointDetail): Lines {
  const units = new Map(state.study?.metrics.map(({ name, unit }) => [name, unit]));
  const heads = objectives.map(({ metric, direction }) => ({
    metric,
    direction,
    head: metricHead(look, metric, units.get(metric) ?? "1", false),
  }));
  const own = candidateOf(point);
  const others = [...ended(state.points)];
  const exact = sensitivityLines(look, own, neighboursOf(point.values, others), heads);
  const trend =
    own.trouble === ""
      ? localTrend(
          own,
          others,
          objectives.map(({ metric }) => metric),
        )
      : null;
  return trend === null ? exact : stacked(exact, trendLines(look, trend, heads));
}

function* ended(points: Points): Generator<Candidate> {
  for (let row = 0; row < points.length; row++) {
    const outcome = points.outcomes[row];
    const known = (metric: string): number | null => {
      const value = valueAt(points, metric, row);
      return Number.isNaN(value) ? null : value;
    };
    if (outcome === "again" || outcome === undefined) continue;
    yield {
      id: points.ids[row] as number,
      values: points.values[row] as Candidate["values"],
      trouble: outcome === "done" ? "" : outcome,
      metricOf: known,
    };
  }
}
