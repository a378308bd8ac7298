/** The starter description that `init` writes. Effects: writes files. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inputError } from "../base/errors.js";
import { packageRoot } from "../base/package-root.js";
import { makeFolder, writeWhole } from "../base/write-file.js";

const SCHEMA_FILE = "arch.schema.json";

/** Copies the commented starter and the schema that its first line names into `dir`; returns the written paths, the description first. @throws InputError when it is there already. */
export async function writeStarter(dir: string, force: boolean): Promise<readonly string[]> {
  const target = join(dir, "arch.yaml");
  if (existsSync(target) && !force) throw inputError(target, "exists already", "give another folder, or --force to overwrite it");
  makeFolder(dir);
  const schema = join(dir, SCHEMA_FILE);
  const starter = readFileSync(join(packageRoot(), "arch/examples/edge.yaml"), "utf8");
  writeWhole(
    target,
    Buffer.from(
      starter
        .replace(/\$schema=\S+/, `$schema=${SCHEMA_FILE}`)
        .replaceAll("edge.yaml", "arch.yaml")
        .replaceAll("edge.db", "arch.db"),
    ),
  );
  writeWhole(schema, readFileSync(join(packageRoot(), "arch/schema", SCHEMA_FILE)));
  return [target, schema];
}
