/**
 * The trade-off between accuracy and work as a figure: one panel per data set and delay, error over multiplications per
 * frame, one mark per recipe (the mean of its seeds), a colour per system. Pure. Beside a mark stands what tells it
 * from most of its system. A line joins recipes of the same features that differ by their membrane penalty. A dashed
 * staircase joins the recipes that no other one of the panel dominates.
 */
import { nonDominated } from "../base/pareto.js";
import { axisOf, axisOver, limitsOf } from "../base/plot/axis.js";
import { NAMED } from "../base/plot/colours.js";
import { type Panel, type PlotSpec, pointsOf, type Series, stairs } from "../base/plot/spec.js";
import { byRecipe, nameOf } from "./recipes.js";
import { errorPercent, spikesOf, type TableEntry, workOf, zerosPercentOf } from "./table.js";

interface Mark {
  readonly name: string;
  readonly system: string;
  /** Neurons, bits and threshold of spikes, zeros among the weights. */
  readonly traits: readonly string[];
  readonly seeds: number;
  /** Equal for recipes that differ by the weight of their penalty only. */
  readonly line: string;
  /** Weight and shape of the membrane penalty; empty: none. */
  readonly penalty: string;
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
  const widths = network.layers.map((layer) => layer.neurons);
  const neurons = new Set(widths).size === 1 ? `${widths.length} × ${widths[0]}` : widths.join(" + ");
  const zeros = zerosPercentOf(group[0]);
  const shape = [
    neurons,
    ...(own === null ? [] : [`b ${own.bits}`, `θ ${own.theta}`]),
    zeros === null ? "" : `${zeros.toFixed(0)} % zeros`,
  ];
  return {
    name: nameOf(group),
    system: network.system,
    traits: shape,
    line: [...shape, network.inputs, saturation].join(),
    seeds: group.length,
    penalty: penalty === 0 ? "" : `λ ${penalty}${saturation === null ? "" : " concave"}`,
    work: mean(group.map(workOf)),
    errorPercent: mean(group.map(({ evaluation }) => errorPercent(evaluation))),
  };
}

function labelOf(mark: Mark): string {
  const seeds = mark.seeds === 1 ? "" : ` (mean of ${mark.seeds} seeds)`;
  return `${mark.name}: ${mark.errorPercent.toFixed(2)} %, ${Math.round(mark.work)} multiplications per frame${seeds}`;
}

const mostFrequent = (texts: readonly string[]): string =>
  [...new Set(texts)].reduce((most, text) =>
    texts.filter((one) => one === text).length > texts.filter((one) => one === most).length ? text : most,
  );

/** What tells a mark from most of its system in the panel, and its penalty if theirs differ. */
function noteOf({ system, traits, penalty }: Mark, marks: readonly Mark[]): string {
  const alike = marks.filter((mark) => mark.system === system);
  const own = traits.filter((trait, k) => trait !== mostFrequent(alike.map((mark) => mark.traits[k])));
  const differ = new Set(alike.map((mark) => mark.penalty)).size > 1;
  return [...own, differ ? penalty : ""].filter((text) => text !== "").join(" ");
}

function panelOf(heading: string, marks: readonly Mark[], colourOf: (system: string) => string): Panel {
  const pairs = (of: readonly Mark[]) => of.map((m) => [m.work, m.errorPercent] as const);
  const all = pointsOf(pairs(marks));
  const systems = new Map<string, Mark[]>();
  for (const mark of marks) systems.set(mark.system, [...(systems.get(mark.system) ?? []), mark]);
  const series = [...systems].flatMap(([system, members]): Series[] => {
    const own = [...members].sort((a, b) => a.work - b.work);
    const points = pointsOf(pairs(own));
    const colour = colourOf(system);
    const joined = [...new Set(own.map(({ line }) => line))]
      .map((line) => own.filter((mark) => mark.line === line))
      .filter((alike) => alike.length > 1 && new Set(alike.map(({ penalty }) => penalty)).size === alike.length);
    const lines = joined.map(
      (alike): Series => ({
        ...{ kind: "line", name: "", points: pointsOf(pairs(alike)), colour, width: 0.9, dash: [], dotted: false },
      }),
    );
    return [...lines, { kind: "marks", name: system, points, fill: colour, labels: own.map(labelOf), ringed: null }];
  });
  const front = stairs(pairs(bestMarks(marks)));
  const isPositive = marks.every((mark) => mark.errorPercent > 0);
  return {
    heading,
    x: axisOver("multiplications per frame", [all], "x", true),
    y: axisOf("error (%)", isPositive ? limitsOf(all.y) : limitsOf(all.y, { low: 0, high: 0 }), isPositive),
    colour: null,
    series: [{ kind: "line", name: "", points: front, colour: "#999999", width: 0.6, dash: [2, 2], dotted: false }, ...series],
    notes: marks.map((mark) => ({ x: mark.work, y: mark.errorPercent, text: noteOf(mark, marks) })).filter(({ text }) => text !== ""),
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
  const systems = [...new Set([...panels.values()].flat().map((mark) => mark.system))].sort();
  return {
    title: "Error over multiplications per frame",
    about: `snn-dse, ${entries.length} models`,
    column: "double",
    legend: "above",
    panels: [...panels].map(([heading, marks]) => panelOf(heading, marks, (system) => NAMED[systems.indexOf(system)])),
  };
}
