/**
 * `npx tsx scripts/router-costs.ts`: writes `arch/components/routers_ihp130.csv`, area and leakage of a router in
 * flip-flops and its registers, by what it is made of, from the synthesised routers of `docs/logs/rtl-routers.json`,
 * and prints how well the laws know a router that they were not fitted to.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dsentDifference, dsentUm2, energyDifference, routerLaw, routerTable } from "./rtl-gates/router-law.js";
import type { RouterRow } from "./rtl-gates/row.js";

const rows = JSON.parse(readFileSync("docs/logs/rtl-routers.json", "utf8")) as RouterRow[];
const text = routerTable(rows);
writeFileSync("arch/components/routers_ihp130.csv", text);
console.log(text);
const laws = ["area", "leakage", "registers", "path_ns"].map((column) => routerLaw(rows, column));
for (const [i, row] of rows.entries()) {
  const dsent = dsentUm2(row.size);
  const gates = dsent === null ? "    -" : (row.areaUm2 / dsent).toFixed(2).padStart(5);
  console.log(`${laws.map(({ unseen }) => unseen[i].toFixed(3)).join(" ")} ${gates} ${row.name}`);
}
console.log(
  `laws of area, leakage, registers, longest path without the router / gates, rms of ln ${laws.map(({ sigma }) => sigma.toFixed(3)).join(", ")}; gates / DSENT`,
);
console.log("ln(gates / DSENT) of areas:", dsentDifference(rows));
console.log("rms of ln(gates / DSENT) of energies:", energyDifference(rows));
