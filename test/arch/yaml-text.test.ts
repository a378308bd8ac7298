/** Files that are no text are refused by one line that names what they are and the command that reads them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readArch, readYamlText, shippedFiles } from "../../arch/index.js";
import { InputError } from "../../base/errors.js";

const folder = mkdtempSync(join(tmpdir(), "yaml-text-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const [network] = shippedFiles("nir");
const [model] = shippedFiles("model");
/** More than the longest description, which is refused for what it is, not for its length. */
const LONG = Buffer.alloc(64 * 1024 * 1024);
const BINARY: readonly (readonly [path: string, is: RegExp, fix: RegExp])[] = [
  [network?.path ?? "", /is HDF5, as networks of NIR and Lava are, not YAML/, /snn-dse estimate .*network: \{ model: /],
  [written("a b.db", "SQLite format 3\0\x10\0"), /is a database, as sweep writes it/, /snn-dse pareto '.*a b\.db' prints/],
  [model?.path ?? "", /is a binary file, not YAML/, /network: \{ model: FILE \}/],
  [written("long.db", Buffer.concat([Buffer.from("SQLite format 3\0"), LONG])), /is a database/, /snn-dse pareto/],
  [written("wide.yaml", Buffer.from("\ufeffversion: 1\n", "utf16le")), /is UTF-16 text, not UTF-8/, /save it as UTF-8/],
];

function problemOf(read: () => unknown): { readonly message: string; readonly fix: string } {
  try {
    read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.problems).toHaveLength(1);
    return { message: error.problems[0]?.message ?? "", fix: error.problems[0]?.fix ?? "" };
  }
  throw new Error("was read");
}

test("a network, a database or a model in place of a description is named as what it is, in one problem", () => {
  for (const [path, is, fix] of BINARY)
    for (const read of [() => readArch(path), () => readYamlText(path)]) {
      const problem = problemOf(read);
      expect(problem.message).toMatch(is);
      expect(problem.fix).toMatch(fix);
    }
});

test("so is one that a description extends", () => {
  const base = written("base.yaml", "SQLite format 3\0");
  const own = written("own.yaml", "version: 1\nextends: ./base.yaml\n");
  expect(problemOf(() => readArch(own)).message).toMatch(/base\.yaml: is a database/);
  expect(base).toContain("base");
});

test("text is read whole, whatever it begins with", () => {
  const text = `# ${"é".repeat(400)}\nSQLite format 3\n`;
  expect(readYamlText(written("text.yaml", text))).toBe(text);
});
