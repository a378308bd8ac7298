/**
 * Finds prices in the description that stay constant although a searched or set parameter changes the priced part.
 * Example: a constant read energy in a search over the memory's size makes large memories too cheap. Such a price is
 * found by comparison: the component library's price changes with the parameter, the description's price does not.
 * Pure.
 */
import {
  axonTablePrices,
  type Chip,
  corePrices,
  diePrices,
  type Experiment,
  framePrices,
  linkPrices,
  PRICE_NAMES,
  type PriceName,
  patchDocument,
  portPrices,
  priceVariables,
  routerPrices,
  routerShapes,
  routeTablePrices,
  type Technology,
  type Topology,
  treeLinkPrices,
  unlikeCores,
} from "../arch/index.js";
import { InputError } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import { log } from "../base/math.js";
import { needsOn } from "../sim/index.js";
import { Space } from "../sweeps/index.js";
import type { Description } from "./open.js";

/** Least change of the library's price that is worth a warning. */
const WORTH = 1.02;
const MOST_TOLD = 8;
/** Parameters that change a memory's leakage or energy and have no column in a table of macros. */
const UNKNOWN_TO_TABLES: { readonly [path: string]: (technology: Technology) => string | number } = {
  "chip.temperature_k": ({ temperatureK }) => temperatureK,
  "chip.sram_cell": ({ sramCell }) => sramCell,
  "chip.corner": ({ corner }) => corner,
};
/** Keys that have another name in expressions. */
const VARIABLES: { readonly [key: string]: string } = {
  flit_width_bits: "bits",
  link_length_mm: "length_mm",
  entries: "words",
  depth: "words",
};

type ByPath = { readonly [path: string]: Json };

/** A warning per searched parameter and price; at most a few. */
export function silentPrices(description: Description, experiment: Experiment, topology: Topology): readonly string[] {
  const { sweep, document, file } = description;
  const own = ownPrices(experiment.chip);
  const hasTables = isPricedByTables(experiment.chip);
  if (sweep === null || sweep.parameters.length === 0 || (own.length === 0 && !hasTables)) return [];
  const space = new Space(sweep.parameters);
  const library = { document: withoutOwn(document), file };
  const found = space.dimensions.flatMap((dimension, d) => {
    const { path } = dimension.parameter;
    const ends = [0, 0.5, 1 - 1e-9].map((share): ByPath => {
      const position = new Float64Array(space.dimensions.length);
      position[d] = share;
      return space.byPath(space.decode(position));
    });
    const priced = ends.flatMap((values) => {
      const [mine, theirs] = [pricesAt({ document, file }, values, topology), pricesAt(library, values, topology)];
      return mine === null || theirs === null ? [] : [{ value: values[path], ...mine, theirs: theirs.prices }];
    });
    const constants = own.flatMap((name) => constantOf(name, path, priced, experiment));
    return [...constants, ...(hasTables && Object.hasOwn(UNKNOWN_TO_TABLES, path) ? [tableText(path)] : [])];
  });
  const more = found.length - MOST_TOLD;
  return more <= 0 ? found : [...found.slice(0, MOST_TOLD), `and ${more} more prices that searched parameters do not change`];
}

/** True if a memory costs what a table of macros says. */
const isPricedByTables = ({ cores, frameBuffer }: Chip): boolean =>
  (frameBuffer?.own ?? null) !== null ||
  cores.some(
    ({ synapseMemory, stateMemory, tableMacros, ownWords }) =>
      [synapseMemory, stateMemory].some((memory) => memory.own !== null && memory.kind === "sram") ||
      [...Object.values(tableMacros), ...Object.values(ownWords)].some((own) => own !== null),
  );

const ownPrices = ({ priceOverrides }: Chip): readonly PriceName[] =>
  Object.keys(priceOverrides).filter((name): name is PriceName => (PRICE_NAMES as readonly string[]).includes(name));

/**
 * A warning per value that replaces the description's own, where prices of the description stay as they are and the
 * library's differ, or where memories of its tables of macros stay. Prices that are set beside it are not told, no
 * table if one is set, nor prices of 0, which others contain.
 */
