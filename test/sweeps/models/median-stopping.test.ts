/**
 * The median stopping rule: its limits are those of its source, networks are compared only with those that cost no
 * more, and the comparison does not depend on the speed of workers.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { TrainingRequest } from "../../../arch/index.js";
import { asJson, type Json } from "../../../base/hash.js";
import { createRng } from "../../../base/rng.js";
import type { Outcome } from "../../../sweeps/engine/engine.js";
import type { Metrics, Task } from "../../../sweeps/index.js";
import type { MadeModel } from "../../../sweeps/models/made-model.js";
import {
  type Compared,
  type Learnt,
  type Limits,
  learntOf,
  limitsOf,
  NO_LIMITS,
  stopReason,
  type Training,
} from "../../../sweeps/models/median-stopping.js";
import type { ModelRecipe } from "../../../sweeps/models/recipe.js";
import { type Maker, ModelThreads, Trainer } from "../../../sweeps/models/trainer.js";
import { ModelFolder, ModelsInMemory } from "../../../sweeps/store/model-folder.js";
import type { TrainingConfig } from "../../../training/index.js";
import { untrainedNetwork } from "../../../training/index.js";
import { FakeEngine, type FakeValues, fakeStudy, formula, specOf } from "../fake-study.js";
import { baseDocument, fit, GROUND, needsOf, recipeOf } from "./ramps.js";

const folder = mkdtempSync(join(tmpdir(), "median-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const recordOf = (errors: readonly number[]): Json => ({
  curve: errors.map((error, e) => ({ epoch: e + 1, loss: 1, validation_error: error })),
});

function learntBy(training: Training, errors: readonly number[]): Learnt {
  const read = learntOf(training, { errors }, errors.length);
  if (read === null) throw new Error("no curve");
  return read;
}
const learnt = (config: TrainingConfig, errors: readonly number[], parent: Learnt | null = null): Learnt =>
  learntBy({ ...trainingOf(config), parent }, errors);
const configOf = (request: Partial<TrainingRequest>, bits = 4): TrainingConfig => recipeOf(request, bits).config;
const trainingOf = (config: TrainingConfig): Training => ({ ...GROUND, config: asJson(config), parent: null });
const asked = (request: Partial<TrainingRequest>, bits = 4): Training => trainingOf(configOf(request, bits));
/** Networks of different seeds, so that all are different. */
const seeds = (curves: readonly (readonly number[])[], request: Partial<TrainingRequest> = {}): Learnt[] =>
  curves.map((errors, i) => learnt(configOf({ seed: 100 + i, ...request }), errors));

