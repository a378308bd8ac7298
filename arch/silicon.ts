/**
 * From the component library to silicon: a factor per group of prices (`components/silicon.csv`), measured on published
 * chips.
 *
 * A factor carries `sigma`, the standard deviation of its logarithm for a chip that it was not derived from, and `n`,
 * the measured values behind it. Below five it is anecdotal. Groups of one `cause` were derived together: their errors
 * are one. `scripts/calibrate-silicon.ts` writes the table.
 */
import { num, table } from "./component-tables.js";
import type { PriceName } from "./price-names.js";
import { PRICE_GROUPS, SILICON_GROUPS, type SiliconFactors, type SiliconGroup, SRAM_GROUP } from "./silicon-groups.js";

interface SiliconFactor {
  /** Silicon over library. */
  readonly factor: number;
  /** Standard deviation of ln(factor) for another chip. */
  readonly sigma: number;
  /** Measured values that it rests on. */
  readonly n: number;
  /** What its error is called; groups of one cause are off together. */
  readonly cause: string;
  readonly chips: readonly string[];
  readonly source: string;
}

/** Below so many measured values a factor is an anecdote. */
export const ANECDOTAL_BELOW = 5;

type Measured = { readonly [group in SiliconGroup]: SiliconFactor };
let measured: Measured | null = null;

/** All factors of measured silicon, one object; figures of netlists stand in the table beside them and are not used. */
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
  /** The part of the value that is SRAM, where the group of the price's name is logic. */
  readonly sramPart?: number;
  /** The part of the value that no factor is of, as of a user's own macros. */
  readonly ownPart?: number;
  /**
   * Where it is not that of the price's name: a memory of registers is logic. null: no factor is of it, as of a user's
   * own macro.
   */
  readonly group?: SiliconGroup | null;
  /** Outside the range of its source; left out: within it, or the description's own. */
  readonly extrapolated?: true;
}

/** What a price consists of, by group; empty: no factor is of it. */
export function priceParts(
  name: PriceName,
  { value, sramPart = 0, ownPart = 0, group }: LibraryPrice,
): readonly (readonly [SiliconGroup, number])[] {
  const own = group === undefined ? PRICE_GROUPS[name] : group;
  if (own === null || (ownPart > 0 && value === ownPart)) return [];
  const logic = [own, value - sramPart - ownPart] as const;
  return sramPart === 0 ? [logic] : [logic, [SRAM_GROUP[own], sramPart]];
}

/** `x 1.9 to silicon (n 5)`, as sources of prices say it. */
function factorText(factor: number, n: number): string {
  return `x ${factor.toPrecision(2)} to silicon (n ${n}${n < ANECDOTAL_BELOW ? ", anecdotal" : ""})`;
}

type Prices = { readonly [name: string]: LibraryPrice };
const known = new WeakMap<SiliconFactors, WeakMap<Prices, Prices>>();

/** Prices of the library times the factors; null: the same object. */
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
