/** Writes `dist/index.d.ts`: the types that `import "snn-dse"` gives, in one file that names no package but zod. Before packing only: it takes seconds. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";

process.chdir(join(dirname(fileURLToPath(import.meta.url)), ".."));
const build = await rolldown({
  input: { index: join(process.cwd(), "app/index.ts") },
  platform: "node",
  external: /^(?:node:|zod\b)/,
  resolve: { extensionAlias: { ".js": [".ts", ".tsx", ".js"] } },
  plugins: [dts({ emitDtsOnly: true, tsconfig: "tsconfig.types.json" })],
});
await build.write({ dir: "dist", format: "esm" });
await build.close();
