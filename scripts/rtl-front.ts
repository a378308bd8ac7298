/**
 * `npx tsx scripts/rtl-front.ts edge.db [--digits 8]`: the front's chips that the README shows, as SystemVerilog, on
 * whole digits in Verilator, compared with the simulator. `edge.db`: the database of `snn-dse sweep edge`. Exit code 1
 * if one differs.
 */
import { parseArgs } from "node:util";
import { emitted, namedPoint } from "../app/rtl-point.js";
import { frontChips } from "./front-chips.js";
import { verilated } from "./rtl-verilated.js";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { digits: { type: "string", default: "8" } } });
const [database] = positionals;
if (database === undefined) throw new Error("usage: npx tsx scripts/rtl-front.ts edge.db [--digits 8]");

let differ = 0;
for (const [name, id] of frontChips(database)) {
  const { parts, emission } = await emitted(await namedPoint(database, id, { base: "arch/examples/edge.yaml" }), Number(values.digits));
  const cores = parts.run.placement.usedCores.length;
  const lines = emission.files["chip.sv"].trimEnd().split("\n").length;
  if (!(await verilated(`${name}, point ${id}, ${cores} core${cores === 1 ? "" : "s"}`, emission, `; chip.sv has ${lines} lines`)))
    differ++;
}
process.exitCode = differ === 0 ? 0 : 1;
