/** Scripts for Yosys, by target. Pure: the same chip and target give the same text. */
import type { ClockGatePins, Library } from "./liberty.js";
import { SRAM_MODULES } from "./shape.js";

/** An integrated clock gate of a cell library. */
export interface ClockGate extends ClockGatePins {
  readonly cell: string;
}
/** Registers with a common enable from which on a clock gate pays: below, their multiplexers are smaller than it. */
const LEAST_GATED = 2;

export type Target = "ecp5" | "generic" | "liberty";

/** Files that the scripts write, by content. */
export const LEFT = {
  shape: "shape.json",
  ecp5: "ecp5.json",
  cells: "cells.json",
  gates: "gates.json",
  luts: "luts.json",
  netlist: "gates.v",
  models: "models.v",
} as const;
/** Files that the script of a target leaves. */
export const LEFT_BY: { readonly [target in Target]: readonly string[] } = {
  ecp5: [LEFT.shape, LEFT.ecp5, LEFT.cells],
  generic: [LEFT.shape, LEFT.cells],
  liberty: [LEFT.shape, LEFT.gates, LEFT.luts],
};
export const LIBRARY_FILE = "cells.lib";
export const DRIVER_FILE = "driver.constr";

/** Reads the chip, without the strobes that only a bench reads. */
function read(sources: readonly string[]): string[] {
  return [
    `read_verilog -sv -D SYNTHESIS ${sources.join(" ")}`,
    "hierarchy -check -top chip",
    "delete -output chip/w:on_* chip/w:unwritten",
  ];
}

/** Collects memories and reduces widths: sizes are read from this netlist. */
const SHAPE: readonly string[] = [
  "proc",
  "opt_expr",
  "opt_clean",
  "check -assert",
  "opt -nodffe -nosdff",
  "opt",
  "wreduce",
  "peepopt",
  "opt_clean",
  "memory -nomap",
  "opt_clean",
  `write_json ${LEFT.shape}`,
];

/** Maps to Yosys's own gates: queues become registers, memories are kept. */
const FINE: readonly string[] = [
  "alumacc",
  "share",
  "opt -fast -full",
  `setattr -set stays 1 ${SRAM_MODULES.map((name) => `*${name}/t:$mem_v2`).join(" ")}`,
  "memory_map t:$mem_v2 a:stays=1 %d",
  "opt -full",
  "techmap",
  "opt -fast",
];

/** Gives nets short names, n1, n2, ..., which keep a dump small. */
const NAMES: readonly string[] = ["splitnets", "rename -hide w:*", "rename -enumerate -pattern n% w:*"];

/** Leaves registers without enable or reset. */
const LEGAL = "dfflegalize -cell $_DFF_P_ x";

const TARGETS: { readonly [target in Target]: readonly string[] } = {
  ecp5: [`synth_ecp5 -top chip -json ${LEFT.ecp5}`, `tee -q -o ${LEFT.cells} stat -json`],
  generic: [...FINE, "abc -g gates", "opt_clean", "flatten -separator .", "opt_clean", `tee -q -o ${LEFT.cells} stat -json -tech cmos`],
  liberty: [
    ...FINE,
    "design -push-copy",
    "abc -lut 4",
    `tee -q -o ${LEFT.luts} stat -json`,
    "design -pop",
    LEGAL,
    "opt -fast",
    `dfflibmap -liberty ${LIBRARY_FILE}`,
    `abc -liberty ${LIBRARY_FILE} -constr ${DRIVER_FILE}`,
    "opt_clean",
    "flatten -separator .",
    "opt_clean",
    ...NAMES,
    `write_json ${LEFT.gates}`,
    `write_verilog -noattr ${LEFT.netlist}`,
    "design -reset",
    `read_liberty -ignore_miss_func ${LIBRARY_FILE}`,
    `write_verilog -noattr ${LEFT.models}`,
  ],
};

/**
 * The script for a target; `sources` are file names in reading order. `clockGate`: of a cell library, stands before
 * registers with a common enable, which are without multiplexers then.
 */
export function yosysScript(target: Target, sources: readonly string[], clockGate: ClockGate | null = null): string {
  const gating =
    clockGate === null
      ? []
      : [
          // a reset that comes before the enable becomes part of it: the gate would stop it
          "dfflegalize -cell $_DFF_P_ x -cell $_DFFE_PP_ x",
          `clockgate -pos ${clockGate.cell} ${clockGate.enable}:${clockGate.clock}:${clockGate.gated} -min_net_size ${LEAST_GATED}`,
        ];
  const mapped = TARGETS[target].flatMap((line) => (line === LEGAL ? [...gating, line] : [line]));
  const whole =
    target === "ecp5"
      ? [...read(sources), "design -push-copy", ...SHAPE, "design -pop", ...mapped]
      : [...read(sources), ...SHAPE, ...mapped];
  return `${whole.join("\n")}\n`;
}

/**
 * The cell that drives inputs when gates are sized, and the load of each output in femtofarads: the smallest buffer, or
 * else the smallest inverter.
 */
export function drivers({ cells }: Library): string | null {
  const passes = (inverts: boolean): readonly string[] =>
    [...cells]
      .filter(([, { pins, isSequential }]) => {
        const outputs = [...pins.values()].filter(({ isOutput }) => isOutput);
        return !isSequential && pins.size === 2 && outputs.length === 1 && outputs[0].arcs.some((arc) => arc.inverts === inverts);
      })
      .sort(([, a], [, b]) => a.areaUm2 - b.areaUm2)
      .map(([name]) => name);
  const [name] = [...passes(false), ...passes(true)];
  return name === undefined ? null : `set_driving_cell ${name}\nset_load 10\n`;
}
