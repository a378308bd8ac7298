/**
 * Writes `dist/index.d.ts`: the types of `import "snn-dse"`, in one file that names no package but zod. It runs only
 * before packing, because it takes seconds.
 */
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";

process.chdir(join(dirname(fileURLToPath(import.meta.url)), ".."));
const build = await rolldown({
  input: { index: join(process.cwd(), "app/index.ts") },
  platform: "node",
  checks: { pluginTimings: false },
  external: /^(?:node:|zod\b)/,
  resolve: { extensionAlias: { ".js": [".ts", ".tsx", ".js"] } },
  plugins: [dts({ emitDtsOnly: true, tsconfig: "tsconfig.types.json" })],
});
const {
  output: [types],
} = await build.generate({ format: "esm" });
await build.close();
// of Node's types only AbortSignal is named, which a browser's library also has: a project needs one of the two, not
// Node's
writeFileSync(join("dist", "index.d.ts"), types.code.replace('/// <reference types="node" />\n', ""));
