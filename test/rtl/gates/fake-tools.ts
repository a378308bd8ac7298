/**
 * Programs that replace Yosys and nextpnr, in a folder put first in PATH: they write reports, write none, fail, or
 * hang.
 */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const CELLS = JSON.stringify({
  design: { num_cells_by_type: { $scopeinfo: 3, LUT4: 120, TRELLIS_FF: 40, DP16KD: 2, MULT18X18D: 1, $_AND_: 9, $_DFF_P_: 4 } },
});
export const PLACED = JSON.stringify({
  fmax: {},
  utilization: { TRELLIS_COMB: { available: 43848, used: 150 }, TRELLIS_RAMW: { available: 5481, used: 7 } },
});
export const PLACED_LOG = `Info: Max frequency for clock    'clk': 40.00 MHz (PASS at 12.00 MHz)
Info: Max frequency for clock 'slow': 31.25 MHz (PASS at 12.00 MHz)
Info: Max frequency for clock  'clk': 42.50 MHz (PASS at 12.00 MHz)`;
export const SHAPE = JSON.stringify({
  modules: {
    chip: { cells: { core_0: { type: "a\\sram", parameters: {}, connections: {} } } },
    "a\\sram": {
      cells: {
        words: { type: "$mem_v2", parameters: { SIZE: "00001000", WIDTH: "00010000" }, connections: {} },
        $1: { type: "$sdffe", parameters: { WIDTH: "0101" }, connections: {} },
      },
    },
  },
});

/** Behaviour of `yosys` for a script: it writes the reports, writes nothing, fails, or hangs. */
const RUNS = {
  works: `echo "1. Executing HIERARCHY pass (managing design hierarchy)."\ncat > shape.json <<'END'\n${SHAPE}\nEND\ncat > cells.json <<'END'\n${CELLS}\nEND\necho '{}' > ecp5.json`,
  idles: 'echo "1. Executing PROC pass."',
  fails: 'echo "ERROR: syntax error in lib/core.sv" >&2; exit 1',
  hangs: 'echo "1. Executing PROC pass."; sleep 60',
};

export function fakeTools(folder: string, yosys: keyof typeof RUNS): string {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, body: string): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  write("yosys", `[ "$1" = -V ] && { echo "Yosys 9.9"; exit 0; }\necho ran >> "${join(folder, "runs")}"\n${RUNS[yosys]}`);
  write(
    "nextpnr-ecp5",
    `[ "$1" = --version ] && { echo "nextpnr 9.9" >&2; exit 0; }\necho "$@" >> "${join(folder, "placed")}"\ncat > placed.json <<'END'\n${PLACED}\nEND\ncat <<'END'\n${PLACED_LOG}\nEND`,
  );
  return folder;
}
