/**
 * Energy of one inference by component: counts times prices, clock, and leakage over time. Pure in counters and chip,
 * so a stored run can be priced again with other prices without simulating.
 * Idle modes: `activity.ts`.
 * Not modelled: toggling beyond the tables' averages, waking a gated block. Rows without energy: the barrier's wires;
 * the DRAM's background and the leakage of links between dies unless the description prices them.
 */
import {
  axonTablePrices,
  type Chip,
  type ClockShares,
  type Core,
  type CorePrices,
  clockShares,
  coreKind,
  corePrices,
  directedLinks,
  dramVariables,
  endsPerRouter,
  type Link,
  linkCounts,
  linkPrices,
  linksOf,
  nocTopology,
  ownPriceOf,
  type Precision,
  type Price,
  type RouterPrices,
  routerPorts,
  routerPrices,
  routerShapes,
  routeTablePrices,
  type Topology,
  treeLinkCount,
  treeLinkPrices,
} from "../arch/index.js";
import { activeCycles, coreCount, coreLeakageNs } from "./activity.js";
import { CORE_LEAKAGE, MEMORY_CLOCKS, TABLE_LEAKAGE } from "./core-leakage.js";
import { coreLinesOf } from "./core-lines.js";
import { type CoreCounter, type Counters, ROUTER_COUNTERS, type RouterCounter, routerColumn } from "./counters.js";
import { dieRows } from "./die-links.js";
import { isMissing, pricedOnFpga } from "./fpga-energy.js";
import { frameRows } from "./frame-rows.js";
import { needsOn } from "./needs.js";
import { portRows } from "./port-energy.js";
import { type Rest, restRows } from "./rest.js";
import type { BreakdownRow } from "./result.js";
import { ROUTER_LINES } from "./router-lines.js";
import { sourceWithoutPrice } from "./without-price.js";

interface Priced {
  /** Energy rows, pJ per inference (mean over the utterances of the counters). */
  readonly rows: readonly BreakdownRow[];
  /** The rows that no core causes: the network at rest and the chip's DRAM. */
  readonly shared: ReadonlySet<BreakdownRow>;
  /**
   * Sum of the rows in their order; rows without a known energy are not included. null: an FPGA, and the description
   * does not price all of its work.
   */
  readonly totalPj: number | null;
}

type Group = BreakdownRow["group"];

/** Energy of the clocks of a core's memories and queues in a run, pJ. */
export function memoryClockPj(chip: Chip, prices: CorePrices, counters: Counters, core: number): number {
  const { any } = activeCycles(counters, core, chip.technology.idle === "clocked");
  return MEMORY_CLOCKS.reduce((sum, { price }) => sum + any * prices[price].value, 0);
}

/** A breakdown row; `shared`: no core causes it. */
interface Row {
  readonly row: BreakdownRow;
  readonly shared: boolean;
}
const caused = (row: BreakdownRow): Row => ({ row, shared: false });
const shared = (row: BreakdownRow): Row => ({ row, shared: true });

/** Sum of one component's counts and energy, until it becomes a row. */
class Tally {
  count = 0;
  energyPj = 0;
  private readonly sources = new Set<string>();
  add(count: number, pricePj: Price): void {
    this.count += count;
    this.energyPj += count * pricePj.value;
    this.sources.add(pricePj.source);
  }
  row(component: string, group: Group, utterances: number, counted: boolean): BreakdownRow {
    return {
      component,
      group,
      count: counted ? this.count / utterances : null,
      unitEnergyPj: counted && this.count > 0 ? this.energyPj / this.count : null,
      energyPj: this.energyPj / utterances,
      areaMm2: null,
      source: [...this.sources].join(" | "),
    };
  }
}

/** Prices a run. `rest`: the device rests between inferences; null: it does not, or only inferences are priced. */
export function price(chip: Chip, precision: Precision, topology: Topology, counters: Counters, rest: Rest | null = null): Priced {
  return pricesOf(chip, precision, topology, rest)(counters);
}

