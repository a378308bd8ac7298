/**
 * Plot specifications of the page's pictures from the report's data, and an axis for every name that a reader may
 * choose. Pure.
 */
import { axisOf, axisOver, limitsOf } from "../../base/plot/axis.js";
import { type Axis, pointsOf } from "../../base/plot/spec.js";
import type { MetricName } from "../../sim/index.js";
import { historyPlot, type ScatterAxis, scatterPanel, stackPlot } from "../export/figures.js";
import { labelWithUnit, parameterLabel } from "../export/headers.js";
import type { ReportData } from "./data.js";
import type { ReportPictures } from "./specs.js";

/** First axes of the scatter: metrics or parameters. */
interface FirstChoice {
  readonly x: string;
  readonly y: string;
  readonly colour: string;
}

/**
 * The two objectives with the most different values on the front are the axes; the next one is the colour. Where
 * objectives are fewer, parameters take their places: numbers that vary, other numbers, names.
 */
export function firstChoice(data: ReportData): FirstChoice {
  const names = data.objectives.map((objective) => objective.metric);
  const variety = (name: string): number => new Set(data.points.columns[name]?.filter((_, i) => data.points.front[i] === 1)).size;
  const sorted = [...names].sort((a, b) => variety(b) - variety(a) || names.indexOf(a) - names.indexOf(b));
  const varies = (name: string): boolean => new Set(data.points.columns[name]).size > 1;
  const isNumbers = (name: string): boolean => (data.points.columns[name] ?? []).every((value) => typeof value === "number");
  const parameters = data.parameters.map(({ column }) => column);
  const numbers = parameters.filter(isNumbers);
  const [y, x = y, colour = data.parameters[0]?.column ?? y] = [
    ...sorted,
    ...numbers.filter(varies),
    ...numbers.filter((name) => !varies(name)),
    ...parameters.filter((name) => !isNumbers(name)),
  ];
  return { x, y, colour };
}

/** Label and unit of every name, and limits if its values are numbers. */
export function axesOf(data: ReportData): { readonly [name: string]: Axis | { readonly label: string; readonly scale: "names" } } {
  const labels = new Map([
    ...data.metrics.map(({ name, unit }) => [name, labelWithUnit(name, unit)] as const),
    ...data.parameters.map(({ column }) => [column, parameterLabel(column)] as const),
  ]);
  return Object.fromEntries(
    Object.entries(data.points.columns).map(([name, column]) => {
      const label = labels.get(name) ?? name;
      const numbers = column.filter((value) => typeof value === "number");
      const known = column.filter((value) => value !== null);
      if (numbers.length < known.length || known.length === 0) return [name, { label, scale: "names" as const }];
      return [name, axisOf(label, limitsOf(numbers))];
    }),
  );
}

export function picturesOf(data: ReportData): ReportPictures {
  const about = { about: "", column: "double" } as const;
  const choice = firstChoice(data);
  const axes = axesOf(data);
  const column = (name: string): readonly number[] => (data.points.columns[name] ?? []) as readonly number[];
  const pairs = data.points.id.map((_, i) => [column(choice.x)[i], column(choice.y)[i]] as const);
  const axis = (name: string): ScatterAxis => ({
    label: axes[name]?.label ?? name,
    // a parameter has none, but the picture needs its line: the page fills it wherever both axes are objectives
    direction: data.objectives.find((objective) => objective.metric === name)?.direction ?? "min",
    log: null,
  });
  const front = pairs.filter((_, i) => data.points.front[i] === 1);
  const colours = column(choice.colour).filter((value, i) => data.points.front[i] === 1 && typeof value === "number");
  const scatter = scatterPanel({
    x: axis(choice.x),
    y: axis(choice.y),
    cloud: pointsOf(pairs),
    limits: null,
    front: pointsOf(front),
    members: front.length,
    rest: pointsOf([]),
    labels: [],
    bars: [],
    ringed: null,
    colour: {
      values: colours,
      axis: axisOver(axis(choice.colour).label, [{ x: colours, y: colours, length: colours.length }], "x"),
    },
  });
  /** Bars of the points whose metric is known: the parts of another are not all that it has. */
  const stack = (metric: MetricName, label: string, of: (row: ReportData["details"][number]["breakdown"][number]) => number) => {
    const known = new Set(data.points.id.filter((_, i) => typeof column(metric)[i] === "number"));
    const details = data.details.filter(({ id }) => known.has(id));
    const plot = stackPlot(
      about,
      label,
      label,
      details.map((detail) => ({
        name: `#${detail.id}`,
        parts: detail.breakdown.map((row) => ({ component: row.component.replace(/ area$/, ""), value: of(row) })),
      })),
    );
    return plot.panels[0] ?? null;
  };
  return {
    scatter,
    history: historyPlot(about, data.study.name, data.history).panels[0] ?? null,
    energy: stack("energy_uj_per_inference", "energy of an inference (µJ)", (row) => (row.energyPj ?? 0) / 1e6),
    area: stack("area_mm2", "area (mm²)", (row) => row.areaMm2 ?? 0),
  };
}
