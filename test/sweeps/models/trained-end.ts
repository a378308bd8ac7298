/** What a search that trains networks leaves behind, without the times of its events. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../../../base/hash.js";
import { modelsBeside, Store, storedModels, testedPoints } from "../../../sweeps/index.js";
import { contentOf } from "../fake-study.js";

export interface TrainedEnd {
  /** Name and content of each network's file. */
  readonly files: readonly string[];
  /** What the database holds about networks, without training times and order. */
  readonly networks: string;
  /** Everything that is stored about points, and the front on the test set. */
  readonly points: string;
}

/** @throws Error if checkpoints are left */
export function trainedEnd(database: string): TrainedEnd {
  const models = modelsBeside(database);
  const names = readdirSync(models).sort();
  const left = names.filter((name) => name.endsWith(".checkpoint"));
  if (left.length > 0) throw new Error(`checkpoints are left: ${left.join(", ")}`);
  const { events: _when, ...content } = JSON.parse(contentOf(database)) as { readonly [table: string]: unknown };
  const store = Store.read(database);
  const tested = [...testedPoints(store).values()].sort((a, b) => a.id - b.id);
  const networks = [...storedModels(store).values()].map((model) => ({ ...model, seconds: 0 })).sort((a, b) => (a.key < b.key ? -1 : 1));
  store.close();
  return {
    files: names.map((name) => `${name} ${sha256(readFileSync(join(models, name)))}`),
    networks: JSON.stringify(networks),
    points: JSON.stringify({ ...content, tested }),
  };
}
