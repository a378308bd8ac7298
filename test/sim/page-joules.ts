/** Runs the Python programs that docs/joules.md and docs/fpga.md print, on points in the form of `sim --json`. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../base/package-root.js";

/** The program uses unions of dictionaries, which Python has since 3.9. */
export const hasPython = spawnSync("python3", ["-c", "{} | {}"]).status === 0;

const DRIVER = `
import json, sys
code = compile(open("page.py").read(), "page.py", "exec")
for place, point in enumerate(json.load(open("points.json"))):
    json.dump(point, open("point.json", "w"))
    sys.argv = ["page.py", "point.json", sys.argv[-1]]
    try:
        exec(code, {"__name__": "__main__"})
    except Exception as error:
        print(f"NOT EQUAL: {type(error).__name__} at line {error.__traceback__.tb_next.tb_lineno}: {error}")
`;

/**
 * The line that the program of docs/joules.md prints for each point, in one process. Throws what Python says if it
 * fails.
 */
export const joulesLines = (points: readonly unknown[]): readonly string[] => linesOf(programOf(pageOf("joules.md")), points);

/** The same of docs/fpga.md, whose program begins with the one of docs/joules.md. */
export function fpgaLines(points: readonly unknown[]): readonly string[] {
  const [begin] = pageOf("joules.md").split("\n## Energy and area\n");
  return linesOf(programOf(begin) + programOf(pageOf("fpga.md")), points);
}

export const pageOf = (name: string): string => readFileSync(join(packageRoot(), "docs", name), "utf8");

const programOf = (page: string): string => [...page.matchAll(/^```python\n(.*?)^```$/gms)].map(([, block]) => block).join("");

function linesOf(program: string, points: readonly unknown[]): readonly string[] {
  const home = mkdtempSync(join(tmpdir(), "page-"));
  try {
    writeFileSync(join(home, "page.py"), program);
    writeFileSync(join(home, "points.json"), JSON.stringify(points));
    const tables = join(packageRoot(), "arch", "components");
    const { status, stdout, stderr } = spawnSync("python3", ["-c", DRIVER, tables], { cwd: home, encoding: "utf8", maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error(stderr);
    return stdout.trimEnd().split("\n");
  } finally {
    rmSync(home, { recursive: true });
  }
}
