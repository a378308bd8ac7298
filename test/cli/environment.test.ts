/** Environment variables: a misspelt one gets a word, and the tables of names are those that the sources read. */
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { environmentWarnings, PROGRAM_VARIABLES, SCRIPT_VARIABLES, TEST_VARIABLES } from "../../cli/process/environment.js";
import { runHere } from "./in-process.js";

const root = packageRoot();
const PRODUCT = ["app", "arch", "base", "cli", "rtl", "sim", "sweeps", "training"];

function textsOf(folder: string, ending: RegExp): readonly string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return files.filter((file) => ending.test(file)).map((file) => readFileSync(join(root, folder, file), "utf8"));
}

const found = (texts: readonly string[], pattern: RegExp): readonly string[] =>
  [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name)))].sort();

afterEach(() => void vi.unstubAllEnvs());

test("a misspelt variable gets one warning that names the right one and not its value", async () => {
  vi.stubEnv("SNN_DSE_REDDIS", "redis://:password@host");
  vi.stubEnv("SNN_DSE_QUITE_ANOTHER", "1");
  expect(await runHere(tmpdir(), "--version")).toMatchObject({
    code: 0,
    err:
      "warning: 'SNN_DSE_QUITE_ANOTHER' of the environment has no effect: known are SNN_DSE_ASCII, SNN_DSE_CLUSTER_KEY, SNN_DSE_REDIS\n" +
      "warning: 'SNN_DSE_REDDIS' of the environment has no effect: did you mean SNN_DSE_REDIS?\n",
  });
});

test("a value of SNN_DSE_ASCII that is not understood is bad input; 0, 1 and the empty text are understood", async () => {
  for (const value of ["", "0", "1"]) expect(environmentWarnings({ SNN_DSE_ASCII: value })).toEqual([]);
  vi.stubEnv("SNN_DSE_ASCII", "yes");
  expect(await runHere(tmpdir(), "examples")).toEqual({
    ...{ code: 2, out: "" },
    err: "error: SNN_DSE_ASCII: expected 1 (print only ASCII characters) or 0, got 'yes'\n    type: export SNN_DSE_ASCII=1\n",
  });
});

test("an address that is none is refused with the variable that it may come from", async () => {
  vi.stubEnv("SNN_DSE_REDIS", "head:6379");
  expect(await runHere(tmpdir(), "worker")).toMatchObject({
    ...{ code: 2, err: expect.stringMatching(/^error: --redis, --redis-file or SNN_DSE_REDIS: is no address of a server\n/) },
  });
});

test("variables of the program, of the Slurm script and of the tests are all those that the sources read, and get no warning", () => {
  const product = PRODUCT.flatMap((folder) => textsOf(folder, /\.tsx?$/));
  expect(product.length).toBeGreaterThan(500);
  expect(found(product, /\benv\.(SNN_DSE_\w+)/g)).toEqual([...PROGRAM_VARIABLES].sort());
  const inScript = found(textsOf("scripts/slurm", /\.sbatch$/), /\b(SNN_DSE_\w+)/g);
  expect(inScript.filter((name) => !PROGRAM_VARIABLES.some((one) => one === name))).toEqual([...SCRIPT_VARIABLES].sort());
  expect(found(textsOf("test", /\.ts$/), /process\.env\.(SNN_DSE_\w+)/g)).toEqual([...TEST_VARIABLES].sort());
  const all = [...PROGRAM_VARIABLES, ...SCRIPT_VARIABLES, ...TEST_VARIABLES];
  expect(environmentWarnings(Object.fromEntries(all.map((name) => [name, "1"])))).toEqual([]);
});

test("docs/quick-start.md has every variable that the program or the script reads, and no other of this name", () => {
  const page = readFileSync(join(root, "docs", "quick-start.md"), "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  const listed = found(
    rows.map((row) => row.split("|")[1]),
    /`(\w+)`/g,
  );
  const read = found(
    PRODUCT.flatMap((folder) => textsOf(folder, /\.tsx?$/)),
    /\benv\.([A-Z][A-Z_]+)\b/g,
  );
  expect(listed).toEqual([...read.filter((name) => name !== "NODE_ENV"), ...SCRIPT_VARIABLES, "SNN_DSE"].sort());
});
