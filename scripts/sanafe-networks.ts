/**
 * Writes the chip and the networks of the benchmark in SANA-FE's file formats, for either program (same seed,
 * same files).
 *
 *   npx tsx scripts/sanafe-networks.ts DIR               all of them as netlists
 *   npx tsx scripts/sanafe-networks.ts DIR n4k_clu ...   the named ones
 *   npx tsx scripts/sanafe-networks.ts DIR --yaml ...    as YAML networks
 */
import { parseArgs } from "node:util";
import { writeSanafeChip, writeSanafeNetwork } from "../test/bench/harness/sanafe-files.js";
import { SANAFE_CASES } from "../test/bench/harness/sanafe-pair.js";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { yaml: { type: "boolean" } } });
const [folder, ...names] = positionals;
const unknown = names.filter((name) => !SANAFE_CASES.some((one) => one.name === name));
if (folder === undefined || unknown.length > 0) {
  console.error(`usage: sanafe-networks.ts DIR [--yaml] [${SANAFE_CASES.map(({ name }) => name).join(" | ")}] ...`);
  process.exit(2);
}
console.log(writeSanafeChip(folder));
for (const one of SANAFE_CASES) {
  if (names.length > 0 && !names.includes(one.name)) continue;
  console.log(writeSanafeNetwork(folder, one, values.yaml === true ? "yaml" : "netlist"));
}
