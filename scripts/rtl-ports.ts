/**
 * `npx tsx scripts/rtl-ports.ts [--first 1] [--cases 100] [--done FILE]`: random chips whose input enters by a port, on
 * one core and on meshes of up to 3 x 3 routers, compared three ways: the board, the naive chip, and SystemVerilog in
 * Icarus. Seeds whose network fits no chip, or is refused, are left out.
 */
import { studyOf } from "../test/rtl/study-cores.js";
import { PORT_CATEGORIES, portCase } from "../test/rtl/study-ports.js";
import { endStudy, studiedCases } from "./rtl-cases.js";

const { cases, first, last } = studiedCases(100, portCase);
const { seen, run, compared, found } = studyOf(cases, "chips with a port");
for (const line of found) console.log(line.slice(0, 500));
console.log(seen.text(PORT_CATEGORIES));
console.log(`seeds ${first} to ${last}: ${last - first + 1 - cases.length} fit no chip, or are refused by a rule of the subset`);
console.log(
  `${run} run: ${compared.spikes} spikes, ${compared.scores} scores, ${compared.waves} waves, ${compared.cycles} cycles, 29 counters of each core, 9 and ` +
    "flits by port of each router, 3 of the port; cycles of each wave and all counters of cores and port also in the naive chip",
);
endStudy(found.length, PORT_CATEGORIES, (category) => seen.of(category));
