/** The precision study from file to printed tables and a picture. Effects: reads files, writes the picture, prints. */
import { inputError, type Precision } from "../arch/index.js";
import {
  accuracyByBits,
  layerSensitivities,
  type SmallestPrecision,
  STUDY_AXES,
  type StudyAxis,
  type StudyRow,
  selectUtterances,
  smallestPrecision,
  studyWork,
} from "../sim/index.js";
import { measured, significant } from "./format/number.js";
import { bar } from "./format/sparkline.js";
import { type Look, lookOf, paint } from "./format/style.js";
import { tableLines } from "./format/table.js";
import { loadArch, loadModel, loadSamples } from "./load.js";
import { writeWhole } from "./pareto.js";
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
  const weights = plan.find(({ axis }) => axis === "weight_bits")?.bits ?? DEFAULT_BITS.weight_bits;
  const layers = options.layers ? layerSensitivities(work, precision, weights) : [];
  const smallest = keep === null ? null : smallestPrecision(work, precision, SEARCHED, keep);
  const title = `${model.network.name} on ${samples.name}`;
  if (format !== null && options.plot !== null) {
    const about = `${utterances.length} utterances; other widths: ${precisionText(precision)}`;
    writeWhole(options.plot, await format.render(quantisePlot({ title, about }, rows, layers)));
    if (options.json) process.stderr.write(`wrote ${options.plot}\n`);
  }
  if (options.json) {
    console.log(JSON.stringify({ file, model: model.path, utterances: utterances.length, precision, rows, layers, smallest }, null, 2));
    return;
  }
  const look = lookOf(process.stdout, process.env);
  console.log(
    [
      `${paint(look, title, "bold")}: ${utterances.length} utterances; other widths: ${precisionText(precision)}`,
      "",
      ...rowLines(look, rows),
      ...(layers.length > 0 ? ["", paint(look, "one layer's weights at a time", "bold"), ...rowLines(look, layers)] : []),
      ...(smallest === null || keep === null ? [] : ["", ...smallestLines(look, smallest, keep)]),
      ...(options.plot === null ? [] : ["", `wrote ${options.plot}`]),
    ].join("\n"),
  );
}

/** `weight_bits=2,4` */
function parseBits(text: string): { readonly axis: StudyAxis; readonly bits: readonly number[] } {
  const [name, list] = text.split("=");
  const axis = STUDY_AXES.find((one) => one === name);
  if (axis === undefined || list === undefined)
    throw inputError("--bits", `got '${text}'`, `expected one of ${STUDY_AXES.join(", ")}, then =2,4,8`);
  const bits = list.split(",").map(Number);
  const wrong = bits.find((value) => !Number.isInteger(value) || value < 1);
  if (wrong !== undefined) throw inputError("--bits", `got '${text}'`, `expected whole numbers after ${axis}=`);
  return { axis, bits };
}

function parsePercent(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 100))
    throw inputError("--keep", `got '${text}', expected a percentage above 0, at most 100`, "e.g. --keep 98");
  return value;
}

function precisionText(p: Precision): string {
  return `${p.weightBits}-bit weights, ${p.stateBits}-bit state (${p.stateFractionBits} below a spike), ${p.accumulatorBits}-bit accumulators, 2^${p.lutBits} table, ${p.gateBits}-bit gate${p.spikeBits === null ? "" : `, ${p.spikeBits}-bit spikes`}`;
}

const BAR_CELLS = 24;

function rowLines(look: Look, rows: readonly StudyRow[]): string[] {
  const columns = ["width", "layer", "bits", "accuracy (%)"].map((title, i) => ({
    title,
    align: i < 2 ? ("left" as const) : ("right" as const),
  }));
  const more = ["mult/frame", "overflows", "saturations"].map((title) => ({ title, align: "right" as const }));
  const withLayer = rows.some((row) => row.layer !== null);
  const pick = <T>(cells: readonly T[]): T[] => cells.filter((_, i) => withLayer || i !== 1);
  return tableLines(
    look,
    [...pick(columns), ...more, { title: "", align: "left" as const }],
    rows.map((row) => [
      ...pick([row.axis, row.layer ?? "", String(row.bits), measured(row.accuracyPercent)]),
      significant(Math.round(row.multiplicationsPerFrame)),
      String(row.accumulatorOverflows),
      String(row.stateSaturations),
      bar(look, row.accuracyPercent / 100, BAR_CELLS),
    ]),
  );
}

function smallestLines(look: Look, smallest: SmallestPrecision, keep: number): string[] {
  const p = smallest.precision;
  return [
    paint(look, `smallest precision found that keeps ${keep} %: ${measured(smallest.accuracyPercent)} %`, "bold"),
    `  ${precisionText(p)}`,
    `  ${smallest.tried.length} precisions tried, one width after the other; chosen on the utterances that score it`,
    `  precision: { weight_bits: ${p.weightBits}, state_bits: ${p.stateBits}, state_fraction_bits: ${p.stateFractionBits}, accumulator_bits: ${p.accumulatorBits}, lut_bits: ${p.lutBits}, gate_bits: ${p.gateBits}${p.spikeBits === null ? "" : `, spike_bits: ${p.spikeBits}`} }`,
  ];
}
