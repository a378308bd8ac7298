/** The generated part: modules that give parameters to the library and connect it; they have no logic. */
import { powerOfTwo } from "../base/math.js";
import { addressBits } from "./numbers.js";
import type { CoreTables } from "./tables.js";
import type { WaveEnd } from "./wave-end.js";

/** File names of the memory images, as the modules read them. */
export const IMAGE_FILES = {
  ...{ weights: "weights", own: "own.hex", sigmoid: "sigmoid.hex" },
  ...{ axons: "axons.hex", segments: "segments.hex", routes: "routes.hex" },
} as const;

/**
 * File name of a bank's weights: it ends in two hexadecimal digits, as in `weight_memory.sv`. `first`: beginning of the
 * names of the core's files.
 */
export const weightsFile = (bank: number, first: string = IMAGE_FILES.weights): string =>
  `${first}_${bank.toString(16).padStart(2, "0")}.hex`;

/** A table as one packed vector, its first entry lowest. */
export function vector(values: readonly number[], bits: number): string {
  return `{${[...values]
    .reverse()
    .map((value) => `${bits}'d${value}`)
    .join(", ")}}`;
}

/** A table of records as one packed vector: the first record lowest, the first field of a record highest. */
export function records(rows: readonly (readonly number[])[], bits: number): string {
  const lines = rows.map((fields) => `        {${fields.map((value) => `${bits}'d${value}`).join(", ")}}`);
  return `{\n${lines.reverse().join(",\n")}\n      }`;
}

/** A number without a width has 32 bits, with its sign. */
const literal = (value: number): string => (value < powerOfTwo(31) ? String(value) : `64'd${value}`);

/** Parameters of an instance, one per line. */
function assignments(parameters: readonly (readonly [name: string, value: string])[]): string {
  return parameters.map(([name, value]) => `      .${name}(${value})`).join(",\n");
}

/** Files of the axons and of the beginnings of their rows, if the core has them. */
export const rowFiles = (
  rows: CoreTables["rows"],
  files: { readonly axons: string; readonly segments: string; readonly routes: string },
): (readonly [name: string, value: string])[] =>
  rows === null
    ? []
    : [
        ["AXON_TABLE", `"${files.axons}"`],
        ["SEGMENT_TABLE", `"${files.segments}"`],
        ["ROUTE_TABLE", `"${files.routes}"`],
      ];

/** `chip.sv`: the core, and the barrier that ends its waves. */
export function chipModule({ scalars, tables, rows, stages }: CoreTables, { delayCycles, periodCycles }: WaveEnd): string {
  const bits = scalars.TW;
  const parameters = [
    ...Object.entries(scalars).map(([name, value]) => [name, String(value)] as const),
    ...Object.entries(tables).map(([name, rows]) => [name, records(rows, bits)] as const),
    ["WEIGHTS", `"${IMAGE_FILES.weights}"`] as const,
    ["OWN", `"${IMAGE_FILES.own}"`] as const,
    ["SIGMOID", scalars.CELL === 1 ? `"${IMAGE_FILES.sigmoid}"` : '""'] as const,
    ...rowFiles(rows, IMAGE_FILES),
  ];
  const message = 1 + addressBits(scalars.NP) + bits + scalars.PAYLOAD;
  return `// One core of the library with the parameters of this chip, and its barrier. Generated; the logic is in lib/.
module chip (
    input logic clk, rst,
    input logic go,
    input logic [${bits - 1}:0] steps,
    output logic frame_ask,
    output logic [${bits - 1}:0] frame_neuron,
    input logic [${scalars.UNITS * scalars.STATE - 1}:0] frame_values,
    output logic [${scalars.UNITS - 1}:0] score_valid,
    output logic [${bits - 1}:0] score_class,
    output logic [${scalars.UNITS * scalars.SCORE - 1}:0] scores,
    output logic start, finished,
    output logic [${bits - 1}:0] wave,
    output logic on_spike,
    output logic [${message - 1}:0] on_message,
    output logic on_pop,
    output logic [3:0] on_synapse,
    output logic [2:0] on_soma,
    output logic [${bits - 1}:0] on_reads, on_words, on_operations, on_updates, on_spikes, on_writes,
    output logic on_adds,
    output logic [${addressBits(scalars.NP) - 1}:0] on_population,
    output logic unwritten
);
  logic rests, scan, unused_packet, unused_destination, unused_accepts;
  logic [1:0] unused_intake;
  barrier #(.DELAY(${delayCycles}), .PERIOD(${periodCycles}), .STAGES(${stages}), .SCANS(${scalars.SCAN > 0 ? 1 : 0}), .TW(${bits})) waves (
      .clk, .rst, .go, .steps, .rests, .hidden(1'b0), .start, .scan, .wave, .finished
  );
  core #(
${assignments(parameters)}
  ) core_0 (
      .clk, .rst, .go, .start, .scan, .steps, .wave, .rests, .frame_ask, .frame_neuron, .frame_values, .score_valid, .score_class, .scores,
      .on_spike, .on_message, .on_pop, .on_synapse, .on_soma, .on_reads, .on_words, .on_operations, .on_updates, .on_spikes, .on_writes, .on_adds,
      .on_population, .unwritten, .push_packet(unused_packet), .destination(unused_destination), .network_full(1'b0), .delivers(1'b0),
      .delivered('0), .accepts(unused_accepts), .on_intake(unused_intake)
  );
endmodule
`;
}

