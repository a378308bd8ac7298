/**
 * `npx tsx scripts/router-costs.ts`: writes `arch/components/routers_ihp130.csv`, flip-flops of a router by what it is
 * made of, from the synthesised routers of `docs/logs/rtl-routers.json`, and prints how well the law knows a router
 * that it was not fitted to.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dsentDifference, dsentUm2, routerLaw, routerTable } from "./rtl-gates/router-law.js";
import type { RouterRow } from "./rtl-gates/row.js";

const rows = JSON.parse(readFileSync("docs/logs/rtl-routers.json", "utf8")) as RouterRow[];
const text = routerTable(rows);
writeFileSync("arch/components/routers_ihp130.csv", text);
console.log(text);
const { unseen, sigma } = routerLaw(rows);
for (const [i, row] of rows.entries()) {
  const dsent = dsentUm2(row.size);
  const gates = dsent === null ? "    -" : (row.areaUm2 / dsent).toFixed(2).padStart(5);
  console.log(`${unseen[i].toFixed(3)} ${gates} ${row.name}`);
}
console.log(`law without the router / gates, and gates / DSENT; rms of ln of the former ${sigma.toFixed(3)}`);
console.log("ln(gates / DSENT):", dsentDifference(rows));
