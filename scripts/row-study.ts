/**
 * `npx tsx scripts/row-study.ts [--first 1] [--cases 3000]`: random networks whose convolutions are stored as kernels
 * and as rows, on both integer engines and on boards. Exit code 1 if the two differ.
 */
import { parseArgs } from "node:util";
import { studyRows } from "../test/sim/nir/row-study.js";

const { values } = parseArgs({ options: { first: { type: "string", default: "1" }, cases: { type: "string", default: "3000" } } });
const { found, seen } = studyRows(Number(values.first), Number(values.cases));
for (const line of found) console.log(line.slice(0, 500));
console.log(seen.text());
console.log(found.length === 0 ? "all agree" : `${found.length} disagree`);
process.exitCode = found.length === 0 ? 0 : 1;
