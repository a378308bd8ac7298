/** Shares of time: busy units of the used cores, flits a cycle of every link that carried any. */
import { CORE_COUNTERS, type Counters, coreColumn } from "../counters.js";
import type { Placement } from "../mapping/placement.js";

export interface Utilisation {
  readonly cores: readonly {
    readonly core: number;
    readonly populations: readonly string[];
    readonly neurons: number;
    /** Cycles in which the unit issued, over all cycles. */
    readonly synapseBusy: number;
    readonly somaBusy: number;
  }[];
  readonly links: readonly {
    readonly router: number;
    /** `east`, `west`, `north`, `south` (x + 1, x - 1, y + 1, y - 1), or `core0`, ... for the tile's cores. */
    readonly port: string;
    readonly flitsPerCycle: number;
  }[];
}

const DIRECTIONS = ["east", "west", "north", "south"] as const;

export function utilisationOf(counters: Counters, placement: Placement): Utilisation {
  const { cycles, portsPerRouter } = counters;
  const share = (value: number): number => (cycles === 0 ? 0 : value / cycles);
  const cores = placement.usedCores.map((core) => {
    const here = placement.slices.filter((slice) => slice.core === core);
    const at = core * CORE_COUNTERS.length;
    return {
      core,
      populations: here.map((slice) => placement.topology.populations[slice.population].name),
      neurons: here.reduce((sum, slice) => sum + slice.neurons, 0),
      synapseBusy: share(counters.cores[at + coreColumn.synapse_busy_cycles]),
      somaBusy: share(counters.cores[at + coreColumn.soma_busy_cycles]),
    };
  });
  const links = Array.from(counters.links, (flits, i) => {
    const port = i % portsPerRouter;
    return {
      router: Math.floor(i / portsPerRouter),
      port: DIRECTIONS[port] ?? `core${port - DIRECTIONS.length}`,
      flitsPerCycle: share(flits),
    };
  }).filter((link) => link.flitsPerCycle > 0);
  return { cores, links };
}
