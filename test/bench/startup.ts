/**
 * Start-up of the built program: processor time and time by the clock of `--help` and `check`, and the memory that they
 * take.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../base/package-root.js";
import { isBuilt } from "../cli/small-sweep.js";
import { commandRows } from "./harness/meter.js";
import { benchmark } from "./harness/program.js";
import type { Row } from "./harness/row.js";

/** `check` of arch/examples/fsdd-phones.yaml on the recordings of this machine; none where they are absent. */
async function phoneRows(): Promise<Row[]> {
  const path = process.env.FSDD_PATH ?? join(packageRoot(), "../shared/data/fsdd");
  if (!existsSync(path)) return [];
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-bench-"));
  const file = join(folder, "phones.yaml");
  const phones = join(packageRoot(), "arch/examples/fsdd-phones.yaml");
  writeFileSync(file, `version: 1\nextends: ${phones}\nworkload: { path: ${path} }\n`);
  const rows = await commandRows("check arch/examples/fsdd-phones.yaml", ["check", file], { cpuMs: 300, wallMs: null, memoryMib: null }, 9);
  rmSync(folder, { recursive: true });
  return rows;
}

await benchmark(import.meta.url, async () => {
  if (!isBuilt) throw new Error("the program is not built: npm run build");
  const edge = join(packageRoot(), "arch/examples/edge.yaml");
  const within = (cpuMs: number) => ({ cpuMs, wallMs: null, memoryMib: null });
  return [
    ...(await commandRows("--help", ["--help"], within(150), 9)),
    ...(await commandRows("check arch/examples/edge.yaml", ["check", edge], within(300), 9)),
    ...(await phoneRows()),
  ];
});
