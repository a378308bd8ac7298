/**
 * D1: a result belongs to its inputs. Each input of a study is replaced in turn under the same name, size and time of
 * change.
 */
// @module-tag slow
import { cpSync, mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { contentOf } from "../sweeps/fake-study.js";
import { usualAndLong } from "../usual.js";
import { endFolder, ends, replaceSilently, run, STUDIES, studyFolder, touch } from "./changed-inputs.js";
import { type Ended, runHere } from "./in-process.js";
import { isBuilt } from "./small-sweep.js";

describe.skipIf(!isBuilt).each(STUDIES)("D1: $title", (study) => {
  let folder: string;
  let first: Ended;
  const sweep = (): Promise<Ended> =>
    runHere(folder, "sweep", study.description, "--db", "x.db", "--json", "--workers", "1", "--budget", String(study.budget));
  beforeAll(async () => {
    folder = studyFolder(study);
    first = await sweep();
    expect(ends(first)).toEqual({ computed: study.budget, stored: 0 });
    expect(first.err).not.toMatch(/changed|touched|another/);
  }, 120_000);
  afterAll(() => endFolder(folder));

  test.each(study.inputs)(
    "$name: a changed file is named and ends with exit 2, and the database does not change",
    async ({ name, lines, file, change }) => {
      const before = contentOf(join(folder, "x.db"));
      const putBack = replaceSilently(join(folder, file), change);
      const { code, err } = await sweep();
      putBack();
      expect(err).toContain(`error: ${name} that x.db was made with`);
      expect(err.match(/^error: /gm)).toHaveLength(lines);
      expect(err).toMatch(/--db.*--rerun/);
      expect(code).toBe(2);
      expect(contentOf(join(folder, "x.db"))).toBe(before);
    },
  );

  test("files with equal bytes resume with the words of the first run, whatever their time of change", { tags: ["long"] }, async () => {
    for (const { file } of study.inputs) touch(join(folder, file));
    const resumed = await sweep();
    expect(resumed.err).toBe(first.err);
    expect(ends(resumed)).toEqual({ computed: 0, stored: study.budget });
  });
});

describe.skipIf(!isBuilt)("D1: the program itself", () => {
  const root = mkdtempSync(join(tmpdir(), "snn-dse-package-"));
  const [study] = STUDIES;
  const folder = studyFolder(study);
  const copied = join(root, "dist", "main.js");
  const sweep = (): Ended => run(folder, copied, "sweep", study.description, "--db", "x.db", "--json", "--workers", "1", "--budget", "1");
  beforeAll(() => {
    for (const part of ["dist", "arch", "package.json"]) cpSync(join(packageRoot(), part), join(root, part), { recursive: true });
    mkdirSync(join(root, "training"));
    symlinkSync(join(packageRoot(), "node_modules"), join(root, "node_modules"));
    expect(ends(sweep())).toEqual({ computed: 1, stored: 0 });
  }, 120_000);
  afterAll(() => {
    endFolder(root);
    endFolder(folder);
  });

  for (const [some, options] of usualAndLong(
    [
      ["snn-dse: is not the program", "dist/sweep-worker.js", (bytes: Buffer) => Buffer.from(bytes.toString().replace(/;(?=\s*$)/, " "))],
      [
        "arch/components/arith.csv: is not the table of component prices",
        "arch/components/arith.csv",
        (bytes: Buffer) =>
          Buffer.from(
            bytes.toString("latin1").replace(/[0-9](?=[^0-9]*$)/, (digit) => String((Number(digit) + 1) % 10)),
            "latin1",
          ),
      ],
    ] as const,
    ([what]) => what.startsWith("snn-dse"),
  ))
    test.each(some)("%s: another build ends in exit 2", options, (name, file, change) => {
      const putBack = replaceSilently(join(root, file), change);
      const { code, err } = sweep();
      putBack();
      expect(err).toContain(`error: ${name} that x.db was made with`);
      expect(code).toBe(2);
      expect(ends(sweep())).toEqual({ computed: 0, stored: 1 });
    });
});
