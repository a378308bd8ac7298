/**
 * Reads a user's table of memory macros: CSV with a header whose names end in their units, one macro at one supply and
 * corner per line.
 *
 * Columns: `words`, `bits`, `ports` (1rw, 1r1w or 2rw), `technology_nm`, `voltage_v`; area (`area_mm2` or `area_um2`),
 * read and write energy (`read_pj`, `read_fj`), leakage (`leakage_mw`, `leakage_uw`, `leakage_nw`), access time
 * (`access_ns`, `access_ps`); and optionally `macro` (a name), `corner`, cycle time, `plus_minus_percent`, `source`.
 * Columns that begin with `note_` are not read. Empty lines, and lines that begin with #, are skipped. Pure.
 */
import { quoted } from "../../base/errors.js";
import { didYouMean } from "../../base/nearest.js";
import { type Cell, cellNumber, csvTable, type TableProblem } from "./csv-table.js";
import type { MacroCosts, MacroQuantity } from "./macro.js";

export const MACRO_PORTS = ["1rw", "1r1w", "2rw"] as const;
export type MacroPorts = (typeof MACRO_PORTS)[number];

export interface MacroRow {
  /** 1-based, in the table. */
  readonly line: number;
  /** Empty: it has none. */
  readonly name: string;
  readonly words: number;
  readonly bits: number;
  readonly ports: MacroPorts;
  /** Corner; empty: the table has none. */
  readonly corner: string;
  readonly technologyNm: number;
  readonly voltageV: number;
  readonly costs: MacroCosts;
  /** 90 % interval of its costs, percent; null: the row does not say. */
  readonly plusMinusPercent: number | null;
}

/** Rows of the same text are one macro, at several supplies, corners or nodes. */
export const macroKey = ({ name, words, bits, ports }: Pick<MacroRow, "name" | "words" | "bits" | "ports">): string =>
  JSON.stringify([name, words, bits, ports]);

export interface MacroTable {
  readonly rows: readonly MacroRow[];
  readonly problems: readonly TableProblem[];
}

/** Units of each quantity by column, as factors to the unit that prices have. */
export const UNITS: { readonly [quantity in MacroQuantity]: { readonly [column: string]: number } } = {
  area_mm2: { area_mm2: 1, area_um2: 1e-6 },
  read_pj: { read_pj: 1, read_fj: 1e-3 },
  write_pj: { write_pj: 1, write_fj: 1e-3 },
  leakage_mw: { leakage_mw: 1, leakage_uw: 1e-3, leakage_nw: 1e-6 },
  access_ns: { access_ns: 1, access_ps: 1e-3 },
  cycle_ns: { cycle_ns: 1, cycle_ps: 1e-3 },
};
const DEMANDED = ["words", "bits", "ports", "technology_nm", "voltage_v"];
const OPTIONAL = ["macro", "corner", "plus_minus_percent", "source"];
const KNOWN = [...DEMANDED, ...Object.values(UNITS).flatMap((units) => Object.keys(units)), ...OPTIONAL];
export const MOST_PROBLEMS = 20;
export const MOST_PLUS_MINUS = 900;
/** Largest value of a cell: a larger one has a wrong unit, and its products would leave the range of prices. */
const MOST_CELL = 1e9;
const MOST_VOLTS = 10;

/** All rows that can be read, and all problems. */
export function readMacroTable(text: string): MacroTable {
  const { header, headerLine, rows: told, problems: torn } = csvTable(text, HEADER_FIX);
  const problems: TableProblem[] = [];
  const say = (line: number, column: number, message: string, fix = ""): void => {
    if (problems.length < MOST_PROBLEMS) problems.push({ line, column, message, fix });
  };
  if (header.length > 0) checkHeader(header, (column, message, fix) => say(headerLine, column, message, fix));
  if (header.length === 0 || problems.length > 0) return { rows: [], problems: [...problems, ...torn].slice(0, MOST_PROBLEMS) };
  if (told.length + torn.length === 0) say(headerLine, 1, "has a header and no macro", "write one macro per line");
  const rows = told.flatMap(({ line, cells }) => {
    const before = problems.length;
    const row = rowOf(line, header, cells, (column, message, fix) => say(line, column, message, fix));
    return problems.length > before ? [] : [row];
  });
  checkTwins(rows, say);
  return { rows, problems: [...torn, ...problems].sort((a, b) => a.line - b.line).slice(0, MOST_PROBLEMS) };
}

export const HEADER_FIX = "begin with: words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns";

type Say = (column: number, message: string, fix: string) => void;

