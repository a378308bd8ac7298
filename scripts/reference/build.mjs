/**
 * Writes the reference of the library to `build/reference`, from the docstrings behind `app/index.ts`. Effects:
 * installs TypeDoc beside this file.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const typedoc = join(here, "node_modules", "typedoc", "bin", "typedoc");
const run = (program, ...words) => spawnSync(program, words, { stdio: "inherit", cwd: join(here, "..", "..") }).status ?? 1;

const installed = existsSync(typedoc) ? 0 : run("npm", "ci", "--no-audit", "--no-fund", "--prefix", here);
process.exitCode = installed || run(process.execPath, typedoc, "--options", join(here, "typedoc.json"));
