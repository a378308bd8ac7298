/** Folders of data sets on the command line: each is read or refused. */
import { describe, expect, test } from "vitest";
import { dataFolders } from "../../app/data-folders.js";
import { evaluateModels } from "../../app/evaluate-models.js";
import { createRng } from "../../base/rng.js";

const SETS = ["mnist-rows", "mnist-pixels", "fsdd-phones", "fsdd-digits", "timit", "timit-48"];
const NAMES = ["mnist", "mnist-rows", "fsdd", "fsdd-phones", "timit", "timit-48", "typo"];

describe("an entry of --data is the folder of a set, or it is refused", () => {
  test("for random models and entries", () => {
    const seed = 20_611;
    const rng = createRng(seed, "data folders");
    let [accepted, refused] = [0, 0];
    for (let round = 0; round < 2000; round++) {
      const sets = Array.from({ length: rng.int(1, 3) }, () => SETS[rng.int(0, SETS.length - 1)]);
      const paths = Array.from({ length: rng.int(0, 3) }, (_, i) => `/folder-${i}`);
      const given = paths.map((path) => (rng.int(0, 2) === 0 ? path : `${NAMES[rng.int(0, NAMES.length - 1)]}=${path}`));
      let folders: ReadonlyMap<string, string | null>;
      try {
        folders = dataFolders(sets, given);
      } catch (error) {
        expect(String(error), `seed ${seed}`).toContain("is the folder of no data set here");
        refused++;
        continue;
      }
      accepted++;
      expect(new Set(folders.keys()), `seed ${seed}`).toEqual(new Set(sets));
      expect(new Set([...folders.values()].filter((path) => path !== null)), `seed ${seed}: ${sets} ${given}`).toEqual(new Set(paths));
    }
    expect(accepted).toBeGreaterThan(500);
    expect(refused).toBeGreaterThan(500);
  });

  test("a path alone is for the sets that need one, and for those of the package only if no other set is there", () => {
    expect(dataFolders(["mnist-rows", "fsdd-phones"], ["/a"])).toEqual(
      new Map([
        ["mnist-rows", null],
        ["fsdd-phones", "/a"],
      ]),
    );
    expect(dataFolders(["mnist-rows", "mnist-pixels"], ["/a"]).get("mnist-pixels")).toBe("/a");
    expect(dataFolders(["timit", "timit-48"], ["timit=/a", "timit-48=/b"]).get("timit-48")).toBe("/b");
  });

  test.each(["/nonexistent", "mnist=/nonexistent", "mnist-rows=/nonexistent", "typo=/nonexistent"])(
    "the shipped data do not stand in for %s",
    async (entry) => {
      await expect(evaluateModels(["mnist-rows-lif"], { data: [entry] })).rejects.toThrow(/nonexistent/);
    },
  );
});

test("a folder that is not there is refused before any model is evaluated", async () => {
  const asked = evaluateModels(["mnist-rows-rec-v2", "fsdd-phones-*"], { data: ["fsdd=MISSING"] });
  await expect(asked).rejects.toThrow("--data: 'MISSING': no such file or folder");
});