/** The same for several runs of one chip, whose prices are looked up only once. */
export function pricesOf(chip: Chip, precision: Precision, topology: Topology, rest: Rest | null): (counters: Counters) => Priced {
  const prices = chipPrices(chip, precision, topology);
  return (counters) => {
    const all: readonly Row[] = [
      ...actionRows(chip, prices, counters).map(caused),
      caused(controlRow(prices, counters)),
      ...clockRows(chip, prices, counters),
      ...leakageRows(chip, prices, counters),
      ...(chip.spill === null ? [] : [shared(dramBackgroundRow(chip, counters))]),
      ...frameRows(chip, precision, topology, counters).map(shared),
      ...dieRows(chip, counters).map((row) => ({ row, shared: row.group === "leakage" })),
      ...portRows(chip, counters).map((row) => ({ row, shared: row.group === "leakage" || row.group === "clock" })),
      ...(rest === null ? [] : restRows(chip, precision, prices, counters, rest).map(shared)),
      ...(counters.barrierCycles > 0 ? [caused(barrierRow(counters))] : []),
    ];
    const made = chip.fpga === null ? all : all.map(({ row, shared }) => ({ row: pricedOnFpga(chip, row), shared }));
    const rows = made.map(({ row }) => row);
    const totalPj = rows.some(isMissing) ? null : rows.reduce((sum, row) => sum + (row.energyPj ?? 0), 0);
    return { rows, shared: new Set(made.flatMap((one) => (one.shared ? [one.row] : []))), totalPj };
  };
}

interface ChipPrices {
  readonly cores: readonly { readonly prices: CorePrices; readonly clock: ClockShares }[];
  readonly routers: readonly RouterPrices[];
  /** Links between tiles, with the price of a flit, by router and port. */
  readonly links: readonly { readonly router: number; readonly port: number; readonly price: Price }[];
  /** Price of a flit between a core and its switch; null: no link is modelled there. */
  readonly coreLink: Price | null;
  readonly treeLinks: readonly Link[];
}

/** Prices of every core and router; equal cores, and equal routers, share one object. A core alone has no router. */
export function chipPrices(chip: Chip, precision: Precision, topology: Topology): ChipPrices {
  const needs = needsOn(chip, precision, topology);
  const kinds = new Map<string, ChipPrices["cores"][number]>();
  const cores = chip.cores.map((core: Core) => {
    const kind = coreKind(core);
    const known = kinds.get(kind) ?? {
      prices: corePrices(chip, core, precision, needs),
      clock: clockShares(core, precision, chip, needs),
    };
    kinds.set(kind, known);
    return known;
  });
  const ends = endsPerRouter(chip);
  const shapes = new Map(routerShapes(chip).map(({ ports, ends }) => [`${ports}/${ends}`, routerPrices(chip, ports, ends)]));
  const routers = routerPorts(chip).flatMap((ports, router) => shapes.get(`${ports}/${ends[router]}`) ?? []);
  const links = directedLinks(chip).map(({ router, port, tiles }) => ({ router, port, price: linkPrices(chip, tiles).link_flit_pj }));
  const coreLink = nocTopology(chip.noc).coreLinks ? linkPrices(chip, 1).link_flit_pj : null;
  return { cores, routers, links, coreLink, treeLinks: linksOf(chip).filter(({ wire }) => wire === "tree") };
}

const routerCount = (counters: Counters, router: number, counter: RouterCounter): number =>
  counters.routers[router * ROUTER_COUNTERS.length + routerColumn[counter]];

function actionRows(chip: Chip, prices: ChipPrices, counters: Counters): BreakdownRow[] {
  const { cores, routers } = prices;
  const rows = coreLinesOf(chip, counters).map(({ component, group, counter, less, price: name }) => {
    const tally = new Tally();
    for (const [c, { prices: of }] of cores.entries())
      tally.add(coreCount(counters, c, counter) - (less === null ? 0 : coreCount(counters, c, less)), of[name as keyof CorePrices]);
    return tally.row(component, group, counters.utterances, true);
  });
  rows.push(...tableRows(chip, counters));
  for (const { component, group, counter, price: name } of routers.length === 0 ? [] : ROUTER_LINES) {
    const tally = new Tally();
    for (const [r, prices] of routers.entries()) tally.add(routerCount(counters, r, counter), prices[name as keyof RouterPrices]);
    rows.push(tally.row(component, group, counters.utterances, true));
  }
  rows.push(...linkRows(chip, prices, counters));
  return rows;
}

