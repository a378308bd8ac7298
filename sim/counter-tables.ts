/**
 * The counters of a run by part, under their names, as `sim --json` prints them: every core, every router, every output
 * port of a router with the wire behind it. Totals over all timed utterances. Pure.
 */
import { type Chip, endsPerRouter, linksOf, nocTopology, portName } from "../arch/index.js";
import { CORE_COUNTERS, type CoreCounter, type Counters, type PortCounters, ROUTER_COUNTERS, type RouterCounter } from "./counters.js";

/** Flits that left a router by one of its ports. */
interface LinkCount {
  readonly router: number;
  readonly port: string;
  /** `end`: a core, or the port of the host; `tile`, `tree`, `die`: another router, over such a link. */
  readonly wire: "end" | "tile" | "tree" | "die";
  /** Length of a link between tiles, in tiles; 0 for other wires. */
  readonly tiles: number;
  readonly flits: number;
}

type Named<Name extends string> = { readonly [counter in Name]: number };

/** All counts of a timing run. */
export interface CounterTables extends Pick<Counters, "cycles" | "utterances" | "steps" | "barrierCycles"> {
  /** One entry per core, in the order of their numbers. */
  readonly cores: readonly ({ readonly core: number; readonly tile: number } & Named<CoreCounter>)[];
  /** One entry per router, in the order of their numbers. */
  readonly routers: readonly ({ readonly router: number } & Named<RouterCounter>)[];
  /** One entry per output port that exists. */
  readonly links: readonly LinkCount[];
  /** Counts of the port by which inputs enter; null: the chip has none. */
  readonly port: PortCounters | null;
}

export function counterTables(chip: Chip, counters: Counters): CounterTables {
  const { cycles, utterances, steps, barrierCycles, port } = counters;
  const row = <Name extends string>(names: readonly Name[], values: Float64Array, index: number): Named<Name> =>
    Object.fromEntries(names.map((name, column) => [name, values[index * names.length + column]])) as Named<Name>;
  return {
    ...{ cycles, utterances, steps, barrierCycles },
    cores: chip.cores.map(({ id, tile }) => ({ core: id, tile, ...row(CORE_COUNTERS, counters.cores, id) })),
    routers: endsPerRouter(chip).map((_, router) => ({ router, ...row(ROUTER_COUNTERS, counters.routers, router) })),
    links: linkTable(chip, counters),
    port,
  };
}

function linkTable(chip: Chip, { links, portsPerRouter }: Counters): readonly LinkCount[] {
  const first = nocTopology(chip.noc).firstLocalPort(chip.noc);
  const between = linksOf(chip).flatMap(({ from, fromPort, to, toPort, wire, lengthTiles }) => {
    const length = wire === "tile" ? lengthTiles : 0;
    return [
      { router: from, port: fromPort, wire, tiles: length },
      { router: to, port: toPort, wire, tiles: length },
    ];
  });
  const ends = endsPerRouter(chip).flatMap((count, router) =>
    Array.from({ length: count }, (_, end) => ({ router, port: first + end, wire: "end" as const, tiles: 0 })),
  );
  return [...between, ...ends]
    .sort((a, b) => a.router - b.router || a.port - b.port)
    .map(({ router, port, wire, tiles }) => ({
      ...{ router, port: portName(chip, router, port), wire, tiles },
      flits: links[router * portsPerRouter + port],
    }));
}
