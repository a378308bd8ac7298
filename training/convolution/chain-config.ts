/**
 * Configuration of a training that begins with a NIR graph: YAML in, a complete frozen `ChainConfig` out; all problems
 * at once with file, line and column.
 * Throws: InputError if anything is unknown, missing or out of range.
 */
import { basename } from "node:path";
import {
  type Camel,
  camel,
  checked,
  deepFreeze,
  idleEventKeys,
  locatedFromYaml,
  placeOf,
  problemAt,
  scalarPaths,
} from "../../arch/index.js";
import { InputError, type Problem } from "../../base/errors.js";
import { type ChainConfigDocument, chainConfigSchema } from "./chain-config-schema.js";

export type ChainConfig = Camel<Omit<ChainConfigDocument, "name">> & { readonly name: string };

/** True if a configuration's text is of this kind: it has a `graph`. */
export const isChainConfig = (text: string, file: string): boolean => locatedFromYaml(text, file).entries.has("graph");

/** Parses and checks a configuration; `file` is named in errors. */
export function parseChainConfig(text: string, file: string): ChainConfig {
  const problems: Problem[] = [];
  const document = locatedFromYaml(text, file);
  const raw = checked(chainConfigSchema, document, "", scalarPaths(chainConfigSchema), problems);
  if (raw === null) throw new InputError(problems);
  const { set, labels, saccades, events } = raw.data;
  const idle: readonly (readonly [isIdle: boolean, key: readonly string[], message: string])[] = [
    [set !== "events" && labels !== null, ["labels"], `names classes of set: events; ${set} has its own`],
    [saccades > 0 && set !== "nmnist", ["saccades"], `makes recordings like those of nmnist, not of ${set}`],
    ...idleEventKeys(events).map(([key, why]) => [true, ["events", key], why] as const),
  ];
  const found = idle.flatMap(([isIdle, key, why]) =>
    isIdle ? [problemAt(placeOf(document, ["data", ...key]), `data.${key.join(".")}`, why)] : [],
  );
  if (found.length > 0) throw new InputError(found);
  const { name = basename(file).replace(/\.ya?ml$/, ""), ...rest } = raw;
  return deepFreeze({ ...camel(rest), name });
}
