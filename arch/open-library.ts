/**
 * What an open library leaks beside the component library, at a node above those of the chips behind the factors to
 * silicon: how far off a factor may be there. IHP's SG13G2 at 130 nm, the vendor's typical corner, 1.2 V, 25 C (taken
 * as 300 K): 28 SRAM macros (`sram_ihp130.csv`), and the flip-flop (`cells_ihp130.csv`), by which registers leak.
 *
 * Energies and areas of these macros lie within the intervals that their factors give, so only leakage is compared.
 */
import { logicLeakageMw } from "./arithmetic.js";
import type { Technology } from "./chip.js";
import { num, type Row, table } from "./component-tables.js";
import type { SiliconGroup } from "./silicon-groups.js";
import { sramMacro } from "./sram.js";

/** Leakage of the open library's parts over that of the same parts in the component library. */
interface OpenLeakage {
  readonly group: SiliconGroup;
  readonly nodeNm: number;
  /** One per macro or cell. */
  readonly ratios: readonly number[];
  readonly source: string;
}

const IHP: Technology = {
  ...{ nodeNm: 130, sramCell: "lstp", voltageV: 1.2, temperatureK: 300, corner: "typical", idle: "clocked", clockMhz: 1 },
};
const LIBRARY = "IHP SG13G2 at its typical corner, 1.2 V (IHP-Open-PDK 5cccb161), not measured";

function macroRatio(row: Row): number {
  const [sizeBits, wordBits] = [num(row, "words") * num(row, "bits"), num(row, "bits")];
  const priced = sramMacro({ sizeBits, wordBits, banks: 1, ports: row.ports === "1" ? "1rw" : "1r1w" }, IHP);
  return (num(row, "leakage_nw") * 1e-6) / priced.leakage_mw;
}

const cellRatio = (row: Row): number =>
  (num(row, "leakage_pw") * 1e-9) / logicLeakageMw({ adderBits: 0, multiplierBits2: 0, registerBits: 1 }, IHP);

/** One comparison per group of prices that leak. */
export function openLeakages(): readonly OpenLeakage[] {
  const of = (group: SiliconGroup, what: string, ratios: readonly number[]): OpenLeakage => ({
    ...{ group, nodeNm: IHP.nodeNm, ratios, source: `${what} of ${LIBRARY}` },
  });
  const flipFlops = table("cells_ihp130").filter(({ role }) => role === "flip-flop");
  return [
    of("sram_leakage", "SRAM macros", table("sram_ihp130").map(macroRatio)),
    of("logic_leakage", "flip-flop", flipFlops.map(cellRatio)),
  ];
}
