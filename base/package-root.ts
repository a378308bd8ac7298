/** Finds the installed package's folder, from sources and from the built bundle alike. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Absolute path of the folder that holds this package's `package.json`.
 * Shipped data (`arch/chips`, `arch/components`, `training/models`) and kernels (`dist/kernels`) are found from it.
 * @throws Error when the package was torn apart.
 */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    if (existsSync(join(folder, "package.json")) && existsSync(join(folder, "arch"))) return folder;
    const parent = dirname(folder);
    if (parent === folder) throw new Error("snn-dse: package.json not found above the program; reinstall the package");
    folder = parent;
  }
}

/** As `package.json` says. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string }).version;
}
