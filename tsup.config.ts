import { readFileSync } from "node:fs";
import { defineConfig } from "tsup";
import { commanderModules } from "./scripts/commander-modules.js";
import { straightImports } from "./scripts/straight-imports.js";
import { together } from "./scripts/together.js";

/** Packages that lie in the built program: read at every start, in one file and without what is not used, they cost a fraction of their processor time. */
const bundled = JSON.parse(readFileSync("scripts/bundled.json", "utf8")) as string[];

const groups = await together(process.cwd(), [
  { entries: ["cli/exit.ts", "cli/print.ts", "cli/runtime.ts"], isNeededBy: () => true },
  {
    entries: ["arch/parse.ts", "arch/area.ts", "arch/cells/cell.ts"],
    isNeededBy: (text) => /^import (?!type).*"(\.\.\/)+arch\//m.test(text),
  },
]);

export default defineConfig({
  entry: { main: "cli/main.ts", "sweep-worker": "sweeps/engine/worker.ts", "training-worker": "training/parallel/worker.ts" },
  format: "esm",
  target: "node20",
  platform: "node",
  outDir: "dist",
  splitting: true,
  noExternal: bundled,
  esbuildOptions: (options) => {
    // a start reads and holds a quarter less text; names stay, and lines are short enough for a stack to point at
    options.minifyWhitespace = true;
    options.lineLimit = 140;
    // the package's own choice for Node is CommonJS, which cannot be cut down
    options.alias = { yaml: "./node_modules/yaml/browser/dist/index.js" };
  },
  esbuildPlugins: [commanderModules(), groups.plugin, straightImports(process.cwd(), groups.sharing)],
  // optional dependencies are asked for at run time; tsup leaves out only the others
  external: [/^@resvg\//, /^@tensorflow\//, "bullmq", "ioredis"],
  sourcemap: false,
  dts: false,
});
