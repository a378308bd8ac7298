/**
 * With real threads that train: a point of the caller's choice runs on any network, and the search stops that network
 * all the same.
 */
// @module-tag slow
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openStudy, openWithPlugins, sweep } from "../../app/index.js";
import { Store } from "../../sweeps/index.js";
import { isBuilt } from "../cli/small-sweep.js";
import { BASE, PLUGIN, search } from "./peaks.js";

const folder = mkdtempSync(join(tmpdir(), "stopped-networks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, "peaks.mjs"), PLUGIN);
writeFileSync(join(folder, "base.yaml"), BASE.replace("peak: 0.05", "peak: 0.004"));
const file = join(folder, "search.yaml");
const lanes = "tile: { core: { lanes: { sweep: [1, 2, 4] } } }\n";
writeFileSync(
  file,
  search(", seed: { sweep: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] }", "A", lanes).replace(
    "{ name: grid }",
    "{ name: nsga2, seed: 3, budget: 18, population: 6, stop_after_epochs: 1 }",
  ),
);

type Values = { readonly seed: number; readonly lanes: number };

/** How each point ended. */
function endsOf(db: string): readonly { readonly values: Values; readonly end: string }[] {
  const store = Store.read(db);
  const ends = [...store.points()].map(({ values, state, code }) => ({ values: values as Values, end: code ?? state }));
  store.close();
  return ends;
}

test.skipIf(!isBuilt)(
  "a search stops the networks that points of the caller's choice have made, in the engine too",
  { tags: ["long"] },
  async () => {
    const description = await openWithPlugins(file);
    const [alone, beside] = ["alone.db", "beside.db"].map((name) => join(folder, name));
    await sweep(description, { db: alone, workers: 1 });
    const ends = endsOf(alone);
    const stopped = ends.find(({ end }) => end === "STOPPED")?.values;
    if (stopped === undefined) throw new Error("no network is stopped: this shows nothing");
    const ofNetwork = ends.filter(({ values }) => values.seed === stopped.seed).map(({ values }) => values.lanes);
    const own = [1, 2, 4].find((lanes) => !ofNetwork.includes(lanes));
    if (own === undefined) throw new Error("the search asks for all points of the network: none is the caller's alone");
    const study = await openStudy(description, { db: beside, workers: 1 });
    expect((await study.run({ seed: stopped.seed, lanes: own })).state).toBe("done");
    for (let batch = await study.ask(1); batch.length > 0; batch = await study.ask(1))
      for (const point of batch) study.tell(point, await study.evaluate(point));
    await study.close();
    const ofSearch = endsOf(beside).filter(({ values }) => values.seed !== stopped.seed || values.lanes !== own);
    const text = (all: typeof ends): readonly string[] => all.map((one) => JSON.stringify(one)).sort();
    expect(text(ofSearch)).toEqual(text(ends));
  },
);
