/**
 * Reads laws of memory macros from a table, which `snn-dse prices fit` writes or a user types: CSV with one cost of one
 * kind of macro per line.
 *
 * Columns: `quantity` (a column of macro tables with its unit, as `read_pj`), `law` (an expression over `size_kib`,
 * `word_bits`, `words`, `voltage_v`, `technology_nm`, of one macro), `ports`, `technology_nm`; its range:
 * `least_words`, `most_words`, `least_bits`, `most_bits`, `least_voltage_v`, `most_voltage_v`; and optionally `corner`,
 * `plus_minus_percent`, `beyond_percent` (an expression like the law: its interval outside of the range of words and
 * bits), `shared_ln` (expressions with `;` between them: what of the interval all sizes share), `note_...`. Pure.
 */
import { quoted } from "../../base/errors.js";
import { didYouMean } from "../../base/nearest.js";
import { ExpressionError } from "../expression.js";
import { priceValue, signedValue } from "../own-price-value.js";
import type { PriceVariables } from "../price-variables.js";
import { type Cell, cellNumber, csvTable, type TableProblem } from "./csv-table.js";
import { MACRO_QUANTITIES, type MacroQuantity } from "./macro.js";
import { isPorts, MACRO_PORTS, type MacroPorts, MOST_PLUS_MINUS, MOST_PROBLEMS, UNITS } from "./macro-table.js";

interface MacroLaw {
  /** Line in the table, 1-based. */
  readonly line: number;
  readonly text: string;
  /** Factor from the law's unit to that of prices. */
  readonly factor: number;
  /** null: exact. */
  readonly plusMinusPercent: number | null;
  /** The interval outside of the range of words and bits, percent; null: the table does not say. */
  readonly beyond: string | null;
  /**
   * Half widths in ln(cost) of independent causes that all sizes share, of either sign; the rest is each size's own.
   */
  readonly shared: readonly string[];
}
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** Laws of one kind of macro. */
export interface LawSet {
  readonly ports: MacroPorts;
  readonly corner: string;
  readonly technologyNm: number;
  readonly words: Range;
  readonly bits: Range;
  readonly volts: Range;
  readonly laws: { readonly [quantity in MacroQuantity]: MacroLaw };
}

export interface LawTable {
  readonly sets: readonly LawSet[];
  readonly problems: readonly TableProblem[];
}

const RANGES = ["least_words", "most_words", "least_bits", "most_bits", "least_voltage_v", "most_voltage_v"] as const;
export const LAW_COLUMNS = ["quantity", "law", "ports", "technology_nm", ...RANGES] as const;
const KNOWN: readonly string[] = [...LAW_COLUMNS, "corner", "plus_minus_percent", "beyond_percent", "shared_ln"];
const HEADER_FIX = `begin with: ${LAW_COLUMNS.join(",")}`;
const QUANTITIES = Object.values(UNITS).flatMap((units) => Object.keys(units));

/** True for a table of laws: only these have a column `quantity`. */
export const isLawTable = (text: string): boolean => csvTable(text, "").header.some((cell) => cell.text === "law");

/** Variables of a law, for one macro. */
export function macroVariables(words: number, bits: number, voltageV: number, technologyNm: number): PriceVariables {
  return { size_kib: (words * bits) / 8192, word_bits: bits, words, bits, voltage_v: voltageV, technology_nm: technologyNm };
}

interface Row extends Omit<LawSet, "laws"> {
  readonly quantity: MacroQuantity;
  readonly law: MacroLaw;
}

export function readLawTable(text: string): LawTable {
  const { header, headerLine, rows, problems: torn } = csvTable(text, HEADER_FIX);
  const problems: TableProblem[] = torn.slice(0, MOST_PROBLEMS);
  const names = header.map((cell) => cell.text);
  const say = (line: number, column: number, message: string, fix = ""): void => {
    if (problems.length < MOST_PROBLEMS) problems.push({ line, column, message, fix });
  };
  for (const [i, { text: name, column }] of header.entries()) {
    if (name.startsWith("note_")) continue;
    if (names.indexOf(name) < i) say(headerLine, column, `column ${quoted(name)} appears twice`, "leave one of them out");
    else if (!KNOWN.includes(name)) say(headerLine, column, `unknown column ${quoted(name)}`, didYouMean(name, KNOWN) || HEADER_FIX);
  }
  for (const name of LAW_COLUMNS) if (!names.includes(name)) say(headerLine, 1, `has no column ${name}`, HEADER_FIX);
  if (problems.length === 0 && rows.length === 0) say(headerLine, 1, "has a header and no law", "write one law per line");
  if (problems.length > 0) return { sets: [], problems };
  const read = rows.flatMap(({ line, cells }) => {
    const before = problems.length;
    const row = rowOf(line, names, cells, (column, message, fix) => say(line, column, message, fix));
    return row === null || problems.length > before ? [] : [row];
  });
  const sets = problems.length > 0 ? [] : setsOf(read, say);
  return { sets: problems.length > 0 ? [] : sets, problems };
}

type Say = (column: number, message: string, fix?: string) => void;