export const [LINK_FLITS, TREE_LINK_FLITS] = ["link flits", "tree link flits"] as const;

/** Rows of flits: over links between routers, between a switch and its cores, and over the links of a mesh-tree. */
function linkRows(chip: Chip, prices: ChipPrices, counters: Counters): BreakdownRow[] {
  const rows: BreakdownRow[] = [];
  const { links, portsPerRouter } = counters;
  const flitsOf = (router: number, port: number): number => links[router * portsPerRouter + port];
  if (linkCounts(chip).size > 0) {
    const tally = new Tally();
    for (const { router, port, price } of prices.links) tally.add(flitsOf(router, port), price);
    if (prices.coreLink !== null) {
      const price = prices.coreLink;
      for (let router = 0; router < links.length / portsPerRouter; router++) {
        for (let port = 0; port < portsPerRouter; port++) tally.add(flitsOf(router, port), price);
        tally.add(routerCount(counters, router, "buffer_writes"), price); // a flit also arrives over a wire: one per flit written to the buffer
      }
    }
    rows.push(tally.row(LINK_FLITS, "noc", counters.utterances, true));
  }
  const treeLink = treeLinkPrices(chip);
  if (treeLink !== null) {
    const tally = new Tally();
    const flits = prices.treeLinks.reduce((sum, { from, fromPort, to, toPort }) => sum + flitsOf(from, fromPort) + flitsOf(to, toPort), 0);
    tally.add(flits, treeLink.tree_link_flit_pj);
    rows.push(tally.row(TREE_LINK_FLITS, "noc", counters.utterances, true));
  }
  return rows;
}

/** Counter of the look-ups in an axon table: one per spike taken; null: a dense scan reads all rows in order. */
export const axonCounterOf = ({ scan }: Core): CoreCounter | null => (scan.policy === "dense" ? null : "spikes_received");

/** Rows of look-ups in the tables that have a size. */
function tableRows(chip: Chip, counters: Counters): BreakdownRow[] {
  const tallies = { axon: new Tally(), route: new Tally() };
  const sized = { axon: false, route: false };
  for (const core of chip.cores) {
    const [axons, routes] = [axonTablePrices(chip, core), routeTablePrices(chip, core)];
    const counter = axonCounterOf(core);
    if (axons !== null) tallies.axon.add(counter === null ? 0 : coreCount(counters, core.id, counter), axons.axon_table_read_pj);
    if (routes !== null) tallies.route.add(coreCount(counters, core.id, "packets_sent"), routes.route_table_read_pj);
    sized.axon ||= axons !== null;
    sized.route ||= routes !== null;
  }
  const rows = (["axon", "route"] as const).filter((table) => sized[table]);
  return rows.map((table) => tallies[table].row(`${table} table reads`, "memory", counters.utterances, true));
}

/** Cycles in which a core's clock tree runs. */
export function coreClockCycles(chip: Chip, { cores }: ChipPrices, counters: Counters, core: number): number {
  const { clock } = cores[core];
  const active = activeCycles(counters, core, chip.technology.idle === "clocked");
  return active.any * clock.tree + active.synapse * clock.synapse + active.soma * clock.soma;
}

/** Cycles in which a unit of a core works. Its control switches in these only, whether or not its clock runs on. */
export const controlCycles = (counters: Counters, core: number): number => activeCycles(counters, core, false).any;

function controlRow({ cores }: ChipPrices, counters: Counters): BreakdownRow {
  const tally = new Tally();
  for (const [c, { prices }] of cores.entries()) tally.add(controlCycles(counters, c), prices.control_pj_per_cycle);
  return tally.row("control", "datapath", counters.utterances, true);
}

