/**
 * The median stopping rule between epochs of a network that a search trains: training stops if the network's least
 * error so far is above the median of the mean errors that other networks had up to this epoch. The others are networks
 * that were trained to their end for points of which the search had been told when it asked, so that the speed of
 * workers does not count; runs of one training that continue each other count once. They learnt from and were judged by
 * the same data, by the same configuration but for their seeds and for what makes them cost no more to run: no layer
 * wider, spikes and inputs of no more bits, thresholds and penalty (of one shape) no smaller, weights of no layer
 * wider, no fewer weights that are 0. A threshold that is learned has no known value in advance, so no such network is
 * known to cost less. All this holds for the networks from which training began too: a network is trained on the grid
 * by the rate and penalty of that stage only, and shows those of its first stage. A small network that is worse than a
 * large one may well be on the front; one that is worse than smaller ones hardly is.
 * Source: Golovin et al., "Google Vizier: a service for black-box optimization", KDD 2017, section 3.2.1. Pure.
 */
import * as z from "zod";
import { asJson, hashJson, type Json } from "../../base/hash.js";
import { type EpochRecord, weightBitsOf } from "../../training/index.js";
import type { Learning } from "./made-model.js";

/** Fewer networks give no usable median. A guess: the source names no number. */
const LEAST_OTHERS = 5;

