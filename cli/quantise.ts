/** The precision study from file to printed tables and a picture. Effects: reads files, writes the picture, prints. */

import { byKind, type Precision } from "../arch/index.js";
import { inputError, quoted } from "../base/errors.js";
import { writeWhole } from "../base/write-file.js";
import {
  accuracyByBits,
  type Interval,
  layerSensitivities,
  type SmallestPrecision,
  STUDY_AXES,
  type StudyAxis,
  type StudyRow,
  smallestPrecision,
} from "../sim/functional/index.js";
import { selectUtterances, studyWork } from "../sim/index.js";
import { floatAccuracy } from "./float-accuracy.js";
import { grouped, measured, significant } from "./format/number.js";
import { bar } from "./format/sparkline.js";
import { type Look, lookOf, paint } from "./format/style.js";
import { tableLines } from "./format/table.js";
import { loadArch, loadModel, loadSamples } from "./load.js";
import { print, printJson, warn } from "./print.js";
import { pictureFormat, quantisePlot } from "./quantise-plot.js";

export interface QuantiseOptions {
  /** `width=list` texts; none: the defaults. */
  readonly bits: readonly string[];
  readonly layers: boolean;
  /** Percent as typed; null: no search. */
  readonly keep: string | null;
  /** null: as the workload says. */
  readonly samples: number | null;
  /** Picture to write; null: none. */
  readonly plot: string | null;
  readonly json: boolean;
}

/** Widths shown when none are asked for. */
const DEFAULT_BITS: { readonly [axis in StudyAxis]: readonly number[] } = {
  weight_bits: [2, 3, 4, 5, 6, 8, 16],
  state_bits: [8, 10, 12, 14, 16, 20],
  spike_bits: [2, 3, 4, 5, 6, 8],
  accumulator_bits: [12, 14, 16, 20, 24],
  lut_bits: [2, 3, 4, 6, 8, 10],
  gate_bits: [2, 3, 4, 6, 8, 10],
};

/** Order in which the search narrows: what costs most memory first. */
const SEARCHED: readonly StudyAxis[] = ["weight_bits", "state_bits", "spike_bits", "accumulator_bits", "lut_bits", "gate_bits"];

export async function quantiseStudy(file: string, options: QuantiseOptions): Promise<void> {
  const asked = options.bits.map(parseBits);
  const keep = options.keep === null ? null : parsePercent(options.keep);
  const format = options.plot === null ? null : pictureFormat(options.plot);
  const { experiment } = loadArch(file);
  const { workload, precision } = experiment;
  const model = await loadModel(experiment, file);
  const samples = await loadSamples(experiment, file);
  const { utterances } = selectUtterances({ ...workload, samples: options.samples ?? workload.samples }, samples.frameStart.length - 1);
  const work = studyWork(experiment, model.network, samples, utterances);
  const plan = asked.length > 0 ? asked : work.axes.map((axis) => ({ axis, bits: DEFAULT_BITS[axis] }));
  const rows = plan.flatMap(({ axis, bits }) => accuracyByBits(work, precision, axis, bits));
  const byLayer = plan.filter(({ axis }) => work.layersOf(axis).length > 0);
  if (options.layers && byLayer.length === 0)
    throw inputError(
      "--layers",
      "no width that was asked for is a layer's own",
      "ask for weight_bits, state_bits, spike_bits or lut_bits too",
    );
  const layers = options.layers ? byLayer.flatMap(({ axis, bits }) => layerSensitivities(work, precision, axis, bits)) : [];
  const smallest = keep === null ? null : smallestPrecision(work, precision, SEARCHED, keep);
  const float = floatAccuracy(experiment, model.network, samples, utterances, work.input);
  const title = `${model.network.name} on ${samples.name}`;
  if (format !== null && options.plot !== null) {
    const about = `${grouped(utterances.length)} utterances; other widths: ${precisionText(precision)}`;
    writeWhole(options.plot, await format.render(quantisePlot({ title, about, float: float?.accuracyPercent ?? null }, rows, layers)));
    if (options.json) warn(`wrote ${options.plot}`);
  }
  if (options.json) {
    printJson({ file, model: model.path, utterances: utterances.length, precision, float, rows, layers, smallest }, 2);
    return;
  }
  const look = lookOf(process.stdout, process.env);
  print([
    `${paint(look, title, "bold")}: ${grouped(utterances.length)} utterances; other widths: ${precisionText(precision)}`,
    ...(float === null
      ? []
      : [
          `in ${byKind(model.network, { own: () => "float32", nir: () => "float64" })}: ${measured(float.accuracyPercent)} % (${grouped(float.correct)} of ${grouped(float.scored)})`,
        ]),
    "",
    ...rowLines(look, rows),
    ...(layers.length > 0 ? ["", paint(look, "one layer at a time", "bold"), ...rowLines(look, layers)] : []),
    ...(smallest === null || keep === null ? [] : ["", ...smallestLines(look, smallest, keep)]),
    ...(options.plot === null ? [] : ["", `wrote ${options.plot}`]),
  ]);
}

