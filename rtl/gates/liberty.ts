/**
 * A cell library: area, leakage, delays and energies of its cells, from a liberty file.
 * Units: um2, pW, pF, ns, pJ; tables over input slope (ns) and load (pF).
 * Leakage is the file's `cell_leakage_power`, or else the sum over supply pins (`related_pg_pin`) of each one's mean
 * over the states, or else the file's `default_cell_leakage_power`. An energy is the sum over supply pins in a state of
 * the cell. A pin without `capacitance` has the mean of `rise_capacitance` and `fall_capacitance`, or else the file's
 * default of its direction. Cells with bundles or buses of pins are left out.
 * Not modelled: the state in leakage; `default_leakage_power_density`.
 * Throws: InputError with the line for what is no number, is below 0, or is no table; for an unknown direction or
 * condition; for a cell without an area.
 */
import { inputError, quoted } from "../../base/errors.js";
import { groupedBy, type StateEnergies, stateEnergies, supplyOf } from "./liberty-states.js";
import { type Edges, numberOf, sizeOf, type Table, tableOf, templatesOf, type Units } from "./liberty-table.js";
import { type Group, libertyError, parseLiberty } from "./liberty-text.js";

export interface Arc {
  readonly from: string;
  /** `true`: the output falls if the input rises; null: it can do either. */
  readonly inverts: boolean | null;
  /** True for an arc from a clock edge. */
  readonly isClocked: boolean;
  readonly delay: Edges;
  readonly slope: Edges;
}

export interface Pin {
  readonly isOutput: boolean;
  readonly isClock: boolean;
  /** Of a register's output: whether it is the inverse of the bit that the register holds; null: neither of them. */
  readonly isInverse: boolean | null;
  readonly loadPf: number;
  readonly arcs: readonly Arc[];
  /** Time before the clock edge for which the pin must be steady, ns. */
  readonly setups: readonly Edges[];
  /** Energies by related pin; an input has one without a related pin. */
  readonly energies: readonly StateEnergies[];
  /**
   * True if the energies of an output include the charge of its load, so that they rise with the load by about V^2 / 2
   * per edge. The format excludes it, but some libraries include it, SG13G2 in some of its flip-flops only.
   */
  readonly hasLoadEnergy: boolean;
}

/** Pins of an integrated clock gate: enable, clock, and the clock that it gives. */
export interface ClockGatePins {
  readonly enable: string;
  readonly clock: string;
  readonly gated: string;
}

export interface LibraryCell {
  readonly areaUm2: number;
  /** null: the cell is no clock gate for rising edges, or its pins are not marked. */
  readonly clockGate: ClockGatePins | null;
  readonly leakagePw: number;
  readonly isSequential: boolean;
  readonly pins: ReadonlyMap<string, Pin>;
}

export interface Library {
  readonly name: string;
  readonly voltageV: number;
  readonly cells: ReadonlyMap<string, LibraryCell>;
}

/** Factor from the library's unit to the unit used here. */
function unit(library: Group, name: string, powers: { readonly [unit: string]: number }, file: string): number {
  const text = (library.attributes.get(name) ?? "").replace(",", "").toLowerCase();
  const found = /^(\d+(?:\.\d+)?)([a-z]\w*)$/.exec(text);
  const power = found === null ? undefined : powers[found[2]];
  if (found === null || power === undefined || !(Number(found[1]) > 0))
    throw inputError(
      file,
      `${name} is ${quoted(text)}, expected one of ${Object.keys(powers)
        .map((word) => `1${word}`)
        .join(", ")}`,
    );
  return Number(found[1]) * power;
}

/** Whether energies rise with the load by the energy that charges it. */
function holdsLoad(energies: readonly StateEnergies[], voltageV: number): boolean {
  const shares = energies
    .flatMap((one) => one.energies)
    .flatMap(({ rise, fall }) => {
      const last = rise.loads.length - 1;
      const span = rise.loads[last] - rise.loads[0];
      if (!(span > 0) || fall.loads.length !== rise.loads.length) return [];
      const more = (table: Table): number => table.values[last] - table.values[0];
      return [(more(rise) + more(fall)) / 2 / span / ((voltageV * voltageV) / 2)];
    });
  return shares.length > 0 && shares.reduce((sum, share) => sum + share, 0) / shares.length > 0.5;
}

