/** A user's project beside the packed package: strict TypeScript compiles and runs, and so does plain JavaScript. */
// @module-tag slow
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { isBuilt } from "../cli/small-sweep.js";

const root = packageRoot();
const folder = mkdtempSync(join(tmpdir(), "snn-dse-user-"));
afterAll(() => rmSync(folder, { recursive: true }));

const DOCUMENT = `{
  version: 1,
  extends: "mesh-2x2",
  network: { model: "mnist-rows-lif.safetensors" },
  workload: { dataset: "mnist-rows", samples: 20, timing_samples: 1 },
  sweep: {
    parameters: [
      { path: "tile.core.lanes", values: [1, 2, 4, 8, 16] },
      { path: "chip.clock_mhz", values: [50, 100, 150, 200] },
    ],
    objectives: { energy_uj_per_inference: "min", latency_us: "min" },
    sampler: { name: "grid", budget: 20 },
  },
}`;
/** `typed`: the same text as JavaScript without its types. */
const project = (typed: (type: string) => string): string => `
import { writeFileSync } from "node:fs";
import { exportFront, InputError, open, pareto, results, simulate, sweep } from "snn-dse";
const description = open(${DOCUMENT});
const one = await simulate(description, { values: { "tile.core.lanes": 4 } });
const energy${typed(": number | null")} = one.result.metrics.energy_uj_per_inference;
const summary = await sweep(description, { db: "study.db", workers: 2 });
const front = pareto("study.db");
writeFileSync("front.svg", await exportFront(front, "svg"));
let places = 0;
try {
  open({ version: 1, chip: { clock_mhz: "fast" } });
} catch (error) {
  if (error instanceof InputError) places = error.problems.length;
}
console.log(JSON.stringify({ energy, done: summary.done, points: results("study.db").points.length, front: front.rows.length, places }));
`;

const ran = (file: string): unknown => JSON.parse(execFileSync(process.execPath, [file], { cwd: folder, encoding: "utf8" }));

const canPack = isBuilt && existsSync(join(root, "node_modules", "dts-bundle-generator"));

test.skipIf(!canPack)(
  "open, simulate, a sweep of 20 points, its front and a figure: in strict TypeScript, and the same in JavaScript",
  () => {
    execFileSync(process.execPath, [join(root, "scripts", "types.mjs")]);
    const packed = execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
      cwd: root,
      encoding: "utf8",
    });
    const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
    const installed = join(folder, "node_modules", "snn-dse");
    mkdirSync(installed, { recursive: true });
    execFileSync("tar", ["-xzf", join(folder, filename), "-C", installed, "--strip-components=1"]);
    symlinkSync(join(root, "node_modules"), join(installed, "node_modules"));
    mkdirSync(join(folder, "node_modules", "@types"));
    for (const name of ["@types/node", "undici-types"]) symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(
      join(folder, "user.ts"),
      project((type) => type),
    );
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: { strict: true, target: "ES2022", module: "NodeNext", outDir: "out", types: ["node"] },
        include: ["user.ts"],
      }),
    );
    execFileSync(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", folder]);
    const answer = ran(join(folder, "out", "user.js"));
    expect(answer).toMatchObject({ done: 20, points: 20, places: 1 });
    expect(readFileSync(join(folder, "front.svg"), "utf8")).toMatch(/^<svg /);
    rmSync(join(folder, "study.db"));
    writeFileSync(
      join(folder, "user.js"),
      project(() => ""),
    );
    expect(ran(join(folder, "user.js"))).toEqual(answer);
  },
  180_000,
);
