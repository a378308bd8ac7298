/**
 * All about a point: parameters and metrics, the chip with its utilisation, energy by component, differences to its
 * neighbours, and all tables below. Blocks stand beside each other if the width allows. Pure.
 */

import { type AnyMetric, coveredText, labelWithUnit, metricOf, parameterLabel, type Result, unbuiltText } from "../../../app/nouns.js";
import type { PointBeside, PointDetail } from "../../../app/point-detail.js";
import { brokenText } from "../../format/broken.js";
import { chipLines } from "../../format/chip-drawing.js";
import { energyBars } from "../../format/energy-bars.js";
import { intervalText } from "../../format/interval.js";
import { duration, inUnit, parameterText } from "../../format/number.js";
import { plainly } from "../../format/plot.js";
import { areaLines, operationLines, utilisationLines } from "../../format/result.js";
import { sensitivityLines, trendLines } from "../../format/sensitivity.js";
import { type Look, paint } from "../../format/style.js";
import { cell, visibleWidth } from "../../format/text-table.js";
import { wrapped } from "../../format/words.js";
import { limitColumns } from "../limits.js";
import type { DashboardState } from "../state.js";
import { shortened } from "./exactly.js";
import { metricHead } from "./heads.js";

const FACTS_CELLS = 40;
const VALUE_CELLS = 11;
/** From this width on, facts have two columns, the drawing is beside them, and tables stand in pairs. */
const PAIRED = 66;
const MIDDLING = 90;
const WIDE = 150;
const GAP = "   ";
const BAR_CELLS = 12;

type Lines = readonly string[];

/** A metric or a parameter of the point. */
interface Fact {
  readonly label: string;
  readonly value: string;
  /** True for an objective. */
  readonly goal: boolean;
}

let memory: { readonly key: readonly unknown[]; readonly lines: Lines } | null = null;

/** Lines of at most `width` cells; cached, because the sweep continues while they are shown. */
export function detailLines(look: Look, state: DashboardState, detail: PointBeside, width: number): Lines {
  const key = [detail, width, look];
  if (memory === null || memory.key.some((part, i) => part !== key[i])) memory = { key, lines: composed(look, state, detail, width) };
  return memory.lines;
}

function composed(look: Look, state: DashboardState, detail: PointBeside, width: number): Lines {
  const { result, plan } = detail;
  const inner = width - 2;
  const { facts, more } = factsOf(state, detail);
  const head = paint(look, headText(detail), "bold");
  const narrow = [head, ...factLines(look, facts, FACTS_CELLS)];
  const right = inner - FACTS_CELLS - GAP.length;
  if (result === null || plan === null)
    return indented(stacked(beside(narrow, FACTS_CELLS, troubleLines(look, detail, right)), neighbourLines(look, state, detail, inner)));
  const { cores } = result.utilisation;
  const drawn = (room: number): Lines => (cores.length === 0 ? [] : chipLines(look, plan, result, room));
  const top =
    inner >= MIDDLING ? beside(narrow, FACTS_CELLS, drawn(right)) : stacked([head, ...inColumns(look, facts, inner)], drawn(inner));
  const energy = (room: number): Lines => energyBars(look, result, room);
  const neighbours = (room: number): Lines => neighbourLines(look, state, detail, room);
  const half = Math.floor((inner - GAP.length) / 2);
  const middle =
    inner >= WIDE && energy(half).length > 0 ? beside(energy(half), half, neighbours(half)) : stacked(energy(inner), neighbours(inner));
  const tables = [
    more.length === 0 ? [] : [paint(look, "more results", "bold"), ...inColumns(look, more, inner)],
    cores.length === 0 ? [] : utilisationLines(look, result, plan, BAR_CELLS, inner),
    result.breakdown.some((row) => row.areaMm2 !== null) ? areaLines(look, result.breakdown, BAR_CELLS, inner) : [],
    result.operations.layers.length === 0 ? [] : operationLines(look, result, inner),
  ];
  return indented(stacked(top, intervalLines(look, state, detail, inner), middle, ...tables, unpricedLines(look, result)));
}

/** Intervals of the objectives that depend on prices, samples or utterances. */
function intervalLines(look: Look, state: DashboardState, { objectives, intervals, result }: PointDetail, width: number): Lines {
  const units = new Map(state.study?.metrics.map(({ name, unit }) => [name, unit]));
  // a quantile is a bound of its metric, which has the interval
  const metrics = new Set(objectives.map(({ metric }) => metricOf(metric as AnyMetric)));
  const texts = [...metrics].flatMap((metric) => {
    const interval = intervals[metric];
    return interval === undefined ? [] : [`${plainly(look, labelWithUnit(metric, units.get(metric) ?? "1"))} ${intervalText(interval)}`];
  });
  if (texts.length === 0) return [];
  const title = coveredText([intervals], result?.provenance.timedUtterances.length ?? 0);
  return [paint(look, title, "bold"), ...wrapped(texts.join("; "), width)];
}

