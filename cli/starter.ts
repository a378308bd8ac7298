/** The starter description that `init` writes. Effects: writes files. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inputError } from "../arch/base/errors.js";
import { packageRoot } from "../arch/base/package-root.js";

/** Copies the commented starter into `dir`; returns the written paths, the description first. @throws InputError when it is there already. */
export async function writeStarter(dir: string, force: boolean): Promise<readonly string[]> {
  const target = join(dir, "arch.yaml");
  if (existsSync(target) && !force) throw inputError(target, "exists already", "give another folder, or --force to overwrite it");
  mkdirSync(dir, { recursive: true });
  writeFileSync(target, readFileSync(join(packageRoot(), "arch/examples/edge.yaml")));
  return [target];
}
