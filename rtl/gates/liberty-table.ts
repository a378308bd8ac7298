/**
 * Numbers and tables of liberty files, in the units used here. Throws: InputError with the line for a value that is no
 * number, an axis that does not rise, and a table whose number of values is not that of its axes' points.
 */
import { quoted } from "../../base/errors.js";
import type { Group } from "./liberty-text.js";

/** Values over slopes (rows) and loads; for a setup time, over the slopes of pin and clock. */
export interface Table {
  readonly slopes: readonly number[];
  readonly loads: readonly number[];
  readonly values: readonly number[];
}

/** Table of each edge: of an output, or of an input if there is no related pin. */
export interface Edges {
  readonly rise: Table;
  readonly fall: Table;
}

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;

/** Numbers of an attribute, with commas or blanks between them; none if it is absent. */
function numbersOf(group: Group, name: string, refused: Units["refused"]): number[] {
  const words = (group.attributes.get(name) ?? "").split(/[\s,]+/).filter((word) => word !== "");
  const other = words.find((word) => !NUMBER.test(word));
  if (other !== undefined) throw refused(group, `has the value ${quoted(other)} in ${name}, expected a number`);
  const numbers = words.map(Number);
  const large = numbers.findIndex((number) => !Number.isFinite(number));
  if (large >= 0) throw refused(group, `has the value ${quoted(words[large])} in ${name}, a number that is too large`);
  return numbers;
}

/** The number of an attribute; `absent` if it is absent. */
export function numberOf(group: Group, name: string, refused: Units["refused"], absent = 0): number {
  if (!group.attributes.has(name)) return absent;
  const [value, more] = numbersOf(group, name, refused);
  if (value === undefined || more !== undefined)
    throw refused(group, `has ${quoted(group.attributes.get(name) ?? "")} as ${name}, expected a number`);
  return value;
}

/** The number of an attribute that cannot be below 0. */
export function sizeOf(group: Group, name: string, refused: Units["refused"], absent = 0): number {
  const value = numberOf(group, name, refused, absent);
  if (value < 0) throw refused(group, `has ${value} as ${name}, expected a number of 0 or more`);
  return value;
}

/** The library's values for cells and pins that do not state their own, in its own units. */
interface Defaults {
  readonly leakage: number;
  /** Capacitance of a pin by its direction. */
  readonly loads: ReadonlyMap<string, number>;
}

/** What holds for all groups of a library. */
export interface Units {
  readonly timeNs: number;
  readonly loadPf: number;
  readonly leakagePw: number;
  readonly energyPj: number;
  readonly voltageV: number;
  readonly defaults: Defaults;
  /** Templates by kind and name. */
  readonly templates: ReadonlyMap<string, Group>;
  /** The error for a group. */
  readonly refused: (group: Group, message: string) => Error;
}

export const NO_TABLE: Table = { slopes: [0], loads: [0], values: [0] };

/** Kinds of templates: tables of power and all others have names of their own. */
const [POWER, OTHER] = ["power_lut_template", "lu_table_template"];
export const templatesOf = (library: Group): Units["templates"] =>
  new Map(library.groups.filter(({ name }) => name === POWER || name === OTHER).map((one) => [`${one.name} ${one.words[0] ?? ""}`, one]));

/** A table with its axes, which a template may define; its values are multiplied by `scale`. */
export function tableOf(group: Group | undefined, units: Units, scale: number): Table {
  if (group === undefined) return NO_TABLE;
  const { refused, templates } = units;
  const [own, other] = group.name.endsWith("power") ? [POWER, OTHER] : [OTHER, POWER];
  const [word = ""] = group.words;
  const template = templates.get(`${own} ${word}`) ?? templates.get(`${other} ${word}`);
  const axis = (n: 1 | 2 | 3): { readonly kind: string; readonly values: number[] } => {
    const index = `index_${n}`;
    const values = numbersOf(group.attributes.has(index) || template === undefined ? group : template, index, refused);
    if (values.some((value, i) => i > 0 && !(value > values[i - 1]))) throw refused(group, `has values in ${index} that do not rise`);
    return {
      kind: template?.attributes.get(`variable_${n}`) ?? (n === 1 ? "input_net_transition" : "total_output_net_capacitance"),
      values,
    };
  };
  const values = numbersOf(group, "values", refused).map((value) => value * scale);
  const [first, second] = [axis(1), axis(2)];
  const [rows, columns] = [first, second].map((one) => Math.max(1, one.values.length));
  if (axis(3).values.length > 0 || (second.values.length > 0 && first.values.length === 0))
    throw refused(group, "has axes other than index_1, or index_1 and index_2");
  if (values.length !== rows * columns)
    throw refused(group, `has ${values.length} values, expected ${rows * columns}: ${rows} x ${columns} by its axes`);
  const scaled = (one: { readonly kind: string; readonly values: readonly number[] }): number[] =>
    one.values.map((value) => value * (one.kind.includes("capacitance") ? units.loadPf : units.timeNs));
  const isSecond = /capacitance|related_pin/.test(first.kind);
  if (values.length === 1) return { slopes: [0], loads: [0], values };
  if (second.values.length <= 1)
    return isSecond ? { slopes: [0], loads: scaled(first), values } : { slopes: scaled(first), loads: [0], values };
  if (!isSecond) return { slopes: scaled(first), loads: scaled(second), values };
  const turned = second.values.flatMap((_, j) => first.values.map((_value, i) => values[i * second.values.length + j]));
  return { slopes: scaled(second), loads: scaled(first), values: turned };
}

/** Position on an axis: the step below, and the share of the next one. Beyond the ends, the last step is extended. */
function placeOn(axis: readonly number[], value: number): readonly [step: number, share: number] {
  if (axis.length === 1) return [0, 0];
  let step = 0;
  while (step < axis.length - 2 && value >= axis[step + 1]) step++;
  return [step, (value - axis[step]) / (axis[step + 1] - axis[step])];
}

/** Value at a slope and a load, linear between the table's points and beyond its ends. */
export function valueAt({ slopes, loads, values }: Table, slopeNs: number, loadPf: number): number {
  const [i, u] = placeOn(slopes, slopeNs);
  const [j, v] = placeOn(loads, loadPf);
  const at = (a: number, b: number): number => values[Math.min(a, slopes.length - 1) * loads.length + Math.min(b, loads.length - 1)];
  const low = at(i, j) * (1 - v) + at(i, j + 1) * v;
  const high = at(i + 1, j) * (1 - v) + at(i + 1, j + 1) * v;
  return low * (1 - u) + high * u;
}

/** Sum of tables, at the points of the largest one. */
export function sumOf(tables: readonly Table[]): Table {
  const [first = NO_TABLE, ...others] = [...tables].sort((a, b) => b.values.length - a.values.length);
  const { slopes, loads } = first;
  const at = (k: number): number =>
    others.reduce((sum, table) => sum + valueAt(table, slopes[Math.floor(k / loads.length)], loads[k % loads.length]), first.values[k]);
  return { ...first, values: first.values.map((_, k) => at(k)) };
}
