/**
 * `npx tsx scripts/write-silicon.ts`: writes what documents say of the published chips and of the factors from the
 * component library to silicon: passages of `docs/prices.md`, `docs/validation.md` and `docs/measured.md`, and
 * `docs/logs/silicon-designs.txt`, how other descriptions of the chips would change the two predictions with the
 * largest errors. Takes seconds; `test/sim/recorded/published.test.ts` fails where it was not run.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../base/package-root.js";
import { publishedRows, readPublishedChips } from "../sim/recorded/index.js";
import { writePassage } from "./passages.js";
import { publishedTexts } from "./validation/published.js";

const chips = readPublishedChips();
const { passages, log } = publishedTexts(chips, publishedRows(chips, null));
for (const passage of passages) writePassage(passage);
writeFileSync(join(packageRoot(), "docs/logs/silicon-designs.txt"), log);