export function stayingPrices({ document, file }: Description, values: ByPath, chip: Chip, topology: Topology): readonly string[] {
  const own = ownPrices(chip).filter((name) => !Object.keys(values).some((path) => path.startsWith(`prices.${name}`)));
  const paths = Object.keys(values).filter((path) => !path.startsWith("prices."));
  const hasTables = isPricedByTables(chip) && !Object.keys(values).some((path) => /^prices\.macros\b|\bmacros$/.test(path));
  if ((own.length === 0 && !hasTables) || paths.length === 0) return [];
  const library = { document: withoutOwn(document), file };
  return paths.flatMap((path) => {
    const others = Object.fromEntries(Object.entries(values).filter(([other]) => other !== path && !other.startsWith("prices.")));
    const points = [
      ...[others, { ...others, [path]: values[path] as Json }].map((some) => pricesAt({ document, file }, some, topology)),
      ...[others, { ...others, [path]: values[path] as Json }].map((some) => pricesAt(library, some, topology)),
    ];
    const tables = hasTables ? stayingTables(path, points) : [];
    const [before, after, from, to] = points.map((point) => point?.prices ?? []);
    const ratios = own.flatMap((name) => {
      const moved = from.flatMap((prices, core) => {
        const ratio = to[core]?.[name] / prices[name];
        const stays = before[core]?.[name] > 0 && before[core]?.[name] === after[core]?.[name];
        return stays && Number.isFinite(ratio) && (ratio >= WORTH || ratio <= 1 / WORTH) ? [ratio] : [];
      });
      return moved.length === 0 ? [] : [[name, moved[0]] as const];
    });
    if (ratios.length === 0) return tables;
    const times = ratios.map(([, ratio]) => ratio);
    const [least, most] = [Math.min(...times), Math.max(...times)].map((ratio) => ratio.toPrecision(2));
    const names = ratios.map(([name]) => `prices.${name}`);
    const told =
      names.length <= MOST_TOLD ? names.join(", ") : `${names.slice(0, MOST_TOLD).join(", ")} and ${names.length - MOST_TOLD} more`;
    return [
      `${path} is set to ${String(values[path])}, but the description's ${told} stay${names.length === 1 ? "s" : ""} the same (the component library's would be ${least === most ? least : `${least} to ${most}`} times as large), so energy and power do not follow: set what should`,
      ...tables,
    ];
  });
}

/** The warning of tables of macros if the points before and after differ in what no table has a column for. */
function stayingTables(path: string, [before, after]: readonly (Point | null)[]): readonly string[] {
  if (!Object.hasOwn(UNKNOWN_TO_TABLES, path) || before === null || after === null) return [];
  const [from, to] = [before, after].map(({ technology }) => UNKNOWN_TO_TABLES[path](technology));
  if (from === to) return [];
  return [`${path} is set to ${to}, but memories of prices.macros cost the same as at ${from}: name a table of macros for ${to}`];
}

const tableText = (path: string): string =>
  `${path} is searched, but memories of prices.macros cost the same at all its values: make a table per value and search over the tables, tile.core.synapse_memory.macros: { sweep: [..] }`;

/** The document with the prices of the component library, except for tables of macros. */
function withoutOwn(document: Json): Json {
  const whole = document as { readonly [key: string]: Json };
  const { basis, macros } = whole.prices as { readonly [key: string]: Json };
  return { ...whole, prices: macros === undefined ? { basis } : { basis, macros } };
}

/** Prices of links between dies; the library has no price for their leakage. */
function diePricesOf(chip: Chip): { readonly [name: string]: { readonly value: number } } {
  const prices = diePrices(chip);
  if (prices === null) return {};
  const { die_link_bit_pj, die_link_area_mm2 } = prices;
  return { die_link_bit_pj, die_link_area_mm2 };
}

type Prices = { readonly [name: string]: number };
interface Point {
  /** Of every distinct core. */
  readonly prices: readonly Prices[];
  /** What an expression for a price may use. */
  readonly variables: (name: PriceName) => Prices;
  readonly technology: Technology;
}
interface Priced extends Point {
  readonly value: Json | undefined;
  /** The component library's. */
  readonly theirs: readonly Prices[];
}

