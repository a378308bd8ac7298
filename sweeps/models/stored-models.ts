/** What a database holds about the networks that its search made, and the results of its front on the test set. */
import * as z from "zod";
import { inputError } from "../../base/errors.js";
import { asJson, canonicalJson } from "../../base/hash.js";
import { wilson } from "../../base/wilson.js";
import { ModelFolder, modelsBeside } from "../store/model-folder.js";
import type { Store } from "../store/sqlite.js";

const digest = z.string().regex(/^[0-9a-f]{64}$/);

const model = z.strictObject({
  /** Key of the recipe, which results name as their model. */
  key: digest,
  model: z.string().max(200),
  name: z.string().max(400),
  /** Recipe of the network from which training began; null: random weights. */
  parent: digest.nullable(),
  epochs: z.int().min(1),
  seconds: z.number().min(0),
  /** SHA-256 of the network; null: there is none, or not recorded. */
  content: digest.nullable().default(null),
  /** Share of wrong decisions on held-out utterances; null: there is no network. */
  error: z.number().nullable(),
  /** Why there is no network. */
  reason: z.string().nullable(),
  /** After each epoch; empty if there is no network. */
  curve: z.array(z.strictObject({ epoch: z.int(), loss: z.number(), error: z.number().nullable() })),
});
export type StoredModel = z.infer<typeof model>;

const tested = z.strictObject({
  id: z.int().min(1),
  /** Key of the point. */
  key: z.string().max(200),
  /** SHA-256 of the test set as its network reads it; null: not recorded. */
  data: digest.nullable().default(null),
  metrics: z.record(z.string().max(200), z.number().nullable()),
  /** Utterances of the test set on which it ran; null: no result, or not recorded. */
  utterances: z.int().min(1).nullable().default(null),
  /** Number of independent samples that tell as much of the accuracy; null: no result, or not recorded. */
  samples: z.number().min(0).nullable().default(null),
  /** Why it has no metrics on the test set. */
  reason: z.string().nullable(),
});
/** A point of the front on the test set. */
export type Tested = z.infer<typeof tested>;

/** 90 % interval of an accuracy on the test set, percent, over `samples` independent samples; null: none is known. */
export function testedInterval(accuracy: number | null, samples: number | null): { readonly low: number; readonly high: number } | null {
  if (accuracy === null || samples === null || samples === 0) return null;
  const { lowPercent, highPercent } = wilson((accuracy / 100) * samples, samples);
  return { low: lowPercent, high: highPercent };
}

const unmade = z.strictObject({
  /** Key of the point. */
  key: z.string().max(200),
  /** Recipe that failed: that of its network, or of one from which training would have begun. */
  model: digest,
});

/** Rows of one type by key. Rows that do not fit the schema were written by others and are left out. */
const rows = <T extends { readonly key: string }>(store: Store, type: string, schema: z.ZodType<T>): ReadonlyMap<string, T> =>
  new Map(listed(store, type, schema).map((one) => [one.key, one]));

function listed<T>(store: Store, type: string, schema: z.ZodType<T>): readonly T[] {
  return store.events(type).flatMap((detail) => {
    const parsed = schema.safeParse(detail);
    return parsed.success ? [parsed.data] : [];
  });
}

/** Why there is no network, and how far it learnt. */
type Given = Pick<StoredModel, "reason"> & { readonly curve: readonly unknown[] };

/**
 * Whether a record of a recipe says more than the one before: the first, a network in place of a reason, and of two
 * trainings that were given up the longer.
 */
export const isBetterModel = (before: Given | undefined, { reason, curve }: Given): boolean =>
  before === undefined || (before.reason !== null && (reason === null || curve.length > before.curve.length));

/** Networks by recipe; of several records of one the first network, or else the first of the longest trainings. */
export function storedModels(store: Store): ReadonlyMap<string, StoredModel> {
  const models = new Map<string, StoredModel>();
  for (const one of listed(store, "model", model)) if (isBetterModel(models.get(one.key), one)) models.set(one.key, one);
  return models;
}

/** Content of each network that is recorded, by recipe. */
const contentsIn = (store: Store): ReadonlyMap<string, string> =>
  new Map([...storedModels(store)].flatMap(([key, { content }]) => (content === null ? [] : [[key, content]])));

/** The networks beside a store's database. */
export const networksBeside = (store: Store): ModelFolder => new ModelFolder(modelsBeside(store.file), storedModels(store));

/** @throws InputError if both trained a network by one recipe, with other results: no front mixes them */
export function demandSameNetworks(target: Store, source: Store): void {
  const known = contentsIn(target);
  for (const [key, content] of contentsIn(source)) {
    const own = known.get(key) ?? content;
    if (own === content) continue;
    throw inputError(
      source.file,
      `has another network (SHA-256 ${content.slice(0, 12)}) than ${target.file} (${own.slice(0, 12)}) from the same recipe ${key.slice(0, 12)}: the back end gave other bits there`,
      "points of two networks share no front: keep both databases, and set them side by side with snn-dse compare; training.backend: wasm gives the same bits everywhere",
    );
  }
}

/** Points whose network could not be made, by key. */
export const unmadePoints = (store: Store): ReadonlyMap<string, z.infer<typeof unmade>> => rows(store, "unmade", unmade);

/**
 * Points that have run on the test set, by key: of several test sets on the last one; of several runs on one, the first
 * that has metrics, or else the last.
 */
export function testedPoints(store: Store): ReadonlyMap<string, Tested> {
  const points = new Map<string, Tested>();
  const onSets = new Map<string, Tested>();
  for (const run of listed(store, "test", tested)) {
    const place = canonicalJson([run.key, run.data]);
    const before = onSets.get(place);
    const best = before === undefined || before.reason !== null ? run : before;
    onSets.set(place, best);
    points.set(run.key, best);
  }
  return points;
}

/** How often a point has run on the test set. */
export const testRuns = (store: Store): number => listed(store, "test", tested).length;

/**
 * Copies to `target` what `source` holds about networks, about points whose network could not be made, and about points
 * on the test set, under the target's numbers of these points. What the target holds already stays as it is: of a point
 * with runs on its own test set it takes from another one only metrics that it lacks, and of a recipe
 * a network in place of the reason why it has none.
 */
export function keepNetworksOf(target: Store, source: Store): void {
  const known = storedModels(target);
  for (const one of storedModels(source).values()) if (isBetterModel(known.get(one.key), one)) target.log("model", asJson(one));
  const without = unmadePoints(target);
  for (const one of unmadePoints(source).values())
    if (target.pointOfKey(one.key) !== null && !without.has(one.key)) target.log("unmade", asJson(one));
  const runs = new Set(listed(target, "test", tested).map((run) => canonicalJson(run)));
  const before = testedPoints(target);
  for (const run of listed(source, "test", tested)) {
    const point = target.pointOfKey(run.key);
    if (point === null) continue;
    const copy = asJson({ ...run, id: point.id });
    const own = before.get(run.key);
    const isWanted = own === undefined || own.data === run.data || (own.reason !== null && run.reason === null);
    if (isWanted && !runs.has(canonicalJson(copy))) target.log("test", copy);
  }
}

/** A network, followed by the ones from which its training began. */
export function ancestry(models: ReadonlyMap<string, StoredModel>, key: string): readonly StoredModel[] {
  const line: StoredModel[] = [];
  for (let at = models.get(key); at !== undefined && !line.includes(at); at = at.parent === null ? undefined : models.get(at.parent))
    line.push(at);
  return line;
}
