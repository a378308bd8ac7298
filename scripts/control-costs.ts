/**
 * `npx tsx scripts/control-costs.ts`: writes `arch/components/control_ihp130.csv` from the synthesised cores of
 * `docs/logs/rtl-gates.json`: the parts of a core that are neither lanes, update units, queues, memories nor the banks'
 * kept words. Area and leakage are in flip-flops of the library; energies are those of cores that ran as in the
 * simulator.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { controlTable, type GateLog } from "./rtl-gates/control.js";

const rows = JSON.parse(readFileSync("docs/logs/rtl-gates.json", "utf8")) as GateLog[];
writeFileSync("arch/components/control_ihp130.csv", controlTable(rows));
console.log(controlTable(rows));
