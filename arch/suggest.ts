/**
 * Guesses what the user meant: names that share words with the typed one, the right key if only the unit is wrong, and
 * the key that others call by that word.
 */
import { type Place, pathsCalled } from "./synonyms.js";

const MOST_RELATED = 6;

/** The candidates that share most words with `key`, without its unit; empty if none shares a word. */
export function sharedWords(key: string, candidates: readonly string[]): string {
  const words = new Set(splitUnit(key.toLowerCase()).stem.split(/[^a-z0-9]+/));
  const shared = (name: string): number =>
    splitUnit(name)
      .stem.split("_")
      .filter((word) => words.has(word)).length;
  const most = candidates.reduce((best, name) => Math.max(best, shared(name)), 0);
  const related = candidates.filter((name) => shared(name) === most).slice(0, MOST_RELATED);
  return most === 0 ? "" : `did you mean one of ${related.join(", ")}?`;
}

/** Unit suffix -> dimension and factor to the dimension's base. */
const UNITS: { readonly [unit: string]: readonly [dimension: string, factor: number] } = {
  hz: ["frequency", 1],
  khz: ["frequency", 1e3],
  mhz: ["frequency", 1e6],
  ghz: ["frequency", 1e9],
  s: ["time", 1],
  ms: ["time", 1e-3],
  us: ["time", 1e-6],
  ns: ["time", 1e-9],
  ps: ["time", 1e-12],
  v: ["voltage", 1],
  mv: ["voltage", 1e-3],
  m: ["length", 1],
  mm: ["length", 1e-3],
  um: ["length", 1e-6],
  nm: ["length", 1e-9],
  bit: ["information", 1],
  bits: ["information", 1],
  b: ["information", 8],
  byte: ["information", 8],
  bytes: ["information", 8],
  kb: ["information", 8e3],
  kib: ["information", 8192],
  mb: ["information", 8e6],
  mib: ["information", 8192 * 1024],
  k: ["temperature", 1],
  c: ["temperature", 1],
  celsius: ["temperature", 1],
  cycles: ["cycles", 1],
  pj: ["energy", 1e-12],
  fj: ["energy", 1e-15],
  nj: ["energy", 1e-9],
  j: ["energy", 1],
  mw: ["power", 1e-3],
  uw: ["power", 1e-6],
  w: ["power", 1],
  mm2: ["area", 1e-6],
  um2: ["area", 1e-12],
};

function splitUnit(key: string): { readonly stem: string; readonly unit: string } {
  const cut = key.lastIndexOf("_");
  const unit = key.slice(cut + 1).toLowerCase();
  return cut > 0 && Object.hasOwn(UNITS, unit) ? { stem: key.slice(0, cut), unit } : { stem: key, unit: "" };
}

function convert(value: number, from: string, to: string): number | null {
  if (!Object.hasOwn(UNITS, from) || !Object.hasOwn(UNITS, to)) return null;
  const [dimension, factor] = UNITS[from] as readonly [string, number];
  const [wanted, base] = UNITS[to] as readonly [string, number];
  if (dimension !== wanted) return null;
  const offset = dimension === "temperature" && to === "k" && from !== "k" ? 273.15 : 0;
  return Number(((value * factor) / base + offset).toPrecision(12));
}

/**
 * The line to write for a key that differs from a known one only by its unit: `clock_ghz` of 0.1 -> `clock_mhz: 100`.
 */
export function unitFix(key: string, value: unknown, known: readonly string[]): string | null {
  const snake = snakeOf(key);
  if (snake !== key && known.includes(snake)) return `write ${snake}`;
  const got = splitUnit(snake);
  for (const candidate of known) {
    const want = splitUnit(candidate);
    if (want.unit === "" || want.stem !== got.stem) continue;
    const converted = typeof value === "number" && got.unit !== "" ? convert(value, got.unit, want.unit) : null;
    return converted === null ? `did you mean ${candidate}? the unit is part of the name` : `write ${candidate}: ${converted}`;
  }
  return null;
}

/**
 * The line to write for a key that the field or another tool calls by this word: `node_nm` of 28 ->
 * `chip.technology_nm: 28`; empty if there is none. `place`: the mapping, whose section is searched alone unless
 * `isAnywhere`; `paths`: all known ones.
 */
export function calledFix(key: string, value: unknown, place: Place, paths: readonly string[], isAnywhere: boolean): string {
  const snake = snakeOf(key).replaceAll("-", "_");
  const got = splitUnit(snake);
  const [found] = [snake, got.stem].flatMap((word) => pathsCalled(word, place, paths));
  if (found === undefined || !(found.isNear || isAnywhere)) return "";
  const { path } = found;
  const { unit } = splitUnit(path);
  const converted = typeof value === "number" ? convert(value, got.unit, unit) : null;
  return converted === null ? `did you mean ${path}?` : `write ${path}: ${converted}`;
}

const snakeOf = (key: string): string => key.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();

/** The line to write for a text such as `0.1 GHz` under `clock_mhz`. */
export function quantityFix(key: string, text: string): string | null {
  const match = /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*([a-z]+2?)?\s*$/i.exec(text);
  if (match === null) return null;
  const { unit } = splitUnit(key);
  const written = (match[2] ?? unit).toLowerCase();
  if (written === "" || unit === "") return written === "" ? `write ${key}: ${Number(match[1])} without quotes` : null;
  const value = convert(Number(match[1]), written, unit);
  return value === null ? null : `write ${key}: ${value}`;
}
