/** Control of synthesised cores as a table: mean, least and largest value over the cores. Pure. */
import { ihpCells } from "../../arch/memories/registers.js";
import { sigmaOf } from "../fpga/fit.js";

/** The used fields of a row of `docs/logs/rtl-gates.json`. */
export interface GateLog {
  readonly cycles: number;
  /** True if it ran as in the simulator: only then its energies count. */
  readonly equal: boolean;
  readonly registers: { readonly [part: string]: number };
  readonly parts: readonly {
    readonly part: string;
    readonly areaUm2: number;
    readonly leakageUw: number;
    readonly switchingPj: number;
    readonly internalPj: number;
  }[];
}

/**
 * Parts that have prices of their own. The grants of the state memory share a part with words that are priced; only
 * their energy counts as control.
 */
const PRICED: ReadonlySet<string> = new Set(["synapses.lanes", "somas.back", "somas.unit", "input_queue", "somas.own_rows", "memory"]);
const GRANTS = "memory";
/** Whether a part of an emitted core counts as control by area, leakage and registers. */
export const isControl = (part: string): boolean => !PRICED.has(part);

const SOURCE =
  "derived: cores emitted by this project as gates of IHP SG13G2, 1.2 V, 25 C (docs/logs/rtl-gates.json); wires and glitches are not in it";

/** A figure of control, and its value for each core. */
interface ControlFigure {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
}

export function controlFigures(rows: readonly GateLog[]): readonly ControlFigure[] {
  const { "flip-flop": flop } = ihpCells();
  const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((all, item) => all + of(item), 0);
  const own = ({ parts }: GateLog) => parts.filter(({ part }) => isControl(part));
  const quantities: readonly (readonly [string, string, readonly GateLog[], (row: GateLog) => number])[] = [
    ["area", "flip-flops", rows, (row) => sum(own(row), ({ areaUm2 }) => areaUm2) / flop.areaUm2],
    ["leakage", "flip-flops", rows, (row) => sum(own(row), ({ leakageUw }) => leakageUw * 1e6) / flop.leakagePw],
    ["registers", "bit", rows, (row) => sum(Object.entries(row.registers), ([part, bits]) => (isControl(part) ? bits : 0))],
    [
      "energy",
      "pJ per cycle",
      rows.filter(({ equal }) => equal),
      (row) =>
        sum(row.parts, ({ part, switchingPj, internalPj }) => (part === GRANTS || isControl(part) ? switchingPj + internalPj : 0)) /
        row.cycles,
    ],
  ];
  return quantities.map(([name, unit, of, value]) => ({ name, unit, values: of.map(value) }));
}

export const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** By figure: root mean square of ln(core / mean of the others). */
export const controlErrors = (rows: readonly GateLog[]): { readonly [name: string]: number } =>
  Object.fromEntries(
    controlFigures(rows).map(({ name, values }) => {
      const others = (i: number): readonly number[] => values.filter((_, k) => k !== i);
      return [name, sigmaOf(values.map((value, i) => value / meanOf(others(i))))];
    }),
  );

export function controlTable(rows: readonly GateLog[]): string {
  const lines = controlFigures(rows).map(({ name, unit, values }) => {
    const numbers = [meanOf(values), Math.min(...values), Math.max(...values)].map((value) => value.toPrecision(4));
    return `${name},${unit},${numbers.join(",")},${values.length},"${SOURCE}"`;
  });
  return `quantity,unit,mean,least,most,cores,source\n${lines.join("\n")}\n`;
}
