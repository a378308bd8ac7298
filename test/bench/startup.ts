/** Start-up of the built program: processor time and time by the clock of `--help` and `check`, and the memory that they take. */
import { join } from "node:path";
import { packageRoot } from "../../arch/index.js";
import { isBuilt } from "../cli/small-sweep.js";
import { commandRows } from "./harness/meter.js";
import { benchmark } from "./harness/program.js";

await benchmark(import.meta.url, async () => {
  if (!isBuilt) throw new Error("the program is not built: npm run build");
  const edge = join(packageRoot(), "arch/examples/edge.yaml");
  const within = (cpuMs: number) => ({ cpuMs, wallMs: null, memoryMib: null });
  return [
    ...(await commandRows("--help", ["--help"], within(150), 9)),
    ...(await commandRows("check arch/examples/edge.yaml", ["check", edge], within(300), 9)),
  ];
});