describe("limits", () => {
  const CURVES = [
    [0.9, 0.5, 0.4, 0.3],
    [0.8, 0.6, 0.5, 0.4],
    [0.7, 0.7, 0.1, 0.1],
    [0.9, 0.9, 0.9, 0.9],
    [0.5, 0.4, 0.3, 0.2],
  ];

  test("they are the median of the others' running means, from the epoch asked for to the last but one", () => {
    // running means after two epochs: 0.7, 0.7, 0.7, 0.9, 0.45; after three: 0.6, 0.633, 0.5, 0.9, 0.4
    const { errors, others } = limitsOf(asked({}), 4, seeds(CURVES), 2);
    expect(errors.map((error) => error?.toFixed(3) ?? null)).toEqual([null, "0.700", "0.600", null]);
    expect(others).toEqual([5, 5, 5, 5]);
    expect(limitsOf(asked({}), 4, seeds(CURVES.slice(1)), 1).errors).toEqual([null, null, null, null]);
    // for an even number, the mean of the two in the middle: 0.9 0.8 0.7 0.9 0.5 0.6
    expect(limitsOf(asked({}), 4, seeds([...CURVES, [0.6, 0.6, 0.6, 0.6]]), 1).errors[0]).toBeCloseTo(0.75, 12);
    // short curves count up to their last epoch
    const short = seeds([...CURVES.slice(0, 4), [0.5]]);
    expect(limitsOf(asked({}), 4, short, 1).others).toEqual([5, 4, 4, 4]);
  });

  test("on random curves they equal the rule written out, and a network stops if its best error so far is strictly worse", () => {
    const rng = createRng(3, "curves");
    let stopped = 0;
    for (let round = 0; round < 60; round++) {
      const curves = Array.from({ length: rng.int(5, 12) }, () => Array.from({ length: 4 }, () => rng.int(1, 20) / 20));
      const own = Array.from({ length: 4 }, () => rng.int(1, 20) / 20);
      const limits = limitsOf(asked({}), 4, seeds(curves), 1);
      for (let e = 0; e < 4; e++) {
        const sums = curves.map((curve) => curve.slice(0, e + 1).reduce((sum, error) => sum + error, 0) / (e + 1)).sort((a, b) => a - b);
        const [low, high] = [sums[Math.ceil(sums.length / 2) - 1], sums[Math.floor(sums.length / 2)]];
        const isWorse = Math.min(...own.slice(0, e + 1)) > (low + high) / 2;
        const reason = stopReason(
          own.slice(0, e + 1).map((validationError) => ({ validationError })),
          4,
          limits,
        );
        expect(reason !== null).toBe(isWorse && e < 3);
        if (reason !== null) stopped++;
      }
    }
    expect(stopped).toBeGreaterThan(20);
  });

  test.each<[string, Partial<TrainingRequest>, Partial<TrainingRequest>, number, number]>([
    ["a wider one", { width: 12 }, { width: 13 }, 4, 4],
    ["one of fewer silent payloads", { theta: 1 }, { theta: 0 }, 4, 4],
    ["one of more bits per spike", { spikeBits: 5 }, { spikeBits: 6 }, 4, 4],
    ["one of a smaller penalty", { membranePenalty: 1 }, { membranePenalty: 0.5 }, 4, 4],
    ["one of wider weights", { chipEpochs: 4 }, { chipEpochs: 4 }, 3, 4],
  ])("a network is compared with itself and with networks that cost no more, not with %s", (_what, own, dearer, ownBits, dearerBits) => {
    const curves = Array.from({ length: 5 }, () => [0.5, 0.4, 0.3, 0.2]);
    const withBits = (request: Partial<TrainingRequest>, bits: number) =>
      curves.map((errors, i) => learnt(configOf({ seed: 100 + i, ...request }, bits), errors));
    const count = (request: Partial<TrainingRequest>, bits: number, others: readonly Learnt[]) =>
      limitsOf(asked(request, bits), 4, others, 1).others[0];
    expect(count(own, ownBits, withBits(own, ownBits))).toBe(5);
    expect(count(own, ownBits, withBits(dearer, dearerBits))).toBe(0);
    expect(count(dearer, dearerBits, withBits(own, ownBits))).toBe(5);
  });

  test("on the grid, cost is that of every layer's words and of the zeros: a network of one dearer layer or fewer zeros judges no other", () => {
    const onGrid = (change: Partial<NonNullable<TrainingConfig["quantisation"]>>, more: Partial<TrainingConfig["training"]> = {}) => {
      const config = configOf({ chipEpochs: 4 });
      if (config.quantisation === undefined) throw new Error("no grid");
      return { ...config, training: { ...config.training, ...more }, quantisation: { ...config.quantisation, ...change } };
    };
    const judges = (other: TrainingConfig, own: TrainingConfig): boolean =>
      limitsOf(
        trainingOf(own),
        4,
        Array.from({ length: 5 }, (_, i) => learnt({ ...other, seed: i }, [0.5, 0.4, 0.3, 0.2])),
        1,
      ).others[0] === 5;
    const plain = onGrid({});
    const pairs: readonly (readonly [cheaper: TrainingConfig, dearer: TrainingConfig])[] = [
      ...["layer1", "layer2", "readout"].map((name) => [plain, onGrid({ layers: { [name]: { weightBits: 8 } } })] as const),
      [onGrid({ layers: { layer2: { weightBits: 2 } } }), plain],
      [onGrid({ zeroShare: 0.5 }), plain],
      [onGrid({}, { zeroShare: 0.5 }), plain],
      [onGrid({}, { effectiveMultiplicationsPerFrame: 100 }), plain],
      [onGrid({}, { effectiveMultiplicationsPerFrame: 100 }), onGrid({}, { effectiveMultiplicationsPerFrame: 101 })],
    ];
    for (const [cheaper, dearer] of pairs) expect([judges(cheaper, dearer), judges(dearer, cheaper)]).toEqual([true, false]);
    const [narrow, sparse] = [onGrid({ layers: { layer1: { weightBits: 2 } } }), onGrid({ zeroShare: 0.5 })];
    expect([judges(narrow, sparse), judges(sparse, narrow)]).toEqual([false, false]);
  });

  test("other cells, depths, delays, schedules and shapes of the penalty, and networks of real weights beside those on a grid, are not compared", () => {
    const curves = Array.from({ length: 5 }, () => [0.5, 0.4, 0.3, 0.2]);
    const concave = { membranePenaltySaturation: 0.125 };
    for (const request of [{ cell: "rec-v1" }, { layers: 1 }, { outputDelayFrames: 1 }, { epochs: 5 }, concave, { chipEpochs: 4 }] as const)
      expect(limitsOf(asked({}), 4, seeds(curves, request), 1).others).toEqual([0, 0, 0, 0]);
  });

  test("a network that learns its thresholds may come to cost more or less than any other: it judges no network and is judged by none", () => {
    const learning: TrainingConfig = { ...configOf({}), quantiser: { ...configOf({}).quantiser, thetaLearned: true } };
    const curve = [0.5, 0.4, 0.3, 0.2];
    const five = Array.from({ length: 5 }, (_, i) => learnt({ ...learning, seed: 100 + i }, curve));
    expect(configOf({}).quantiser.theta).toBeGreaterThan(0);
    expect(limitsOf(asked({}), 4, five, 1).others).toEqual([0, 0, 0, 0]);
    expect(limitsOf(trainingOf(learning), 4, [...five, ...seeds(Array.from({ length: 5 }, () => curve))], 1).others).toEqual([0, 0, 0, 0]);
  });

  test("networks of other data, or whose configuration differs in anything but names, seed and cost, are not compared", () => {
    const curve = [0.5, 0.4, 0.3, 0.2];
    const own = configOf({ chipEpochs: 4, membranePenalty: 1 });
    const judges = (change: (training: { config: { [key: string]: Json } }) => void): boolean => {
      const five = Array.from({ length: 5 }, (_, i) => {
        const made = JSON.parse(JSON.stringify(trainingOf({ ...own, name: `n${i}`, seed: 100 + i })));
        change(made);
        return learntBy(made, curve);
      });
      return limitsOf(trainingOf(own), 4, five, 1).others[0] === 5;
    };
    expect(judges(() => {})).toBe(true);
    for (const half of ["fitHash", "validationHash"]) expect(judges((made) => Object.assign(made, { [half]: "other" }))).toBe(false);
    type Tree = { [key: string]: Json };
    const leaves = (tree: Tree, path: readonly string[] = []): string[][] =>
      Object.entries(tree).flatMap(([key, value]) =>
        value !== null && typeof value === "object" && !Array.isArray(value) ? leaves(value as Tree, [...path, key]) : [[...path, key]],
      );
    const other = (value: Json): Json => {
      if (typeof value === "number") return value + 1;
      if (typeof value === "boolean") return !value;
      return Array.isArray(value) ? [...value, 12] : `${value}2`;
    };
    const same = leaves(asJson(own) as Tree).filter((path) =>
      judges(({ config }) => {
        const section = path.slice(0, -1).reduce<Tree>((tree, key) => tree[key] as Tree, config);
        section[path[path.length - 1]] = other(section[path[path.length - 1]]);
      }),
    );
    // What costs less, or is only a name; a larger warmup of a penalty is another schedule.
    expect(same.map((path) => path.join(".")).sort()).toEqual(
      ["data.path", "name", "quantisation.from", "quantisation.zeroShare", "quantiser.inputTheta", "quantiser.theta"].concat(
        "seed",
        "training.membranePenalty",
      ),
    );
    expect(leaves(asJson(own) as Tree).length).toBeGreaterThan(25);
  });

  test("on the grid a network is compared with no more others than before it: what only the first stage shows counts there too", () => {
    const documentOf = (more: object): string => {
      const base = baseDocument();
      return JSON.stringify({ ...base, training: { ...base.training, ...more } });
    };
    const grown = ({ config, epochs, parent }: ModelRecipe): Learnt =>
      learnt(
        config,
        Array.from({ length: epochs }, (_, e) => 0.5 - 0.01 * e),
        parent && grown(parent),
      );
    /** Numbers of others of one base that judge a network of another base before the grid, and on it. */
    const judges = (
      others: string,
      own: string,
      more: Partial<TrainingRequest> = {},
    ): { readonly before: number; readonly grid: number } => {
      const five = Array.from({ length: 5 }, (_, i) => grown(recipeOf({ chipEpochs: 1, seed: 100 + i }, 4, GROUND, others)));
      const { config, epochs, parent } = recipeOf({ chipEpochs: 1, seed: 99, ...more }, 4, GROUND, own);
      if (parent === null) throw new Error("no first stage");
      const before = limitsOf(
        trainingOf(parent.config),
        parent.epochs,
        five.flatMap((one) => one.parent ?? []),
        1,
      );
      const grid = limitsOf({ ...trainingOf(config), parent: grown(parent) }, epochs, five, 1);
      return { before: before.others[0], grid: grid.others[0] };
    };
    const plain = documentOf({});
    expect(judges(plain, plain)).toEqual({ before: 5, grid: 5 });

    type Tree = { [key: string]: Json };
    const leaves = (tree: Tree, path: readonly string[] = []): string[][] =>
      Object.entries(tree).flatMap(([key, value]) =>
        value !== null && typeof value === "object" && !Array.isArray(value) ? leaves(value as Tree, [...path, key]) : [[...path, key]],
      );
    const gridOf = (text: string): Tree => {
      const { name: _name, quantisation, ...content } = recipeOf({ chipEpochs: 1 }, 4, GROUND, text).config;
      return asJson({ ...content, quantisation: { ...quantisation, from: null } }) as Tree;
    };
    let onlyBefore = 0;
    const tried = new Set<string>();
    for (const path of leaves(JSON.parse(plain) as Tree))
      for (const change of [(value: number) => value + 1, (value: number) => value / 2]) {
        const document = JSON.parse(plain) as Tree;
        const section = path.slice(0, -1).reduce<Tree>((tree, key) => tree[key] as Tree, document);
        const key = path[path.length - 1];
        const value = section[key];
        section[key] = typeof value === "boolean" ? !value : typeof value === "number" ? change(value) : value;
        const text = JSON.stringify(document);
        if (text === plain) continue;
        try {
          recipeOf({ chipEpochs: 1 }, 4, GROUND, text);
        } catch {
          continue; // a value out of its bounds
        }
        tried.add(path.join("."));
        for (const { before, grid } of [judges(plain, text), judges(text, plain)]) expect(grid, path.join(".")).toBeLessThanOrEqual(before);
        if (JSON.stringify(gridOf(text)) === JSON.stringify(gridOf(plain))) onlyBefore++;
      }
    expect(tried.size).toBeGreaterThan(12);
    expect(onlyBefore).toBeGreaterThan(2);

    for (const pruning of [{ zero_share: 0.5 }, { effective_multiplications_per_frame: 100 }]) {
      expect(judges(plain, documentOf(pruning))).toEqual({ before: 0, grid: 0 });
      expect(judges(documentOf(pruning), plain)).toEqual({ before: 5, grid: 5 });
    }
    // A part of the epochs before gives another network, even if the grid has as many.
    expect(judges(plain, plain, { share: 0.75 }).grid).toBe(0);
  });

  test("an input of fewer bits or a larger theta costs less, one of more bits or a smaller theta more", () => {
    const own = configOf({});
    const { inputBits, inputTheta } = own.quantiser;
    const judges = (change: Partial<TrainingConfig["quantiser"]>): boolean => {
      const config = { ...own, quantiser: { ...own.quantiser, ...change } };
      const five = Array.from({ length: 5 }, (_, i) => learnt({ ...config, seed: 100 + i }, [0.5, 0.4, 0.3, 0.2]));
      return limitsOf(trainingOf(own), 4, five, 1).others[0] === 5;
    };
    expect([-1, 0, 1].map((more) => judges({ inputBits: inputBits + more }))).toEqual([true, true, false]);
    expect([-1, 0, 1].map((more) => judges({ inputTheta: inputTheta + more }))).toEqual([false, true, true]);
  });

  test("how fast a penalty rises is compared only where both networks have one", () => {
    const config = (membranePenalty: number, membranePenaltyWarmupFraction: number): TrainingConfig => {
      const made = configOf({});
      return { ...made, training: { ...made.training, membranePenalty, membranePenaltyWarmupFraction } };
    };
    const five = Array.from({ length: 5 }, (_, i) => learnt({ ...config(1, 0.3), seed: 100 + i }, [0.5, 0.4, 0.3, 0.2]));
    const count = (own: TrainingConfig): number => limitsOf(trainingOf(own), 4, five, 1).others[0];
    expect([config(0, 0), config(1, 0.3), config(0.5, 0.3), config(1, 0)].map(count)).toEqual([5, 5, 5, 0]);
  });

  test("runs of one training that continue each other count once, by the longest of them", () => {
    const one = (seed: number, epochs: number): Learnt => learnt(configOf({ seed }), [0.5, 0.4, 0.3, 0.2].slice(0, epochs));
    const many = [1, 2, 3, 4].flatMap((seed) => [one(seed, 1), one(seed, 4), one(seed, 2)]);
    expect(limitsOf(asked({ seed: 9 }), 4, many, 1)).toEqual({ errors: [null, null, null, null], others: [4, 4, 4, 4] });
    expect(limitsOf(asked({ seed: 9 }), 4, [...many, one(5, 2)], 1).others).toEqual([5, 5, 4, 4]);
  });

  test("epochs that a shorter run of the same training has passed are not judged again", () => {
    const others = [...seeds(Array.from({ length: 5 }, () => [0.5, 0.4, 0.3, 0.2])), learnt(configOf({}), [0.9, 0.9])];
    expect(limitsOf(asked({}), 4, others, 1).errors.map((error) => error !== null)).toEqual([false, false, true, false]);
  });
});

