/**
 * Networks are trained once, the parent first; made networks are kept, and deaths, divergence and damage are told
 * apart.
 */
// @module-tag slow
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { encodeNetwork, readModel } from "../../../arch/index.js";
import type { Json } from "../../../base/hash.js";
import type { StudyEvent } from "../../../sweeps/events.js";
import type { MadeModel, ModelStore } from "../../../sweeps/models/made-model.js";
import { NO_LIMITS } from "../../../sweeps/models/median-stopping.js";
import work from "../../../sweeps/models/model-worker.js";
import type { ModelRecipe } from "../../../sweeps/models/recipe.js";
import { type Maker, ModelThreads, Trainer } from "../../../sweeps/models/trainer.js";
import { ModelFolder, ModelsInMemory } from "../../../sweeps/store/model-folder.js";
import { recordedRecipe, recordedSeed, untrainedNetwork } from "../../../training/index.js";
import { fit, needsOf, ramps, recipeOf, validation, WILD } from "./ramps.js";

const folder = mkdtempSync(join(tmpdir(), "models-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function madeBy({ key, config }: ModelRecipe): MadeModel {
  const network = untrainedNetwork(config, fit);
  return { network, record: { recipe: key, test: { accuracy: 0.75 } } };
}

describe("with a maker that only records its calls", () => {
  const started = (store: ModelStore = new ModelsInMemory()) => {
    const asked: [key: string, parent: boolean][] = [];
    const events: StudyEvent[] = [];
    const make: Maker = async (recipe, parent) => {
      asked.push([recipe.key, parent !== null]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { kind: "trained", ...madeBy(recipe), seconds: 1 };
    };
    return { asked, events, trainer: new Trainer({ store, make, tell: (event) => events.push(event) }) };
  };

  test("points that ask at once get one network; two grids begin with one parent, which comes first", async () => {
    const { asked, events, trainer } = started();
    const [three, four] = [recipeOf({ chipEpochs: 1 }, 3), recipeOf({ chipEpochs: 1 }, 4)];
    const both = [three, four, three, four].map((recipe, i) => trainer.model(needsOf(recipe), `p${i}`));
    expect(trainer.isMaking(three)).toBe(true);
    const made = await Promise.all(both);
    expect(made.map(({ kind }) => kind)).toEqual(["made", "made", "made", "made"]);
    expect(made[0]).toBe(made[2]);
    expect(asked).toEqual([
      [three.parent?.key, false],
      [three.key, true],
      [four.key, true],
    ]);
    expect(events.map((event) => event.type === "model" && [event.key, event.parent, event.error])).toEqual([
      [three.parent?.key, null, 0.25],
      [three.key, three.parent?.key, 0.25],
      [four.key, four.parent?.key, 0.25],
    ]);
    expect(trainer.isMaking(three)).toBe(false);
  });

  test("a second session takes networks from the folder; one that was changed there is made again", async () => {
    const store = new ModelFolder(join(folder, "kept"));
    const recipe = recipeOf({});
    await started(store).trainer.model(needsOf(recipe), "p");
    const again = started(store);
    expect((await again.trainer.model(needsOf(recipe), "p")).kind).toBe("made");
    expect(again.asked).toEqual([]);
    const [name] = readdirSync(join(folder, "kept"));
    const path = join(folder, "kept", name);
    const bytes = readFileSync(path);
    bytes[bytes.length - 3] ^= 1;
    writeFileSync(path, bytes);
    const third = started(store);
    expect((await third.trainer.model(needsOf(recipe), "p")).kind).toBe("made");
    expect(third.asked).toHaveLength(1);
    expect(store.read(recipe.key)).toEqual(madeBy(recipe));
    // so is one of which only the record was changed
    const changed = readFileSync(path).toString("latin1").replace("0.75", "0.25");
    writeFileSync(path, changed, "latin1");
    expect(readModel(path).record).toMatchObject({ test: { accuracy: 0.25 } });
    expect(store.read(recipe.key)).toBeNull();
    // the file of another recipe under this name is refused too
    store.write(recipe.key, madeBy(recipeOf({ seed: 9 })));
    expect(store.read(recipe.key)).toBeNull();
  });

  test("a network that stopped early is told with the epochs that it was trained for, when it is made and when it is found again", async () => {
    const store = new ModelFolder(join(folder, "early"));
    const recipe = recipeOf({});
    const curve = [1, 2].map((epoch) => ({ epoch, loss: 1, validation_error: 0.5 }));
    const { network, record } = madeBy(recipe);
    const model = { network, record: { ...(record as { readonly [field: string]: Json }), curve } };
    for (const seconds of [1, 0]) {
      const events: StudyEvent[] = [];
      const make: Maker = async () => ({ kind: "trained", ...model, seconds });
      await new Trainer({ store, make, tell: (event) => events.push(event) }).model(needsOf(recipe), "p");
      expect(recipe.epochs).toBe(4);
      expect(events).toMatchObject([{ type: "model", epochs: 2, seconds, curve: [{ epoch: 1 }, { epoch: 2 }] }]);
    }
  });

  test("a checkpoint that a kill left beside a complete network is removed when the network is asked for; that of a partial network stays", async () => {
    const store = new ModelFolder(join(folder, "left"));
    for (const share of [0.5, 1]) {
      const recipe = recipeOf({ share });
      store.write(recipe.key, madeBy(recipe));
      writeFileSync(store.checkpoint(recipe.run), "left");
      expect((await started(store).trainer.model(needsOf(recipe), "p")).kind).toBe("made");
      expect(readdirSync(join(folder, "left")).filter((name) => name.endsWith(".checkpoint"))).toHaveLength(share === 1 ? 0 : 1);
    }
  });

  test("a thread that died is asked again; a network that diverged is not, also not in the next session", async () => {
    const store = new ModelFolder(join(folder, "wild"));
    const answers: Awaited<ReturnType<Maker>>[] = [
      { kind: "failed", code: "WORKER_DIED", reason: "gone", retryable: true, durationMs: 1 },
      { kind: "given-up", code: "DIVERGED", reason: "the mean loss of epoch 2 is NaN", curve: [], seconds: 1 },
    ];
    let calls = 0;
    const trainerOf = () => new Trainer({ store, make: async () => answers[calls++], tell: () => {} });
    const trainer = trainerOf();
    const needs = needsOf(recipeOf({}));
    expect(await trainer.model(needs, "p")).toMatchObject({ code: "WORKER_DIED", retryable: true });
    const diverged = { kind: "failed", code: "DIVERGED", reason: "the mean loss of epoch 2 is NaN", retryable: false };
    expect(await trainer.model(needs, "p")).toMatchObject(diverged);
    expect(await trainer.model(needs, "p")).toMatchObject(diverged);
    expect(await trainerOf().model(needs, "p")).toMatchObject(diverged);
    // a network that would begin with it has the same reason
    expect(await trainerOf().model(needsOf(recipeOf({ chipEpochs: 1 })), "p")).toMatchObject(diverged);
    expect(calls).toBe(2);
  });
});

test("a note that was changed in any byte, cut or emptied says nothing, nor does another recipe's: the network is trained again", () => {
  const place = join(folder, "notes-changed");
  const store = new ModelFolder(place);
  const why = { reason: "the mean loss of epoch 2 is NaN", errors: [0.5, null] };
  store.keepDiverged("one", why);
  const path = join(place, "one.failed");
  const note = readFileSync(path);
  const flipped = Array.from(note, (_byte, at) => Buffer.from(note).fill(note[at] ^ 1, at, at + 1));
  const cut = Array.from(note, (_byte, at) => note.subarray(0, at));
  for (const bytes of [...flipped, ...cut, Buffer.alloc(1_000_001, 65)]) {
    writeFileSync(path, bytes);
    expect(store.diverged("one")).toBeNull();
  }
  writeFileSync(join(place, "two.failed"), note);
  expect(store.diverged("two")).toBeNull();
  writeFileSync(path, note);
  expect(store.diverged("one")).toEqual(why);
  expect(store.learning("one")).toEqual({ errors: why.errors, isWhole: false });
});

describe("with threads", () => {
  const makeWith = async (
    store: ModelStore,
    recipe: ModelRecipe,
    hear: ConstructorParameters<typeof ModelThreads>[2] = () => {},
    text?: ModelThreads[],
  ) => {
    const threads = new ModelThreads(1, store, hear);
    text?.push(threads);
    const trainer = new Trainer({ store, make: threads.make, tell: () => {} });
    try {
      return await trainer.model(needsOf(recipe), "p");
    } finally {
      await threads.close(true);
    }
  };

  test("a network whose thread is killed in both of its phases ends as an undisturbed one, bit for bit", { tags: ["long"] }, async () => {
    const recipe = recipeOf({ chipEpochs: 3 }, 3);
    const whole = await makeWith(new ModelsInMemory(), recipe);
    const store = new ModelFolder(join(folder, "killed"));
    let kills = 0;
    let last = whole;
    for (const epochs of [2, 2]) {
      let heard = 0;
      const open: ModelThreads[] = [];
      last = await makeWith(store, recipe, () => ++heard === epochs && void open[0].close(true), open);
      if (last.kind === "abandoned") kills++;
    }
    expect(kills).toBe(2);
    if (last.kind === "abandoned") last = await makeWith(store, recipe);
    if (whole.kind !== "made" || last.kind !== "made") throw new Error(`${whole.kind}, ${last.kind}`);
    expect(encodeNetwork(last.model.network)).toEqual(encodeNetwork(whole.model.network));
    expect(last.model.record).toEqual(whole.model.record);
    expect(readdirSync(join(folder, "killed")).filter((name) => name.endsWith(".checkpoint"))).toEqual([]);
    expect((whole.model.record as { test: { dataset: string } }).test.dataset).toBe(validation.name);
  });

  test("a network of half the epochs leaves a checkpoint from which the whole one continues to the same result; a damaged checkpoint costs time only", {
    tags: ["long"],
  }, async () => {
    const [half, whole] = [recipeOf({ share: 0.5 }), recipeOf({})];
    const alone = await makeWith(new ModelsInMemory(), whole);
    const store = new ModelFolder(join(folder, "halves"));
    const other = new ModelFolder(join(folder, "damaged"));
    writeFileSync(other.checkpoint(whole.run), "no checkpoint");
    const heard = new Set<number>();
    const hear = ({ record }: { readonly record: { readonly epoch: number } }) => heard.add(record.epoch);
    await makeWith(store, half, hear);
    // An epoch's message and the answer travel separately: the last one may be lost, or come when the next making
    // begins.
    expect([...heard].slice(0, 1)).toEqual([1]);
    for (const [from, first] of [[store, 3] as const, [other, 1] as const]) {
      heard.clear();
      const after = await makeWith(from, whole, hear);
      expect(Math.min(...heard)).toBe(first);
      if (alone.kind !== "made" || after.kind !== "made") throw new Error("not made");
      expect(encodeNetwork(after.model.network)).toEqual(encodeNetwork(alone.model.network));
    }
  });

  test("a network is judged by its own held-out data, also where another one learns from the same data", { tags: ["long"] }, async () => {
    const recipe = recipeOf({ epochs: 1 });
    const others = ramps("ramps/others", 30);
    const threads = new ModelThreads(1, new ModelsInMemory(), () => {});
    const judges: unknown[] = [];
    for (const held of [validation, others]) {
      const made = await threads.make(recipe, null, { recipe, data: async () => ({ fit, validation: held }) }, NO_LIMITS);
      judges.push(made.kind === "trained" && (made.record as { test: { dataset: string } }).test.dataset);
    }
    await threads.close(true);
    expect(judges).toEqual([validation.name, others.name]);
  });

  test("seeds of a search's network are one recipe, float and on the grid, and other keys are not", async () => {
    const store = new ModelsInMemory();
    const [float, grid] = [new Set<Json>(), new Set<Json>()];
    for (const seed of [1, 2]) {
      const recipe = recipeOf({ seed, epochs: 1, chipEpochs: 1 });
      const made = await makeWith(store, recipe);
      const { record } = store.read(recipe.parent!.key)!;
      if (made.kind !== "made") throw new Error(made.kind);
      expect([recordedSeed(record), recordedSeed(made.model.record)]).toEqual([seed, seed]);
      float.add(recordedRecipe(record));
      grid.add(recordedRecipe(made.model.record));
    }
    expect([float.size, grid.size]).toEqual([1, 1]);
    for (const other of [recipeOf({ seed: 1, epochs: 1, chipEpochs: 1 }, 3), recipeOf({ seed: 1, epochs: 1, chipEpochs: 1, width: 8 })]) {
      const made = await makeWith(store, other);
      if (made.kind !== "made") throw new Error(made.kind);
      grid.add(recordedRecipe(made.model.record));
    }
    expect(grid.size).toBe(3);
  });

  test("a candidate that diverges is an answer with its reason", async () => {
    const made = await makeWith(new ModelsInMemory(), recipeOf({ epochs: 3 }, 4, undefined, WILD));
    expect(made).toMatchObject({ kind: "failed", code: "DIVERGED", retryable: false });
    expect("reason" in made && made.reason).toMatch(/training diverged: the mean loss of epoch \d+ is .*, a guess has 0\.693/);
  });

  test("a candidate that takes no step is not judged as if it had learnt", async () => {
    const [store, recipe] = [new ModelsInMemory(), recipeOf({ epochs: 3, membranePenalty: 1e9 })];
    const made = await makeWith(store, recipe);
    expect(made).toMatchObject({ kind: "failed", code: "DIVERGED", retryable: false });
    expect("reason" in made && made.reason).toMatch(/^training diverged: no step of epoch 1 was taken/);
    expect(store.diverged(recipe.key)).toMatchObject({ errors: [] });
  });
});

test("a network that its data refuse is an answer, and keeps its checkpoint; only a checkpoint that does not fit is dropped", async () => {
  const checkpoint = join(folder, "kept.checkpoint");
  const { config } = recipeOf({});
  const cut = { ...config, training: { ...config.training, lengthCurriculum: [{ epochs: 1, frames: 5 }] } };
  const task = {
    ...{ key: "k", epochs: 4, backend: "cpu" as const, parent: null, fit, validation, checkpoint },
    limits: NO_LIMITS,
  } as const;
  writeFileSync(checkpoint, "no checkpoint");
  expect(await work({ ...task, config: cut })).toMatchObject({
    kind: "broken",
    code: "BAD_INPUT",
    reason: expect.stringContaining("length_curriculum"),
  });
  expect(existsSync(checkpoint)).toBe(true);
  expect(await work({ ...task, config })).toMatchObject({ kind: "trained" });
});
