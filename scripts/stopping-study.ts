/**
 * What the median stopping rule would have saved and cost in searches that ran without it: the rule is applied to the
 * complete curves of their networks. The searches in a folder of `co-search-study.ts` count as generations of one
 * search: each is compared with those before it.
 *
 *   npx tsx scripts/stopping-study.ts WORK_FOLDER SEEDS
 */
import { join } from "node:path";
import type { Json } from "../base/hash.js";
import { nonDominated } from "../base/pareto.js";
import { hypervolume, ModelFolder, modelsBeside, Store } from "../sweeps/index.js";
import { curveOf, errorsOf } from "../sweeps/models/made-model.js";
import { type Learnt, learntOf, limitsOf, stopReason, type Training } from "../sweeps/models/median-stopping.js";
import { minimised, reached } from "./co-search/arm.js";
import { CO_SEARCHES } from "./co-search/studies.js";

interface Made {
  readonly training: Training;
  readonly learnt: Learnt;
  /** Key of the network from which training began. */
  readonly parent: string | null;
}

interface MadeRecord {
  readonly config: Json;
  readonly train_data_sha256: string;
  readonly test_data_sha256: string;
  readonly stopped_early?: boolean;
  readonly base?: { readonly sha256: string };
}

const [folder, seeds] = process.argv.slice(2);
if (seeds === undefined) throw new Error("usage: tsx scripts/stopping-study.ts WORK_FOLDER SEEDS");

const networks = new Map<string, Made>();
const generations: { readonly key: string; readonly objectives: readonly number[] }[][] = [];
for (let seed = 1; seed <= Number(seeds); seed++) {
  const database = join(folder, `co-search-${seed}.db`);
  const models = new ModelFolder(modelsBeside(database));
  const store = Store.read(database);
  const points: (typeof generations)[number] = [];
  for (const { id, metrics } of [...store.points()]) {
    const key = store.result(id)?.provenance.modelHash;
    const [at] = metrics === null ? [] : reached(metrics, 0);
    if (key === undefined || at === undefined) continue;
    points.push({ key, objectives: minimised(at) });
    madeOf(models, key);
  }
  store.close();
  generations.push(points);
}

/** The network of a key, with all from which its training began, which are read first. */
function madeOf(models: ModelFolder, key: string): Made {
  const known = networks.get(key);
  if (known !== undefined) return known;
  const model = models.read(key);
  if (model === null) throw new Error(`no network ${key}`);
  const {
    config,
    train_data_sha256: fitHash,
    test_data_sha256: validationHash,
    base,
    stopped_early,
  } = model.record as unknown as MadeRecord;
  const training = { config, fitHash, validationHash, parent: base === undefined ? null : madeOf(models, base.sha256).learnt };
  const errors = errorsOf(curveOf(model));
  const learnt = learntOf(training, { errors }, errors.length + (stopped_early === true ? 1 : 0));
  if (learnt === null) throw new Error(`no curve of ${key}`);
  const made = { training, learnt, parent: base?.sha256 ?? null };
  networks.set(key, made);
  return made;
}

const lineOf = (key: string): string[] => {
  const parent = networks.get(key)?.parent ?? null;
  return parent === null ? [key] : [...lineOf(parent), key];
};
const all = generations.flat();
const front = new Set(nonDominated(all.map(({ objectives }) => objectives)));
const whole = hypervolume(
  all.map(({ objectives }) => objectives),
  minimised(CO_SEARCHES.phones.bounds),
);

/** Number of epochs of all networks and of judged epochs, and the networks that are trained to their end. */
function tried(after: number): { readonly epochs: number; readonly judgements: number; readonly ended: ReadonlySet<string> } {
  const ended = new Set<string>();
  const judged = new Set<string>();
  const told = new Set<string>();
  let [epochs, judgements] = [0, 0];
  for (const points of generations) {
    const others = [...told].flatMap((key) => networks.get(key)?.learnt ?? []);
    for (const { key } of points) {
      for (const own of lineOf(key)) {
        const { training, learnt, parent } = networks.get(own) as Made;
        if (parent !== null && !ended.has(parent)) break;
        if (judged.has(own)) continue;
        judged.add(own);
        const limits = limitsOf(training, learnt.errors.length, others, after);
        const curve = learnt.errors.map((validationError) => ({ validationError }));
        const stops = after === 0 ? -1 : curve.findIndex((_, e) => stopReason(curve.slice(0, e + 1), curve.length, limits) !== null);
        const ran = stops < 0 ? curve.length : stops + 1;
        epochs += ran;
        judgements += limits.errors.slice(0, ran).filter((limit) => limit !== null).length;
        if (stops < 0) ended.add(own);
      }
    }
    for (const { key } of points) if (ended.has(key)) for (const own of lineOf(key)) told.add(own);
  }
  return { epochs, judgements, ended };
}

const plain = tried(0);
console.log(`npx tsx scripts/stopping-study.ts WORK_FOLDER ${seeds}`);
console.log(
  `${all.length} points of ${networks.size} networks in ${generations.length} generations, ${plain.epochs} epochs; ${front.size} points on the front of all`,
);
console.log("no stop before   epochs run   of those judged   points stopped   points of the front lost   hypervolume kept");
for (let after = 1; after <= 6; after++) {
  const { epochs, judgements, ended } = tried(after);
  const lost = all.filter(({ key }, i) => front.has(i) && !ended.has(key)).length;
  const left = all.filter(({ key }) => ended.has(key));
  const kept =
    hypervolume(
      left.map(({ objectives }) => objectives),
      minimised(CO_SEARCHES.phones.bounds),
    ) / whole;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const stopped = all.filter(({ key }) => !ended.has(key)).length;
  console.log(
    `epoch ${String(after).padEnd(9)} ${percent(epochs / plain.epochs).padStart(12)} ${percent(judgements / epochs).padStart(17)} ${String(stopped).padStart(16)} ${String(lost).padStart(26)} ${percent(kept).padStart(18)}`,
  );
}