/** Prices of a chip's routers, which differ by their ports: the mean over them. */
function meanRouterPrices(chip: Chip): { readonly [name: string]: { readonly value: number } } {
  const kinds = routerShapes(chip).map(({ ports, ends, count }) => ({ prices: routerPrices(chip, ports, ends), count }));
  if (kinds.length === 0) return {};
  const total = kinds.reduce((sum, { count }) => sum + count, 0);
  const [{ prices: first }] = kinds;
  const names = Object.keys(first) as (keyof typeof first)[];
  return Object.fromEntries(
    names.map((name) => {
      const { value } = first[name];
      // written as a distance, so that the mean of a constant is the constant to the last bit
      const more = kinds.reduce((sum, { prices, count }) => sum + count * (prices[name].value - value), 0);
      return [name, { value: value + more / total }];
    }),
  );
}

/** Prices of cores, routers and links; null if the point is infeasible. */
function pricesAt(described: { readonly document: Json; readonly file: string }, values: ByPath, topology: Topology): Point | null {
  try {
    const { chip, precision } = patchDocument(described, values);
    const needs = needsOn(chip, precision, topology);
    const shared = {
      ...meanRouterPrices(chip),
      ...linkPrices(chip, 1),
      ...treeLinkPrices(chip),
      ...portPrices(chip),
      ...diePricesOf(chip),
      ...framePrices(chip, precision),
    };
    const prices = unlikeCores(chip).map((core) => {
      const all = {
        ...shared,
        ...corePrices(chip, core, precision, needs),
        ...axonTablePrices(chip, core),
        ...routeTablePrices(chip, core),
      };
      return Object.fromEntries(Object.entries(all).map(([name, { value }]) => [name, value]));
    });
    return { prices, variables: (name) => priceVariables(name, chip, precision), technology: chip.technology };
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

function constantOf(name: PriceName, path: string, priced: readonly Priced[], { chip, precision }: Experiment): readonly string[] {
  const moved = priced.flatMap((a) =>
    priced.flatMap((b) =>
      a.theirs.flatMap((prices, core) => {
        const [from, to] = [prices[name], b.theirs[core]?.[name]];
        const [mine, other] = [a.prices[core]?.[name], b.prices[core]?.[name]];
        if (from === undefined || to === undefined || from <= 0 || to < WORTH * from || mine !== other) return [];
        if (mine === 0) return []; // nothing times any law stays nothing: it says that another price contains this action
        return [{ ratio: to / from, a, b }];
      }),
    ),
  );
  if (moved.length === 0) return [];
  const most = moved.reduce((far, one) => (one.ratio > far.ratio ? one : far));
  const [from, to] = [most.a.value, most.b.value];
  const given = chip.priceOverrides[name].value;
  const key = path.split(".").at(-1) as string;
  const variable = VARIABLES[key] ?? key;
  // the priced part may have a variable of this name that is another part's, and does not move as the search does
  const [start, end] = [most.a, most.b].map(({ variables }) => variables(name)[variable]);
  const at = priceVariables(name, chip, precision)[variable];
  const is = typeof given === "number" ? `is ${given} for all its values` : `does not name it`;
  const apart = "run one search per value, each with its own price";
  const instead =
    typeof from !== "number" || typeof to !== "number" || !(from > 0 && to > 0) || !(Math.abs(end / start / (to / from) - 1) < 1e-6)
      ? name.startsWith("router_")
        ? `write an expression over ports, or ${apart}`
        : apart
      : `write value: "${typeof given === "number" ? given : `(${given})`} * (${variable} / ${at}) ** ${exponent(most.ratio, to / from)}", by the library's exponent, or one of your own`;
  return [
    `${path} is searched, and prices.${name} ${is}, where the component library's price rises ${most.ratio.toPrecision(most.ratio < 1.1 ? 3 : 2)} times from ${from} to ${to}: ${instead}`,
  ];
}

function exponent(ratio: number, values: number): string {
  const found = Number((log(ratio) / log(values)).toFixed(2));
  return found < 0 ? `(${found})` : String(found);
}
