/** Writes `dist/index.d.ts`: the types that `import "snn-dse"` gives, in one file that names no package but zod. Before packing only: it takes seconds. */
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateDtsBundle } from "dts-bundle-generator";

process.chdir(join(dirname(fileURLToPath(import.meta.url)), ".."));
const [types] = generateDtsBundle([{ filePath: "app/index.ts", libraries: { importedLibraries: ["zod"] }, output: { noBanner: true } }], {
  preferredConfigPath: "tsconfig.types.json",
});
// the bundler drops the import of a whole package
writeFileSync(join("dist", "index.d.ts"), `import type * as z from "zod";\n${types}`);
