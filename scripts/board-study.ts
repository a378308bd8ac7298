/**
 * `npx tsx scripts/board-study.ts [--first 1] [--cases 3000] [--plain | --sources]`: random chips of the whole schema
 * on the board and on the naive model. `--plain`: without features that the board's plain kernel lacks; `--sources`:
 * with waves that wait for their sources. Exit code 1 if the two disagree.
 */
import { parseArgs } from "node:util";
import { studyWhole } from "../test/sim/board/whole-study.js";

const { values } = parseArgs({
  options: {
    first: { type: "string", default: "1" },
    cases: { type: "string", default: "3000" },
    plain: { type: "boolean", default: false },
    sources: { type: "boolean", default: false },
  },
});
const { found, seen } = studyWhole(
  Number(values.first),
  Number(values.cases),
  values.plain ? "plain" : values.sources ? "sources" : "whole",
);
for (const line of found) console.log(line.slice(0, 500));
console.log(seen.text());
console.log(found.length === 0 ? "all agree" : `${found.length} disagree`);
process.exitCode = found.length === 0 ? 0 : 1;
