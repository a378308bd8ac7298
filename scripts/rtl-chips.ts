/**
 * `npx tsx scripts/rtl-chips.ts [--first 1] [--cases 1000] [--done FILE]`: random chips of several cores on meshes of
 * up to 3 x 3 routers, compared three ways: the board, the naive chip, and SystemVerilog in Icarus. Seeds whose network
 * fits no chip of several cores are left out.
 */
import { CHIP_CATEGORIES, studyChip } from "../test/rtl/study-chips.js";
import { studyOf } from "../test/rtl/study-cores.js";
import { endStudy, studiedCases } from "./rtl-cases.js";

const { cases, first, last } = studiedCases(1000, studyChip);
const { seen, run, compared, refused, found } = studyOf(cases, "chips");
for (const line of found) console.log(line.slice(0, 500));
console.log(seen.text(CHIP_CATEGORIES));
const unfit = last - first + 1 - cases.length;
console.log(`seeds ${first} to ${last}: ${unfit} fit no chip of several cores, ${refused.length} refused by a rule of the subset`);
console.log(
  `${run} run: ${compared.spikes} spikes, ${compared.scores} scores, ${compared.waves} waves, ${compared.cycles} cycles, 29 counters of each core, 9 and ` +
    "flits by port of each router; cycles of each wave and all counters of the cores also in the naive chip",
);
endStudy(found.length, CHIP_CATEGORIES, (category) => seen.of(category));
