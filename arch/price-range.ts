/**
 * Marks prices outside of the range of their data. The mark is part of the source, so that it appears with it:
 * `extrapolated: <what>` outside of a table's grid, `indicative below 22 nm` and `above 90 nm` for nodes that are
 * scaled as a whole. `memories/periphery.ts` marks SRAM.
 *
 * DSENT's grid (`noc.csv`): 45 to 22 nm, routers of 3 to 5 ports, 16 to 128 bits, 2 to 8 flits per VC, 1 to 4 VCs;
 * links of 1 to 128 bits, 0.5 to 2 mm, for a delay target of 2 ns. Synthesised routers, which price area, leakage and
 * clock: the same with 2 to 8 ports and up to 20 virtual channels over all ports; with multicast trees 3 to 5 ports and
 * up to 10 of these channels. DSENT's buffers price queues, its links wires in a core, its clock trees those of cores:
 * every price whose source names DSENT has the mark of the node.
 */
import type { Technology } from "./chip.js";
import type { PriceName } from "./price-names.js";
import type { LibraryPrice } from "./silicon.js";
import { PRICE_GROUPS } from "./silicon-groups.js";

/** Other nodes have no table: energies and areas are scaled by fits to inverters. */
const SMALLEST_TABLE_NM = 22;
const LARGEST_TABLE_NM = 90;
const LARGEST_DSENT_NM = 45;

const beyond = (what: string, value: number, low: number, high: number, unit: string, whose = "DSENT's"): string[] =>
  value < low || value > high ? [`${what} of ${value} ${unit} beyond ${whose} ${low} to ${high}`] : [];
const joined = (reasons: readonly string[]): string | null => (reasons.length === 0 ? null : reasons.join(", "));

/** Routers behind a law; they have the same flits, buffers and virtual channels. */
interface KnownRouters {
  readonly whose: string;
  readonly ports: readonly [least: number, most: number];
  /** Most virtual channels over all ports. */
  readonly channels: number;
}
export const DSENT_ROUTERS: KnownRouters = { whose: "DSENT's", ports: [3, 5], channels: 20 };
/** The law of areas has their square: 8 ports were synthesised with 1 channel each, trees with up to 2. */
export const synthesisedRouters = (isTree: boolean): KnownRouters =>
  isTree ? { whose: "the synthesised trees'", ports: [3, 5], channels: 10 } : { whose: "the synthesised", ports: [2, 8], channels: 20 };

/** How the router is outside of the known ones; null: it is inside. */
export function routerBeyond(
  shape: {
    readonly ports: number;
    readonly flitBits: number;
    readonly buffersPerVc: number;
    readonly virtualChannels: number;
  },
  { whose, ports, channels }: KnownRouters,
): string | null {
  const edges = [
    ...beyond("a router", shape.ports, ...ports, "ports", whose),
    ...beyond("a port", shape.virtualChannels, 1, 4, "virtual channels", whose),
  ];
  // said only of a router that neither its ports nor its channels per port mark
  const all = shape.ports * shape.virtualChannels;
  const together = edges.length > 0 ? [] : beyond("a router", all, 1, channels, "virtual channels over its ports", whose);
  return joined([
    ...edges,
    ...together,
    ...beyond("flits", shape.flitBits, 16, 128, "bits", whose),
    ...beyond("buffers", shape.buffersPerVc, 2, 8, "flits", whose),
  ]);
}

/** How wires for words inside a core are outside of the grid; null: they are inside. Their length is in proportion. */
export const wireBeyond = (bits: number): string | null => joined(beyond("words", bits, 1, 128, "bits"));

/**
 * The grid's longest link over its delay target: 2 mm in 2 ns, mm/ns. Its rows of 0.5 to 2 mm have the same repeaters,
 * so a shorter one may be as fast.
 */
const DSENT_MM_PER_NS = 1;

/** How the link is outside of the grid; null: it is inside. `cycles`: from router to router, with registers between. */
export function linkBeyond(bits: number, lengthMm: number, cycles: number, clockMhz: number): string | null {
  const mmPerNs = Number(((lengthMm * clockMhz) / (1000 * cycles)).toPrecision(3));
  return joined([
    ...beyond("flits", bits, 1, 128, "bits"),
    ...beyond("a wire", lengthMm, 0.5, 2, "mm"),
    ...(mmPerNs > DSENT_MM_PER_NS ? [`a wire of ${mmPerNs} mm/ns beyond DSENT's ${DSENT_MM_PER_NS}`] : []),
  ]);
}

/** How a queue of flip-flops is outside of the grid's buffers; null: it is inside. */
export const flopsBeyond = (entries: number, bits: number): string | null =>
  joined([...beyond("a queue", entries, 2, 32, "entries"), ...beyond("its words", bits, 16, 128, "bits")]);

/** The price with the mark of its range; `why`: null if it is inside. */
export const beyondMarked = (price: LibraryPrice, why: string | null): LibraryPrice =>
  why === null ? price : { ...price, source: `${price.source}; extrapolated: ${why}`, extrapolated: true };

type Prices = { readonly [name: string]: LibraryPrice };

/** Adds marks of the range to the sources of prices; `why`: the mark of all of them, outside of a grid. */
export function rangeMarked<T extends Prices>(prices: T, { nodeNm }: Technology, why: string | null = null): T {
  if (why === null && nodeNm >= SMALLEST_TABLE_NM && nodeNm <= LARGEST_DSENT_NM) return prices;
  const node = nodeNm > LARGEST_DSENT_NM ? `${nodeNm} nm beyond DSENT's ${SMALLEST_TABLE_NM} to ${LARGEST_DSENT_NM}` : null;
  const indicative = [
    ...(nodeNm < SMALLEST_TABLE_NM ? [`indicative below ${SMALLEST_TABLE_NM} nm`] : []),
    ...(nodeNm > LARGEST_TABLE_NM ? [`indicative above ${LARGEST_TABLE_NM} nm`] : []),
  ];
  const marked = (name: string, price: LibraryPrice): LibraryPrice => {
    if (PRICE_GROUPS[name as PriceName] === null || price.group === null) return price; // prices of a device outside the chip, or the user's
    const isDsent = /\bDSENT\b/.test(price.source);
    const found = beyondMarked(price, joined([...(why === null ? [] : [why]), ...(node !== null && isDsent ? [node] : [])]));
    return { ...found, source: [found.source, ...indicative].join("; ") };
  };
  return Object.fromEntries(Object.entries(prices).map(([name, price]) => [name, marked(name, price)])) as T;
}
