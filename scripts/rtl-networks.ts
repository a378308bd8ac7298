/**
 * `npx tsx scripts/rtl-networks.ts [--first 1] [--cases 300]`: so many random meshes of up to 3 x 3 routers under random traffic, three-way: the network
 * kernel, the object network, and the library's mesh in Icarus. Exit code 1 where one differs, or where a category was never met.
 */
import { parseArgs } from "node:util";
import { type NetworkCase, networkCase } from "../test/rtl/noc/random-network.js";
import { NETWORK_CATEGORIES, networkStudyOf } from "../test/rtl/noc/study-networks.js";

const { values } = parseArgs({ options: { first: { type: "string", default: "1" }, cases: { type: "string", default: "300" } } });
const cases: NetworkCase[] = [];
for (let seed = Number(values.first); cases.length < Number(values.cases); seed++) {
  const one = networkCase(seed);
  if (one.differences.length > 0) console.error(`seed ${seed}: ${one.differences.join("; ")}`.slice(0, 500));
  cases.push(one);
}
const { seen, packets, cycles, found } = networkStudyOf(cases);
for (const line of found) console.log(line.slice(0, 500));
console.log(seen.text(NETWORK_CATEGORIES));
console.log(
  `${cases.length} networks: ${packets} arrivals in their cycles, ${cycles} cycles; 9 counters of each router, flits of each port`,
);
const missed = NETWORK_CATEGORIES.filter((category) => seen.of(category) === 0);
console.log(found.length === 0 && missed.length === 0 ? "all agree" : `${found.length} differ; never met: ${missed.join(", ") || "none"}`);
process.exitCode = found.length === 0 && missed.length === 0 ? 0 : 1;