/** Which networks a new one is compared with while it learns. */
export interface Compared {
  /** Recipes of the points of which the search had been told when it asked. */
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

/** A training: its configuration, and the content of the data from which and by which the network learns. */
export interface Training {
  readonly config: Json;
  readonly fitHash: string;
  readonly validationHash: string;
  /** The network from which training begins; null: random weights. */
  readonly parent: Learnt | null;
}

/** A network that has been trained to its end, as others are compared with it. */
export interface Learnt {
  /** Equal for runs that continue each other. */
  readonly run: string;
  readonly config: LearntConfig;
  /** Equal for networks that differ only by seed and cost, with all from which training began. */
  readonly schedule: string;
  /** Error after each epoch. */
  readonly errors: readonly number[];
  /** Epochs that it was asked to learn; null: an early stop chose them. */
  readonly epochs: number | null;
  /** The network from which training began; null: random weights. */
  readonly parent: Learnt | null;
}

const config = z.looseObject({
  name: z.string(),
  seed: z.number(),
  data: z.looseObject({ path: z.string().nullable() }),
  network: z.looseObject({ neurons: z.array(z.number()) }),
  quantiser: z.looseObject({
    ...{ bits: z.number(), theta: z.number(), inputBits: z.number(), inputTheta: z.number() },
    thetaLearned: z.boolean().default(false),
  }),
  training: z.looseObject({
    membranePenalty: z.number(),
    membranePenaltyWarmupFraction: z.number(),
    zeroShare: z.number().default(0),
    effectiveMultiplicationsPerFrame: z.number().default(Number.POSITIVE_INFINITY),
  }),
  quantisation: z
    .looseObject({
      from: z.string().nullable(),
      weightBits: z.number(),
      layers: z.record(z.string(), z.object({ weightBits: z.number() })),
      zeroShare: z.number(),
    })
    .optional(),
});
type LearntConfig = z.infer<typeof config>;
type Trained = Pick<Learnt, "config" | "parent">;

const runOf = ({ config: made, fitHash, validationHash, parent }: Training): string =>
  hashJson([made, fitHash, validationHash, ...(parent === null ? [] : [parent.run, parent.epochs])]);

/** What a schedule leaves out: names, seed, and what `isNoDearer` compares. */
const LEFT_OUT: { readonly [section: string]: readonly string[] } = {
  data: ["path"],
  network: ["neurons"],
  quantiser: ["bits", "theta", "inputBits", "inputTheta", "thetaLearned"],
  training: ["membranePenalty", "membranePenaltyWarmupFraction", "zeroShare", "effectiveMultiplicationsPerFrame"],
  quantisation: ["from", "weightBits", "layers", "zeroShare"],
};

function scheduleOf(
  { name: _name, seed: _seed, ...made }: LearntConfig,
  { fitHash, validationHash, parent }: Omit<Training, "config">,
): string {
  const sections = Object.entries(made).map(([section, keys]) => [
    section,
    Object.fromEntries(Object.entries(keys ?? {}).filter(([key]) => !(LEFT_OUT[section] ?? []).includes(key))),
  ]);
  const before = parent === null ? [] : [parent.schedule, parent.epochs];
  return hashJson([asJson(Object.fromEntries(sections)), made.network.neurons.length, fitHash, validationHash, ...before]);
}

/**
 * How a network learnt. Null: an error after some epoch is not known.
 *
 * @param epochs that it was asked to learn; it has fewer errors if an early stop ended its training
 */
export function learntOf(training: Training, { errors }: Pick<Learning, "errors">, epochs: number): Learnt | null {
  const made = config.parse(training.config);
  const known = errors.filter((error) => error !== null);
  return known.length < errors.length
    ? null
    : {
        run: runOf(training),
        config: made,
        schedule: scheduleOf(made, training),
        errors: known,
        epochs: errors.length < epochs ? null : errors.length,
        parent: training.parent,
      };
}

/**
 * @param own the network's training
 * @param epochs for which the network will be trained
 * @param after no network stops before this many epochs
 */
export function limitsOf(own: Training, epochs: number, others: readonly Learnt[], after: number): Limits {
  const made = { config: config.parse(own.config), parent: own.parent };
  const schedule = scheduleOf(made.config, own);
  const longest = new Map<string, Learnt>();
  for (const other of others) if (other.errors.length > (longest.get(other.run)?.errors.length ?? 0)) longest.set(other.run, other);
  // A longer run is not tested again at epochs that a shorter run of the same training has passed: it continues that
  // run, or repeats it.
  const passed = longest.get(runOf(own))?.errors.length ?? 0;
  const rivals = [...longest.values()].filter((other) => other.schedule === schedule && isNoDearer(other, made));
  const means = rivals.map(({ errors }) => runningMeans(errors));
  const by = Array.from({ length: epochs }, (_, e) => means.flatMap((upTo) => (upTo.length > e ? [upTo[e]] : [])));
  return {
    errors: by.map((means, e) =>
      e < Math.max(after, passed + 1) - 1 || e === epochs - 1 || means.length < LEAST_OTHERS ? null : median(means),
    ),
    others: by.map(({ length }) => length),
  };
}

function runningMeans(values: readonly number[]): readonly number[] {
  let sum = 0;
  return values.map((value, i) => {
    sum += value;
    return sum / (i + 1);
  });
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

/**
 * Whether a network costs no more to run than another one of its schedule, and so each from which its training began.
 */
const isNoDearer = (one: Trained, than: Trained): boolean =>
  costsNoMore(one.config, than.config) && (one.parent === null || than.parent === null || isNoDearer(one.parent, than.parent));

function costsNoMore(one: LearntConfig, than: LearntConfig): boolean {
  const [a, b] = [one.quantiser, than.quantiser];
  const [trained, other] = [one.training, than.training];
  /** A learned threshold may have any value. */
  const theta = (of: LearntConfig, learnt: number): number => (of.quantiser.thetaLearned ? learnt : of.quantiser.theta);
  const words = ({ quantisation, network }: LearntConfig): readonly number[] =>
    quantisation === undefined ? [] : weightBitsOf(quantisation, network.neurons.length);
  const most = words(than);
  // Without a penalty nothing is raised.
  const isRaisedAlike =
    trained.membranePenalty === 0 ||
    other.membranePenalty === 0 ||
    trained.membranePenaltyWarmupFraction === other.membranePenaltyWarmupFraction;
  return (
    isRaisedAlike &&
    one.network.neurons.every((neurons, l) => neurons <= than.network.neurons[l]) &&
    a.bits <= b.bits &&
    a.inputBits <= b.inputBits &&
    a.inputTheta >= b.inputTheta &&
    theta(one, 0) >= theta(than, Number.POSITIVE_INFINITY) &&
    trained.membranePenalty >= other.membranePenalty &&
    trained.zeroShare >= other.zeroShare &&
    trained.effectiveMultiplicationsPerFrame <= other.effectiveMultiplicationsPerFrame &&
    (one.quantisation?.zeroShare ?? 0) >= (than.quantisation?.zeroShare ?? 0) &&
    words(one).every((bits, layer) => bits <= most[layer])
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
