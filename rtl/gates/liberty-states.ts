/**
 * Energies of a pin by the state of its cell: groups `internal_power` with a condition (`when`) hold in the states that
 * meet it, one without a condition in all others. Throws: InputError with the line for a condition that cannot be read.
 */
import { quoted } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";
import { type Edges, NO_TABLE, sumOf, type Table, tableOf, type Units } from "./liberty-table.js";
import type { Group } from "./liberty-text.js";

/** Energies per edge, pJ. */
export interface StateEnergies {
  /** Pins on which they depend. */
  readonly pins: readonly string[];
  /** By state, in which bit k is the value of `pins[k]`: the number of its energies. */
  readonly choice: readonly number[];
  readonly energies: readonly Edges[];
}

type Condition = (isHigh: (pin: string) => boolean) => boolean;

/** More would take more than 65,536 states. */
const MOST_PINS = 16;
/** Conditions of libraries have some dozens; each may nest the others. */
const MOST_WORDS = 1000;
const WORD = /\s*([A-Za-z_][\w.[\]]*|[01]|&&?|\|\|?|[!'*+^()])/y;

/** Words of a condition; null: it has others, or too many. */
function wordsOf(text: string): readonly string[] | null {
  const words: string[] = [];
  for (WORD.lastIndex = 0; text.slice(WORD.lastIndex).trim() !== ""; ) {
    const word = WORD.exec(text)?.[1];
    if (word === undefined || words.length === MOST_WORDS) return null;
    words.push(word);
  }
  return words;
}

/**
 * A condition of the format: `!A` or `A'`, then `^`, then `*`, `&` or nothing between two, then `+` or `|`. null: it
 * cannot be read.
 */
export function conditionOf(text: string): { readonly pins: readonly string[]; readonly holds: Condition } | null {
  const words = wordsOf(text);
  if (words === null) return null;
  const pins = new Set<string>();
  let next = 0;
  let isBroken = false;
  const operand = (): Condition => {
    const word = words[next++];
    if (word === "!") {
      const inner = operand();
      return (isHigh) => !inner(isHigh);
    }
    let value: Condition = () => word === "1";
    if (word === "(") {
      value = sum();
      if (words[next++] !== ")") isBroken = true;
    } else if (word !== undefined && /^[A-Za-z_]/.test(word)) {
      pins.add(word);
      value = (isHigh) => isHigh(word);
    } else if (word !== "0" && word !== "1") isBroken = true;
    for (; words[next] === "'"; next++) {
      const inner = value;
      value = (isHigh) => !inner(isHigh);
    }
    return value;
  };
  const chain = (part: () => Condition, joins: (word: string) => number | null, both: (a: boolean, b: boolean) => boolean): Condition => {
    let all = part();
    for (let width = joins(words[next] ?? ""); width !== null && !isBroken; width = joins(words[next] ?? "")) {
      next += width;
      const [before, after] = [all, part()];
      all = (isHigh) => both(before(isHigh), after(isHigh));
    }
    return all;
  };
  const differ = (): Condition =>
    chain(
      operand,
      (word) => (word === "^" ? 1 : null),
      (a, b) => a !== b,
    );
  const product = (): Condition =>
    chain(
      differ,
      (word) => (/^[&*]/.test(word) ? 1 : /^[\w!(]/.test(word) ? 0 : null),
      (a, b) => a && b,
    );
  const sum = (): Condition =>
    chain(
      product,
      (word) => (/^[|+]/.test(word) ? 1 : null),
      (a, b) => a || b,
    );
  const holds = sum();
  return isBroken || next !== words.length ? null : { pins: [...pins], holds };
}

/** The supply pin to which power or leakage belongs; cells with one supply often name none. */
export const supplyOf = (group: Group): string => group.attributes.get("related_pg_pin") ?? "";

/** Groups of equal text, in order of first appearance. */
export function groupedBy(groups: readonly Group[], textOf: (group: Group) => string): Group[][] {
  const byText = new Map<string, Group[]>();
  for (const group of groups) {
    const same = byText.get(textOf(group));
    if (same === undefined) byText.set(textOf(group), [group]);
    else same.push(group);
  }
  return [...byText.values()];
}

interface Power {
  readonly holds: Condition | null;
  readonly rise: Table | null;
  readonly fall: Table | null;
}

/** Energies of the groups of one pin and one related pin, added up over supply pins. */
export function stateEnergies(powers: readonly Group[], isPin: (name: string) => boolean, units: Units): StateEnergies {
  const pins: string[] = [];
  const powerOf = (group: Group): Power => {
    const table = (...names: readonly string[]): Table | null => {
      const found = group.groups.find(({ name }) => names.includes(name));
      return found === undefined ? null : tableOf(found, units, units.energyPj);
    };
    const edges = { rise: table("rise_power", "power"), fall: table("fall_power", "power") };
    const when = group.attributes.get("when");
    if (when === undefined) return { ...edges, holds: null };
    const condition = conditionOf(when);
    if (condition === null) throw units.refused(group, `has ${quoted(when)} as when, which is no condition of at most ${MOST_WORDS} words`);
    const alien = condition.pins.find((name) => !isPin(name));
    if (alien !== undefined) throw units.refused(group, `has ${quoted(when)} as when, but the cell has no pin ${alien}`);
    pins.push(...condition.pins.filter((name) => !pins.includes(name)));
    return { ...edges, holds: condition.holds };
  };
  const supplies = groupedBy(powers, supplyOf).map((groups) => groups.map(powerOf));
  if (pins.length > MOST_PINS) throw units.refused(powers[0], `depends on ${pins.length} pins, more than ${MOST_PINS}`);
  /** The table that holds in a state. */
  const tableIn = (supply: readonly Power[], edge: "rise" | "fall", isHigh: (pin: string) => boolean): Table =>
    (supply.find((one) => one[edge] !== null && one.holds?.(isHigh) === true) ??
      supply.find((one) => one[edge] !== null && one.holds === null))?.[edge] ?? NO_TABLE;
  const numbers = new Map<Table, number>();
  const numberOf = (table: Table): number => {
    const known = numbers.get(table) ?? numbers.size;
    numbers.set(table, known);
    return known;
  };
  const byTables = new Map<string, number>();
  const energies: Edges[] = [];
  const choice = Array.from({ length: powerOfTwo(pins.length) }, (_, state) => {
    const isHigh = (pin: string): boolean => ((state >> pins.indexOf(pin)) & 1) === 1;
    const [rises, falls] = (["rise", "fall"] as const).map((edge) => supplies.map((supply) => tableIn(supply, edge, isHigh)));
    const name = [...rises, ...falls].map(numberOf).join(" ");
    const known = byTables.get(name) ?? energies.length;
    if (known === energies.length) energies.push({ rise: sumOf(rises), fall: sumOf(falls) });
    byTables.set(name, known);
    return known;
  });
  return { pins, choice, energies };
}
