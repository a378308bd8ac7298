/** Where the time and the energy of a point go: its busiest core and link, and the shares of its energy. Pure. */
import { type Chip, flitCyclesOn } from "../../arch/index.js";
import type { Result } from "../result.js";

export interface Share {
  readonly name: string;
  /** Share of the whole, 0 to 1. */
  readonly share: number;
}

/** Where the time and the energy of a point go. */
export interface Bottleneck {
  /** The unit that works in the largest share of all cycles; null if no core has neurons. */
  readonly busiest: { readonly core: number; readonly unit: "synapse" | "soma"; readonly share: number; readonly neurons: number } | null;
  /** The link that is busy in the largest share of all cycles, each flit for `flitCycles`; null if there is none. */
  readonly link: { readonly router: number; readonly port: string; readonly flitsPerCycle: number; readonly flitCycles: number } | null;
  /** Sum of all rows with a known energy. */
  readonly totalPj: number;
  /** Largest first; empty if the energy is unknown or 0. */
  readonly components: readonly Share[];
  /** The same by group of components. */
  readonly groups: readonly Share[];
  /** Share of leakage and clock, which grow with time and not with work; null if the energy is unknown or 0. */
  readonly fixedShare: number | null;
}

/** `result`: that of a board, where cores and links have counts. */
export function bottleneckOf(chip: Chip, { utilisation, breakdown, metrics }: Result): Bottleneck {
  const busiest = utilisation.cores
    .filter(({ neurons }) => neurons > 0)
    .sort((a, b) => Math.max(b.synapseBusy, b.somaBusy) - Math.max(a.synapseBusy, a.somaBusy))[0];
  const flitCycles = flitCyclesOn(chip);
  const links = utilisation.links.map((link) => ({ ...link, flitCycles: flitCycles(link) }));
  const peak = links.reduce((most, link) => Math.max(most, link.flitsPerCycle * link.flitCycles), 0);
  const rows = breakdown.flatMap(({ group, component, energyPj }) =>
    group === "area" || energyPj === null ? [] : [{ group, component, energyPj }],
  );
  const totalPj = rows.reduce((sum, row) => sum + row.energyPj, 0);
  const groupsPj = new Map<string, number>();
  for (const row of rows) groupsPj.set(row.group, (groupsPj.get(row.group) ?? 0) + row.energyPj);
  const byShare = (a: Share, b: Share): number => b.share - a.share;
  const isKnown = metrics.energy_uj_per_inference !== null && totalPj > 0;
  const sharesOf = (parts: readonly { readonly name: string; readonly pj: number }[]): Share[] =>
    isKnown ? parts.map(({ name, pj }) => ({ name, share: pj / totalPj })).sort(byShare) : [];
  const isSynapse = busiest !== undefined && busiest.synapseBusy >= busiest.somaBusy;
  return {
    busiest:
      busiest === undefined
        ? null
        : {
            core: busiest.core,
            unit: isSynapse ? "synapse" : "soma",
            share: isSynapse ? busiest.synapseBusy : busiest.somaBusy,
            neurons: busiest.neurons,
          },
    link: links.find((link) => link.flitsPerCycle * link.flitCycles === peak) ?? null,
    totalPj,
    components: sharesOf(rows.map(({ component, energyPj }) => ({ name: component, pj: energyPj }))),
    groups: sharesOf([...groupsPj].map(([name, pj]) => ({ name, pj }))),
    fixedShare: isKnown ? ((groupsPj.get("leakage") ?? 0) + (groupsPj.get("clock") ?? 0)) / totalPj : null,
  };
}
