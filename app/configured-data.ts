/** The data of training configurations. Effects: reads data. */
import { resolveDataPath, type Samples } from "../arch/index.js";
import { hashJson } from "../base/hash.js";
import { loadConfigured, type TrainingConfig } from "../training/index.js";

export interface Halves {
  readonly train: Samples;
  readonly test: Samples;
}

/** A configuration and its file, to which its paths are relative. */
interface Configured<Config> {
  readonly config: Config;
  readonly file: string;
}

/** Folder of a configuration's data: `given`, or its own; null: the data in the package. */
export function dataFolder({ config, file }: Configured<{ data: { path: string | null } }>, given: string | null): string | null {
  return given ?? (config.data.path === null ? null : resolveDataPath(config.data.path, file));
}

/** Loads the data of configurations, and keeps those that it loaded last. */
export function lastHalves(given: string | null): (configured: Configured<TrainingConfig>) => Promise<Halves> {
  let loaded: { readonly key: string; readonly halves: Halves } | null = null;
  return async (configured) => {
    const { config } = configured;
    const place = dataFolder(configured, given);
    const key = hashJson({ ...config.data, path: place });
    if (loaded === null || loaded.key !== key) loaded = { key, halves: await loadConfigured(config, place) };
    return loaded.halves;
  };
}