describe("a search", () => {
  /**
   * Records for which points it was asked, and with which networks to compare; each word width gives another network.
   */
  class Comparing extends FakeEngine {
    readonly asked: { readonly key: string; readonly compared: Compared }[] = [];

    override async ask({ key }: Task, compared: Compared): Promise<void> {
      this.asked.push({ key, compared });
    }
  }
  const answer = (chip: FakeValues): Outcome => {
    const outcome = formula(chip);
    if (outcome.kind !== "done") return outcome;
    const { result } = outcome;
    return { ...outcome, result: { ...result, provenance: { ...result.provenance, modelHash: `${chip["fake.word_bits"]}` } } };
  };
  const spec = (after: number) =>
    specOf({}, { name: "nsga2", budget: 40, seed: 2, options: { population: 8, ...(after > 0 && { stop_after_epochs: after }) } });
  const run = async (file: string, workers: number, after = 2) => {
    const engine = new Comparing(answer, 5, workers);
    await fakeStudy(spec(after), file, engine, { workers }).run();
    return engine.asked;
  };

  test("compares with the networks of the points of which it had been told, whichever worker was faster, also after a restart", async () => {
    const [one, seven] = [await run(join(folder, "one.db"), 1), await run(join(folder, "seven.db"), 7)];
    expect(one.length).toBeGreaterThan(3);
    expect(one[0].compared).toEqual({ with: [], afterEpochs: 2 });
    expect(new Set(one.flatMap(({ compared }) => compared.with)).size).toBeGreaterThan(2);
    expect(new Set(one.map(({ key }) => key)).size).toBe(one.length);
    expect(seven).toEqual(one);
    expect(await run(join(folder, "one.db"), 3)).toEqual(one);
  });

  test("compares nothing unless it is asked to", async () => {
    expect(await run(join(folder, "never.db"), 2, 0)).toEqual([]);
  });

  test("that screens asks for the networks of its pool before all others, so that nothing is compared with them", async () => {
    const asked: (readonly [fidelity: number, others: number])[] = [];
    /** Estimates points by their results. */
    class Screening extends Comparing {
      override async ask(task: Task, compared: Compared): Promise<void> {
        asked.push([task.fidelity, compared.with.length]);
      }
      async estimate(task: Task): Promise<Metrics | null> {
        expect(asked.length).toBeGreaterThan(0);
        const outcome = answer(task.experiment.chip as unknown as FakeValues);
        return outcome.kind === "done" ? outcome.result.metrics : null;
      }
    }
    const screening = specOf({}, { name: "screen", budget: 12, options: { pool: 300, stages: 2, stop_after_epochs: 1 } });
    const document = { training: {}, workload: { timing_samples: 1 } };
    await fakeStudy(screening, join(folder, "screen.db"), new Screening(answer), {}, () => {}, document).run();
    const later = asked.findIndex(([fidelity]) => fidelity === 1);
    expect(later).toBeGreaterThan(100);
    expect(asked.slice(0, 100).every(([fidelity, others]) => fidelity < 1 && others === 0)).toBe(true);
    expect(asked.slice(later).some(([, others]) => others > 0)).toBe(true);
  });
});

