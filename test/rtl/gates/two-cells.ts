/**
 * A library of an inverter and a register whose tables are linear, and a netlist of both: every figure has a closed
 * form.
 */

/** delay = A + B load + C slope, in ns and pF; output slope = D + E load. */
export const LINES = { a: 0.1, b: 2, c: 0.5, d: 0.02, e: 1 } as const;
/**
 * Energies, pJ: inverter edge; register output edge without load; rise and fall of the clock while the register keeps
 * its bit, and fall if D brings another; edge of D with the clock low, and high. A rise at which the register changes
 * is in the output's energy, as in SG13G2.
 */
export const ENERGIES = { inverter: 0.004, output: 0.03, rise: 0.01, fall: 0.02, fallOther: 0.028, data: 0.005, dataHigh: 0.001 } as const;
export const VOLTAGE_V = 1.2;
/** Capacitances, pF: of an inverter's input, of D, of the clock pin. */
export const LOADS = { inverter: 0.003, data: 0.002, clock: 0.004 } as const;
export const SETUP_NS = 0.3;
export const LEAKAGES_PW = { inverter: 50, register: 500 } as const;
export const AREAS = { inverter: 5, register: 50 } as const;

const SLOPES = [0.02, 0.2, 1];
const LOAD_POINTS = [0.001, 0.1, 0.3];

function table(name: string, value: (slope: number, load: number) => number, indent = ""): string {
  const rows = SLOPES.map((slope) => `"${LOAD_POINTS.map((load) => value(slope, load)).join(", ")}"`);
  return `${indent}${name} (over) { index_1 ("${SLOPES.join(", ")}"); index_2 ("${LOAD_POINTS.join(", ")}"); values ( \\\n ${rows.join(", \\\n ")} \\\n); }\n`;
}

const scalar = (name: string, value: number): string => `${name} (scalar) { values ("${value}"); }\n`;
const delay = (slope: number, load: number): number => LINES.a + LINES.b * load + LINES.c * slope;
const slopeOut = (_: number, load: number): number => LINES.d + LINES.e * load;
const arcs = [
  table("cell_rise", delay),
  table("cell_fall", delay),
  table("rise_transition", slopeOut),
  table("fall_transition", slopeOut),
].join("");
const both = (value: number): string => scalar("rise_power", value) + scalar("fall_power", value);

/** `loaded`: the register's output energy includes the charge of its load, as in SG13G2. */
export function twoCellLibrary(loaded = false): string {
  const out = (_: number, load: number): number => ENERGIES.output + (loaded ? (load * VOLTAGE_V * VOLTAGE_V) / 2 : 0);
  return `/* two cells */
library (two) {
  time_unit : "1ns"; voltage_unit : "1V"; leakage_power_unit : "1pW"; capacitive_load_unit (1,pf); nom_voltage : ${VOLTAGE_V};
  lu_table_template (over) { variable_1 : input_net_transition; variable_2 : total_output_net_capacitance; }
  cell (INV) {
    area : ${AREAS.inverter}; cell_leakage_power : ${LEAKAGES_PW.inverter};
    pin (A) { direction : input; capacitance : ${LOADS.inverter}; }
    pin (Y) { direction : output; function : "!A";
      timing () { related_pin : "A"; timing_sense : negative_unate; timing_type : combinational; ${arcs} }
      internal_power () { related_pin : "A"; ${both(ENERGIES.inverter)} }
    }
  }
  cell (DFF) {
    area : ${AREAS.register}; leakage_power () { value : ${LEAKAGES_PW.register - 100}; when : "D"; } leakage_power () { value : ${LEAKAGES_PW.register + 100}; when : "!D"; }
    ff (IQ, IQN) { clocked_on : "CK"; next_state : "D"; }
    pin (CK) { direction : input; clock : true; capacitance : ${LOADS.clock};
      internal_power () { when : "D * Q"; ${scalar("rise_power", ENERGIES.rise)} ${scalar("fall_power", ENERGIES.fall)} }
      internal_power () { when : "(!D * !Q)"; ${scalar("rise_power", ENERGIES.rise)} ${scalar("fall_power", ENERGIES.fall)} }
      internal_power () { when : "D ^ Q"; ${scalar("rise_power", 0)} ${scalar("fall_power", ENERGIES.fallOther)} }
      internal_power () { ${scalar("rise_power", 7)} ${scalar("fall_power", 7)} }
    }
    pin (D) { direction : input; capacitance : ${LOADS.data};
      timing () { related_pin : "CK"; timing_type : setup_rising; ${scalar("rise_constraint", SETUP_NS)} ${scalar("fall_constraint", SETUP_NS)} }
      internal_power () { when : "CK"; ${both(ENERGIES.dataHigh)} }
      internal_power () { ${both(ENERGIES.data)} }
    }
    pin (Q) { direction : output; function : "IQ";
      timing () { related_pin : "CK"; timing_sense : non_unate; timing_type : rising_edge; ${arcs} }
      internal_power () { related_pin : "CK"; ${table("rise_power", out)} ${table("fall_power", out)} }
    }
  }
}
`;
}

