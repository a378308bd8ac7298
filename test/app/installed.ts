/** The package as npm installs it, in a folder of a user. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../base/package-root.js";
import { isBuilt } from "../cli/small-sweep.js";

const root = packageRoot();

export const canPack = isBuilt && existsSync(join(root, "node_modules", "rolldown-plugin-dts"));

/** Packs and unpacks the package below `folder`; its dependencies are those of this repository. */
export function installInto(folder: string): void {
  execFileSync(process.execPath, [join(root, "scripts", "types.mjs")]);
  const packed = execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], { cwd: root, encoding: "utf8" });
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  const installed = join(folder, "node_modules", "snn-dse");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, filename), "-C", installed, "--strip-components=1"]);
  symlinkSync(join(root, "node_modules"), join(installed, "node_modules"));
  mkdirSync(join(folder, "node_modules", ".bin"));
  symlinkSync("../snn-dse/dist/main.js", join(folder, "node_modules", ".bin", "snn-dse"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
}
