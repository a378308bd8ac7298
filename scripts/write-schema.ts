/**
 * Writes arch/schema/{arch,coupled,training}.schema.json, docs/description.md, docs/training-configuration.md,
 * docs/database.md and docs/metrics.md from the schemas of the code: `npx tsx scripts/write-schema.ts`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { descriptionSchema, samplerOptionTables } from "../app/description-schema.js";
import { archReference, coupledJsonSchema } from "../arch/index.js";
import { packageRoot } from "../base/package-root.js";
import { metricReference } from "../sim/index.js";
import { databaseReference, SCHEMA_VERSION } from "../sweeps/index.js";
import { trainingJsonSchema, trainingReference } from "../training/index.js";

const write = (folder: string, file: string, text: string): void => {
  mkdirSync(join(packageRoot(), folder), { recursive: true });
  writeFileSync(join(packageRoot(), folder, file), text);
};
write("arch/schema", "arch.schema.json", `${JSON.stringify(descriptionSchema(), null, 2)}\n`);
write("arch/schema", "coupled.schema.json", `${JSON.stringify(coupledJsonSchema(), null, 2)}\n`);
write("docs", "description.md", archReference(samplerOptionTables()));
write("arch/schema", "training.schema.json", `${JSON.stringify(trainingJsonSchema(), null, 2)}\n`);
write("docs", "training-configuration.md", trainingReference());
write("docs", "database.md", databaseReference(SCHEMA_VERSION));
write("docs", "metrics.md", metricReference());
