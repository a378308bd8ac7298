/**
 * `npx tsx scripts/rtl-rows.ts [--several] [--varied] [--first 1] [--cases 300] [--done FILE]`: random chips of one
 * core, or of several, with convolutions whose kernels each core stores once, compared three ways: the board, the naive
 * chip, and SystemVerilog in Icarus. `--varied`: with neurons of their own, leaks by shift and outputs that do not
 * spike, also without convolutions.
 */
import { studyOf } from "../test/rtl/study-cores.js";
import { ROW_CATEGORIES, rowCase, SEVERAL_ROW_CATEGORIES, severalRowCase, VARIED_CATEGORIES } from "../test/rtl/study-rows.js";
import { endStudy, studiedCases } from "./rtl-cases.js";

const isSeveral = process.argv.includes("--several");
const isVaried = process.argv.includes("--varied");
const categories = isVaried ? VARIED_CATEGORIES : isSeveral ? SEVERAL_ROW_CATEGORIES : ROW_CATEGORIES;
const caseOf = isSeveral ? severalRowCase : rowCase;
const { cases, last } = studiedCases(isSeveral ? 100 : 300, (seed) => caseOf(seed, isVaried));
const { seen, run, compared, found } = studyOf(cases, "convolution cores");
for (const line of found) console.log(line.slice(0, 500));
console.log(seen.text(categories));
console.log(
  `${run} run (seeds up to ${last}): ${compared.spikes} spikes, ${compared.scores} scores, ${compared.waves} waves, ${compared.cycles} cycles, 26 counters each; ` +
    "cycles of each wave and all counters of the core also in the naive chip",
);
endStudy(found.length, categories, (category) => seen.of(category));