/** What all pins of a cell share. */
interface CellContext {
  readonly clocks: ReadonlySet<string>;
  /** Names of the bit that a register holds, and of its inverse. */
  readonly held: readonly string[];
  readonly isPin: (name: string) => boolean;
}

const DIRECTIONS: readonly string[] = ["input", "output", "inout", "internal"];
/** Names of a list such as `related_pin : "A B"`; one empty name if there is none. */
const namesIn = (group: Group, attribute: string): readonly string[] => (group.attributes.get(attribute) ?? "").trim().split(/\s+/);

function capacitanceOf(group: Group, direction: string, { refused, defaults }: Units): number {
  const [rise, fall] = ["rise_capacitance", "fall_capacitance"].map((name) => [name, group.attributes.has(name)] as const);
  if (group.attributes.has("capacitance") || !(rise[1] || fall[1]))
    return sizeOf(group, "capacitance", refused, defaults.loads.get(direction));
  const given = [rise, fall].filter(([, isGiven]) => isGiven).map(([name]) => sizeOf(group, name, refused));
  return given.reduce((sum, value) => sum + value, 0) / given.length;
}

function pinOf(name: string, group: Group, { clocks, held, isPin }: CellContext, units: Units): Pin {
  const inner = (of: Group, table: string): Group | undefined => of.groups.find((one) => one.name === table);
  const edges = (of: Group, rise: string, fall: string): Edges => ({
    rise: tableOf(inner(of, rise), units, units.timeNs),
    fall: tableOf(inner(of, fall), units, units.timeNs),
  });
  const timings = group.groups.filter((one) => one.name === "timing");
  const kindOf = (timing: Group): string => timing.attributes.get("timing_type") ?? "combinational";
  const arcs = timings
    .filter((timing) => /^(combinational|rising_edge|falling_edge|three_state_enable)/.test(kindOf(timing)))
    .flatMap((timing): readonly Arc[] => {
      const sense = timing.attributes.get("timing_sense");
      const arc = {
        inverts: sense === "negative_unate" ? true : sense === "positive_unate" ? false : null,
        isClocked: kindOf(timing).endsWith("_edge"),
        delay: edges(timing, "cell_rise", "cell_fall"),
        slope: edges(timing, "rise_transition", "fall_transition"),
      };
      return namesIn(timing, "related_pin").map((from) => ({ from, ...arc }));
    });
  const setups = timings
    .filter((timing) => kindOf(timing).startsWith("setup_"))
    .map((one) => edges(one, "rise_constraint", "fall_constraint"));
  const powers = group.groups.filter((one) => one.name === "internal_power");
  const relatedPins = [...new Set(powers.flatMap((power) => namesIn(power, "related_pin")))];
  const ofClock = relatedPins.filter((pin) => clocks.has(pin));
  const energies = (ofClock.length > 0 ? ofClock : relatedPins).map((pin) =>
    stateEnergies(
      powers.filter((power) => namesIn(power, "related_pin").includes(pin)),
      isPin,
      units,
    ),
  );
  const direction = group.attributes.get("direction") ?? "";
  if (!DIRECTIONS.includes(direction))
    throw units.refused(group, `has the direction ${quoted(direction)}, expected one of ${DIRECTIONS.join(", ")}`);
  const [, before = "", bit = "", after = ""] =
    /^\s*(!?)\s*\(?\s*(\w+)\s*\)?\s*('?)\s*$/.exec(group.attributes.get("function") ?? "") ?? [];
  return {
    isOutput: direction === "output",
    isClock: clocks.has(name) || group.attributes.get("clock") === "true",
    isInverse: held.includes(bit) ? (held.indexOf(bit) === 1) !== (before + after !== "") : null,
    loadPf: capacitanceOf(group, direction, units) * units.loadPf,
    arcs,
    setups,
    energies,
    hasLoadEnergy: holdsLoad(energies, units.voltageV),
  };
}

function clockGateOf(cell: Group, pins: readonly (readonly [name: string, pin: Group])[]): ClockGatePins | null {
  if (cell.attributes.get("clock_gating_integrated_cell") !== "latch_posedge") return null;
  const marked = (mark: string): string | undefined => pins.find(([, pin]) => pin.attributes.get(mark) === "true")?.[0];
  const [enable, clock, gated] = ["clock_gate_enable_pin", "clock_gate_clock_pin", "clock_gate_out_pin"].map(marked);
  return enable === undefined || clock === undefined || gated === undefined ? null : { enable, clock, gated };
}

function cellOf(group: Group, units: Units): LibraryCell {
  const state = group.groups.find(({ name }) => name === "ff" || name === "latch");
  const clocks = new Set((state?.attributes.get("clocked_on") ?? state?.attributes.get("enable") ?? "").match(/\w+/g) ?? []);
  const { refused } = units;
  if (!group.attributes.has("area")) throw refused(group, "has no area");
  const leakages = group.groups.filter(({ name }) => name === "leakage_power");
  const ofSupply = (groups: readonly Group[]): number => {
    // one without a condition is that of the states that no other names
    const named = groups.filter(({ attributes }) => attributes.has("when"));
    const states = named.length > 0 ? named : groups;
    return states.reduce((sum, one) => sum + numberOf(one, "value", refused), 0) / states.length;
  };
  const ofStates = groupedBy(leakages, supplyOf).reduce((sum, states) => sum + ofSupply(states), 0);
  const absent = leakages.length === 0 ? units.defaults.leakage : ofStates;
  const pins = group.groups.filter(({ name }) => name === "pin").flatMap((pin) => pin.words.map((name) => [name, pin] as const));
  const names = new Set(pins.map(([name]) => name));
  const context: CellContext = { clocks, held: state?.words ?? [], isPin: (name) => names.has(name) };
  return {
    areaUm2: sizeOf(group, "area", refused),
    clockGate: clockGateOf(group, pins),
    leakagePw: numberOf(group, "cell_leakage_power", refused, absent) * units.leakagePw,
    isSequential: state !== undefined,
    pins: new Map(pins.map(([name, pin]) => [name, pinOf(name, pin, context, units)])),
  };
}

/** @throws InputError if the text is no liberty file, its units or numbers cannot be read, or it has no cells */
export function libraryOf(text: string, file: string): Library {
  const group = parseLiberty(text, file);
  const refused = (of: Group, message: string): Error =>
    libertyError(text, file, of.at, `${of.name}${of.words.length === 0 ? "" : ` (${of.words.join(", ")})`} ${message}`);
  if (group.attributes.has("include_file")) throw refused(group, "has an include_file, which is not read");
  const voltageV = numberOf(group, "nom_voltage", refused);
  if (!(voltageV > 0)) throw inputError(file, "has no nom_voltage", "name a liberty file of one corner");
  const timeNs = unit(group, "time_unit", { ns: 1, ps: 1e-3 }, file);
  const loadPf = unit(group, "capacitive_load_unit", { pf: 1, ff: 1e-3 }, file);
  const voltUnit = unit(group, "voltage_unit", { v: 1, mv: 1e-3 }, file);
  const leakagePw = unit(group, "leakage_power_unit", { pw: 1, nw: 1e3, uw: 1e6, mw: 1e9 }, file);
  const energyPj = loadPf * voltUnit * voltUnit;
  const defaults = {
    leakage: numberOf(group, "default_cell_leakage_power", refused),
    loads: new Map(["input", "output", "inout"].map((way) => [way, sizeOf(group, `default_${way}_pin_cap`, refused)])),
  };
  const units: Units = { timeNs, loadPf, leakagePw, energyPj, voltageV, defaults, refused, templates: templatesOf(group) };
  const isScalar = (cell: Group): boolean => !cell.groups.some(({ name }) => name === "bundle" || name === "bus");
  const cells = new Map(
    group.groups
      .filter((one) => one.name === "cell" && isScalar(one))
      .flatMap((one) => {
        const cell = cellOf(one, units);
        return one.words.map((name) => [name, cell] as const);
      }),
  );
  if (cells.size === 0) throw inputError(file, "has no cells", "name a liberty file of a cell library");
  return { name: group.words[0] ?? "", voltageV, cells };
}
