/**
 * Factors from the component library to silicon, one per group of prices (`components/silicon.csv`), measured on
 * published chips. The factor of leakage holds for the family of cells with which these chips are described only;
 * others have factor 1.
 *
 * A factor has `sigma`, the standard deviation of its logarithm for a chip outside of the calibration, and `n`, the
 * number of measured chips behind it. Below five chips it is anecdotal. Groups with the same `cause` were derived
 * together and have one common error. `scripts/calibrate-silicon.ts` writes the table.
 */
import { NORMAL_95 } from "../base/distribution-quantiles.js";
import { exp, log, square } from "../base/math.js";
import type { Chip, SramCell, Technology } from "./chip.js";
import { num, table } from "./component-tables.js";
import type { PriceName } from "./price-names.js";
import { PRICE_GROUPS, SILICON_GROUPS, type SiliconFactors, type SiliconGroup, SRAM_GROUP } from "./silicon-groups.js";

interface SiliconFactor {
  /** Ratio of silicon to library. */
  readonly factor: number;
  /** Standard deviation of ln(factor) for another chip. */
  readonly sigma: number;
  /** Number of measured chips behind it. */
  readonly n: number;
  /** Name of its error; groups with the same cause have a common error. */
  readonly cause: string;
  readonly chips: readonly string[];
  readonly source: string;
}

/** A factor with fewer measured chips is anecdotal. */
export const ANECDOTAL_BELOW = 5;

/** The family of cells that the measured chips are described with. */
const MEASURED_CELL: SramCell = "lstp";

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

const isLeakage = (group: SiliconGroup): boolean => group.endsWith("_leakage");

const ofCells = new Map<SramCell, SiliconFactors>();
/** The factors of chips with these cells, for each family always the same object. */
export function factorsOfCell(cell: SramCell): SiliconFactors {
  const known = ofCells.get(cell);
  if (known !== undefined) return known;
  const made = Object.freeze(
    Object.fromEntries(
      Object.entries(siliconFactors()).map(([group, { factor, n }]) => [
        group,
        Object.freeze(
          cell === MEASURED_CELL || !isLeakage(group as SiliconGroup)
            ? { factor, n, unmeasured: null }
            : { factor: 1, n: 0, unmeasured: cell },
        ),
      ]),
    ) as SiliconFactors,
  );
  ofCells.set(cell, made);
  return made;
}

/** Error of a group's factor on a chip. */
interface FactorError {
  /** Its name; groups and chips with the same name have a common error. */
  readonly name: string;
  /** Standard deviations of ln(factor) downwards and upwards. */
  readonly down: number;
  readonly up: number;
}

/** The errors of a group's factor on a chip: of the factor itself, and of using it at a larger node. */
export const factorErrors = (
  group: SiliconGroup,
  technology: Pick<Technology, "sramCell" | "corner" | "nodeNm">,
): readonly FactorError[] => [ownError(group, technology), ...nodeErrors(group, technology.nodeNm)];

/**
 * The error of a group's factor with these cells at this corner. No source gives cells or corner of the measured chips.
 * So the interval of leakage reaches as far as the factor that these chips would give if they had the cells and the
 * corner of the description (`silicon_leakage.csv`, by `scripts/calibrate-silicon.ts`), and by the spread beyond it.
 */
function ownError(group: SiliconGroup, { sramCell, corner }: Pick<Technology, "sramCell" | "corner">): FactorError {
  const { cause, sigma } = siliconFactor(group);
  if (!isLeakage(group)) return { name: cause, down: sigma, up: sigma };
  const row = table("silicon_leakage").find((one) => one.sram_cell === sramCell && one.corner === corner);
  if (row === undefined) throw new RangeError(`silicon_leakage.csv has no ${sramCell}, ${corner}`);
  const { factor, unmeasured } = factorsOfCell(sramCell)[group];
  const reach = log(num(row, "factor") / factor) / NORMAL_95;
  const name = unmeasured === null ? cause : `${cause} of ${sramCell}, measured on no chip`;
  return { name, down: sigma + Math.max(0, -reach), up: sigma + Math.max(0, reach) };
}

/**
 * The error of a factor at a node above those of the chips that it was measured on (`silicon_nodes.csv`, by
 * `scripts/calibrate-silicon.ts`): the distance of an open library from the group's prices is one standard deviation at
 * that library's node, on that side only, and proportional to ln(node / chips' node).
 */
function nodeErrors(group: SiliconGroup, nodeNm: number): readonly FactorError[] {
  const row = table("silicon_nodes").find((one) => one.group === group);
  if (row === undefined) return [];
  const [chipsNm, openNm] = [num(row, "chips_nm"), num(row, "node_nm")];
  if (nodeNm <= chipsNm) return [];
  const size = (log(num(row, "over_silicon")) * log(nodeNm / chipsNm)) / log(openNm / chipsNm);
  const name = `${group.replace("sram", "SRAM").replace("_", " ")} above ${chipsNm} nm, measured on no chip`;
  return [{ name, down: Math.max(0, -size), up: Math.max(0, size) }];
}

type Priced = Pick<Chip, "silicon" | "technology" | "fpga">;

/** `may leak up to 150 times less than`: the lower end of SRAM's leakage. */
function mayLeakLess(technology: Technology): string {
  const variance = factorErrors("sram_leakage", technology).reduce((sum, { down }) => sum + square(down), 0);
  return `may leak up to ${Number(exp(NORMAL_95 * Math.sqrt(variance)).toPrecision(2))} times less than`;
}

/**
 * A warning for a chip with silicon's prices whose leakage has no factor; null: none. An FPGA has no library's leakage.
 */
export function unmeasuredLeakageWarning({ silicon, technology, fpga }: Priced): string | null {
  const { sramCell } = technology;
  if (silicon === null || fpga !== null || silicon.sram_leakage.unmeasured === null) return null;
  return `leakage of ${sramCell} has no factor to silicon: the published chips were compared with ${MEASURED_CELL} only, and ${mayLeakLess(technology)} the library's ${sramCell}; give *_leakage_mw of your process`;
}

/** A warning for a chip with silicon's prices whose SRAM leaks at a node where the factor errs more than by itself. */
export function leakageNodeWarning({ silicon, technology, fpga }: Priced): string | null {
  if (silicon === null || fpga !== null || silicon.sram_leakage.unmeasured !== null) return null;
  const [own, ofNode] = factorErrors("sram_leakage", technology);
  if (ofNode === undefined || ofNode.down <= own.down) return null;
  return `leakage at ${technology.nodeNm} nm was measured on no chip, and by an open library's macros SRAM ${mayLeakLess(technology)} these prices; give *_leakage_mw or macros of your process`;
}

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
function factorText(factor: number, { n, unmeasured }: SiliconFactors[SiliconGroup]): string {
  if (unmeasured !== null) return `no factor to silicon (none measured for ${unmeasured})`;
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
  return { ...price, value, source: `${factorText(value / price.value, factors[first[0]])}: ${price.source}` };
}