/** `bench.sv`: the fixed test bench with the sizes of this chip and of its recorded inputs and results. */
export function benchModule(
  { scalars }: CoreTables,
  sizes: { readonly [name: string]: number },
  tables: { readonly [name: string]: readonly number[] },
): string {
  const shared = ["NP", "TW", "UNITS", "STATE", "SCORE", "PAYLOAD"].map((name) => [name, String(scalars[name])] as const);
  const own = Object.entries(sizes).map(([name, value]) => [name, literal(value)] as const);
  const vectors = Object.entries(tables).map(([name, values]) => [name, vector(values, 32)] as const);
  return `// The test bench of this chip. Generated; what it does is in tb.sv.
module bench;
  tb #(
${assignments([...shared, ...own, ...vectors])}
  ) tb ();
endmodule
`;
}

/** Cycles per bit on the serial line: the board's clock, divided by 2, over the bits per second. */
const ULX3S_BAUD = Math.round(25_000_000 / 2 / 115_200);

/** The serial line gives the number of steps in two bytes. */
const MOST_SERIAL_STEPS = 0xffff;

/** `ulx3s.sv`: the top of a ULX3S board with the sizes of this chip. */
export function boardModule({ scalars }: CoreTables, sizes: { readonly [name: string]: number }, mostSteps: number): string {
  const shared = ["TW", "UNITS", "STATE", "SCORE"].map((name) => [name, String(scalars[name])] as const);
  const own = ["INPUTS", "CLASSES"].map((name) => [name, String(sizes[name])] as const);
  return `// Top of a ULX3S with the sizes of this chip. Generated; the logic is in board/.
module ulx3s (
    input logic clk_25mhz, ftdi_txd, fire,
    output logic ftdi_rxd,
    output logic [1:0] led
);
  ulx3s_board #(
${assignments([...shared, ...own, ["MOST_STEPS", String(Math.min(mostSteps, MOST_SERIAL_STEPS))], ["BAUD", String(ULX3S_BAUD)]])}
  ) board (
      .clk_25mhz, .ftdi_txd, .fire, .ftdi_rxd, .led
  );
endmodule
`;
}

/** Sizes that the bench of a netlist needs; it sees no strobes, so it compares no spikes and counters. */
const NETLIST_SIZES: readonly string[] = ["UTTERANCES", "LATE", "STEPS", "INPUTS", "CLASSES", "WAVES", "MOST_CYCLES"];

/** The bench of a netlist, with the sizes of this chip; it dumps all nets. */
export function netlistBench({ scalars }: CoreTables, sizes: { readonly [name: string]: number }): string {
  const shared = ["NP", "TW", "UNITS", "STATE", "SCORE"].map((name) => [name, String(scalars[name])] as const);
  const own = NETLIST_SIZES.map((name) => [name, literal(sizes[name])] as const);
  return `module bench;
  gates_tb #(
${assignments([...shared, ...own, ["DUMP", "1"]])}
  ) tb ();
endmodule
`;
}
