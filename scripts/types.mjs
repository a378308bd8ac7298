/** Writes `dist/index.d.ts`: the types that `import "snn-dse"` gives, in one file that names no package but zod. Before packing only: it takes ten seconds. */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";

process.chdir(join(dirname(fileURLToPath(import.meta.url)), ".."));
// what is checked already is only written down
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.types.json", "--noCheck"], { stdio: "inherit" });
const build = await rolldown({
  input: { index: join(process.cwd(), "dist/types/app/index.d.ts") },
  plugins: [dts({ dtsOnly: true })],
  external: /^[a-z@]/,
  treeshake: { moduleSideEffects: false },
});
await build.write({ dir: "dist", format: "esm" });
await build.close();
rmSync("dist/types", { recursive: true });
