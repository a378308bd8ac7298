/**
 * The median stopping rule between epochs of a network that a search trains: training stops if the network's least
 * error so far is above the median of the mean errors that other networks had up to this epoch. The others are networks
 * that were trained to their end for points of which the search had been told when it asked, so that the speed of
 * workers does not count. They also cost no more to run: the same cell and depth, no layer wider, spikes of no more
 * bits, threshold and penalty (of one shape) no smaller, weights of no layer wider, no fewer weights that are 0. A
 * threshold that is learned has no known value in advance, so no such network is known to cost less. A small network
 * that is worse than a large one may well be on the front; one that is worse than smaller ones hardly is.
 * Source: Golovin et al., "Google Vizier: a service for black-box optimization", KDD 2017, section 3.2.1. Pure.
 */
import * as z from "zod";
import { hashJson, type Json } from "../../base/hash.js";
import { type EpochRecord, weightBitsOf } from "../../training/index.js";

/** Fewer networks give no usable median. A guess: the source names no number. */
const LEAST_OTHERS = 5;

/** Which networks a new one is compared with while it learns. */
export interface Compared {
  /** Recipes of the points of which the search has been told. */
  readonly with: readonly string[];
  /** No network stops before this many epochs; 0: none ever stops. */
  readonly afterEpochs: number;
}

/** Errors above which a network stops. */
export interface Limits {
  /** Largest allowed error after each epoch; null: any. */
  readonly errors: readonly (number | null)[];
  /** Number of networks behind each limit. */
  readonly others: readonly number[];
}

export const NO_LIMITS: Limits = { errors: [], others: [] };

/** What a record says about the training of a network. */
export interface Learnt {
  /** Equal for runs that continue each other. */
  readonly run: string;
  readonly config: LearntConfig;
  /** Error after each epoch. */
  readonly errors: readonly number[];
  /** Recipe of the network from which training began; null: random weights. */
  readonly parent: string | null;
}

const config = z.object({
  network: z.object({ system: z.string(), neurons: z.array(z.number()), outputDelayFrames: z.number() }),
  quantiser: z.object({ bits: z.number(), theta: z.number(), thetaLearned: z.boolean().optional() }).optional(),
  training: z.object({
    epochs: z.number(),
    membranePenalty: z.number(),
    membranePenaltySaturation: z.number().optional(),
    zeroShare: z.number().default(0),
    effectiveMultiplicationsPerFrame: z.number().default(Number.POSITIVE_INFINITY),
  }),
  quantisation: z
    .object({
      weightBits: z.number(),
      layers: z.record(z.string(), z.object({ weightBits: z.number() })),
      zeroShare: z.number(),
    })
    .optional(),
});
type LearntConfig = z.infer<typeof config>;

const record = z.object({
  config,
  curve: z.array(z.object({ validation_error: z.number() })),
  base: z.object({ sha256: z.string() }).optional(),
});

/** Null: the record lacks this, or an error after some epoch. */
export function learntOf(json: Json): Learnt | null {
  const read = record.safeParse(json);
  if (!read.success) return null;
  const { config: made, curve, base } = read.data;
  return {
    run: hashJson((json as { readonly config: Json }).config),
    config: made,
    errors: curve.map(({ validation_error: error }) => error),
    parent: base?.sha256 ?? null,
  };
}

/**
 * @param own configuration of the network
 * @param epochs for which the network will be trained
 * @param after no network stops before this many epochs
 */
export function limitsOf(own: Json, epochs: number, others: readonly Learnt[], after: number): Limits {
  const parsed = config.parse(own);
  // A longer run is not tested again at epochs that a shorter run of the same training has passed: it continues that
  // run, or repeats it.
  const passed = Math.max(0, ...others.filter(({ run }) => run === hashJson(own)).map(({ errors }) => errors.length));
  const rivals = others.filter((other) => isNoDearer(other.config, parsed));
  const by = Array.from({ length: epochs }, (_, e) =>
    rivals.flatMap(({ errors }) => (errors.length > e ? [mean(errors.slice(0, e + 1))] : [])),
  );
  return {
    errors: by.map((means, e) =>
      e < Math.max(after, passed + 1) - 1 || e === epochs - 1 || means.length < LEAST_OTHERS ? null : median(means),
    ),
    others: by.map(({ length }) => length),
  };
}

/** Why training stops after the last epoch of a curve; null: it continues. */
export function stopReason(
  curve: readonly Pick<EpochRecord, "validationError">[],
  epochs: number,
  { errors, others }: Limits,
): string | null {
  const at = curve.length - 1;
  const limit = errors[at] ?? null;
  const least = Math.min(...curve.map(({ validationError }) => validationError ?? Number.POSITIVE_INFINITY));
  if (limit === null || !(least > limit)) return null;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return `learning stopped after epoch ${at + 1} of ${epochs}: its least error is ${percent(least)}; the median of ${others[at]} networks that cost no more was ${percent(limit)} (mean error up to then)`;
}

/** Whether a network was trained by the same schedule as another one and costs no more to run. */
function isNoDearer(one: LearntConfig, than: LearntConfig): boolean {
  const [a, b] = [one.network, than.network];
  const isAlike =
    a.system === b.system &&
    a.outputDelayFrames === b.outputDelayFrames &&
    a.neurons.length === b.neurons.length &&
    one.training.epochs === than.training.epochs &&
    one.training.membranePenaltySaturation === than.training.membranePenaltySaturation &&
    (one.quantisation === undefined) === (than.quantisation === undefined);
  if (!isAlike) return false;
  const bits = (of: LearntConfig): number => of.quantiser?.bits ?? 0;
  /** A learned threshold may have any value. */
  const theta = (of: LearntConfig, learnt: number): number => (of.quantiser?.thetaLearned === true ? learnt : (of.quantiser?.theta ?? 0));
  const words = (of: LearntConfig): readonly number[] =>
    of.quantisation === undefined ? [] : weightBitsOf(of.quantisation, a.neurons.length);
  const most = words(than);
  return (
    a.neurons.every((neurons, l) => neurons <= b.neurons[l]) &&
    bits(one) <= bits(than) &&
    theta(one, 0) >= theta(than, Number.POSITIVE_INFINITY) &&
    one.training.membranePenalty >= than.training.membranePenalty &&
    one.training.zeroShare >= than.training.zeroShare &&
    one.training.effectiveMultiplicationsPerFrame <= than.training.effectiveMultiplicationsPerFrame &&
    (one.quantisation?.zeroShare ?? 0) >= (than.quantisation?.zeroShare ?? 0) &&
    words(one).every((bits, layer) => bits <= most[layer])
  );
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
