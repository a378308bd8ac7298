/** Writes arch/schema/arch.schema.json from the schemas of the code: `npx tsx scripts/write-schema.ts`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { archJsonSchema, packageRoot } from "../arch/index.js";

const folder = join(packageRoot(), "arch", "schema");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "arch.schema.json"), `${JSON.stringify(archJsonSchema(), null, 2)}\n`);
