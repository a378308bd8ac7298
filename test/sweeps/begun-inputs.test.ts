/** A file that only points have read that did not end may change: nothing of it is stored. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Experiment } from "../../arch/index.js";
import { Store, Study, type StudySetup, systemClock } from "../../sweeps/index.js";
import { contentOf, FakeEngine, type FakeValues, formula, list, OPTIONS, setupOf, specOf } from "./fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "begun-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Files = { readonly [name: string]: string };

const chosen = ({ chip }: Experiment): string => (chip as unknown as FakeValues)["network.model"] as string;

class ReadingEngine extends FakeEngine {
  constructor(
    private readonly files: Files,
    answer: typeof formula,
  ) {
    super(answer);
  }

  override async identify(experiment: Experiment) {
    return { modelHash: this.files[chosen(experiment)], dataHash: "d" };
  }
}

const PARAMETERS = [
  { ...list("model", ["a", "b"]), path: "network.model" },
  list("lanes", [2, 4]),
  ...["word_bits", "bits"].map((name) => list(name, [8])),
  list("kind", ["mesh"]),
];

/** A sweep over two models of these contents, which dies at the `end`th evaluation. */
async function swept(name: string, files: Files, rerun = false, end = Number.POSITIVE_INFINITY): Promise<string> {
  const inputsOf: StudySetup["inputsOf"] = (experiment) => {
    const model = chosen(experiment as Experiment);
    return [{ kind: "model", name: model, sha256: files[model] }];
  };
  let evaluated = 0;
  const engine = new ReadingEngine(files, (chip) => {
    if (++evaluated === end) throw new Error("killed");
    return formula(chip);
  });
  const file = join(folder, name);
  const effects = { store: Store.open(file), engine, clock: systemClock };
  await new Study({ ...setupOf(specOf({ parameters: PARAMETERS })), inputsOf }, { ...OPTIONS, workers: 1, rerun }, effects, () => {}).run();
  return file;
}

/** What a study ended with, whichever edition it is and whatever was logged. */
function endOf(file: string): unknown {
  const store = Store.read(file);
  const study = store.study();
  const points = [...store.points()].map(({ key, values, state }) => JSON.stringify([key, values, state]));
  store.close();
  return { inputs: study?.inputs, points: points.sort() }; // an edition takes over points under their ids
}

test("a changed file is refused if a stored point has read it, else taken as by a new study; --rerun takes each", async () => {
  const first = { a: "1", b: "2" };
  const counted = { taken: 0, refused: 0 };
  for (const end of [1, 2, 3, 4])
    for (const model of ["a", "b"]) {
      const name = `${end}${model}.db`;
      const file = join(folder, name);
      await expect(swept(name, first, false, end)).rejects.toThrow("killed");
      const now = { ...first, [model]: "3" };
      const store = Store.read(file);
      const isRead = [...store.points("p.state = 'done'")].some(({ values }) => values.model === model);
      store.close();
      if (isRead) {
        const before = contentOf(file);
        await expect(swept(name, now)).rejects.toThrow(`${model}: is not the model that ${file} was made with`);
        expect(contentOf(file)).toBe(before);
        await swept(name, now, true);
        counted.refused++;
      } else {
        await swept(name, now, end % 2 === 0);
        counted.taken++;
      }
      const fresh = await swept(`fresh-${name}`, now);
      expect(endOf(file), name).toEqual(endOf(fresh));
    }
  expect(Math.min(counted.taken, counted.refused)).toBeGreaterThan(2);
});
