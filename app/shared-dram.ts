/** Warns of a DRAM that the cores of several dies share, because its bits cross no link between dies. Pure. */
import type { Chip, SweepSpec } from "../arch/index.js";

/** True if the chip has several dies, as written or in a point of the search. */
export function hasSeveralDies({ noc: { dies } }: Pick<Chip, "noc">, sweep: SweepSpec | null): boolean {
  if (dies === null) return false;
  return dies.columns * dies.rows > 1 || (sweep?.parameters ?? []).some(({ path }) => /^noc[.]dies[.](columns|rows)$/.test(path));
}

/** True if rows or states can be in DRAM, as written or in a point of the search. */
function hasDram({ spill }: Chip, sweep: SweepSpec | null): boolean {
  if (spill !== null) return true;
  return (sweep?.parameters ?? []).some(
    ({ path, domain }) => path === "spill.to" && (domain.kind === "derived" || (domain.kind === "list" && domain.values.includes("dram"))),
  );
}

export function sharedDram(chip: Chip, sweep: SweepSpec | null): readonly string[] {
  if (!hasDram(chip, sweep) || !hasSeveralDies(chip, sweep)) return [];
  return [
    "the cores of all dies read spill.to: dram as if it were beside them: its bits cross no link between dies, so that time and energy of that way (prices.die_link_bit_pj a bit) are left out",
  ];
}
