/** Runs the precision study: accuracy of a model over integer widths. Effects: reads files. */
import { byKind, ownWidths, type Precision } from "../arch/index.js";
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
  scoredOf,
  smallestPrecision,
  widthsOfOne,
  withBits,
} from "../sim/functional/index.js";
import { selectUtterances, studyWork } from "../sim/index.js";
import { checkedOptions, demandDescription } from "./checked-options.js";
import { workloadWarnings } from "./data-warnings.js";
import { type FloatAccuracy, floatAccuracy } from "./float-accuracy.js";
import { loadModel, samplesFor, shortageOf } from "./inputs.js";
import { modelWarnings, readingWarnings } from "./model-warnings.js";
import { type ChipDescription, experimentWith, type Values } from "./open.js";
import type { Progress } from "./progress.js";
import { runnableOf, runnableWarnings } from "./runnable-warnings.js";
import { unlessAborted } from "./unless-aborted.js";

export { STUDY_AXES, STUDY_WIDTHS, type StudyAxis, type StudyRow } from "../sim/functional/index.js";

/** Which widths are tried, on how much data. */
export interface QuantiseOptions {
  /** Values by path that replace the description's. */
  readonly values?: Values;
  /**
   * Bits to try per width, e.g. `{ weight_bits: [2, 4, 8] }`; default: all widths of the network, each with its default
   * list.
   */
  readonly bits?: { readonly [width: string]: readonly number[] };
  /** Also changes each layer alone. */
  readonly layers?: boolean;
  /** Also finds the smallest precision with at least this accuracy, percent; null: no. */
  readonly keepPercent?: number | null;
  /** Number of utterances to score; null: as the workload says. */
  readonly samples?: number | null;
  /** Called after each utterance of each row. */
  readonly onProgress?: (progress: Progress) => void;
  /** Gives up between widths. */
  readonly signal?: AbortSignal;
}

