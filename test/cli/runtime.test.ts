/** Messages about the running Node: too old, modules built for another version, other arithmetic. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { runtimeDifferences } from "../../app/provenance.js";
import { packageRoot } from "../../base/package-root.js";
import { endingOf, sweepExit } from "../../cli/process/exit.js";
import { LEAST_NODE, nodeRisk, nodeTooOld } from "../../cli/process/runtime.js";
import { translated } from "../../sweeps/store/faults.js";
import { isBuilt, program } from "./small-sweep.js";

test("L6: Node below the range of package.json is refused by its name, Node within it is not", () => {
  const { engines } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { engines: { node: string } };
  expect(engines.node).toBe(`>=${LEAST_NODE}`);
  for (const version of ["9.99.0", "19.20.0", "20.18.3"])
    expect(nodeTooOld(version)).toContain(`this is Node ${version}; snn-dse needs Node ${LEAST_NODE} or newer`);
  for (const version of [`${LEAST_NODE}.0`, process.versions.node, "21.0.0", "124.0.0"]) expect(nodeTooOld(version)).toBe(null);
});

test("Node from 24.19 on is named as a risk, older and other ones are not", () => {
  expect(nodeRisk("24.19.0")).toContain("take Node 24.18 or 22");
  for (const version of ["20.20.2", "22.23.3", "24.18.1"]) expect(nodeRisk(version)).toBe(null);
});

test.each([
  [
    "another Node",
    Object.assign(
      new Error(
        "The module '/x/better_sqlite3.node'\nwas compiled against a different Node.js version using\nNODE_MODULE_VERSION 115. This version of Node.js requires\nNODE_MODULE_VERSION 137.",
      ),
      { code: "ERR_DLOPEN_FAILED" },
    ),
    /built for another version of Node \(module version 115; this is Node v/,
  ],
  ["no compiler", new Error("Could not locate the bindings file. Tried:\n → /x/build/better_sqlite3.node"), /was not built/],
  ["a broken file", Object.assign(new Error("/x.node: invalid ELF header"), { code: "ERR_DLOPEN_FAILED" }), /does not load .*invalid ELF/],
])("L6: a native module of %s ends with exit 2 and what to type, not as a defect of the program", (_, error, why) => {
  const { exitCode, lines } = endingOf(translated("any.db", error));
  expect(exitCode).toBe(2);
  expect(lines.join("\n")).toMatch(why);
  expect(lines.join("\n")).toContain("npm rebuild better-sqlite3");
  expect(lines.join("\n")).toContain("snn-dse doctor");
  expect(lines.join("\n")).not.toContain("defect of snn-dse");
});

test.skipIf(!isBuilt)(
  "without a native part of SQLite the library says what to type, and doctor blames no other package",
  { tags: ["long"] },
  () => {
    const folder = mkdtempSync(join(tmpdir(), "snn-dse-native-"));
    writeFileSync(
      join(folder, "broken.mjs"),
      'process.dlopen = () => { throw Object.assign(new Error("x.node: invalid ELF header"), { code: "ERR_DLOPEN_FAILED" }); };',
    );
    const code = `
    const lib = await import(${JSON.stringify(pathToFileURL(join(packageRoot(), "dist", "index.js")).href)});
    writeFileSync("old.db", "");
    const told = {};
    for (const [name, call] of Object.entries({
      results: () => lib.results("old.db"),
      comparePoints: () => lib.comparePoints("old.db", 1, 2),
      sweep: () => lib.sweep(lib.open("edge"), { db: "new.db" }),
      openStudy: () => lib.openStudy(lib.open("edge")),
    }))
      try { await call(); } catch (error) { told[name] = error.name + ": " + error.message; }
    console.log(JSON.stringify(told));`;
    writeFileSync(join(folder, "library.mjs"), `import { writeFileSync } from "node:fs";${code}`);
    const run = (...words: readonly string[]): string =>
      spawnSync(process.execPath, ["--import", "./broken.mjs", ...words], { cwd: folder, encoding: "utf8" }).stdout;
    const said =
      "InputError: better-sqlite3: its native part does not load (x.node: invalid ELF header)\n    type `npm rebuild better-sqlite3`";
    const told = Object.entries(JSON.parse(run("library.mjs")) as Record<string, string>);
    expect(told.map(([name, text]) => [name, text.startsWith(said)])).toEqual(
      ["results", "comparePoints", "sweep", "openStudy"].map((name) => [name, true]),
    );
    expect(
      run(program, "doctor")
        .split("\n")
        .filter((line) => line.includes("better-sqlite3:")),
    ).toHaveLength(1);
    rmSync(folder, { recursive: true });
  },
);

test("H1: a result that differs is reported with the runtimes that differ, and whether their arithmetic differs", () => {
  const here = { node: "v20.1.0", v8: "11.3", platform: "linux-x64", selfCheck: "a".repeat(64) };
  expect(runtimeDifferences([here], here)).toEqual([]);
  const [same] = runtimeDifferences([{ ...here, node: "v24.0.0", v8: "13.6" }], here);
  expect(same).toMatch(/Node v24\.0\.0 \(V8 13\.6, linux-x64\), this is Node v20\.1\.0 .*the same bits/);
  const others = runtimeDifferences([here, { ...here, selfCheck: "b".repeat(64) }, { node: "v22.0.0" }], here);
  expect(others[0]).toContain("other bits");
  expect(others[1]).toContain("stored no self-check");
});

test("a sweep ends with 1 only if a point failed: docs/errors.md", () => {
  const exit = (reason: "time" | "budget" | "stopped" | "failure", done: number, infeasible: number, failed: number): number =>
    sweepExit({ reason, done, infeasible, failed });
  expect(exit("time", 0, 0, 0)).toBe(0);
  expect(exit("time", 0, 0, 2)).toBe(1);
  expect(exit("budget", 0, 0, 2)).toBe(1);
  expect(exit("budget", 0, 1, 2)).toBe(3);
  expect(exit("budget", 1, 1, 2)).toBe(0);
  expect(exit("failure", 1, 0, 1)).toBe(1);
  expect(exit("stopped", 0, 0, 0)).toBe(130);
});
