/**
 * `npx tsx scripts/rtl-rows.ts [--several] [--first 1] [--cases 300] [--done FILE]`: random chips of one core, or of
 * several, with convolutions whose kernels each core stores once, compared three ways: the board, the naive chip, and
 * SystemVerilog in Icarus.
 */
import { studyOf } from "../test/rtl/study-cores.js";
import { ROW_CATEGORIES, rowCase, SEVERAL_ROW_CATEGORIES, severalRowCase } from "../test/rtl/study-rows.js";
import { endStudy, studiedCases } from "./rtl-cases.js";

const isSeveral = process.argv.includes("--several");
const categories = isSeveral ? SEVERAL_ROW_CATEGORIES : ROW_CATEGORIES;
const { cases, last } = studiedCases(isSeveral ? 100 : 300, isSeveral ? severalRowCase : rowCase);
const { seen, run, compared, found } = studyOf(cases, "convolution cores");
for (const line of found) console.log(line.slice(0, 500));
console.log(seen.text(categories));
console.log(
  `${run} run (seeds up to ${last}): ${compared.spikes} spikes, ${compared.scores} scores, ${compared.waves} waves, ${compared.cycles} cycles, 26 counters each; ` +
    "cycles of each wave and all counters of the core also in the naive chip",
);
endStudy(found.length, categories, (category) => seen.of(category));
