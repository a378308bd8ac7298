/**
 * A cell library: area, leakage, delays and energies of its cells, from a liberty file.
 * Units: um2, pW, pF, ns, pJ; tables over input slope (ns) and load (pF).
 * Leakage is the file's `cell_leakage_power`, or else the sum over supply pins (`related_pg_pin`) of each one's mean
 * over the states, or else the file's `default_cell_leakage_power`. An energy is such a sum, too. A pin without
 * `capacitance` has the file's default of its direction.
 * Not modelled: states of a cell (`when`): energies are means over the states; `default_leakage_power_density`.
 * Throws: InputError with the line for a value that is no number, an axis that does not rise, and a table whose number
 * of values is not that of its axes' points.
 */
import { inputError, quoted } from "../../base/errors.js";
import { type Group, libertyError, parseLiberty } from "./liberty-text.js";

/** Values over slopes (rows) and loads; for a setup time, over the slopes of pin and clock. */
interface Table {
  readonly slopes: readonly number[];
  readonly loads: readonly number[];
  readonly values: readonly number[];
}

/** Table of each edge: of an output, or of an input if there is no related pin. */
export interface Edges {
  readonly rise: Table;
  readonly fall: Table;
}

export interface Arc {
  readonly from: string;
  /** `true`: the output falls if the input rises; null: it can do either. */
  readonly inverts: boolean | null;
  /** True for an arc from a clock edge. */
  readonly isClocked: boolean;
  readonly delay: Edges;
  readonly slope: Edges;
}

interface Pin {
  readonly isOutput: boolean;
  readonly isClock: boolean;
  readonly loadPf: number;
  readonly arcs: readonly Arc[];
  /** Time before the clock edge for which the pin must be steady, ns. */
  readonly setups: readonly Edges[];
  /**
   * Energy per edge by related pin, pJ; an input has one without a related pin. For each supply pin, it is the mean
   * over the file's states in which it is not 0: in some libraries, a clock edge at which the output changes has
   * energy 0, because that is part of the output's energy.
   */
  readonly energies: readonly Edges[];
  /**
   * True if the energies of an output include the charge of its load, so that they rise with the load by about V^2 / 2
   * per edge. The format excludes it, but some libraries include it, SG13G2 in its flip-flops only.
   */
  readonly hasLoadEnergy: boolean;
}

export interface LibraryCell {
  readonly areaUm2: number;
  readonly leakagePw: number;
  readonly isSequential: boolean;
  readonly pins: ReadonlyMap<string, Pin>;
}

export interface Library {
  readonly name: string;
  readonly voltageV: number;
  readonly cells: ReadonlyMap<string, LibraryCell>;
}

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;

/** Numbers of an attribute, with commas or blanks between them; none if it is absent. */
function numbersOf(group: Group, name: string, refused: Units["refused"]): number[] {
  const words = (group.attributes.get(name) ?? "").split(/[\s,]+/).filter((word) => word !== "");
  const other = words.find((word) => !NUMBER.test(word));
  if (other !== undefined) throw refused(group, `has the value ${quoted(other)} in ${name}, expected a number`);
  return words.map(Number);
}

/** The number of an attribute; `absent` if it is absent. */
function numberOf(group: Group, name: string, refused: Units["refused"], absent = 0): number {
  if (!group.attributes.has(name)) return absent;
  const [value, more] = numbersOf(group, name, refused);
  if (value === undefined || more !== undefined)
    throw refused(group, `has ${quoted(group.attributes.get(name) ?? "")} as ${name}, expected a number`);
  return value;
}

/** Factor from the library's unit to the unit used here. */
function unit(library: Group, name: string, powers: { readonly [unit: string]: number }, file: string): number {
  const text = (library.attributes.get(name) ?? "").replace(",", "").toLowerCase();
  const found = /^(\d+(?:\.\d+)?)([a-z]\w*)$/.exec(text);
  const power = found === null ? undefined : powers[found[2]];
  if (found === null || power === undefined)
    throw inputError(
      file,
      `${name} is ${quoted(text)}, expected one of ${Object.keys(powers)
        .map((word) => `1${word}`)
        .join(", ")}`,
    );
  return Number(found[1]) * power;
}

/** The library's values for cells and pins that do not state their own, in its own units. */
interface Defaults {
  readonly leakage: number;
  /** Capacitance of a pin by its direction. */
  readonly loads: ReadonlyMap<string, number>;
}

