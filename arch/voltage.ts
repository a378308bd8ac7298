/** Nominal supply of each node and SRAM device family (`components/supplies.csv`, with sources). */
import type { SramCell } from "./chip.js";
import { num, table } from "./component-tables.js";

let supplies: ReadonlyMap<number, { readonly [cell in SramCell]: number }> | null = null;

/** @throws RangeError for a node outside of the schema. */
export function nominalVoltageV(nodeNm: number, cell: SramCell): number {
  supplies ??= new Map(
    table("supplies").map((row) => [num(row, "tech_nm"), { hp: num(row, "hp_v"), lstp: num(row, "lstp_v"), lop: num(row, "lop_v") }]),
  );
  const found = supplies.get(nodeNm);
  if (found === undefined) throw new RangeError(`no nominal voltage at ${nodeNm} nm`);
  return found[cell];
}
