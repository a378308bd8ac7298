/** The precision study: accuracy of a model over integer widths. Effects: reads files. */
import { byKind, type Precision } from "../arch/index.js";
import { inputError, quoted } from "../base/errors.js";
import {
  accuracyByBits,
  layerSensitivities,
  type SmallestPrecision,
  STUDY_AXES,
  STUDY_DEFAULT_BITS,
  STUDY_WIDTHS,
  type StudyAxis,
  type StudyRow,
  smallestPrecision,
} from "../sim/functional/index.js";
import { selectUtterances, studyWork } from "../sim/index.js";
import { type FloatAccuracy, floatAccuracy } from "./float-accuracy.js";
import { loadModel, samplesFor, shortageOf } from "./inputs.js";
import { narrowedWeights } from "./narrowed-weights.js";
import { type ChipDescription, experimentWith, type Values } from "./open.js";

export { STUDY_AXES, STUDY_WIDTHS, type StudyAxis, type StudyRow } from "../sim/functional/index.js";

/** Which widths are tried, on how much data. */
export interface QuantiseOptions {
  /** In place of the description's, by path. */
  readonly values?: Values;
  /**
   * Widths to try by name, e.g. `{ weight_bits: [2, 4, 8] }`; none: those that the network has, each over its default
   * list.
   */
  readonly bits?: { readonly [width: string]: readonly number[] };
  /** Also each layer alone. */
  readonly layers?: boolean;
  /** Also the smallest precision whose accuracy is at least this, percent; null: not sought. */
  readonly keepPercent?: number | null;
  /** Utterances to score; null: as the workload says. */
  readonly samples?: number | null;
  /** Gives up between widths. */
  readonly signal?: AbortSignal;
}

/** Accuracy against bits, and the smallest precision that keeps it. */
export interface Quantisation {
  /** The description. */
  readonly file: string;
  /** Path of the model file, its name, the data set's name, and what the float run computes in. */
  readonly model: string;
  /** Of the model. */
  readonly name: string;
  /** Name of the data set. */
  readonly dataset: string;
  /** What the float run computes in. */
  readonly floatFormat: "float32" | "float64";
  /** Utterances that every row was scored on. */
  readonly utterances: number;
  /** As the description says; each row changes one width of it. */
  readonly precision: Precision;
  /** What the float network reaches; null: not known. */
  readonly float: FloatAccuracy | null;
  /** One per width and number of bits, everywhere in the network. */
  readonly rows: readonly StudyRow[];
  /** One layer at a time; empty unless asked for. */
  readonly layers: readonly StudyRow[];
  /** The smallest precision that keeps the accuracy asked for; null: not sought, or none does. */
  readonly smallest: SmallestPrecision | null;
  /** A sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Scores a model at integer widths.
 *
 * @throws InputError where model or data cannot be read, a width is outside of what the simulator takes
 * (`STUDY_WIDTHS`), or no width of a layer was asked for
 */
export async function quantise(description: ChipDescription, options: QuantiseOptions = {}): Promise<Quantisation> {
  const { values = {}, bits = {}, layers: byLayers = false, keepPercent = null, samples: count = null, signal } = options;
  const experiment = experimentWith(description, values);
  const { workload, precision } = experiment;
  const { file, plugins } = description;
  const model = await loadModel(experiment, file, plugins);
  const samples = await samplesFor(model, experiment, file);
  const { utterances } = selectUtterances({ ...workload, samples: count ?? workload.samples }, samples.frameStart.length - 1);
  const work = studyWork(experiment, model.network, samples, utterances);
  const asked = Object.entries(bits).map(([name, widths]) => checked(name, widths));
  const plan = asked.length > 0 ? asked : work.axes.map((axis) => ({ axis, bits: STUDY_DEFAULT_BITS[axis] }));
  const each = <Row>(of: (axis: StudyAxis, bits: readonly number[]) => readonly Row[], plans = plan): Row[] =>
    plans.flatMap(({ axis, bits: widths }) => {
      signal?.throwIfAborted();
      return of(axis, widths);
    });
  const rows = each((axis, widths) => accuracyByBits(work, precision, axis, widths));
  const ofLayers = plan.filter(({ axis }) => work.layersOf(axis).length > 0);
  if (byLayers && ofLayers.length === 0)
    throw inputError(
      "--layers",
      "no width that was asked for is a layer's own",
      "ask for weight_bits, state_bits, spike_bits or lut_bits too",
    );
  const layers = byLayers ? each((axis, widths) => layerSensitivities(work, precision, axis, widths), ofLayers) : [];
  signal?.throwIfAborted();
  return {
    file,
    model: model.path,
    name: model.network.name,
    dataset: samples.name,
    floatFormat: byKind(model.network, { own: () => "float32", nir: () => "float64" }),
    utterances: utterances.length,
    precision,
    float: floatAccuracy(experiment, model.network, samples, utterances, work.input),
    rows,
    layers,
    smallest: keepPercent === null ? null : smallestPrecision(work, precision, STUDY_AXES, keepPercent),
    warnings: [...shortageOf(experiment, samples), ...narrowedWeights(model, precision, leastWeightBits(rows, precision.weightBits))],
  };
}

/** Of the rows that change the weights' width. */
const leastWeightBits = (rows: readonly StudyRow[], own: number): number =>
  rows.reduce((least, { axis, bits }) => (axis === "weight_bits" ? Math.min(least, bits) : least), own);

function checked(name: string, bits: readonly number[]): { readonly axis: StudyAxis; readonly bits: readonly number[] } {
  const axis = STUDY_AXES.find((one) => one === name);
  if (axis === undefined) throw inputError("--bits", `got ${quoted(name)}`, `expected one of ${STUDY_AXES.join(", ")}, then =2,4,8`);
  const [low, high] = STUDY_WIDTHS[axis];
  if (bits.every((value) => Number.isInteger(value) && value >= low && value <= high)) return { axis, bits };
  throw inputError("--bits", `got ${quoted(`${axis}=${bits.join(",")}`)}`, `expected whole numbers from ${low} to ${high} after ${axis}=`);
}
