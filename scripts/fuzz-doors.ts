/**
 * `npx tsx scripts/fuzz-doors.ts [--cases 10000] [--door NAME ...]`: every outward door on this many hostile studies.
 * Exit code 1 if a fault was found.
 */
import { parseArgs } from "node:util";
import { DOORS } from "../test/fuzz/doors.js";
import { KINDS } from "../test/fuzz/hostile-study.js";
import { SEED } from "../test/fuzz/run.js";
import { runDoor } from "../test/fuzz/run-doors.js";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "10000" },
    door: { type: "string", multiple: true },
    help: { type: "boolean", short: "h", default: false },
  },
});
const names = DOORS.map(({ name }) => name);
if (values.help) {
  console.log(`npx tsx scripts/fuzz-doors.ts [--cases 10000] [--door NAME ...]\ndoors: ${names.join(", ")}`);
  process.exit(0);
}
const cases = Number(values.cases);
if (!Number.isInteger(cases) || cases < 1) throw new Error(`--cases: got ${values.cases}, expected a whole number of at least 1`);
const unknown = values.door?.find((name) => !names.includes(name));
if (unknown !== undefined) throw new Error(`--door: no door ${unknown}; there are ${names.join(", ")}`);
console.log(`${cases} studies per door, seed ${SEED}`);
let found = 0;
for (const door of DOORS.filter(({ name }) => values.door?.includes(name) ?? true)) {
  try {
    const drawn = await runDoor(door, 0, cases - 1);
    console.log(`${door.name.padEnd(20)} nothing found; ${KINDS.map((kind) => `${drawn.get(kind) ?? 0} ${kind}`).join(", ")}`);
  } catch (error) {
    found++;
    console.log(`${door.name.padEnd(20)} FOUND ${error instanceof Error ? error.message : error}`);
  }
}
console.log(found === 0 ? "nothing found" : `${found} found`);
process.exitCode = found === 0 ? 0 : 1;