interface Units {
  readonly timeNs: number;
  readonly loadPf: number;
  readonly leakagePw: number;
  readonly energyPj: number;
  readonly voltageV: number;
  readonly defaults: Defaults;
  /** The error for a group. */
  readonly refused: (group: Group, message: string) => Error;
}

const NO_TABLE: Table = { slopes: [0], loads: [0], values: [0] };

/** A table with its axes, which a template may define; its values are multiplied by `scale`. */
function tableOf(group: Group | undefined, templates: ReadonlyMap<string, Group>, units: Units, scale: number): Table {
  if (group === undefined) return NO_TABLE;
  const { refused } = units;
  const template = templates.get(group.words[0] ?? "");
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

/** Mean of the tables that are not all 0 and have as many values as the largest. */
function mean(all: readonly Table[]): Table {
  const tables = all.filter(({ values }) => values.some((value) => value !== 0));
  const [first = NO_TABLE] = [...tables].sort((a, b) => b.values.length - a.values.length);
  const same = tables.filter(({ values }) => values.length === first.values.length);
  return { ...first, values: first.values.map((_, k) => same.reduce((sum, { values }) => sum + values[k], 0) / Math.max(1, same.length)) };
}

/** Sum of tables, at the points of the largest one. */
function sumOf(tables: readonly Table[]): Table {
  const [first = NO_TABLE, ...others] = [...tables].sort((a, b) => b.values.length - a.values.length);
  const { slopes, loads } = first;
  const at = (k: number): number =>
    others.reduce((sum, table) => sum + valueAt(table, slopes[Math.floor(k / loads.length)], loads[k % loads.length]), first.values[k]);
  return { ...first, values: first.values.map((_, k) => at(k)) };
}

/** Groups of equal text, in order of first appearance. */
function groupedBy(groups: readonly Group[], textOf: (group: Group) => string): Group[][] {
  const byText = new Map<string, Group[]>();
  for (const group of groups) byText.set(textOf(group), [...(byText.get(textOf(group)) ?? []), group]);
  return [...byText.values()];
}

/** The supply pin to which power or leakage belongs; cells with one supply often name none. */
const supplyOf = (group: Group): string => group.attributes.get("related_pg_pin") ?? "";

/** Whether energies rise with the load by the energy that charges it. */
function holdsLoad(energies: readonly Edges[], voltageV: number): boolean {
  const shares = energies.flatMap(({ rise, fall }) => {
    const last = rise.loads.length - 1;
    const span = rise.loads[last] - rise.loads[0];
    if (!(span > 0) || fall.loads.length !== rise.loads.length) return [];
    const more = (table: Table): number => table.values[last] - table.values[0];
    return [(more(rise) + more(fall)) / 2 / span / ((voltageV * voltageV) / 2)];
  });
  return shares.length > 0 && shares.reduce((sum, share) => sum + share, 0) / shares.length > 0.5;
}

function pinOf(group: Group, clocks: ReadonlySet<string>, templates: ReadonlyMap<string, Group>, units: Units): Pin {
  const [name = ""] = group.words;
  const inner = (of: Group, table: string): Group | undefined => of.groups.find((one) => one.name === table);
  const edges = (of: Group, rise: string, fall: string, scale: number): Edges => ({
    rise: tableOf(inner(of, rise), templates, units, scale),
    fall: tableOf(inner(of, fall), templates, units, scale),
  });
  const timings = group.groups.filter((one) => one.name === "timing");
  const kindOf = (timing: Group): string => timing.attributes.get("timing_type") ?? "combinational";
  const arcs = timings
    .filter((timing) => /^(combinational|rising_edge|falling_edge|three_state_enable)/.test(kindOf(timing)))
    .map((timing): Arc => {
      const sense = timing.attributes.get("timing_sense");
      return {
        from: timing.attributes.get("related_pin") ?? "",
        inverts: sense === "negative_unate" ? true : sense === "positive_unate" ? false : null,
        isClocked: kindOf(timing).endsWith("_edge"),
        delay: edges(timing, "cell_rise", "cell_fall", units.timeNs),
        slope: edges(timing, "rise_transition", "fall_transition", units.timeNs),
      };
    });
  const setups = timings
    .filter((timing) => kindOf(timing).startsWith("setup_"))
    .map((timing) => edges(timing, "rise_constraint", "fall_constraint", units.timeNs));
  const related = group.groups.filter((one) => one.name === "internal_power");
  const ofClock = related.filter((one) => clocks.has(one.attributes.get("related_pin") ?? ""));
  const both = (power: Group): Edges => {
    const shared = inner(power, "power");
    if (shared === undefined) return edges(power, "rise_power", "fall_power", units.energyPj);
    const table = tableOf(shared, templates, units, units.energyPj);
    return { rise: table, fall: table };
  };
  const ofStates = (powers: readonly Group[]): Edges => {
    const states = powers.map(both);
    return { rise: mean(states.map(({ rise }) => rise)), fall: mean(states.map(({ fall }) => fall)) };
  };
  const byPin = groupedBy(ofClock.length > 0 ? ofClock : related, (power) => power.attributes.get("related_pin") ?? "");
  const energies = byPin.map((powers): Edges => {
    const supplies = groupedBy(powers, supplyOf).map(ofStates);
    return { rise: sumOf(supplies.map(({ rise }) => rise)), fall: sumOf(supplies.map(({ fall }) => fall)) };
  });
  const direction = group.attributes.get("direction") ?? "";
  return {
    isOutput: direction === "output",
    isClock: clocks.has(name) || group.attributes.get("clock") === "true",
    loadPf: numberOf(group, "capacitance", units.refused, units.defaults.loads.get(direction)) * units.loadPf,
    arcs,
    setups,
    energies,
    hasLoadEnergy: holdsLoad(energies, units.voltageV),
  };
}

function cellOf(group: Group, templates: ReadonlyMap<string, Group>, units: Units): LibraryCell {
  const state = group.groups.find(({ name }) => name === "ff" || name === "latch");
  const clocks = new Set((state?.attributes.get("clocked_on") ?? state?.attributes.get("enable") ?? "").match(/\w+/g) ?? []);
  const { refused } = units;
  const leakages = group.groups.filter(({ name }) => name === "leakage_power");
  const ofSupply = (states: readonly Group[]): number =>
    states.reduce((sum, one) => sum + numberOf(one, "value", refused), 0) / states.length;
  const ofStates = groupedBy(leakages, supplyOf).reduce((sum, states) => sum + ofSupply(states), 0);
  const absent = leakages.length === 0 ? units.defaults.leakage : ofStates;
  const pins = group.groups.filter(({ name }) => name === "pin");
  return {
    areaUm2: numberOf(group, "area", refused),
    leakagePw: numberOf(group, "cell_leakage_power", refused, absent) * units.leakagePw,
    isSequential: state !== undefined,
    pins: new Map(pins.map((pin) => [pin.words[0] ?? "", pinOf(pin, clocks, templates, units)])),
  };
}

/** @throws InputError if the text is no liberty file, its units or numbers cannot be read, or it has no cells */
export function libraryOf(text: string, file: string): Library {
  const group = parseLiberty(text, file);
  const refused = (of: Group, message: string): Error =>
    libertyError(text, file, of.at, `${of.name}${of.words.length === 0 ? "" : ` (${of.words.join(", ")})`} ${message}`);
  const voltageV = numberOf(group, "nom_voltage", refused);
  if (!(voltageV > 0)) throw inputError(file, "has no nom_voltage", "name a liberty file of one corner");
  const timeNs = unit(group, "time_unit", { ns: 1, ps: 1e-3 }, file);
  const loadPf = unit(group, "capacitive_load_unit", { pf: 1, ff: 1e-3 }, file);
  const voltUnit = unit(group, "voltage_unit", { v: 1, mv: 1e-3 }, file);
  const leakagePw = unit(group, "leakage_power_unit", { pw: 1, nw: 1e3, uw: 1e6, mw: 1e9 }, file);
  const defaults: Defaults = {
    leakage: numberOf(group, "default_cell_leakage_power", refused),
    loads: new Map(["input", "output", "inout"].map((way) => [way, numberOf(group, `default_${way}_pin_cap`, refused)])),
  };
  const units: Units = { timeNs, loadPf, leakagePw, energyPj: loadPf * voltUnit * voltUnit, voltageV, defaults, refused };
  const templates = new Map(group.groups.filter(({ name }) => /template$/.test(name)).map((one) => [one.words[0] ?? "", one]));
  const cells = new Map(
    group.groups.filter(({ name }) => name === "cell").map((one) => [one.words[0] ?? "", cellOf(one, templates, units)]),
  );
  if (cells.size === 0) throw inputError(file, "has no cells", "name a liberty file of a cell library");
  return { name: group.words[0] ?? "", voltageV, cells };
}
