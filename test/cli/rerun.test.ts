/**
 * A changed input opens a new edition of its study: nothing of the old one is on its front, and nothing of it is lost.
 */
// @module-tag slow
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Store } from "../../sweeps/index.js";
import { endFolder, ends, replaceSilently, STUDIES, studyFolder } from "./changed-inputs.js";
import { type Ended, runHere } from "./in-process.js";
import { isBuilt } from "./small-sweep.js";

describe.skipIf(!isBuilt)("--rerun", { timeout: 120_000 }, () => {
  const [study, chosen] = STUDIES;
  const folder = studyFolder(study);
  afterAll(() => endFolder(folder));
  const sweep = (...more: string[]): Promise<Ended> =>
    runHere(folder, "sweep", study.description, "--db", "x.db", "--json", "--budget", "2", "--workers", "1", ...more);
  interface Front {
    readonly front: readonly { readonly id: number; readonly key: string }[];
    readonly apart: number;
    readonly inputs: readonly { readonly name: string; readonly sha256: string }[];
  }
  const pareto = async (): Promise<Front> => JSON.parse((await runHere(folder, "pareto", "x.db", "--json")).out) as Front;

  test("asks every point anew with the changed model, keeps the old ones apart, and knows them when the old model is back", async () => {
    await sweep();
    const before = await pareto();
    const putBack = replaceSilently(join(folder, "own.safetensors"), study.inputs[0].change);
    expect((await sweep()).code).toBe(2);
    writeFileSync(join(folder, "prices.yaml"), "prices: {}\n");
    expect((await runHere(folder, "reprice", "x.db", "--library", "prices.yaml")).err).toContain("own.safetensors: is not the model");
    expect(ends(await sweep("--rerun"))).toEqual({ computed: 2, stored: 0 });
    expect(ends(await sweep())).toEqual({ computed: 0, stored: 2 }); // the new inputs are the study's now
    expect(ends(await sweep("--rerun"))).toEqual({ computed: 0, stored: 2 }); // and nothing has changed since
    const after = await pareto();
    expect(after.apart).toBe(2);
    expect(after.front.length).toBeGreaterThan(0);
    const old = new Set(before.front.map(({ key }) => key));
    expect(after.front.filter(({ key }) => old.has(key))).toEqual([]);
    const model = (report: typeof after): string | undefined => report.inputs.find(({ name }) => name === "own.safetensors")?.sha256;
    expect(model(after)).not.toBe(model(before));
    const shown = await runHere(folder, "show", "x.db", String(before.front[0].id));
    expect(shown.out).toContain("computed with other inputs than the study has now");
    expect(shown.out).toContain("model own.safetensors");
    putBack();
    expect(ends(await sweep("--rerun"))).toEqual({ computed: 0, stored: 2 });
    expect((await pareto()).front).toEqual(before.front);
    expect((await pareto()).apart).toBe(2);
  });

  test("with a changed base description draws old points on the chip that they were computed for", async () => {
    const putBack = replaceSilently(join(folder, "base.yaml"), (bytes) => Buffer.from(bytes.toString().replace("mesh-2x2", "mesh-4x4")));
    expect(ends(await sweep("--rerun"))).toEqual({ computed: 2, stored: 0 });
    const store = Store.read(join(folder, "x.db"));
    const editions = store
      .ids()
      .map((id) => store.edition(store.point(id)?.edition ?? 0))
      .map(({ document }) => (document as { noc: { width: number } }).noc.width);
    store.close();
    expect(new Set(editions)).toEqual(new Set([2, 4]));
    expect((await runHere(folder, "show", "x.db", "1")).code).toBe(0);
    putBack();
  });

  test("computes only the points of a chosen model that has changed: a key that is the same is the same result", {
    tags: ["long"],
  }, async () => {
    const other = studyFolder(chosen);
    const search = (...more: string[]): Promise<Ended> => runHere(other, "sweep", chosen.description, "--db", "x.db", "--json", ...more);
    expect(ends(await search())).toEqual({ computed: 4, stored: 0 });
    replaceSilently(join(other, "b.safetensors"), chosen.inputs[0].change);
    expect((await search()).code).toBe(2);
    expect(ends(await search("--rerun"))).toEqual({ computed: 2, stored: 2 });
    endFolder(other);
  });
});

test.skipIf(!isBuilt)("a comment in a base description changes nothing", async () => {
  const folder = studyFolder(STUDIES[0]);
  const sweep = (): Promise<Ended> => runHere(folder, "sweep", "own.yaml", "--db", "x.db", "--json", "--budget", "1", "--workers", "1");
  await sweep();
  replaceSilently(join(folder, "base.yaml"), (bytes) => Buffer.from(bytes.toString().replace("remark 1", "remark 2")));
  expect(ends(await sweep())).toEqual({ computed: 0, stored: 1 });
  expect(readFileSync(join(folder, "base.yaml"), "utf8")).toContain("remark 2");
  endFolder(folder);
});
