/** A comparison of two points, or of two studies, as text. Pure. */
import type { PointComparison, StudyComparison } from "../../app/compare.js";
import {
  askedLines,
  changeLines,
  differentText,
  drawnErrors,
  drawnText,
  type MetricName,
  type MetricPair,
  metricFacts,
  originText,
  otherBuildLines,
  referenceText,
  type Side,
  unpricedLines,
  otherUtterances as utterancesThatDiffer,
  withoutPriceLines,
} from "../../app/nouns.js";
import { brokenText } from "./broken.js";
import { causesText } from "./causes.js";
import { changeBeside, movedBeside } from "./interval.js";
import { inUnit, percent, relativeChange, significant, wholePercent } from "./number.js";
import { type Look, paint } from "./style.js";
import { tableLines } from "./text-table.js";
import { trialText } from "./trial.js";

/** A difference of percentages, which is in points. */
function moved(points: number): string {
  const text = Math.abs(points).toFixed(2);
  return `${text === "0.00" ? "" : points < 0 ? "-" : "+"}${text} points`;
}

/**
 * The change of a metric, in points if it is a percentage, else relative, and the interval of it; that is empty if
 * nothing is drawn.
 */
function changeTexts({ metric, left, right, ratio }: MetricPair, better: PointComparison["better"]): readonly [string, string] {
  const drawn = better.find((one) => one.metric === metric);
  if (metricFacts(metric).unit === "%" && left !== null && right !== null)
    return drawn === undefined ? [moved(right - left), ""] : movedBeside(right - left, drawn.difference);
  if (ratio === null) return ["-", ""];
  return drawn === undefined || drawn.ratio === null ? [relativeChange(ratio), ""] : changeBeside(ratio, drawn.ratio);
}

function pairLines(
  look: Look,
  pairs: readonly MetricPair[],
  better: PointComparison["better"],
  left: string,
  right: string,
): readonly string[] {
  return tableLines(
    look,
    [
      { title: "metric", align: "left" },
      { title: "unit", align: "left", yields: 0 },
      { title: left, align: "right" },
      { title: right, align: "right" },
      { title: "change", align: "right" },
      ...(better.length === 0 ? [] : [{ title: "90 % interval", align: "right" as const }]),
    ],
    pairs.map((pair) => {
      const { unit } = metricFacts(pair.metric);
      const [change, interval] = changeTexts(pair, better);
      return [
        pair.metric,
        unit,
        inUnit(pair.left, unit, 5),
        inUnit(pair.right, unit, 5),
        change,
        ...(better.length === 0 ? [] : [interval]),
      ];
    }),
  );
}

/** Values and metrics of two points. */
export function pointComparisonLines(
  look: Look,
  { left, right, broken, differ, inputsDiffer, otherUtterances, otherBuild, metrics, withoutPrice, ...drawn }: PointComparison,
): readonly string[] {
  const [first, second] = [`#${left.id}`, `#${right.id}`];
  const { better, paired, isOneRun } = drawn;
  const isAccuracyDrawn = better.some(({ metric }) => metric === "accuracy_percent");
  const columns = [
    { title: "parameter", align: "left" as const },
    { title: first, align: "right" as const },
    { title: second, align: "right" as const },
  ];
  const values = differ.map((name) => [name, String(left.values[name] ?? "-"), String(right.values[name] ?? "-")]);
  const head = differ.length === 0 ? ["the points have the same parameters"] : tableLines(look, columns, values);
  const known = metrics.filter((pair) => pair.left !== null || pair.right !== null);
  const others = changeLines(inputsDiffer, [first, second]).map((text) => `other ${text}`);
  return [
    ...head,
    ...others,
    ...otherUtteranceLines(look, otherUtterances),
    ...trialLines([left, right]),
    ...brokenLines(look, [first, second], broken),
    ...[left, right].filter((point) => point.metrics === null).flatMap((point) => ["", noResultText(point)]),
    ...(known.length === 0 ? [] : ["", ...pairLines(look, known, better, first, second)]),
    ...withoutPriceLines(withoutPrice),
    ...betterLines(drawn, first, second),
    ...otherBuildLines(otherBuild),
    ...(!isAccuracyDrawn ? [] : isOneRun ? ["both points compute the same: they have one accuracy"] : pairedLines(paired, first, second)),
    ...decidedLines(drawn),
  ];
}

/** That the two accuracies are of other utterances. */
function otherUtteranceLines(look: Look, what: readonly string[]): readonly string[] {
  if (what.length === 0) return [];
  const text = `scored on other utterances (${what.join(", ")}): accuracies differ by that too, not by the chips alone`;
  return [paint(look, `warning: ${text}`, "yellow")];
}

/** Which of them no front has, whatever the metrics below say. */
const brokenLines = (look: Look, names: readonly string[], broken: PointComparison["broken"]): readonly string[] =>
  broken.flatMap((own, i) =>
    own.length === 0 ? [] : [paint(look, `warning: ${names[i]} is beyond the limits${brokenText({ broken: own })}`, "yellow")],
  );

