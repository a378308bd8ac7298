/** nextpnr's counts of a design that Yosys mapped to an ECP5. Effects: runs nextpnr. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runTool } from "../../rtl/gates/run-tool.js";
import { LEFT } from "../../rtl/gates/yosys-scripts.js";

export const ECP5_PART = "LFE5U-85F";
const OPTIONS = ["--85k", "--package", "CABGA381", "--json", LEFT.ecp5, "--out-of-context", "--timing-allow-fail", "--seed", "1"];
const PLACED = "placed.json";

/** Number of cells of a kind in nextpnr's log. */
export function used(log: string, kind: string): number {
  const found = new RegExp(`\\b${kind}: +(\\d+)/`).exec(log);
  if (found === null) throw new Error(`nextpnr's log does not count ${kind}`);
  return Number(found[1]);
}

/** Tables of logic, carries and small memories; a memory's write port takes two. */
export const packedLuts = (log: string): number => used(log, "TRELLIS_COMB") + 2 * used(log, "TRELLIS_RAMW");

/** nextpnr's log of the design in a folder, packed, and placed if asked. */
export async function packedLog(folder: string, place: boolean): Promise<string> {
  const mode = place ? ["--no-route", "--report", PLACED] : ["--pack-only"];
  const run = { onStage: () => {}, signal: null, folder, log: "nextpnr.log", makes: place ? [PLACED] : [] };
  await runTool("nextpnr-ecp5", [...OPTIONS, ...mode], run);
  return readFileSync(join(folder, "nextpnr.log"), "utf8");
}
