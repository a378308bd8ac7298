/** A front holds one network per recipe: another one, of a back end that gives other bits here, is refused. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Json } from "../../../base/hash.js";
import type { StudyEvent } from "../../../sweeps/events.js";
import { mergeInto, networksBeside, Store } from "../../../sweeps/index.js";
import { contentOf, type MadeModel } from "../../../sweeps/models/made-model.js";
import { type Maker, Trainer } from "../../../sweeps/models/trainer.js";
import { ModelFolder, modelsBeside } from "../../../sweeps/store/model-folder.js";
import { untrainedNetwork } from "../../../training/index.js";
import { FakeEngine, fakeStudy, specOf } from "../fake-study.js";
import { fit, needsOf, recipeOf } from "./ramps.js";

const folder = mkdtempSync(join(tmpdir(), "same-network-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const recipe = recipeOf({});
/** What a training of the recipe might give: on the first host, and on another. */
const [ours, theirs] = [1, 9].map(
  (seed): MadeModel => ({ network: untrainedNetwork(recipeOf({ seed }).config, fit), record: { recipe: recipe.key } }),
);

async function studyWith(name: string, model: MadeModel | null, lanes: number): Promise<string> {
  const file = join(folder, name);
  const spec = specOf({}, { name: "random", budget: 6, seed: lanes });
  await fakeStudy(spec, file, new FakeEngine()).run();
  const store = Store.open(file);
  const about = { key: recipe.key, model: "a", name: "a", parent: null, epochs: 1, seconds: 1, error: 0.5, reason: null, curve: [] };
  store.log("model", { ...about, ...(model === null ? {} : { content: contentOf(model.network) }) } satisfies Json);
  store.close();
  return file;
}

test("a lost network that is made again must be the one of the stored results; a folder with another one counts as lost", async () => {
  expect(contentOf(ours.network)).not.toBe(contentOf(theirs.network));
  const file = await studyWith("lost.db", ours, 1);
  const store = Store.read(file);
  expect(networksBeside(store).read(recipe.key)).toBeNull();
  expect(() => networksBeside(store).write(recipe.key, theirs)).toThrow(
    /trained again and is another network .* than that of the stored results .*put back the folder/s,
  );
  // neither does its checkpoint stay, from which the right host would go on to the same network
  const checkpoint = networksBeside(store).checkpoint(recipe.run);
  writeFileSync(checkpoint, "theirs");
  const make: Maker = async () => ({ kind: "trained", ...theirs, seconds: 1 });
  const told: StudyEvent[] = [];
  const trainer = new Trainer({ store: networksBeside(store), make, tell: (event) => told.push(event) });
  await expect(trainer.model(needsOf(recipe), "p")).rejects.toThrow("is another network");
  expect([told, existsSync(checkpoint)]).toEqual([[], false]);
  new ModelFolder(modelsBeside(file)).write(recipe.key, theirs);
  expect(networksBeside(store).read(recipe.key)).toBeNull();
  networksBeside(store).write(recipe.key, ours);
  expect(networksBeside(store).read(recipe.key)).toEqual(ours);
  store.close();
});

test("a network of another recipe is the stored one if its content is; it is then kept under both", async () => {
  const file = await studyWith("other-recipe.db", ours, 7);
  const store = Store.read(file);
  const networks = networksBeside(store);
  const [same, other] = ["a".repeat(64), "b".repeat(64)];
  networks.write(same, { ...ours, record: { recipe: same } });
  networks.write(other, { ...theirs, record: { recipe: other } });
  expect([networks.isSame(recipe.key, other), networks.isSame(same, other), networks.isSame(recipe.key, "c".repeat(64))]).toEqual([
    false,
    false, // nothing is recorded of it
    false,
  ]);
  expect(networks.read(recipe.key)).toBeNull();
  expect(networks.isSame(recipe.key, same)).toBe(true);
  expect(networks.read(recipe.key)).toEqual(ours);
  store.close();
});

test("databases with two networks of one recipe are not merged, and nothing is copied; with one network, or an unknown one, they are", async () => {
  const into = await studyWith("into.db", ours, 2);
  const sources = await Promise.all([ours, theirs, null].map((model, i) => studyWith(`from-${i}.db`, model, 3 + i)));
  const target = Store.open(into);
  const merged = sources.map((file) => {
    const source = Store.read(file);
    const before = target.size();
    try {
      return mergeInto(target, source).added;
    } catch (error) {
      expect(target.size()).toBe(before);
      return String(error);
    } finally {
      source.close();
    }
  });
  const short = (model: MadeModel): string => contentOf(model.network).slice(0, 12);
  expect(merged[0]).toBeGreaterThan(0);
  expect(merged[1]).toContain(`has another network (SHA-256 ${short(theirs)}) than ${into} (${short(ours)}) from the same recipe`);
  expect(merged[2]).toBeGreaterThan(0);
  target.close();
});
