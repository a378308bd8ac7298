/** Runs the Python program that docs/joules.md prints, on points in the form of `sim --json`. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../base/package-root.js";

/** The program uses unions of dictionaries, which Python has since 3.9. */
export const hasPython = spawnSync("python3", ["-c", "{} | {}"]).status === 0;

const DRIVER = `
import json, sys
code = compile(open("joules.py").read(), "joules.py", "exec")
for place, point in enumerate(json.load(open("points.json"))):
    json.dump(point, open("point.json", "w"))
    sys.argv = ["joules.py", "point.json", sys.argv[-1]]
    try:
        exec(code, {"__name__": "__main__"})
    except Exception as error:
        print(f"NOT EQUAL: {type(error).__name__} at line {error.__traceback__.tb_next.tb_lineno}: {error}")
`;

/** The line that the program prints for each point, in one process. Throws what Python says if it fails. */
export function joulesLines(points: readonly unknown[]): readonly string[] {
  const text = readFileSync(join(packageRoot(), "docs", "joules.md"), "utf8");
  const blocks = [...text.matchAll(/^```python\n(.*?)^```$/gms)].map(([, block]) => block);
  const home = mkdtempSync(join(tmpdir(), "joules-"));
  try {
    writeFileSync(join(home, "joules.py"), blocks.join(""));
    writeFileSync(join(home, "points.json"), JSON.stringify(points));
    const tables = join(packageRoot(), "arch", "components");
    const { status, stdout, stderr } = spawnSync("python3", ["-c", DRIVER, tables], { cwd: home, encoding: "utf8", maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error(stderr);
    return stdout.trimEnd().split("\n");
  } finally {
    rmSync(home, { recursive: true });
  }
}
