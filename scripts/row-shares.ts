/**
 * `npx tsx scripts/row-shares.ts`: writes into docs/prices.md what address generators and decoders of rows take of
 * energy and area in the shipped models of digits. Takes half a minute of processor time.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writePassage } from "./passages.js";
import { rangesOfShares, shownShares } from "./validation/row-shares.js";

const folder = mkdtempSync(join(tmpdir(), "row-shares-"));
try {
  for (const passage of [await shownShares(folder), ...(await rangesOfShares(folder))]) writePassage(passage);
} finally {
  rmSync(folder, { recursive: true });
}