/** Which metrics are unknown because this chip's description has no prices for them. */
function unpricedLines(look: Look, { breakdown }: Result): Lines {
  const missing = [
    ...(breakdown.some((row) => row.energyPj !== null) ? [] : ["energy"]),
    ...(breakdown.some((row) => row.areaMm2 !== null) ? [] : ["area"]),
  ];
  return missing.length === 0 ? [] : [paint(look, `${missing.join(" and ")} unknown: this chip's parts have no prices`, "dim")];
}

const indented = (lines: Lines): Lines => lines.map((text) => ` ${text}`);

/** Blocks below each other, with an empty line between them. */
function stacked(...blocks: readonly Lines[]): Lines {
  return blocks.filter((lines) => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}

function beside(left: Lines, cells: number, right: Lines): Lines {
  if (right.length === 0) return left;
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => `${shortened(left[i] ?? "", cells)}${GAP}${right[i] ?? ""}`);
}

/** One fact per line of `cells` cells. */
function factLines(look: Look, facts: readonly Fact[], cells: number): Lines {
  return facts.map(({ label, value, goal }) => {
    const name = paint(look, cell(plainly(look, label), cells - VALUE_CELLS), "dim");
    const text = cell(value, Math.max(VALUE_CELLS - 1, visibleWidth(value)), "right");
    return `${name} ${goal ? paint(look, text, "bold") : text}`;
  });
}

/** Facts in two columns if the width allows. */
function inColumns(look: Look, facts: readonly Fact[], width: number): Lines {
  if (width < PAIRED) return factLines(look, facts, Math.min(width, FACTS_CELLS));
  const cells = Math.min(Math.floor((width - GAP.length) / 2), FACTS_CELLS + VALUE_CELLS);
  const lines = factLines(look, facts, cells);
  const half = Math.ceil(lines.length / 2);
  return beside(lines.slice(0, half), cells, lines.slice(half));
}

function headText(detail: PointDetail): string {
  const { point } = detail;
  const seconds = point.durationMs === null ? "" : `, ${duration(point.durationMs / 1000)}`;
  const again = point.attempts > 1 ? `, attempt ${point.attempts}` : "";
  return `${point.state}${brokenText(detail)}${seconds}${again}, key ${point.key.slice(0, 12)}`;
}

/** Objectives, metrics of limits, and parameters of the point, and its other metrics. */
function factsOf(
  state: DashboardState,
  { point, own, objectives, unbuilt }: PointDetail,
): { readonly facts: readonly Fact[]; readonly more: readonly Fact[] } {
  const goals = new Set<string>(objectives.map(({ metric }) => metric));
  const limits = new Set(limitColumns(state));
  const known = (state.study?.metrics ?? []).flatMap(({ name, unit }) => {
    const value = own.metricOf(name);
    const fact = { label: labelWithUnit(name, unit), goal: goals.has(name), limit: limits.has(name) };
    return value === null ? [] : [{ ...fact, value: inUnit(value, unit) }];
  });
  return {
    facts: [
      ...known.filter(({ goal }) => goal),
      ...known.filter(({ limit }) => limit),
      ...Object.entries(point.values).map(([name, value]) => ({ label: parameterLabel(name), value: parameterText(value), goal: false })),
      ...(unbuilt.length === 0 ? [] : [{ label: "lanes built", value: unbuilt.map(unbuiltText).join(", "), goal: false }]),
    ],
    more: known.filter(({ goal, limit }) => !goal && !limit),
  };
}

function troubleLines(look: Look, { point }: PointDetail, width: number): Lines {
  return [
    ...(point.code === null ? [] : [paint(look, point.code, "yellow", "bold")]),
    ...wrapped(point.reason ?? `no result is stored: the point is ${point.state}`, Math.max(20, width)),
  ];
}

function neighbourLines(
  look: Look,
  state: DashboardState,
  { own, objectives, neighbours, differences, trend }: PointBeside,
  columns: number,
): Lines {
  const room = { ...look, columns };
  const units = new Map(state.study?.metrics.map(({ name, unit }) => [name, unit]));
  const heads = objectives.map(({ metric, direction }) => ({
    metric,
    direction,
    head: metricHead(look, metric, units.get(metric) ?? "1", "medium"),
  }));
  const exact = sensitivityLines(room, own, neighbours, heads, differences);
  return trend === null ? exact : stacked(exact, trendLines(room, own, trend, heads, differences));
}