/** What the simulator takes. */
const WIDTHS: { readonly [axis in StudyAxis]: readonly [number, number] } = {
  weight_bits: [2, 16],
  state_bits: [8, 24],
  spike_bits: [1, 8],
  accumulator_bits: [12, 32],
  lut_bits: [2, 14],
  gate_bits: [2, 15],
};

/** `weight_bits=2,4` */
function parseBits(text: string): { readonly axis: StudyAxis; readonly bits: readonly number[] } {
  const [name, list] = text.split("=");
  const axis = STUDY_AXES.find((one) => one === name);
  if (axis === undefined || list === undefined)
    throw inputError("--bits", `got ${quoted(text)}`, `expected one of ${STUDY_AXES.join(", ")}, then =2,4,8`);
  const bits = list.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const [low, high] = WIDTHS[axis];
  if (!bits.every((value) => Number.isInteger(value) && value >= low && value <= high))
    throw inputError("--bits", `got ${quoted(text)}`, `expected whole numbers from ${low} to ${high} after ${axis}=`);
  return { axis, bits };
}

function parsePercent(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 100))
    throw inputError("--keep", `got ${quoted(text)}, expected a percentage above 0, at most 100`, "e.g. --keep 98");
  return value;
}

function precisionText(p: Precision): string {
  return `${p.weightBits}-bit weights, ${p.stateBits}-bit state (${p.stateFractionBits} below a spike), ${p.accumulatorBits}-bit accumulators, 2^${p.lutBits} table, ${p.gateBits}-bit gate${p.spikeBits === null ? "" : `, ${p.spikeBits}-bit spikes`}`;
}

const BAR_CELLS = 24;

function rowLines(look: Look, rows: readonly StudyRow[]): string[] {
  type Cell = (row: StudyRow) => string;
  const column = (align: "left" | "right") => (title: string, cell: Cell) => ({ title, align, cell });
  const [left, right] = [column("left"), column("right")];
  const columns = [
    left("width", (row) => row.axis),
    ...(rows.some((row) => row.layer !== null) ? [left("layer", (row) => row.layer ?? "")] : []),
    right("bits", (row) => String(row.bits)),
    right("accuracy (%)", (row) => measured(row.accuracyPercent)),
    ...(rows.some((row) => row.interval !== null) ? [right("95 % within", (row) => intervalText(row.interval))] : []),
    right("memory (KiB)", (row) => significant(row.storageBits / 8192)),
    right("mult/frame", (row) => significant(Math.round(row.multiplicationsPerFrame))),
    right("overflows", (row) => grouped(row.accumulatorOverflows)),
    right("saturations", (row) => grouped(row.stateSaturations)),
    left("", (row) => bar(look, row.accuracyPercent / 100, BAR_CELLS)),
  ];
  return tableLines(
    look,
    columns.map(({ title, align }) => ({ title, align })),
    rows.map((row) => columns.map(({ cell }) => cell(row))),
  );
}

function intervalText(interval: Interval | null): string {
  return interval === null ? "" : `${interval.lowPercent.toFixed(2)} .. ${interval.highPercent.toFixed(2)}`;
}

function smallestLines(look: Look, smallest: SmallestPrecision, keep: number): string[] {
  const { precision: p, heldOut, interval } = smallest;
  const within = (of: Interval | null): string => (of === null ? "" : ` (95 % within ${intervalText(of)})`);
  const saved = 100 * (1 - smallest.storageBits / smallest.startStorageBits);
  return [
    paint(look, `smallest precision found that keeps ${keep} %: ${measured(smallest.accuracyPercent)} %${within(interval)}`, "bold"),
    `  ${precisionText(p)}`,
    `  ${significant(smallest.storageBits / 8192)} KiB of weights, states and tables, ${significant(saved, 3)} % less than before`,
    heldOut === null
      ? "  chosen on all utterances there are: none is left to check it on"
      : `  on the ${grouped(heldOut.utterances)} utterances that did not choose it: ${measured(heldOut.accuracyPercent)} %${within(heldOut.interval)}`,
    `  ${smallest.tried.length} precisions tried; one or two bits less of any width do not keep it`,
    `  precision: { weight_bits: ${p.weightBits}, state_bits: ${p.stateBits}, state_fraction_bits: ${p.stateFractionBits}, accumulator_bits: ${p.accumulatorBits}, lut_bits: ${p.lutBits}, gate_bits: ${p.gateBits}${p.spikeBits === null ? "" : `, spike_bits: ${p.spikeBits}`}${p.accumulatorOverflow === "wrap" ? ", accumulator_overflow: wrap" : ""}${p.leak === "shift" ? ", leak: shift" : ""} }`,
  ];
}
