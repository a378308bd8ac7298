/**
 * The median stopping rule between epochs of a network that a search makes: it learns no further once its least error
 * so far is above the median of what others came to on average by then. Others are networks that have learnt to their
 * end for points that the search had been told of when it asked, so that nobody's speed counts, and that are no dearer
 * to run: the same cell and depth, no layer wider, spikes no more bits, threshold and penalty (of one shape) no
 * smaller, weights no wider. A threshold that is learnt has no size in advance: nobody is known to be no dearer. A
 * small network that is worse than a large one may well be on the front; one that is worse than smaller ones hardly is.
 * Source: Golovin et al., "Google Vizier: a service for black-box optimization", KDD 2017, section 3.2.1.
 * Pure.
 */
import * as z from "zod";
import { hashJson, type Json } from "../../base/hash.js";
import type { EpochRecord } from "../../training/index.js";

/** Fewer networks say nothing of the median. A guess: the source names no number. */
const LEAST_OTHERS = 5;

/** Whom networks are compared with while they learn. */
export interface Compared {
  /** Recipes of the points that the search has been told of. */
  readonly with: readonly string[];
  /** No network stops before so many epochs; 0: none ever stops. */
  readonly afterEpochs: number;
}

/** What a network comes to that learns no further. */
export interface Limits {
  /** Largest error allowed after each epoch; null: any. */
  readonly errors: readonly (number | null)[];
  /** Networks behind each. */
  readonly others: readonly number[];
}

export const NO_LIMITS: Limits = { errors: [], others: [] };

/** What a record says of how a network learnt. */
export interface Learnt {
  /** The same for runs that continue each other. */
  readonly run: string;
  readonly config: LearntConfig;
  /** After each epoch. */
  readonly errors: readonly number[];
  /** Recipe of what it began with; null: random weights. */
  readonly parent: string | null;
}

const config = z.object({
  network: z.object({ system: z.string(), neurons: z.array(z.number()), outputDelayFrames: z.number() }),
  quantiser: z.object({ bits: z.number(), theta: z.number(), thetaLearned: z.boolean().optional() }).optional(),
  training: z.object({ epochs: z.number(), membranePenalty: z.number(), membranePenaltySaturation: z.number().optional() }),
  quantisation: z.object({ weightBits: z.number() }).optional(),
});
type LearntConfig = z.infer<typeof config>;

const record = z.object({
  config,
  curve: z.array(z.object({ validation_error: z.number() })),
  base: z.object({ sha256: z.string() }).optional(),
});

/** Null: the record does not say, or not after every epoch. */
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
 * @param epochs that the network will learn for
 * @param after no network stops before so many epochs
 */
export function limitsOf(own: Json, epochs: number, others: readonly Learnt[], after: number): Limits {
  const parsed = config.parse(own);
  // What a shorter run of the same learning has passed, a longer one does not meet again: it goes on from there, or
  // comes there once more.
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

/** Why a network stops after the last epoch of a curve; null: it goes on. */
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
  return `learning stopped after epoch ${at + 1} of ${epochs}: its least error is ${percent(least)}, the median of ${others[at]} networks that are no dearer was ${percent(limit)} on average by then`;
}

/** Whether a network learns by the same schedule as another one and costs no more to run. */
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
  /** A threshold that is learnt may come to any size. */
  const theta = (of: LearntConfig, learnt: number): number => (of.quantiser?.thetaLearned === true ? learnt : (of.quantiser?.theta ?? 0));
  const words = (of: LearntConfig): number => of.quantisation?.weightBits ?? 0;
  return (
    a.neurons.every((neurons, l) => neurons <= b.neurons[l]) &&
    bits(one) <= bits(than) &&
    theta(one, 0) >= theta(than, Number.POSITIVE_INFINITY) &&
    one.training.membranePenalty >= than.training.membranePenalty &&
    words(one) <= words(than)
  );
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