/** Accuracy over bits, and the smallest precision that keeps a given accuracy. */
export interface Quantisation {
  /** The description. */
  readonly file: string;
  /** Path of the model file. */
  readonly model: string;
  /** Name of the model. */
  readonly name: string;
  /** Name of the data set. */
  readonly dataset: string;
  /** Number format of the float run. */
  readonly floatFormat: "float32" | "float64";
  /** Number of utterances that every row ran. */
  readonly utterances: number;
  /** Number of them that have a class, so that they count for accuracy. */
  readonly scored: number;
  /** Precision of the description; each row changes one of its widths. */
  readonly precision: Precision;
  /** Accuracy of the float network; null if unknown. */
  readonly float: FloatAccuracy | null;
  /** One row per width and number of bits, changed in the whole network. */
  readonly rows: readonly StudyRow[];
  /**
   * Rows that change one layer, at widths that a description can give it; empty unless the caller asked for them.
   */
  readonly layers: readonly StudyRow[];
  /** The smallest precision with the wanted accuracy; null if not wanted, or if none has it. */
  readonly smallest: SmallestPrecision | null;
  /** One sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Scores a model at integer widths.
 *
 * @throws InputError if model or data cannot be read, a width is outside of `STUDY_WIDTHS`, or `layers` is set without
 * a width that a layer can have
 */
export async function quantise(description: ChipDescription, options: QuantiseOptions = {}): Promise<Quantisation> {
  checkedOptions("quantise", options, {
    ...{ values: "object", bits: "object", layers: "boolean" },
    ...{ keepPercent: "percentage or null", samples: "whole number from 1 or null", onProgress: "function", signal: "signal" },
  });
  demandDescription("quantise", description);
  const {
    values = {},
    bits = {},
    layers: byLayers = false,
    keepPercent = null,
    samples: count = null,
    onProgress = () => {},
    signal,
  } = options;
  const experiment = experimentWith(description, values);
  const { workload, precision } = experiment;
  const { file, plugins } = description;
  const model = await loadModel(experiment, file, plugins);
  const samples = await samplesFor(model, experiment, file);
  const { utterances } = selectUtterances({ ...workload, samples: count ?? workload.samples }, samples.frameStart.length - 1);
  const work = studyWork(experiment, model.network, samples, utterances, ({ axis, bits: width, layer }, done, total) =>
    onProgress({ work: `${axis} ${width}${layer === null ? "" : ` of ${layer}`}`, done, total, unit: "utterances" }),
  );
  const asked = Object.entries(bits).map(([name, widths]) => checked(name, widths));
  const plan = asked.length > 0 ? asked : work.axes.map((axis) => ({ axis, bits: STUDY_DEFAULT_BITS[axis] }));
  const each = async <Row>(of: (axis: StudyAxis, bits: readonly number[]) => readonly Row[], plans: typeof plan): Promise<Row[]> => {
    const found: Row[] = [];
    for (const { axis, bits: widths } of plans) {
      await unlessAborted(signal);
      found.push(...of(axis, widths));
    }
    return found;
  };
  const singles = plan.flatMap(({ axis, bits: widths }) => widths.map((width) => ({ axis, bits: [width] })));
  const rows = await each((axis, widths) => accuracyByBits(work, precision, axis, widths), singles);
  const ofLayers = plan
    .filter(({ axis }) => work.layersOf(axis).length > 0)
    .map(({ axis, bits: widths }) => ({ axis, bits: widthsOfOne(precision, axis, widths) }));
  if (byLayers && ofLayers.every(({ bits: widths }) => widths.length === 0))
    throw inputError(
      "--layers",
      "no layer can have one of the widths in --bits for itself",
      "add weight_bits, state_bits, spike_bits or accumulator_bits, none above the description's, for which hardware is built",
    );
  const layers = byLayers ? await each((axis, widths) => layerSensitivities(work, precision, axis, widths), ofLayers) : [];
  await unlessAborted(signal);
  const smallest = keepPercent === null ? null : smallestPrecision(work, precision, STUDY_AXES, keepPercent);
  return {
    file,
    model: model.path,
    name: model.network.name,
    dataset: samples.name,
    floatFormat: byKind(model.network, { own: () => "float32", nir: () => "float64" }),
    utterances: utterances.length,
    scored: scoredOf(work),
    precision,
    float: floatAccuracy(experiment, model.network, samples, utterances, work.input),
    rows,
    layers,
    smallest,
    warnings: [
      ...shortageOf(experiment, samples),
      ...modelWarnings(model, precision, ...widthsOf([...rows, ...layers], precision), ...(smallest === null ? [] : [smallest.precision])),
      ...(await readingWarnings(experiment, model.network)),
      ...(await workloadWarnings(model, experiment, file)),
      ...runnableWarnings(runnableOf(experiment, model.network, samples), samples, experiment.workload.encoding),
    ],
  };
}

/** The precision of each row, as far as it concerns weights and spikes. */
const widthsOf = (rows: readonly StudyRow[], precision: Precision): readonly Precision[] =>
  rows.map(({ axis, bits, layer }) => {
    if (layer === null) return withBits(precision, axis, bits);
    const own = { ...(axis === "weight_bits" && { weightBits: bits }), ...(axis === "spike_bits" && { spikeBits: bits }) };
    return { ...precision, layers: { ...precision.layers, [layer]: { ...ownWidths(precision, layer), ...own } } };
  });

function checked(name: string, bits: readonly number[]): { readonly axis: StudyAxis; readonly bits: readonly number[] } {
  const axis = STUDY_AXES.find((one) => one === name);
  if (axis === undefined) throw inputError("--bits", `got ${quoted(name)}`, `expected one of ${STUDY_AXES.join(", ")}, then =2,4,8`);
  const [low, high] = STUDY_WIDTHS[axis];
  if (Array.isArray(bits) && bits.length > 0 && bits.every((value) => Number.isInteger(value) && value >= low && value <= high))
    return { axis, bits };
  throw inputError("--bits", `got ${quoted(`${axis}=${String(bits)}`)}`, `expected whole numbers from ${low} to ${high} after ${axis}=`);
}
