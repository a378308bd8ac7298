/**
 * Only `base/math` and compiled kernels compute functions whose last bits could differ between runtimes. Kernels call
 * no function of their host.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { toolProgram } from "../../scripts/lint/tool.mjs";

const root = packageRoot();

const ROOMS = ["base", "arch", "sim", "sweeps", "training", "cli", "scripts", "test"];

/** Lines of `text` that the linter's plugin reports, by room, in a folder with the project's settings. */
function complaints(text: string): { readonly [room: string]: readonly number[] } {
  const folder = mkdtempSync(join(tmpdir(), "exact-math-"));
  try {
    const settings = JSON.parse(readFileSync(join(root, "biome.json"), "utf8")) as object;
    writeFileSync(join(folder, "biome.json"), JSON.stringify({ ...settings, $schema: undefined, vcs: { enabled: false } }));
    mkdirSync(join(folder, "scripts/lint"), { recursive: true });
    copyFileSync(join(root, "scripts/lint/exact-math.grit"), join(folder, "scripts/lint/exact-math.grit"));
    for (const room of ROOMS) {
      mkdirSync(join(folder, room), { recursive: true });
      writeFileSync(join(folder, room, "sample.ts"), text);
    }
    const { stdout, stderr } = spawnSync(process.execPath, [toolProgram("biome"), "lint", "--colors=off", "--max-diagnostics=1000", "."], {
      cwd: folder,
      encoding: "utf8",
    });
    const found = [...`${stdout}${stderr}`.matchAll(/^([a-z]+)\/sample\.ts:(\d+):\d+ plugin/gm)];
    const linesOf = (room: string): number[] => found.filter(([, where]) => where === room).map(([, , line]) => Number(line));
    return Object.fromEntries(ROOMS.map((room) => [room, linesOf(room).sort((a, b) => a - b)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const FORBIDDEN = [
  ..."pow exp expm1 log log1p log2 log10 sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh cbrt hypot"
    .split(" ")
    .map((name) => `export const ${name} = Math.${name};`),
  "export const a = 2 ** 3;",
  "export let b = 2;",
  "b **= 3;",
  "const { exp: own } = Math;",
  'export const d = own(Math["sin"](2));',
];
const HARMLESS = [
  "export const f = Math.floor(Math.sqrt(2)) * Math.LOG2E + Math.max(1, 2) + Math.imul(3, 4) + Math.fround(0.1);",
  "b *= 3;",
];

test("the linter refuses the runtime's functions and `**` in every room but the tests, and nothing else", () => {
  const expected = FORBIDDEN.flatMap((line, i) => (line === "export let b = 2;" ? [] : [i + 1]));
  const found = complaints([...FORBIDDEN, ...HARMLESS, ""].join("\n"));
  for (const room of ROOMS) expect(found[room], room).toEqual(room === "test" ? [] : expected);
});

/**
 * Functions that kernels call of their host, except abort: taking what they recorded, and the step of a plug-in's cell.
 */
const ASKED: { readonly [kernel: string]: readonly string[] } = {
  "observed-chip-kernel.wasm": ["drainFlits", "drain"],
  "integer-network.wasm": ["stepLayer"],
};

test("compiled kernels take their memory from the host, and no function but those that are named", () => {
  const { WebAssembly: wasm } = globalThis as unknown as {
    readonly WebAssembly: {
      readonly Module: (new (bytes: Uint8Array) => object) & { imports(module: object): readonly { module: string; name: string }[] };
    };
  };
  const kernels = readdirSync(join(root, "dist/kernels")).filter((name) => name.endsWith(".wasm"));
  expect(kernels.length).toBeGreaterThan(5);
  for (const name of kernels) {
    const imports = wasm.Module.imports(new wasm.Module(readFileSync(join(root, "dist/kernels", name))));
    const asked = new Set(imports.map((one) => one.name));
    expect(
      [...asked].filter((one) => one !== "memory" && one !== "abort"),
      name,
    ).toEqual(ASKED[name] ?? []);
  }
});
