/** A precision study as text. Pure. */
import type { Precision } from "../../app/nouns.js";
import type { Quantisation, StudyRow } from "../../app/quantise.js";
import { accuracyInterval, besideInterval } from "./interval.js";
import { grouped, inUnit, significant } from "./number.js";
import { precisionBlock, spikesText, weightsText } from "./precision.js";
import { bar } from "./sparkline.js";
import { type Look, paint } from "./style.js";
import { tableLines } from "./text-table.js";

type Interval = StudyRow["interval"];
type SmallestPrecision = NonNullable<Quantisation["smallest"]>;

/** What was scored, in one line. */
export const scoredText = ({ utterances, scored, precision }: Quantisation): string =>
  `${grouped(utterances)} utterances${scored === utterances ? "" : `, ${grouped(scored)} with a class`}; other widths: ${precisionText(precision)}`;

/** `keep`: the accuracy that the smallest precision had to keep, percent; null: not wanted. */
export function quantisationLines(look: Look, study: Quantisation, keep: number | null): readonly string[] {
  const { float, rows, layers, smallest } = study;
  return [
    `${paint(look, `${study.name} on ${study.dataset}`, "bold")}: ${scoredText(study)}`,
    ...(float === null
      ? []
      : [`in ${study.floatFormat}: ${inUnit(float.accuracyPercent, "%")} % (${grouped(float.correct)} of ${grouped(float.scored)})`]),
    "",
    ...rowLines(look, rows),
    ...([...rows, ...layers].some(isOfStates) ? [paint(look, FRACTION_TEXT, "dim")] : []),
    ...(layers.length > 0 ? ["", paint(look, "one layer at a time", "bold"), ...rowLines(look, layers)] : []),
    ...(smallest === null || keep === null ? [] : ["", ...smallestLines(look, smallest, keep)]),
  ];
}

function precisionText(p: Precision): string {
  const spikes = spikesText(p);
  return `${weightsText(p)}, ${p.stateBits}-bit state (${p.stateFractionBits} below a spike), ${p.accumulatorBits}-bit accumulators, 2^${p.lutBits} table, ${p.gateBits}-bit gate${spikes === null ? "" : `, ${spikes}`}`;
}

const FRACTION_TEXT = "fraction: precision.state_fraction_bits of the row; the range of states stays, their finest bits go or are added";
const BAR_CELLS = 24;
/** Titles of the columns that identify a row. */
const NAMES = ["width", "layer", "bits", "fraction"];
/** Narrower states lose bits of `state_fraction_bits` too. */
const isOfStates = ({ axis }: StudyRow): boolean => axis === "state_bits";

function rowLines(look: Look, rows: readonly StudyRow[]): string[] {
  type Cell = (row: StudyRow) => string;
  const column = (align: "left" | "right") => (title: string, cell: Cell) => ({ title, align, cell });
  const [left, right] = [column("left"), column("right")];
  const columns = [
    left("width", (row) => row.axis),
    ...(rows.some((row) => row.layer !== null) ? [left("layer", (row) => row.layer ?? "")] : []),
    right("bits", (row) => String(row.bits)),
    ...(rows.some(isOfStates) ? [right("fraction", (row) => (isOfStates(row) ? String(row.stateFractionBits) : ""))] : []),
    right("accuracy (%)", (row) => accuracyText(row.accuracyPercent, row.interval)),
    right("90 % within", (row) => accuracyInterval(row.interval)),
    right("memory (KiB)", (row) => significant(row.storageBits / 8192)),
    right("mult/frame", (row) => significant(Math.round(row.multiplicationsPerFrame))),
    right("overflows", (row) => grouped(row.accumulatorOverflows)),
    right("saturations", (row) => grouped(row.stateSaturations)),
    left("", (row) => bar(look, row.accuracyPercent / 100, BAR_CELLS)),
  ];
  return tableLines(
    look,
    columns.map(({ title, align }) => ({ title, align, ...(title === "" ? { yields: 0 } : NAMES.includes(title) ? { names: true } : {}) })),
    rows.map((row) => columns.map(({ cell }) => cell(row))),
  );
}

const endsOf = ({ lowPercent, highPercent }: Interval) => ({ low: lowPercent, high: highPercent });

const accuracyText = (percent: number, interval: Interval): string => besideInterval(percent, "%", endsOf(interval));

function smallestLines(look: Look, smallest: SmallestPrecision, keep: number): string[] {
  const { precision: p, heldOut, interval } = smallest;
  const within = (of: Interval): string => ` (90 % within ${accuracyInterval(of)})`;
  const saved = 100 * (1 - smallest.storageBits / smallest.startStorageBits);
  return [
    paint(
      look,
      `smallest precision found that keeps ${keep} %: ${accuracyText(smallest.accuracyPercent, interval)} %${within(interval)}`,
      "bold",
    ),
    `  ${precisionText(p)}`,
    `  ${significant(smallest.storageBits / 8192)} KiB of weights, states and tables, ${significant(saved, 3)} % less than before`,
    heldOut === null
      ? "  all utterances were used to choose it: none is left to check it"
      : `  on the ${grouped(heldOut.utterances)} utterances that did not choose it: ${accuracyText(heldOut.accuracyPercent, heldOut.interval)} %${within(heldOut.interval)}`,
    `  ${smallest.tried.length} precisions tried; one or two bits less of any width do not keep it`,
    `  ${precisionBlock(p)}`,
  ];
}