function clockRows(chip: Chip, all: ChipPrices, counters: Counters): Row[] {
  const { cores, routers } = all;
  const clocked = chip.technology.idle === "clocked";
  const coreClock = new Tally();
  for (const [c, { prices }] of cores.entries()) coreClock.add(coreClockCycles(chip, all, counters, c), prices.core_clock_pj_per_cycle);
  const routerClock = new Tally();
  for (const [r, prices] of routers.entries()) {
    const awake = clocked ? counters.cycles : routerCount(counters, r, "awake_cycles");
    routerClock.add(awake, prices.router_clock_pj_per_cycle);
  }
  return [
    caused(coreClock.row("core clock", "clock", counters.utterances, true)),
    ...memoryClockRows(chip, all, counters).map(caused),
    ...(routers.length === 0 ? [] : [shared(routerClock.row("router clock", "clock", counters.utterances, true))]),
  ];
}

/** Clocks of registers and latches, which run with the core's clock tree. */
function memoryClockRows(chip: Chip, { cores }: ChipPrices, counters: Counters): BreakdownRow[] {
  const clocked = chip.technology.idle === "clocked";
  return MEMORY_CLOCKS.filter(({ price }) => cores.some(({ prices }) => prices[price].value > 0)).map(({ component, price }) => {
    const tally = new Tally();
    for (const [c, { prices }] of cores.entries()) tally.add(activeCycles(counters, c, clocked).any, prices[price]);
    return tally.row(component, "clock", counters.utterances, true);
  });
}

function leakageRows(chip: Chip, { cores, routers }: ChipPrices, counters: Counters): Row[] {
  const { clockMhz, idle } = chip.technology;
  const periodNs = 1000 / clockMhz;
  const times = chip.cores.map(({ id }) => coreLeakageNs(chip, counters, id));
  const row = (tally: Tally, component: string): BreakdownRow => tally.row(component, "leakage", counters.utterances, false);
  const ofCores = (parts: typeof CORE_LEAKAGE): Row[] =>
    parts.flatMap(({ component, leaks, always, priceOf }) => {
      const tally = new Tally();
      let isThere = false;
      for (const core of chip.cores) {
        const price = priceOf(chip, core, cores[core.id].prices);
        if (price === null) continue;
        isThere = true;
        tally.add(times[core.id][leaks], price);
      }
      return isThere && (always || tally.energyPj > 0) ? [caused(row(tally, component))] : [];
    });
  const rows = ofCores(CORE_LEAKAGE);
  if (routers.length > 0) {
    const tally = new Tally();
    for (const [r, prices] of routers.entries()) {
      const on = idle === "power-gated" ? routerCount(counters, r, "awake_cycles") : counters.cycles;
      tally.add(on * periodNs, prices.router_leakage_mw);
    }
    rows.push(shared(row(tally, "router leakage")));
  }
  rows.push(...ofCores(TABLE_LEAKAGE));
  const links = linkCounts(chip);
  if (links.size > 0) {
    const tally = new Tally();
    for (const [tiles, count] of links) tally.add(counters.cycles * periodNs * count, linkPrices(chip, tiles).link_leakage_mw);
    rows.push(shared(row(tally, "link leakage")));
  }
  const treeLink = treeLinkPrices(chip);
  if (treeLink !== null) {
    const tally = new Tally();
    tally.add(counters.cycles * periodNs * treeLinkCount(chip), treeLink.tree_link_leakage_mw);
    rows.push(shared(row(tally, "tree link leakage")));
  }
  return rows;
}

/** Refresh and standby of the DRAM: unknown unless the description prices them. */
function dramBackgroundRow(chip: Chip, counters: Counters): BreakdownRow {
  const given = ownPriceOf(chip, "dram_background_mw", () => dramVariables(chip));
  const nsPerInference = (counters.cycles * 1000) / chip.technology.clockMhz / counters.utterances;
  return {
    component: "DRAM background",
    group: "leakage",
    count: null,
    unitEnergyPj: null,
    energyPj: given === null ? null : given.value * nsPerInference,
    areaMm2: null,
    source: given?.source ?? sourceWithoutPrice("dram_background_mw"),
  };
}

/** The barrier's wires switch, but the library has no price for them: unknown, not zero. */
const barrierRow = (counters: Counters): BreakdownRow => ({
  component: "barrier wires",
  group: "noc",
  count: counters.barrierCycles / counters.utterances,
  unitEnergyPj: null,
  energyPj: null,
  areaMm2: null,
  source: sourceWithoutPrice(null),
});