describe("a network under limits", () => {
  const whole = (recipe: ModelRecipe, errors: readonly number[]): MadeModel => ({
    network: untrainedNetwork(recipe.config, fit),
    record: { ...(recordOf(errors) as object), recipe: recipe.key },
  });

  test("its limits come from the networks that were told, and from those on which their training began", async () => {
    const store = new ModelsInMemory();
    const others = [100, 101, 102, 103, 104].map((seed) => recipeOf({ seed, chipEpochs: 2 }));
    others.forEach((recipe, i) => {
      store.write(recipe.key, whole(recipe, [0.5, 0.1 * i]));
      if (recipe.parent !== null) store.write(recipe.parent.key, whole(recipe.parent, [0.6, 0.1 * i, 0.3, 0.2]));
    });
    // the network of a point whose record lacks an error is not compared
    const lacking = recipeOf({ seed: 105, chipEpochs: 2 });
    store.write(lacking.key, { ...whole(lacking, []), record: { curve: [{ epoch: 1, loss: 1 }] } });
    if (lacking.parent !== null) store.write(lacking.parent.key, whole(lacking.parent, []));
    const asked: Limits[] = [];
    const make: Maker = async (recipe, _parent, _needs, limits) => {
      asked.push(limits);
      return {
        kind: "trained",
        ...whole(
          recipe,
          Array.from({ length: recipe.epochs }, () => 0.1),
        ),
        seconds: 1,
      };
    };
    const trainer = new Trainer({ store, make, tell: () => {} });
    await trainer.model(needsOf(recipeOf({ seed: 1 })), "p");
    for (const recipe of [...others, lacking]) trainer.ask(recipe, { with: [], afterEpochs: 1 });
    const [own, compared] = [recipeOf({ seed: 2, chipEpochs: 2 }), [...others, lacking, recipeOf({ seed: 106 })]];
    trainer.ask(own, { with: compared.map(({ key }) => key), afterEpochs: 1 });
    trainer.ask(own, { with: [], afterEpochs: 1 }); // the first comparison holds
    await trainer.model(needsOf(own), "p");
    expect(asked[0]).toEqual(NO_LIMITS);
    expect(asked.map(({ others: count }) => count)).toEqual([[], [5, 5, 5, 5], [5, 5]]);
    expect(asked[1].errors.map((error) => error?.toFixed(2) ?? null)).toEqual(["0.60", "0.40", "0.37", null]);
  });

  test("stops after the same epoch, with the same curve and words, if its thread was killed before; it is infeasible, and no fault", {
    tags: ["long"],
  }, async () => {
    const recipe = recipeOf({});
    const limits: Limits = { errors: [null, -1, -1, null], others: [7, 7, 7, 7] };
    const answers: unknown[] = [];
    for (const kill of [false, true]) {
      const store = new ModelFolder(join(folder, `stopped-${kill}`));
      for (let round = 0; round < (kill ? 2 : 1); round++) {
        const threads: ModelThreads = new ModelThreads(1, store, () => {
          if (kill && round === 0) void threads.close(true);
        });
        const make: Maker = (asked, parent, needs) => threads.make(asked, parent, needs, limits);
        const trainer = new Trainer({ store, make, tell: (event) => event.type === "model" && answers.push({ ...event, seconds: 0 }) });
        const made = await trainer.model(needsOf(recipe), "p");
        await threads.close(true);
        if (kill && round === 0) expect(made.kind).toBe("abandoned");
        else {
          expect(made).toMatchObject({ kind: "infeasible", code: "STOPPED" });
          expect(await trainer.model(needsOf(recipe), "q")).toMatchObject({ kind: "infeasible", code: "STOPPED" });
        }
      }
    }
    expect(answers).toHaveLength(2);
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({
      reason: expect.stringMatching(/^learning stopped after epoch 2 of 4: .* median of 7 networks/),
      curve: [{}, {}],
    });
  });
});