/** Which of them are trials of a search. */
const trialLines = (points: readonly PointComparison["left"][]): readonly string[] =>
  points.flatMap((point) => {
    const text = trialText(point);
    return text === null ? [] : [`#${point.id} is ${text}`];
  });

/** `#12 is infeasible: CLOCK_TOO_FAST: ...`. */
const noResultText = ({ id, state, reason }: PointComparison["left"]): string =>
  `#${id} is ${state}${reason === null ? "" : `: ${reason}`}`;

/** Metrics with draws of their own; others follow from these, and are named if the study optimises them. */
const DRAWN: readonly MetricName[] = [
  ...(["energy_uj_per_inference", "latency_us", "area_mm2", "accuracy_percent"] as const),
  ...(["fpga_luts", "fpga_flip_flops", "fpga_block_rams", "fpga_dsps"] as const),
];

const isNamed = (metric: MetricName, { objectives }: Pick<PointComparison, "objectives">): boolean =>
  DRAWN.includes(metric) || objectives.includes(metric);

/** How sure the order of two points is, given the errors that were drawn. */
function betterLines(
  { better, objectives, timedUtterances }: Pick<PointComparison, "better" | "objectives" | "timedUtterances">,
  first: string,
  second: string,
): readonly string[] {
  const shown = better.filter(({ metric }) => isNamed(metric, { objectives }));
  if (shown.length === 0) return [];
  const texts = shown.map(({ metric, share, equal }) => {
    if (equal === 1) return `${metric} equal`;
    return `${metric} ${wholePercent(share)}${equal === 0 ? "" : ` (equal in ${wholePercent(equal)})`}`;
  });
  const intervals = Object.fromEntries(better.map(({ metric, difference }) => [metric, difference]));
  const errors = drawnText(drawnErrors([intervals], timedUtterances));
  return ["", `share of 1,000 draws, within the errors of ${errors}, in which ${second} beats ${first}: ${texts.join(", ")}`];
}

/** How the two accuracies were drawn. */
function pairedLines(paired: PointComparison["paired"], first: string, second: string): readonly string[] {
  if (paired === null)
    return [
      "accuracies are drawn apart: it is not known which utterances were wrong, all of one point are equally right, or the points share none",
    ];
  const { utterances, worseInFirst, worseInSecond, correlation } = paired;
  const same = `the same ${utterances.toLocaleString("en-US")} utterances`;
  const found =
    worseInFirst + worseInSecond === 0
      ? `on ${same} both are right and wrong alike`
      : `of ${same} ${first} is worse in ${worseInFirst}, ${second} in ${worseInSecond}`;
  return [`accuracies are drawn together: ${found}; their errors correlate by ${correlation.toFixed(2)}`];
}

/** Which prices or samples make that order uncertain. */
function decidedLines({ causes, objectives }: Pick<PointComparison, "causes" | "objectives">): readonly string[] {
  return causes.flatMap(({ metric, causes: own }) => {
    const text = isNamed(metric, { objectives }) ? causesText(own) : "";
    return text === "" ? [] : [`${metric}: causes of the margin's variance, each with its interactions: ${text}`];
  });
}

const SIDES: readonly (readonly [string, (side: Side, whole: StudyComparison) => string])[] = [
  ["points on its front", ({ front, different }) => `${front}${differentText(front, different)}`],
  ["of them on the common front", ({ onUnion, onUnionDifferent }) => `${onUnion}${differentText(onUnion, onUnionDifferent)}`],
  ["share of the other's front it covers", (side) => percent(side.covers)],
  ["hypervolume", (side) => significant(side.hypervolume, 6)],
  ["share of the common hypervolume", (side, { unionHypervolume }) => percent(side.hypervolume / unionHypervolume)],
  ["additive epsilon (0 is best)", (side) => significant(side.epsilon, 3)],
  ["IGD+ (0 is best)", (side) => significant(side.igdPlus, 3)],
];

/** Compares two sweeps against one reference point. `files`: their databases. */
export function studyComparisonLines(look: Look, compared: StudyComparison, files: readonly [string, string]): readonly string[] {
  const { left, right, objectives, where, withoutPrice, inputsDiffer, searchesDiffer } = compared;
  const reference = referenceText(
    compared.reference,
    objectives.map(({ metric }) => metricFacts(metric).unit),
  );
  const columns = [{ title: "", align: "left" as const }, ...files.map((title) => ({ title, align: "right" as const }))];
  return [
    ...tableLines(
      look,
      columns,
      SIDES.map(([name, of]) => [name, of(left, compared), of(right, compared)]),
    ),
    "",
    ...askedLines({ where, objectives: null }),
    ...unpricedLines(
      objectives.map(({ metric }) => metric),
      withoutPrice,
    ),
    ...changeLines(inputsDiffer, files).map((text) => `other ${text}`),
    ...otherUtteranceLines(look, utterancesThatDiffer(inputsDiffer)),
    ...searchesDiffer.map((other) => `other ${other.part}: ${files[0]} ${other.left}; ${files[1]} ${other.right}`),
    `objectives ${objectives.map(({ metric, direction }) => `${direction} ${metric}`).join(", ")}; common reference point ${reference}`,
    ...[left, right].map((side, i) => `${files[i]}: ${originText(side)}`),
  ];
}
