/** All data sets by name. */
import { inputError, type Samples } from "../../arch/index.js";
import { loadMnist } from "./mnist.js";
import type { Split } from "./split.js";

type Reader = (path: string | null, split: Split) => Samples;

export const DATASETS: Readonly<Record<string, Reader>> = {
  "mnist-rows": (path, split) => loadMnist("rows", path, split),
  "mnist-pixels": (path, split) => loadMnist("pixels", path, split),
};

/** Reads one split of a data set; `path` is where the user keeps it (null: the one that comes with the package). @throws InputError */
export function loadDataset(name: string, options: { readonly path: string | null; readonly split: Split }): Samples {
  const reader = DATASETS[name];
  if (reader === undefined) throw inputError("data set", `there is no data set "${name}"`, `known: ${Object.keys(DATASETS).join(", ")}`);
  return reader(options.path, options.split);
}