/** A register whose output an inverter feeds back: Q -> INV -> D; another inverter leads to the output. */
export const TOGGLING = {
  ports: { clk: { direction: "input", bits: [2] }, q: { direction: "output", bits: [5] } },
  cells: {
    "core_0.somas.$1": {
      type: "DFF",
      parameters: {},
      port_directions: { CK: "input", D: "input", Q: "output" },
      connections: { CK: [2], D: [4], Q: [3] },
    },
    "core_0.synapses.lanes.$2": {
      type: "INV",
      parameters: {},
      port_directions: { A: "input", Y: "output" },
      connections: { A: [3], Y: [4] },
    },
    "core_0.synapses.lanes.$3": {
      type: "INV",
      parameters: {},
      port_directions: { A: "input", Y: "output" },
      connections: { A: [4], Y: [5] },
    },
  },
  netnames: { clk: { bits: [2] }, n1: { bits: [3] }, n2: { bits: [4] }, n3: { bits: [5] } },
} as const;

/** The library whose register has an inverse output, too; its conditions name the other one. */
export const inverseLibrary = (): string => {
  const output = / {4}pin \(Q\) \{[\s\S]*?\n {4}\}\n/.exec(twoCellLibrary())?.[0] ?? "";
  return twoCellLibrary().replace(output, `${output}${output.replace("(Q)", "(QN)").replace('"IQ"', '"IQN"')}`);
};

/** A register alone, with a stored bit from outside. */
export const REGISTER = {
  ports: { clk: { direction: "input", bits: [2] }, d: { direction: "input", bits: [3] }, q: { direction: "output", bits: [4] } },
  cells: {
    "core_0.somas.$1": {
      type: "DFF",
      parameters: {},
      port_directions: { CK: "input", D: "input", Q: "output" },
      connections: { CK: [2], D: [3], Q: [4] },
    },
  },
  netnames: { clk: { bits: [2] }, d: { bits: [3] }, q: { bits: [4] } },
} as const;

/** The same of which only the inverse output leads on. */
export const INVERSE = {
  ...REGISTER,
  cells: {
    "core_0.somas.$1": {
      ...REGISTER.cells["core_0.somas.$1"],
      port_directions: { CK: "input", D: "input", QN: "output" },
      connections: { CK: [2], D: [3], QN: [4] },
    },
  },
};

/** Energies of a clock gate, pJ: edge of its clock, of its enable, of the clock that it gives; capacitances, pF. */
export const GATE = { clock: 0.006, enable: 0.002, gated: 0.011, clockPf: 0.005, enablePf: 0.0015, areaUm2: 30, leakagePw: 200 } as const;

/** The library with a clock gate; `loaded`: the energy of its output includes the charge of its load. */
export const gateLibrary = (loaded = false): string => {
  const out = (_: number, load: number): number => GATE.gated + (loaded ? (load * VOLTAGE_V * VOLTAGE_V) / 2 : 0);
  return twoCellLibrary().replace(
    "  cell (DFF)",
    `  cell (ICG) {
    area : ${GATE.areaUm2}; cell_leakage_power : ${GATE.leakagePw}; clock_gating_integrated_cell : "latch_posedge"; dont_use : true;
    pin (held) { direction : internal; internal_node : "held"; }
    pin (GCK) { direction : output; clock_gate_out_pin : true; state_function : "CK * held";
      timing () { related_pin : "CK"; timing_sense : positive_unate; ${arcs} }
      internal_power () { related_pin : "CK"; ${table("rise_power", out)} ${table("fall_power", out)} }
    }
    pin (CK) { direction : input; clock : true; clock_gate_clock_pin : true; capacitance : ${GATE.clockPf}; internal_power () { ${both(GATE.clock)} } }
    pin (EN) { direction : input; clock_gate_enable_pin : true; capacitance : ${GATE.enablePf}; internal_power () { ${both(GATE.enable)} } }
  }
  cell (DFF)`,
  );
};

/** A register behind a clock gate. */
export const GATED = {
  ports: { clk: { direction: "input", bits: [2] }, en: { direction: "input", bits: [3] }, d: { direction: "input", bits: [5] } },
  cells: {
    "core_0.somas.$1": {
      type: "ICG",
      parameters: {},
      port_directions: { CK: "input", EN: "input", GCK: "output" },
      connections: { CK: [2], EN: [3], GCK: [4] },
    },
    "core_0.memory.$2": {
      type: "DFF",
      parameters: {},
      port_directions: { CK: "input", D: "input", Q: "output" },
      connections: { CK: [4], D: [5], Q: [6] },
    },
  },
  netnames: { clk: { bits: [2] }, en: { bits: [3] }, gck: { bits: [4] }, d: { bits: [5] }, q: { bits: [6] } },
} as const;
