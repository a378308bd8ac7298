/**
 * `npx tsx scripts/control-costs.ts`: writes `arch/components/control_ihp130.csv` from the synthesised cores of
 * `docs/logs/rtl-gates.json`: what of a core is neither lanes, update units, queues, memories nor the bank's kept
 * words. Area and leakage in flip-flops of the library; energies of cores that ran as the simulator says.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { controlTable, type GateLog } from "./rtl-gates/control.js";

const rows = JSON.parse(readFileSync("docs/logs/rtl-gates.json", "utf8")) as GateLog[];
writeFileSync("arch/components/control_ihp130.csv", controlTable(rows));
console.log(controlTable(rows));