function checkHeader(header: readonly Cell[], say: Say): void {
  const names = header.map(({ text }) => text);
  for (const [i, { text, column }] of header.entries()) {
    if (text.startsWith("note_")) continue;
    if (names.indexOf(text) < i) say(column, `column ${quoted(text)} appears twice`, "leave one of them out");
    else if (!KNOWN.includes(text)) say(column, `unknown column ${quoted(text)}`, unknownFix(text));
  }
  for (const name of DEMANDED) if (!names.includes(name)) say(1, `has no column ${name}`, HEADER_FIX);
  for (const [quantity, units] of Object.entries(UNITS)) {
    const given = header.filter(({ text }) => Object.hasOwn(units, text));
    const choices = Object.keys(units).join(" or ");
    if (given.length === 0 && quantity !== "cycle_ns") say(1, `has no column ${choices}`, HEADER_FIX);
    if (given.length > 1) say(given[1].column, `has both ${given.map(({ text }) => text).join(" and ")}`, "leave one of them out");
  }
}

/** The fix for a column without its unit, or with another one: lists the units. */
function unknownFix(name: string): string {
  const stem = name.split("_")[0].toLowerCase();
  const found = Object.entries(UNITS).find(([quantity]) => quantity.startsWith(`${stem}_`));
  if (found !== undefined) return `write ${Object.keys(found[1]).join(" or ")}: names end in their unit`;
  return didYouMean(name, KNOWN) || "columns that are not read begin with note_";
}

interface Bounds {
  readonly least: "above 0" | "0";
  readonly most?: number;
  readonly whole?: boolean;
}

function rowOf(line: number, header: readonly Cell[], cells: readonly Cell[], say: Say): MacroRow {
  const at = new Map(header.map(({ text }, i) => [text, cells[i]]));
  const number = (name: string, { least, most = MOST_CELL, whole = false }: Bounds): number => {
    const { text, column } = at.get(name) as Cell;
    const value = cellNumber(text);
    const isWrong = !Number.isFinite(value) || (least === "0" ? value < 0 : value <= 0) || (whole && !Number.isInteger(value));
    if (isWrong)
      say(column, `${name}: expected a ${whole ? "whole " : ""}number ${least === "0" ? "of 0 or more" : least}, got ${quoted(text)}`, "");
    else if (value > most) say(column, `${name}: at most ${most}, got ${quoted(text)}`, "check its unit");
    return value;
  };
  const word = (name: string): string => at.get(name)?.text ?? "";
  const costOf = (quantity: MacroQuantity): number | null => {
    const unit = Object.entries(UNITS[quantity]).find(([column]) => at.has(column));
    if (unit === undefined) return null;
    const [column, factor] = unit;
    const least = quantity === "area_mm2" || quantity.endsWith("_ns") ? "above 0" : "0";
    return factor === 1 ? number(column, { least }) : number(column, { least }) * factor;
  };
  const portsCell = at.get("ports") as Cell;
  const ports = portsCell.text.toLowerCase();
  if (!isPorts(ports)) say(portsCell.column, `ports: expected ${MACRO_PORTS.join(", ")}, got ${quoted(portsCell.text)}`, "");
  const error = at.get("plus_minus_percent");
  const plusMinusPercent =
    error === undefined || error.text === "" ? null : number("plus_minus_percent", { least: "0", most: MOST_PLUS_MINUS });
  const access = costOf("access_ns") as number;
  return {
    line,
    name: word("macro"),
    words: number("words", { least: "above 0", whole: true }),
    bits: number("bits", { least: "above 0", whole: true }),
    ports: isPorts(ports) ? ports : "1rw",
    corner: word("corner"),
    technologyNm: number("technology_nm", { least: "above 0" }),
    voltageV: number("voltage_v", { least: "above 0", most: MOST_VOLTS }),
    costs: {
      area_mm2: costOf("area_mm2") as number,
      read_pj: costOf("read_pj") as number,
      write_pj: costOf("write_pj") as number,
      leakage_mw: costOf("leakage_mw") as number,
      access_ns: access,
      cycle_ns: costOf("cycle_ns") ?? access, // if the table has no cycle time, it equals the access time
    },
    plusMinusPercent,
  };
}

export const isPorts = (text: string): text is MacroPorts => (MACRO_PORTS as readonly string[]).includes(text);

/** Checks that a macro has one price per supply and corner; macros of one size may differ if they have names. */
function checkTwins(rows: readonly MacroRow[], say: (line: number, column: number, message: string, fix: string) => void): void {
  const seen = new Map<string, number>();
  for (const row of rows) {
    const { line, corner, technologyNm, voltageV } = row;
    const key = JSON.stringify([macroKey(row), corner, technologyNm, voltageV]);
    const twin = seen.get(key);
    if (twin === undefined) seen.set(key, line);
    else say(line, 1, `is the same macro as line ${twin}`, "leave one of them out, or give them names in a column macro");
  }
}
