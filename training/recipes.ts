/**
 * Models that differ only by their seed, as one row: mean error with its spread, multiplications, and the distance to
 * the LSTM of the same widths, data and delay, with its interval. The paper states its claim in this form. Pure.
 */
import { denseMultiplications } from "../arch/index.js";
import { square } from "../base/math.js";
import { distanceInterval } from "./paired-distance.js";
import { type Cell, errorPercent, type Table, type TableEntry, workOf } from "./table.js";

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Standard deviation of the sample; null for a single value. */
function deviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + square(value - centre), 0) / (values.length - 1));
}

const errorsOf = (group: readonly TableEntry[]): readonly number[] => group.map(({ evaluation }) => errorPercent(evaluation));
const meanError = (group: readonly TableEntry[]): number => mean(errorsOf(group));

/** Equal for models whose scores can be compared: the same data, widths and output delay. */
function taskOf({ network, scoredOn, evaluation }: TableEntry): string {
  return JSON.stringify([evaluation.dataset, scoredOn, network.layers.map((layer) => layer.neurons), network.outputDelayFrames]);
}

/** Entries by recipe, in the order in which recipes first occur. */
export function byRecipe(entries: readonly TableEntry[]): TableEntry[][] {
  const groups = new Map<string, TableEntry[]>();
  for (const entry of entries) groups.set(entry.recipe, [...(groups.get(entry.recipe) ?? []), entry]);
  return [...groups.values()];
}

/** Name of a recipe: the shortest name of its models, because a seed in the name makes it longer. */
export function nameOf(group: readonly TableEntry[]): string {
  return group.reduce((name, entry) => (entry.name.length < name.length ? entry.name : name), group[0].name);
}

/** The LSTM to which a group is compared: the most accurate one with the same task. */
function lstmOf(group: readonly TableEntry[], groups: readonly (readonly TableEntry[])[]): readonly TableEntry[] | null {
  const task = taskOf(group[0]);
  const same = groups.filter(([first]) => first.network.system === "lstm" && taskOf(first) === task);
  return same.length === 0 ? null : same.reduce((best, other) => (meanError(other) < meanError(best) ? other : best));
}

/** Interval of the distance to the LSTM, over other utterances. */
function intervalOf(group: readonly TableEntry[], lstm: readonly TableEntry[] | null): Cell {
  if (lstm === null || lstm === group) return null;
  const scores = (of: readonly TableEntry[]) => of.map(({ evaluation }) => evaluation.byUtterance);
  return (
    distanceInterval(scores(group), scores(lstm))
      ?.map((points) => points.toFixed(2))
      .join(" to ") ?? null
  );
}

const TITLES = [
  ...["model", "system", "data", "neurons", "delay (frames)", "seeds", "mean error (%)", "standard deviation (points)"],
  ...[
    "multiplications per frame (5 % zeros or more: weights not 0)",
    "least saving vs GRU (x)",
    "points behind LSTM",
    "95 % of that",
    "parameters (share of LSTM's)",
  ],
];

/** One row per recipe. */
export function recipeTable(entries: readonly TableEntry[]): Table {
  const groups = byRecipe(entries);
  const rows = groups.map((group): Cell[] => {
    const { network, evaluation } = group[0];
    const widths = network.layers.map((layer) => layer.neurons);
    const number = (value: number | null, decimals: number): Cell => (value === null ? null : { value, decimals });
    const work = group.map(workOf);
    const lstm = lstmOf(group, groups);
    const parameters = (of: TableEntry): number => of.evaluation.operations.neuroBench.parameters;
    return [
      ...[nameOf(group), network.system, evaluation.dataset, widths.join(" + ")],
      ...[number(network.outputDelayFrames, 0), number(group.length, 0)],
      ...[number(meanError(group), 2), number(deviation(errorsOf(group)), 2), number(mean(work), 0)],
      number(denseMultiplications("gru", network.inputs, widths, network.classes) / Math.max(...work), 2),
      number(lstm === null ? null : meanError(group) - meanError(lstm), 2),
      intervalOf(group, lstm),
      number(lstm === null ? null : parameters(group[0]) / parameters(lstm[0]), 2),
    ];
  });
  return { titles: TITLES, rows };
}
