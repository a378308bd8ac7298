/** The client for Python and its examples, run by the interpreters of this machine. */
// @module-tag slow
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { BRIEF, isBuilt, program } from "../cli/small-sweep.js";

const root = packageRoot();
const client = join(root, "app", "python");
const examples = join(client, "examples");
const folder = mkdtempSync(join(tmpdir(), "python-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An interpreter that imports these packages; Debian's lie beside its own. null: none. */
function pythonWith(...packages: readonly string[]): string | null {
  const imports = ["sys", ...packages].join(", ");
  const check = `import ${imports}; sys.exit(sys.version_info < (3, 9))`;
  return ["python3", "/usr/bin/python3"].find((python) => spawnSync(python, ["-c", check], { stdio: "ignore" }).status === 0) ?? null;
}

/** As the client reads it: words, quoted as for a shell. */
const PROGRAM = [process.execPath, ...BRIEF, program].map((word) => `'${word}'`).join(" ");

/** @throws with what the program printed, where it fails */
function python(interpreter: string, ...words: readonly string[]): string {
  const env = { ...process.env, PYTHONPATH: `${client}:${examples}`, PYTHONDONTWRITEBYTECODE: "1", SNN_DSE: PROGRAM };
  return execFileSync(interpreter, words, { cwd: folder, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 120_000 });
}

const plain = pythonWith();
/**
 * What a user does first, and where it fails; the rest is of the client alone, which changes of the program rarely
 * touch.
 */
const FIRST = [
  "results_of_an_open_study_and_of_its_database_are_the_same",
  "points_go_out_and_come_back_in_any_order_from_any_thread",
  "problems_have_places",
  "a_program_that_ends_is_an_error_and_nobody_waits_for_it",
  "what_the_program_prints_beside_is_read_whatever_its_encoding_and_length",
].map((name) => `Client.test_${name}`);

/** Tests of the client by name; none: all. */
const clientTests = (interpreter: string | null, ...names: readonly string[]): string =>
  python(interpreter as string, join(root, "test/app/python/client_test.py"), ...names);

test.skipIf(!isBuilt || plain === null)(
  "the client asks, tells, sweeps and reads, and problems have their places (test/app/python/client_test.py); needs python3",
  () => void clientTests(plain, ...FIRST),
  180_000,
);

test.skipIf(!isBuilt || plain === null)(
  "the client does all that it says (test/app/python/client_test.py); needs python3",
  { tags: ["long"], timeout: 180_000 },
  () => void clientTests(pythonWith("pandas") ?? plain),
);

test.skipIf(!isBuilt || plain === null)("the snippet of docs/library.md runs; needs python3", { tags: ["long"] }, () => {
  const page = readFileSync(join(root, "docs", "library.md"), "utf8");
  const [, code = ""] = /```python\n(.*?)```/s.exec(page) ?? [];
  expect(python(plain as string, "-c", code)).toMatch(
    /^done \d+\.\d+ \d+\n[\s\S]*\d+ points on the front\nchip\.clock_mhz expected a number/,
  );
});

const scientific = pythonWith("h5py", "numpy");
test.skipIf(!isBuilt || scientific === null)(
  "every cell of the notebook runs; needs python3 with h5py and numpy",
  { tags: ["long"] },
  () => {
    const said = python(scientific as string, join(examples, "run_notebook.py"), join(examples, "lif_network.ipynb"));
    expect(said).toMatch(/^\d+ of 48 points are on the front; hypervolume 0\.\d+\n/);
  },
);

/** A short search by an example, and the ids of its front. */
const searched = (module: string, points: string): string =>
  `import ${module}; found = ${module}.search({"version": 1, "extends": "mesh-2x2", "network": {"model": "mnist-rows-lif.safetensors"},` +
  `"workload": {"dataset": "mnist-rows", "samples": 20, "timing_samples": 1}, "sweep": {"parameters": [` +
  `{"path": "tile.core.lanes", "values": [1, 2, 4, 8]}, {"path": "chip.clock_mhz", "range": [50, 200]}, {"path": "noc.vc_buffer_flits", "range": [4, 4000]}],` +
  `"objectives": {"energy_uj_per_inference": "min", "latency_us": "min"}, "sampler": {"name": "random"}}}, ${points}, workers=2);` +
  "print(len(found[-1] if isinstance(found, tuple) else found), 'on the front')";

test.skipIf(!isBuilt || plain === null)("random search in plain Python runs; needs python3", { tags: ["long"] }, () => {
  const said = python(plain as string, "-c", searched("random_search", "6"));
  expect(said.match(/^done /gm)?.length).toBe(6);
  expect(said).toMatch(/[1-6] on the front\n$/);
});

const withOptuna = pythonWith("optuna");
test.skipIf(!isBuilt || withOptuna === null)("Optuna drives the simulator; needs python3 with optuna", { tags: ["long"] }, () => {
  expect(python(withOptuna as string, "-c", searched("optuna_search", "12"))).toMatch(/[1-9]\d* on the front\n$/);
});

test("the notebook is stored without outputs", () => {
  const { cells } = JSON.parse(readFileSync(join(examples, "lif_network.ipynb"), "utf8")) as {
    readonly cells: readonly { readonly cell_type: string; readonly outputs?: readonly unknown[] }[];
  };
  const code = cells.filter(({ cell_type }) => cell_type === "code");
  expect(code.length).toBeGreaterThan(4);
  expect(code.flatMap(({ outputs }) => outputs)).toEqual([]);
});
