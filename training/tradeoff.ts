/**
 * The trade-off between accuracy and work as a figure: one panel per data set and delay, error over multiplications per
 * frame, one mark per recipe (the mean of its seeds). Pure. A line joins recipes of the same features that differ by
 * their membrane penalty, and the penalty is written beside its mark. A dashed staircase joins the recipes that no
 * other one of the panel dominates.
 */
import { nonDominated } from "../base/pareto.js";
import { axisOf, axisOver, limitsOf } from "../base/plot/axis.js";
import { type Panel, type PlotSpec, pointsOf, type Series, stairs } from "../base/plot/spec.js";
import { byRecipe, nameOf } from "./recipes.js";
import { spikesOf, type TableEntry } from "./table.js";

/** Distinct in grey and for colour-blind readers (Okabe and Ito; after them Tol's muted colours). */
const COLOURS = [
  "#000000",
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#882255",
  "#999933",
  "#332288",
  "#777777",
  "#117733",
  "#aa4499",
  "#88ccee",
  "#44aa99",
];

interface Mark {
  readonly name: string;
  /** What the marks of a series share: system, widths, bits, threshold and shape of the penalty. */
  readonly family: string;
  readonly seeds: number;
  /** Features per frame. */
  readonly inputs: number;
  /** Weight of the membrane penalty; 0: none. */
  readonly penalty: number;
  /** Multiplications per frame. */
  readonly work: number;
  readonly errorPercent: number;
}

/** Marks that no other mark dominates in work and error, by rising work. */
export function bestMarks(marks: readonly Mark[]): Mark[] {
  return nonDominated(marks.map(({ work, errorPercent }) => [work, errorPercent]))
    .map((index) => marks[index])
    .sort((a, b) => a.work - b.work);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mark of a recipe. */
function markOf(group: readonly TableEntry[]): Mark {
  const { network, penalty, saturation } = group[0];
  const own = spikesOf(network);
  const spikes = own === null ? "" : `, b ${own.bits}, θ ${own.theta}`;
  return {
    name: nameOf(group),
    family: `${network.system} ${network.layers.map((layer) => layer.neurons).join("+")}${spikes}${saturation === null ? "" : ", concave penalty"}`,
    seeds: group.length,
    inputs: network.inputs,
    penalty,
    work: mean(group.map(({ evaluation }) => evaluation.multiplicationsPerFrame)),
    errorPercent: mean(group.map(({ evaluation }) => 100 * (1 - evaluation.accuracy))),
  };
}

function labelOf(mark: Mark): string {
  const seeds = mark.seeds === 1 ? "" : ` (mean of ${mark.seeds} seeds)`;
  return `${mark.name}: ${mark.errorPercent.toFixed(2)} %, ${Math.round(mark.work)} multiplications per frame${seeds}`;
}

function panelOf(heading: string, marks: readonly Mark[], colourOf: (family: string) => string): Panel {
  const pairs = (of: readonly Mark[]) => of.map((m) => [m.work, m.errorPercent] as const);
  const all = pointsOf(pairs(marks));
  const families = new Map<string, Mark[]>();
  for (const mark of marks) families.set(mark.family, [...(families.get(mark.family) ?? []), mark]);
  const series = [...families].flatMap(([family, members]): Series[] => {
    const own = [...members].sort((a, b) => a.work - b.work);
    const points = pointsOf(pairs(own));
    const colour = colourOf(family);
    const joined = [...new Set(own.map(({ inputs }) => inputs))]
      .map((inputs) => own.filter((mark) => mark.inputs === inputs))
      .filter((alike) => alike.length > 1 && new Set(alike.map(({ penalty }) => penalty)).size === alike.length);
    const lines = joined.map(
      (alike): Series => ({
        ...{ kind: "line", name: "", points: pointsOf(pairs(alike)), colour, width: 0.9, dash: [], dotted: false },
      }),
    );
    return [...lines, { kind: "marks", name: family, points, fill: colour, labels: own.map(labelOf), ringed: null }];
  });
  const front = stairs(pairs(bestMarks(marks)));
  const isPositive = marks.every((mark) => mark.errorPercent > 0);
  return {
    heading,
    x: axisOver("multiplications per frame", [all], "x", true),
    y: axisOf("error (%)", isPositive ? limitsOf(all.y) : limitsOf(all.y, { low: 0, high: 0 }), isPositive),
    colour: null,
    series: [{ kind: "line", name: "", points: front, colour: "#999999", width: 0.6, dash: [2, 2], dotted: false }, ...series],
    notes: marks.filter((mark) => mark.penalty > 0).map((mark) => ({ x: mark.work, y: mark.errorPercent, text: `λ ${mark.penalty}` })),
  };
}

/** The figure of all entries: one panel per data set, in the order of first occurrence. */
export function tradeoffPlot(entries: readonly TableEntry[]): PlotSpec {
  const panels = new Map<string, Mark[]>();
  for (const group of byRecipe(entries)) {
    const { network, evaluation } = group[0];
    // Scores of delayed outputs can only be compared with each other.
    const heading = evaluation.dataset + (network.outputDelayFrames > 0 ? `, answered ${network.outputDelayFrames} frames late` : "");
    panels.set(heading, [...(panels.get(heading) ?? []), markOf(group)]);
  }
  const families = [...new Set([...panels.values()].flat().map((mark) => mark.family))].sort();
  return {
    title: "Error over multiplications per frame",
    about: `snn-dse, ${entries.length} models`,
    column: "double",
    legend: "above",
    panels: [...panels].map(([heading, marks]) => panelOf(heading, marks, (family) => COLOURS[families.indexOf(family) % COLOURS.length])),
  };
}
