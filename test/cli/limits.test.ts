/** The built program under the limits that a shell or a batch system sets. */
// @module-tag slow
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isBuilt, program, sweepFolder } from "./small-sweep.js";

const GIB_IN_KIB = 1024 * 1024;

describe.skipIf(!isBuilt)("the built program", () => {
  let folder = "";
  beforeAll(() => {
    folder = sweepFolder(6);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const limited = (limit: string): { readonly code: number | null; readonly err: string } => {
    const line = `ulimit ${limit}; exec "$N" "$P" sim small.yaml`;
    const env = { ...process.env, P: program, N: process.execPath, NO_COLOR: "1" };
    const ended = spawnSync("bash", ["-c", line], { cwd: folder, encoding: "utf8", timeout: 120_000, env });
    return { code: ended.status, err: ended.stderr };
  };

  test("without addresses for a kernel names the limit, and is no defect of the program", { tags: ["long"] }, () => {
    const { code, err } = limited(`-v ${8 * GIB_IN_KIB}`);
    expect(err).toContain("error: memory: the system gives this process no more addresses");
    expect(err).toContain("ulimit -v");
    expect(code).toBe(2);
    expect(limited(`-v ${64 * GIB_IN_KIB}`)).toEqual({ code: 0, err: "" });
  });

  test("with too few open files names the limit", () => {
    const { code, err } = limited("-n 24");
    expect(err).toMatch(/^error: .*too many files are open in this process; raise the limit \(ulimit -n\)\n$/);
    expect(code).toBe(2);
  });
});
