/**
 * `npx tsx scripts/rtl-networks.ts [--first 1] [--cases 300] [--done FILE]`: random meshes of up to 3 x 3 routers under
 * random traffic, compared three ways: the network kernel, the object network, and the library's mesh in Icarus.
 */
import { networkCase } from "../test/rtl/noc/random-network.js";
import { NETWORK_CATEGORIES, networkStudyOf } from "../test/rtl/noc/study-networks.js";
import { endStudy, studiedCases } from "./rtl-cases.js";

const { cases } = studiedCases(300, networkCase);
const { seen, packets, cycles, found } = networkStudyOf(cases);
for (const line of found) console.log(line.slice(0, 500));
console.log(seen.text(NETWORK_CATEGORIES));
console.log(
  `${cases.length} networks: ${packets} arrivals in their cycles, ${cycles} cycles; 9 counters of each router, flits of each port`,
);
endStudy(found.length, NETWORK_CATEGORIES, (category) => seen.of(category));
