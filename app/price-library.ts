/**
 * Prices and tables that take the place of a study's: read from a file or an object, and checked against the study and
 * its points. Effects: reads files.
 */
import {
  entryOf,
  type Located,
  type LocatedMap,
  locatedFromJson,
  locatedFromYaml,
  type PriceBasis,
  patchDocument,
  pricesFrom,
  problemAt,
  readYamlText,
  type SweepSpec,
} from "../arch/index.js";
import { InputError, inputError, quoted } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import { didYouMean } from "../base/nearest.js";
import { linePrice } from "../sim/index.js";
import { type Priced, SCALE_NAMES } from "../sweeps/index.js";

/** Prices by name, as a description's `prices:` holds them: a YAML file, or a plain object. */
export type PriceLibrary = string | { readonly [price: string]: Json };

type Mapping = { readonly [key: string]: Json };

/** The study whose prices are replaced. */
interface OldPrices {
  readonly document: Json;
  readonly sweep: Pick<SweepSpec, "parameters">;
}

/** The whole description of a point. */
type DocumentOf = (point: Pick<Priced, "values">) => Json;

/** A study's document under other prices. */
interface NewPrices {
  /** `file`: where the prices are from. */
  readonly described: { readonly document: Json; readonly file: string };
  /** @throws InputError if the library has prices or tables that none of the points reads */
  readonly demandRead: (points: readonly Priced[], documentOf: DocumentOf) => void;
}

/**
 * The study's document with the prices and tables of the library; those that it does not name stay. The basis is the
 * caller's, else the library's, else the study's.
 */
export function newPrices(
  { document, sweep }: OldPrices,
  database: string,
  library: PriceLibrary | null,
  basis: PriceBasis | null,
): NewPrices {
  if (library === null && basis === null) return { described: { document, file: database }, demandRead: () => {} };
  const file = typeof library === "string" ? library : library === null ? database : "prices";
  const stored = document as Mapping;
  const before = isMapping(stored.prices) ? stored.prices : {};
  const given = library === null ? {} : pricesOf(library, file);
  demandFixed(sweep, given, file);
  const prices = { ...before, ...given, ...tablesOf(before.macros, given.macros) };
  const described = { document: { ...stored, prices: basis === null ? prices : { ...prices, basis } }, file };
  demandSound(described);
  return { described, demandRead: (points, documentOf) => demandRead(file, given, points, documentOf) };
}

/**
 * @throws InputError for a wrong price, once, before the points; a memory for which a table has no macro is a problem
 * of single points
 */
function demandSound(described: NewPrices["described"]): void {
  try {
    patchDocument(described, {});
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const own = error.problems.filter(({ path }) => /^prices\b/.test(path));
    if (own.length > 0) throw new InputError(own);
  }
}

/**
 * @throws InputError for a price that the study searches: every point has its own, so the library's would be ignored
 */
function demandFixed({ parameters }: OldPrices["sweep"], given: Mapping, file: string): void {
  const searched = Object.keys(given).find((name) => parameters.some(({ path }) => `${path}.`.startsWith(`prices.${name}.`)));
  if (searched === undefined) return;
  throw inputError(
    file,
    `names ${searched}, which the study searches, so that each point has its own`,
    SCALE_NAMES.includes(searched) ? `leave it out, or multiply it: --scale ${searched}=1.2` : "leave it out",
  );
}

function demandRead(file: string, { basis: _, macros, ...prices }: Mapping, points: readonly Priced[], documentOf: DocumentOf): void {
  const priced = points.filter(({ refused }) => refused === null);
  if (priced.length === 0) return;
  const lines = priced.flatMap(({ breakdown }) => breakdown.filter(({ energyPj, areaMm2 }) => energyPj !== null || areaMm2 !== null));
  const read = new Set(lines.map(({ component }) => linePrice(component)));
  const unread = Object.entries(prices).flatMap(([name, price]) => (read.has(name) || isZero(price) ? [] : [name]));
  if (unread.length > 0)
    throw inputError(
      file,
      `names ${unread.join(", ")}, by which nothing in these points is priced`,
      `leave ${unread.length === 1 ? "it" : "them"} out; show lists the parts of a point that have prices`,
    );
  const tables = Object.keys(isMapping(macros) ? macros : {});
  if (tables.length === 0) return;
  const named = [...new Set(priced.flatMap((point) => tablesNamed(documentOf(point))))].sort();
  const strange = tables.find((name) => !named.includes(name));
  if (strange === undefined) return;
  const known = named.length === 0 ? "no memory of these points names a table" : `tables that they name: ${named.join(", ")}`;
  throw inputError(file, `has the table ${quoted(strange)}, which no memory of these points names`, didYouMean(strange, named) || known);
}

/** A price of 0, whose part some breakdowns leave out. */
const isZero = (price: Json): boolean => (isMapping(price) ? price.value : price) === 0;

/** Names of tables that memories of a description name. */
export function tablesNamed(document: Json): readonly string[] {
  const { prices: _, ...parts } = document as Mapping;
  return macrosIn(parts).filter((name) => typeof name === "string");
}

/** Values of the keys `macros`. */
function macrosIn(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value.flatMap(macrosIn);
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "macros" ? [inner] : macrosIn(inner)));
}

/** Tables by name: those of the library instead of the study's. Anything but a mapping is left for the check. */
function tablesOf(before: Json | undefined, given: Json | undefined): { readonly macros?: Json } {
  return isMapping(before) && isMapping(given) ? { macros: { ...before, ...given } } : {};
}

/** Paths of tables are relative to the library file, or to the current folder for a plain object. */
function pricesOf(library: PriceLibrary, file: string): Mapping {
  const given = typeof library === "string" ? locatedFromYaml(readYamlText(file), file) : locatedFromJson(library, file);
  const outer = pricesAlone(given);
  if (outer.kind !== "map")
    throw inputError(file, "expected prices by name", "e.g. synapse_memory_read_pj: { value: 3.1, source: my macro }");
  return pricesFrom(outer, { path: file, shown: file });
}

/** The section `prices:`, or the whole. @throws InputError for other sections beside it, which would have no effect */
function pricesAlone(given: Located): Located {
  if (given.kind !== "map") return given;
  const section = entryOf(given, "prices");
  if (section === undefined) return given;
  const others = othersIn(given);
  if (others.length === 0) return section;
  throw new InputError(
    others.map(([key, { keyAt }]) =>
      problemAt(
        keyAt,
        key,
        "stands beside prices, which alone are read here",
        key === "extends"
          ? "write the prices of that file into this one"
          : "leave it out; what a chip does differently needs a sweep of its own",
      ),
    ),
  );
}

const othersIn = ({ entries }: LocatedMap) => [...entries].filter(([key]) => key !== "prices" && key !== "version");

function isMapping(value: Json | undefined): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