function rowOf(line: number, names: readonly string[], cells: readonly Cell[], say: Say): Row | null {
  const at = (name: string): Cell => cells[names.indexOf(name)];
  const number = (name: string): number => {
    const { text, column } = at(name);
    const value = cellNumber(text);
    if (!(value > 0)) say(column, `${name}: expected a number above 0, got ${quoted(text)}`);
    return value;
  };
  const range = (what: string): Range => {
    const [least, most] = [number(`least_${what}`), number(`most_${what}`)];
    if (least > most) say(at(`most_${what}`).column, `most_${what}: is below least_${what}`);
    return { least, most };
  };
  const named = at("quantity");
  const found = Object.entries(UNITS).find(([, units]) => Object.hasOwn(units, named.text));
  if (found === undefined)
    say(named.column, `quantity: got ${quoted(named.text)}`, didYouMean(named.text, QUANTITIES) || `one of ${QUANTITIES.join(", ")}`);
  const ports = at("ports").text.toLowerCase();
  if (!isPorts(ports)) say(at("ports").column, `ports: expected ${MACRO_PORTS.join(", ")}, got ${quoted(at("ports").text)}`);
  const error = names.includes("plus_minus_percent") ? at("plus_minus_percent") : null;
  const percent = error === null || error.text === "" ? null : cellNumber(error.text);
  if (percent !== null && !(percent >= 0 && percent <= MOST_PLUS_MINUS))
    say((error as Cell).column, `plus_minus_percent: expected 0 to ${MOST_PLUS_MINUS}, got ${quoted((error as Cell).text)}`);
  const shape = { technologyNm: number("technology_nm"), words: range("words"), bits: range("bits"), volts: range("voltage_v") };
  if (found === undefined || !isPorts(ports)) return null;
  const [quantity, units] = found;
  const beyond = names.includes("beyond_percent") && at("beyond_percent").text !== "" ? at("beyond_percent") : null;
  const common = names.includes("shared_ln") && at("shared_ln").text !== "" ? at("shared_ln") : null;
  const shared = common === null ? [] : common.text.split(";").map((text) => text.trim());
  if (common !== null && percent === null)
    say(common.column, "shared_ln: is a part of plus_minus_percent, which is empty", "give both, or neither");
  for (const [name, { column }, texts, evaluated] of [
    ["law", at("law"), [at("law").text], priceValue],
    ["beyond_percent", beyond ?? at("law"), beyond === null ? [] : [beyond.text], priceValue],
    ["shared_ln", common ?? at("law"), shared, signedValue],
  ] as const) {
    const problem = texts.map((text) => problemOf(text, shape, evaluated)).find((one) => one !== null);
    if (problem === undefined) continue;
    say(column, `${name}: ${problem}`);
    return null;
  }
  return {
    ...{ ...shape, ports, corner: names.includes("corner") ? at("corner").text : "", quantity: quantity as MacroQuantity },
    law: { line, text: at("law").text, factor: units[named.text], plusMinusPercent: percent, beyond: beyond?.text ?? null, shared },
  };
}

/** The problem of an expression at the ends of its range. */
function problemOf(
  text: string,
  { words, bits, volts, technologyNm }: Pick<LawSet, "words" | "bits" | "volts" | "technologyNm">,
  evaluated: typeof priceValue,
): string | null {
  for (const end of ["least", "most"] as const) {
    try {
      evaluated(text, macroVariables(words[end], bits[end], volts[end], technologyNm));
    } catch (problem) {
      if (!(problem instanceof ExpressionError)) throw problem;
      return `${problem.message} at character ${problem.column} of ${quoted(text)}`;
    }
  }
  return null;
}

function setsOf(rows: readonly Row[], say: (line: number, column: number, message: string, fix?: string) => void): readonly LawSet[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.ports, row.corner, row.technologyNm]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group): LawSet => {
    const [first] = group;
    const laws: { [quantity: string]: MacroLaw } = {};
    for (const { quantity, law } of group) {
      if (Object.hasOwn(laws, quantity))
        say(law.line, 1, `is another law of ${quantity}, like line ${laws[quantity].line}`, "leave one of them out");
      laws[quantity] = law;
    }
    if (laws.cycle_ns === undefined && laws.access_ns !== undefined) laws.cycle_ns = laws.access_ns;
    const missing = MACRO_QUANTITIES.filter((quantity) => laws[quantity] === undefined);
    if (missing.length > 0)
      say(first.law.line, 1, `macros of ${first.ports} at ${first.technologyNm} nm have no law of ${missing.join(", ")}`);
    const { ports, corner, technologyNm } = first;
    return { ports, corner, technologyNm, ...rangesOf(group), laws: laws as { [quantity in MacroQuantity]: MacroLaw } };
  });
}

/** The range in which all laws of a set hold. */
function rangesOf(group: readonly Row[]): Pick<LawSet, "words" | "bits" | "volts"> {
  const common = (of: (row: Row) => Range): Range => ({
    least: Math.max(...group.map((row) => of(row).least)),
    most: Math.min(...group.map((row) => of(row).most)),
  });
  return { words: common((row) => row.words), bits: common((row) => row.bits), volts: common((row) => row.volts) };
}
