/**
 * `npx tsx scripts/rtl-study.ts [--first 1] [--cases 5000] [--done FILE]`: random one-core chips with tiny networks,
 * compared three ways: the board, the naive chip, and SystemVerilog in Icarus.
 */
import { CATEGORIES, studyCase, studyOf } from "../test/rtl/study-cores.js";
import { endStudy, studiedCases } from "./rtl-cases.js";

const { cases } = studiedCases(5000, studyCase);
const { seen, run, compared, refused, found } = studyOf(cases);
for (const line of found) console.log(line.slice(0, 500));
console.log(seen.text(CATEGORIES));
console.log(`${refused.length} refused by a rule of the subset`);
console.log(
  `${run} run: ${compared.spikes} spikes, ${compared.scores} scores, ${compared.waves} waves, ${compared.cycles} cycles, 26 counters each; ` +
    "cycles of each wave and all counters of the core also in the naive chip",
);
endStudy(found.length, CATEGORIES, (category) => seen.of(category));
