/**
 * Which networks a search stops follows from its description and from what it was told: not from points of the caller's
 * choice, merged searches, or files of networks that lie beside its database or are lost.
 */
// @module-tag slow
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withModels } from "../../../app/study-parts.js";
import type { Experiment } from "../../../arch/index.js";
import {
  DrivenStudy,
  mergeInto,
  modelsBeside,
  networksBeside,
  type Outcome,
  Store,
  storedModels,
  systemClock,
  type Task,
} from "../../../sweeps/index.js";
import { type Compared, type Limits, stopReason } from "../../../sweeps/models/median-stopping.js";
import { MadeModels } from "../../../sweeps/models/model-source.js";
import type { ModelRecipe } from "../../../sweeps/models/recipe.js";
import type { Maker } from "../../../sweeps/models/trainer.js";
import { untrainedNetwork } from "../../../training/index.js";
import { FakeEngine, type FakeValues, list, NO_COUNTERS, OPTIONS, resultOf, setupOf, specOf } from "../fake-study.js";
import { fit, needsOf, recipeOf } from "./ramps.js";

const folder = mkdtempSync(join(tmpdir(), "judge-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SEEDS = Array.from({ length: 24 }, (_, i) => i + 1);
const recipes = new Map(SEEDS.map((seed) => [seed, recipeOf({ seed, chipEpochs: 2 })]));
const network = untrainedNetwork(recipeOf({}).config, fit);
/** Error after an epoch, in no order of seeds; on the grid it is smaller. */
const errorOf = ({ config: { seed }, parent }: ModelRecipe, epoch: number): number =>
  ((seed * 7) % 24) / 40 + 0.3 / epoch - (parent === null ? 0 : 0.1);
const curveOf = (recipe: ModelRecipe) =>
  Array.from({ length: recipe.epochs }, (_, e) => ({ epoch: e + 1, loss: 1, error: errorOf(recipe, e + 1) }));

/** A training whose errors are known in advance, under limits. */
const make: Maker = async (recipe, _parent, _needs, limits: Limits) => {
  const curve = curveOf(recipe);
  const errors = curve.map(({ error: validationError }) => ({ validationError }));
  for (let e = 1; e <= curve.length; e++) {
    const reason = stopReason(errors.slice(0, e), recipe.epochs, limits);
    if (reason !== null) return { kind: "given-up", code: "STOPPED", reason, curve: curve.slice(0, e), seconds: 1 };
  }
  const lines = curve.map(({ epoch, loss, error }) => ({ epoch, loss, validation_error: error }));
  return { kind: "trained", network, record: { recipe: recipe.key, curve: lines }, seconds: 1 };
};

const seedOf = (chip: FakeValues): ModelRecipe => recipes.get(chip["fake.seed"] as number) as ModelRecipe;
const chipOf = (experiment: { readonly chip: unknown }): FakeValues => experiment.chip as FakeValues;

/** Better networks cost more, so that a network that is stopped would be on the front. */
function answer(chip: FakeValues): Outcome {
  const recipe = seedOf(chip);
  const lanes = chip["fake.lanes"] as number;
  const accuracy = 100 - 100 * errorOf(recipe, recipe.epochs);
  const { provenance, ...result } = resultOf({ accuracy_percent: accuracy, energy_uj_per_inference: lanes * accuracy });
  return {
    kind: "done",
    result: { ...result, provenance: { ...provenance, modelHash: recipe.key } },
    counters: NO_COUNTERS,
    durationMs: 1,
  };
}

/** The experiment of a point whose network is trained. */
function trained(experiment: object): Experiment {
  const { network: fake, ...rest } = experiment as Experiment;
  return { ...rest, network: { ...fake, model: `seed ${chipOf(rest)["fake.seed"]}`, training: {} } } as unknown as Experiment;
}

/** Makes networks as an engine does, and finds results by a formula. */
class Training extends FakeEngine {
  private readonly making: MadeModels;

  constructor(store: Store) {
    super(answer);
    const never = (): never => {
      throw new Error("nobody asks");
    };
    const needs = async (experiment: Experiment) => needsOf(seedOf(chipOf(experiment)));
    this.making = new MadeModels(
      { needsOf: needs, untrained: never, store: networksBeside(store), tell: withModels(store, () => {}) },
      () => ({ make, close: async () => {} }),
    );
  }

  override async identify(experiment: Experiment) {
    return { modelHash: (await this.making.keyOf(trained(experiment))) ?? "", dataHash: "d" };
  }

  override async ask({ experiment }: Task, compared: Compared): Promise<void> {
    await this.making.ask({ experiment: trained(experiment) }, compared);
  }

  override stops(task: Pick<Task, "inputs">): boolean {
    return this.making.stopped(task) !== null;
  }

  override async evaluate(task: Task): Promise<Outcome> {
    const unmade = await this.making.make({ ...task, experiment: trained(task.experiment) }, () => {});
    return unmade ?? this.making.stopped(task) ?? super.evaluate(task);
  }
}

const spec = (sampler: object) =>
  specOf(
    {
      parameters: [list("seed", SEEDS), list("lanes", [1, 2, 3])],
      objectives: [
        { metric: "accuracy_percent", direction: "max" },
        { metric: "energy_uj_per_inference", direction: "min" },
      ],
      constraints: [],
    },
    sampler,
  );
const STOPPING = { name: "nsga2", seed: 1, options: { population: 8, stop_after_epochs: 1 } };
const OTHER = { name: "random", seed: 5, options: {} };

type Values = { readonly seed: number; readonly lanes: number };

function begun(file: string, sampler: object, budget: number): Promise<DrivenStudy> {
  const store = Store.open(file);
  const setup = setupOf(spec({ ...sampler, budget }));
  const effects = { store, engine: new Training(store), clock: systemClock };
  return DrivenStudy.begin(setup, { ...OPTIONS, evaluator: null }, effects, () => {}, undefined);
}

/** Runs a search up to a budget; `guests`: points of the caller's choice, each after so many of the search. */
async function swept(name: string, sampler: object, budget: number, guests: ReadonlyMap<number, Values> = new Map()): Promise<string> {
  const file = join(folder, name);
  const study = await begun(file, sampler, budget);
  const invited = new Map(guests);
  for (let asked = 0; ; ) {
    for (const [after, values] of invited)
      if (asked >= after) {
        invited.delete(after);
        await study.run({ ...values });
      }
    const points = await study.ask(2);
    if (points.length === 0) break;
    asked += points.length;
    for (const point of points) study.tell(point, await study.evaluate(point));
  }
  await study.close();
  return file;
}

/** How each point ended, by its values. */
function endsOf(file: string): ReadonlyMap<string, string> {
  const store = Store.read(file);
  const ends = new Map([...store.points()].map(({ values, state, code }) => [`${values.seed} ${values.lanes}`, code ?? state]));
  store.close();
  return ends;
}

/** Of each network that was stopped: its key, why, and the epochs of which the search was told. */
function curvesOf(file: string) {
  const store = Store.read(file);
  const stopped = [...storedModels(store)].filter(([, { reason }]) => reason !== null);
  store.close();
  return stopped.map(([key, { reason, curve }]) => [key, reason, curve.map(({ epoch }) => epoch)]).sort();
}

const frontOf = (file: string): readonly string[] => {
  const store = Store.read(file);
  const front = store.frontIds().map((id) => JSON.stringify(store.point(id)?.metrics));
  store.close();
  return front.sort();
};

const stoppedIn = (ends: ReadonlyMap<string, string>): readonly string[] =>
  [...ends].flatMap(([at, end]) => (end === "STOPPED" ? [at] : []));

function copied(from: string, name: string): string {
  const to = join(folder, name);
  cpSync(from, to);
  cpSync(modelsBeside(from), modelsBeside(to), { recursive: true });
  return to;
}

function merged(target: string, source: string) {
  const [into, from] = [Store.open(target), Store.read(source)];
  try {
    return mergeInto(into, from);
  } finally {
    into.close();
    from.close();
  }
}

/** But for points that others asked for, `beside` holds those of `alone`, with the same ends. */
function expectSame(beside: ReadonlyMap<string, string>, alone: ReadonlyMap<string, string>, others: ReadonlySet<string>): void {
  const left = (ends: ReadonlyMap<string, string>) => [...ends].filter(([at]) => !others.has(at)).sort();
  expect(left(beside)).toEqual(left(alone));
}

describe("a search that stops networks stops the same ones, and asks the same points,", () => {
  const BUDGET = 40;
  let alone: ReadonlyMap<string, string>;
  let whole: string;
  let other: string;
  let found: ReadonlySet<string>;

  beforeAll(async () => {
    whole = await swept("alone.db", STOPPING, BUDGET);
    alone = endsOf(whole);
    other = await swept("other.db", OTHER, 30);
    found = new Set(endsOf(other).keys());
    // otherwise the tests show nothing
    expect(stoppedIn(alone).length).toBeGreaterThan(3);
    expect(stoppedIn(alone).filter((at) => found.has(at)).length).toBeGreaterThan(1);
  });

  test("in two sessions between which all files of networks are lost", async () => {
    const file = await swept("parts.db", STOPPING, 24);
    rmSync(modelsBeside(file), { recursive: true });
    await swept("parts.db", STOPPING, BUDGET);
    expect([endsOf(file), frontOf(file)]).toEqual([alone, frontOf(whole)]);
  });

  test("beside a folder in which another search has left its networks", async () => {
    cpSync(modelsBeside(other), modelsBeside(join(folder, "left.db")), { recursive: true });
    const file = await swept("left.db", STOPPING, BUDGET);
    expect([endsOf(file), frontOf(file)]).toEqual([alone, frontOf(whole)]);
    const told = curvesOf(whole);
    expect(told.length).toBeGreaterThan(3);
    expect(curvesOf(file)).toEqual(told);
  });

  test("and asks for no point, stopped ones among them, once it is over", async () => {
    const study = await begun(copied(whole, "over.db"), STOPPING, BUDGET);
    expect(await study.ask(1)).toEqual([]);
    await study.close();
  });

  test("whenever the caller runs points of its own choice on their networks, those that the search stops among them", async () => {
    const stopped = stoppedIn(alone).flatMap((at) => {
      const [seed, lanes] = at.split(" ").map(Number);
      return [
        { seed, lanes },
        { seed, lanes: 1 + (lanes % 3) },
      ];
    });
    for (const start of [0, 17]) {
      const guests = new Map(stopped.map((values, i): [number, Values] => [start + i / 100, values]));
      const beside = endsOf(await swept(`guests-${start}.db`, STOPPING, BUDGET, guests));
      const own = stopped.map(({ seed, lanes }) => `${seed} ${lanes}`);
      if (start === 0) expect(own.map((at) => beside.get(at))).toEqual(own.map(() => "done"));
      expectSame(beside, alone, new Set(own));
    }
  });

  test("after a merge of another search; of a stopped point the result is taken over, and neither order is a conflict", async () => {
    const target = copied(await swept("half.db", STOPPING, 24), "into.db");
    const back = copied(other, "back.db");
    const [there, here] = [merged(target, other), merged(back, join(folder, "half.db"))];
    expect([there.conflicts, here.conflicts, here.improved]).toEqual([[], [], 0]);
    expect(there.improved).toBe(stoppedIn(endsOf(join(folder, "half.db"))).filter((at) => found.has(at)).length);
    expect([new Map([...endsOf(back)].sort()), frontOf(back)]).toEqual([new Map([...endsOf(target)].sort()), frontOf(target)]);
    rmSync(modelsBeside(target), { recursive: true });
    expectSame(endsOf(await swept("into.db", STOPPING, BUDGET)), alone, found);
  });

  test("and a search that stops none runs what another one had stopped", async () => {
    const file = copied(other, "unstopped.db");
    merged(file, whole);
    expect(stoppedIn(endsOf(file)).length).toBeGreaterThan(1);
    await swept("unstopped.db", OTHER, 72);
    expect(new Set(endsOf(file).values())).toEqual(new Set(["done"]));
  });
});
