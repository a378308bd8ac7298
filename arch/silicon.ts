/**
 * Factors from the component library to silicon, one per group of prices (`components/silicon.csv`), measured on
 * published chips.
 *
 * A factor has `sigma`, the standard deviation of its logarithm for a chip outside of the calibration, and `n`, the
 * number of measured values behind it. Below five values it is anecdotal. Groups with the same `cause` were derived
 * together and have one common error. `scripts/calibrate-silicon.ts` writes the table.
 */
import { num, table } from "./component-tables.js";
import type { PriceName } from "./price-names.js";
import { PRICE_GROUPS, SILICON_GROUPS, type SiliconFactors, type SiliconGroup, SRAM_GROUP } from "./silicon-groups.js";

interface SiliconFactor {
  /** Ratio of silicon to library. */
  readonly factor: number;
  /** Standard deviation of ln(factor) for another chip. */
  readonly sigma: number;
  /** Number of measured values behind it. */
  readonly n: number;
  /** Name of its error; groups with the same cause have a common error. */
  readonly cause: string;
  readonly chips: readonly string[];
  readonly source: string;
}

/** A factor with fewer measured values is anecdotal. */
export const ANECDOTAL_BELOW = 5;

type Measured = { readonly [group in SiliconGroup]: SiliconFactor };
let measured: Measured | null = null;

/**
 * All factors of measured silicon, always the same object; the table also has figures of netlists, which are not used.
 */
export function siliconFactors(): Measured {
  measured ??= Object.freeze(Object.fromEntries(SILICON_GROUPS.map((name) => [name, Object.freeze(readFactor(name))])) as Measured);
  return measured;
}

export const siliconFactor = (group: SiliconGroup): SiliconFactor => siliconFactors()[group];

function readFactor(group: SiliconGroup): SiliconFactor {
  const row = table("silicon").find((candidate) => candidate.group === group && candidate.evidence === "silicon");
  if (row === undefined) throw new RangeError(`silicon.csv has no factor of ${group}`);
  const [factor, sigma, n] = [num(row, "factor"), num(row, "sigma"), num(row, "n")];
  return { factor, sigma, n, cause: row.cause, chips: Object.freeze(row.chips.split("; ")), source: row.source };
}

/** A price of the library. */
export interface LibraryPrice {
  readonly value: number;
  readonly source: string;
  /** The part of the value that is SRAM, if the group of the price's name is logic. */
  readonly sramPart?: number;
  /** The part of the value without a factor, e.g. of the user's macros. */
  readonly ownPart?: number;
  /**
   * The group, if it is not that of the price's name: a memory of registers is logic. null: no factor, e.g. for the
   * user's macros.
   */
  readonly group?: SiliconGroup | null;
  /** True if outside of the range of its source; absent: inside, or a price of the description. */
  readonly extrapolated?: true;
}

/** Parts of a price by group; empty: it has no factor. */
export function priceParts(
  name: PriceName,
  { value, sramPart = 0, ownPart = 0, group }: LibraryPrice,
): readonly (readonly [SiliconGroup, number])[] {
  const own = group === undefined ? PRICE_GROUPS[name] : group;
  if (own === null || (ownPart > 0 && value === ownPart)) return [];
  const logic = [own, value - sramPart - ownPart] as const;
  return sramPart === 0 ? [logic] : [logic, [SRAM_GROUP[own], sramPart]];
}

/** `x 1.9 to silicon (n 5)`, for sources of prices. */
function factorText(factor: number, n: number): string {
  return `x ${factor.toPrecision(2)} to silicon (n ${n}${n < ANECDOTAL_BELOW ? ", anecdotal" : ""})`;
}

type Prices = { readonly [name: string]: LibraryPrice };
const known = new WeakMap<SiliconFactors, WeakMap<Prices, Prices>>();

/** Prices of the library times the factors; without factors the same object. */
export function onSilicon<T extends Prices>(factors: SiliconFactors | null, prices: T): T {
  if (factors === null) return prices;
  const before = known.get(factors) ?? new WeakMap<Prices, Prices>();
  known.set(factors, before);
  const found = before.get(prices);
  if (found !== undefined) return found as T;
  const made = Object.fromEntries(Object.entries(prices).map(([name, price]) => [name, scaled(factors, name as PriceName, price)])) as T;
  before.set(prices, made);
  return made;
}

function scaled(factors: SiliconFactors, name: PriceName, price: LibraryPrice): LibraryPrice {
  const parts = priceParts(name, price);
  const [first] = parts;
  if (first === undefined || price.value === 0) return price;
  const value = parts.reduce((sum, [group, part]) => sum + part * factors[group].factor, price.ownPart ?? 0);
  return { ...price, value, source: `${factorText(value / price.value, factors[first[0]].n)}: ${price.source}` };
}
