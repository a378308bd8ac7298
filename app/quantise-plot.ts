/**
 * Draws the precision study: error over bits, one line per width; below, one panel per width in which one layer at a
 * time changes. Pure.
 */

import { axisOf, type Limits, limitsOf, NO_LIMITS } from "../base/plot/axis.js";
import { BAR, INK, NAMED } from "../base/plot/colours.js";
import { type Panel, type PlotSpec, pointsOf, type Series } from "../base/plot/spec.js";
import { STUDY_AXES, type StudyAxis, type StudyRow } from "../sim/functional/index.js";

export interface StudyTexts {
  readonly title: string;
  /** Where the numbers come from, in one line. */
  readonly about: string;
  /** Accuracy of the float network, percent; null: not known. */
  readonly float: number | null;
}

/**
 * The axis of errors is logarithmic, so that a loss from 99 to 98 % is as visible as one from 90 to 80 %. In a panel
 * with a row that has no error, which a logarithmic axis cannot show, it is linear from 0.
 */
export function quantisePlot({ title, about, float }: StudyTexts, rows: readonly StudyRow[], layers: readonly StudyRow[]): PlotSpec {
  // A layer has one pen in all panels, and begins with colours that no width has.
  const axes = new Set(rows.map((row) => nameOf(row.axis)));
  const ofLayers = pens(
    layers.map((row) => row.layer ?? ""),
    DASHES,
    axes.size,
  );
  const ofAxes = pens([...axes], [[]], 0);
  const panels = [
    panelOf("", "bits", rows, float, (row) => nameOf(row.axis), ofAxes),
    ...STUDY_AXES.map((axis) => {
      const own = layers.filter((row) => row.axis === axis);
      return panelOf(`${nameOf(axis)} of one layer at a time`, `${nameOf(axis)} bits`, own, null, (row) => row.layer ?? "", ofLayers);
    }),
  ];
  return { title, about, column: "single", legend: "above", panels: panels.filter((panel) => panel.series.length > 0) };
}

type Pens = (name: string) => { readonly colour: string; readonly dash: readonly number[] };

/** Lines of one colour differ in their dashes. */
const DASHES: readonly (readonly number[])[] = [
  [3, 2],
  [1, 1.5],
  [6, 2, 1, 2],
  [8, 3],
];

/** `first`: how many colours are passed over. */
function pens(names: readonly string[], dashes: readonly (readonly number[])[], first: number): Pens {
  const order = [...new Set(names)];
  return (name) => {
    const at = order.indexOf(name);
    return { colour: NAMED[(first + at) % NAMED.length], dash: dashes[Math.floor(at / NAMED.length) % dashes.length] };
  };
}

function nameOf(axis: StudyAxis): string {
  return axis.replaceAll("_", " ").replace(" bits", "").replace("lut", "table");
}

/** Share of wrong decisions, percent. */
const errorOf = ({ correct, scored }: StudyRow): number => (100 * (scored - correct)) / scored;

/** The 90 % interval of the error, around it also where rounding would not have it so. */
function endsOf(row: StudyRow): readonly [low: number, high: number] {
  const { lowPercent, highPercent } = row.interval;
  return [Math.min(errorOf(row), 100 - highPercent), Math.max(errorOf(row), 100 - lowPercent)];
}

/** At least from no error to one wrong decision. */
const fromZero = (rows: readonly StudyRow[]): Limits => ({ low: 0, high: Math.max(...rows.map(({ scored }) => 100 / scored)) });

function panelOf(
  heading: string,
  label: string,
  rows: readonly StudyRow[],
  float: number | null,
  lineOf: (row: StudyRow) => string,
  penOf: Pens,
): Panel {
  const lines = new Map<string, StudyRow[]>();
  for (const row of rows) lines.set(lineOf(row), [...(lines.get(lineOf(row)) ?? []), row]);
  const series = [...lines].map(([name, own]): Series => {
    const points = pointsOf([...own].sort((a, b) => a.bits - b.bits).map((row) => [row.bits, errorOf(row)] as const));
    return { kind: "line", name, points, ...penOf(name), width: 1, dotted: true };
  });
  const bars = rows.map((row, i): Series => {
    const points = pointsOf(endsOf(row).map((error) => [row.bits, error] as const));
    return { kind: "line", name: i === 0 ? "90 % interval" : "", points, colour: BAR, width: 0.5, dash: [], dotted: false };
  });
  const bits = limitsOf(rows.map((row) => row.bits));
  const floor = float === null ? null : 100 - float;
  const isPositive = rows.every((row) => errorOf(row) > 0) && floor !== 0;
  const across = (error: number): Series => ({
    kind: "line",
    name: "float",
    points: pointsOf([
      [bits.low, error],
      [bits.high, error],
    ]),
    colour: INK, // dashed: the greys of clouds and of intervals look alike in a legend
    width: 0.8,
    dash: [4, 2],
    dotted: false,
  });
  return {
    heading,
    x: axisOf(label, bits, false),
    y: axisOf(
      "error (%)",
      limitsOf(
        [...rows.flatMap((row) => [errorOf(row), ...endsOf(row)]), ...(floor === null ? [] : [floor])],
        isPositive ? NO_LIMITS : fromZero(rows),
      ),
      isPositive,
    ),
    colour: null,
    series: [...(floor === null || rows.length === 0 ? [] : [across(floor)]), ...bars, ...series],
    notes: [],
  };
}
