/**
 * The generated part of a chip with a network: parameters of its cores and its port, the mesh between them, their
 * barrier. It has instances only, and no logic.
 */
import type { NetworkTables } from "./network.js";
import { addressBits } from "./numbers.js";
import type { PortTables } from "./port.js";
import type { CoreTables } from "./tables.js";
import { IMAGE_FILES, records, rowFiles, vector } from "./top.js";
import type { WaveEnd } from "./wave-end.js";

/** File names of core `core`, or their beginnings. */
export const coreFiles = (core: number): { readonly [file in "weights" | "own" | "axons" | "segments" | "routes"]: string } => {
  const number = String(core).padStart(2, "0");
  return {
    weights: `${IMAGE_FILES.weights}_${number}`,
    own: `own_${number}.hex`,
    axons: `axons_${number}.hex`,
    segments: `segments_${number}.hex`,
    routes: `routes_${number}.hex`,
  };
};

/** Line width. */
const LINE = 148;

/** Items of a list, as many per line as fit. */
function wrapped(items: readonly string[]): string {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last === undefined || last.length + item.length > LINE) lines.push(`      ${item}`);
    else lines[lines.length - 1] = `${last}, ${item}`;
  }
  return lines.join(",\n");
}

const filled = (parameters: readonly (readonly [name: string, value: string | number])[]): string =>
  wrapped(parameters.map(([name, value]) => `.${name}(${String(value).replaceAll(/\s+/g, " ")})`));

interface SeveralCores {
  readonly cores: readonly CoreTables[];
  readonly network: NetworkTables;
  /** null: the chip has none. */
  readonly port: PortTables | null;
  readonly pace: WaveEnd;
  readonly barrierLevels: number;
}

/** Ports of a core that the chip has once per core: name, and bits of one as parameters of the chip. */
const PER_CORE: readonly (readonly [name: string, bits: string])[] = [
  ["frame_ask", "1"],
  ["frame_neuron", "TW"],
  ["frame_values", "UNITS*STATE"],
  ["score_valid", "UNITS"],
  ["score_class", "TW"],
  ["scores", "UNITS*SCORE"],
  ["on_spike", "1"],
  ["on_message", "MESSAGE"],
  ["on_intake", "2"],
  ["on_pop", "1"],
  ["on_synapse", "4"],
  ["on_soma", "3"],
  ["on_reads", "TW"],
  ["on_words", "TW"],
  ["on_operations", "TW"],
  ["on_updates", "TW"],
  ["on_spikes", "TW"],
  ["on_writes", "TW"],
  ["on_adds", "1"],
  ["on_population", "PW"],
  ["unwritten", "1"],
];
/** Signals between a core and the network. */
const INSIDE: readonly (readonly [name: string, bits: string])[] = [
  ["rests", "1"],
  ["network_rests", "1"],
  ["on_packet", "1"],
  ["network_full", "1"],
  ["delivers", "1"],
  ["accepts", "1"],
  ["destination", "DEST"],
  ["delivered", "MESSAGE"],
  ["bits_out", "MOST*WIDTH"],
  ["bits_in", "MOST*WIDTH"],
  ["flits", "FB"],
];

/** Signals of the port: those of the host, then those of the network; name and bits. */
const HOST_PORTS: readonly (readonly [direction: "input" | "output", name: string, bits: string])[] = [
  ["input", "host_more", "1"],
  ["input", "host_valid", "1"],
  ["input", "host_tail", "1"],
  ["input", "host_beat", "LINK"],
  ["output", "host_ready", "1"],
  ["output", "on_port_push", "1"],
  ["output", "on_port_beat", "1"],
  ["output", "on_port_wait", "1"],
];
const PORT_WIRES: readonly (readonly [name: string, bits: string])[] = [
  ...["port_full", "port_delivers", "port_network_rests", "leaf"].map((name) => [name, "1"] as const),
  ["port_flits", "FB"],
  ["port_bits", "MOST*WIDTH"],
  ["unused_bits", "MOST*WIDTH"],
];

/** The mesh's ports, which join the wires of all its ends. */
function meshPorts(hasPort: boolean): string {
  const of = (port: string, cores: string, atPort: string): string => {
    if (hasPort) return `.${port}({${atPort}, ${cores}})`;
    return port === cores ? `.${port}` : `.${port}(${cores})`;
  };
  const ends = [
    of("push", "on_packet", "on_port_push"),
    of("flits", "flits", "port_flits"),
    of("packets", "bits_out", "port_bits"),
    of("full", "network_full", "port_full"),
    of("delivers", "delivers", "port_delivers"),
    of("delivered", "bits_in", "unused_bits"),
    of("accepts", "accepts", "1'b0"),
    of("rests", "network_rests", "port_network_rests"),
  ];
  return `      .clk, .rst, .go(go_down), ${ends.join(", ")},
      .on_flits, .on_arrivals, .on_awake, .on_vcs, .on_stall_vc, .on_stall_credit, .on_stall_switch`;
}

const PORT_INSTANCE = `  host_port #(.NP(NP), .DEST(DEST), .BITS(BITS), .LINK(LINK), .WIDTH(WIDTH), .MOST(MOST), .FLITS(FLITS)) port (
      .clk, .rst, .more(host_more), .valid(host_valid), .tail(host_tail), .beat(host_beat), .ready(host_ready), .push(on_port_push), .flits(port_flits),
      .packet(port_bits), .full(port_full), .core_rests(rests[0]), .network_rests({port_network_rests, network_rests[0]}), .rests(leaf),
      .on_beat(on_port_beat), .on_wait(on_port_wait)
  );
`;

/** Ends of waves: a single core has its own barrier, several cores a tree; the port is at the tree's first leaf. */
function barrierInstance({ cores, pace, barrierLevels, port }: SeveralCores): string {
  const scans = cores.some(({ scalars: { SCAN } }) => SCAN > 0) ? 1 : 0;
  const shared = `.DELAY(${pace.delayCycles}), .PERIOD(${pace.periodCycles}), .STAGES(${cores[0].stages}), .SCANS(${scans}), ${port === null ? "" : ".EMPTY(1), "}.TW(TW)`;
  if (cores.length === 1)
    return `  assign go_down = go;
  barrier #(${shared}) waves (
      .clk, .rst, .go, .steps, .rests(leaf), .hidden(1'b0), .start, .scan, .wave, .finished
  );
`;
  return `  barrier_tree #(
      .CORES(CORES), .LEVELS(${barrierLevels}), ${shared}
  ) waves (
      .clk, .rst, .go, .steps, .rests${port === null ? "" : "({rests[CORES-1:1], leaf})"}, .network_rests, .go_down, .start, .scan, .wave, .finished
  );
`;
}

const part = (name: string, bits: string, core: number): string =>
  bits === "1" ? `${name}[${core}]` : `${name}[${core}*${bits}+:${bits}]`;
const width = (bits: string): string => (bits === "1" ? "CORES" : `CORES*${bits}`);

function coreInstance({ scalars, tables, rows }: CoreTables, core: number, { mesh, routes }: NetworkTables): string {
  const files = coreFiles(core);
  const parameters = [
    ...Object.entries(scalars),
    ...Object.entries(tables).map(([name, rows]) => [name, records(rows, scalars.TW)] as const),
    ...([
      ["CORES", mesh.CORES],
      ["SELF", core],
      ["TREE", mesh.TREE],
      ["ROUTES", records(routes, mesh.CORES)],
    ] as const),
    ...([
      ["WEIGHTS", `"${files.weights}"`],
      ["OWN", `"${files.own}"`],
    ] as const),
    ["SIGMOID", scalars.CELL === 1 ? `"${IMAGE_FILES.sigmoid}"` : '""'] as const,
    ...rowFiles(rows, files),
  ];
  const own = PER_CORE.map(([name, bits]) => `.${name}(${part(name, bits, core)})`);
  const inside = [
    ["rests", "rests"],
    ["push_packet", "on_packet"],
    ["destination", "destination"],
    ["network_full", "network_full"],
    ["delivers", "delivers"],
    ["delivered", "delivered"],
    ["accepts", "accepts"],
  ].map(([port, name]) => `.${port}(${part(name, INSIDE.find(([one]) => one === name)?.[1] ?? "1", core)})`);
  const ports = [".clk, .rst, .go(go_down), .start, .scan, .steps, .wave", ...inside, ...own];
  return `  core #(
${filled(parameters)}
  ) core_${core} (
${wrapped(ports)}
  );
  packet #(.NP(NP), .TW(TW), .PAYLOAD(PAYLOAD), .NEURON(NEURON), .DEST(DEST), .WIDTH(WIDTH), .MOST(MOST), .FLITS(FLITS)) packet_${core} (
      .message(${part("on_message", "MESSAGE", core)}), .destination(${part("destination", "DEST", core)}), .bits(${part("bits_out", "MOST*WIDTH", core)}),
      .flits(${part("flits", "FB", core)}), .come(${part("bits_in", "MOST*WIDTH", core)}), .delivered(${part("delivered", "MESSAGE", core)})
  );
`;
}

/** `chip.sv` of a chip with a network. */
export function severalCoresModule(made: SeveralCores): string {
  const { cores, network, port } = made;
  const [{ scalars }] = cores;
  const { mesh, packet, homes, flits, routers, ports } = network;
  const population = addressBits(scalars.NP);
  const constants = [
    ...Object.entries({ CORES: cores.length, ROUTERS: routers, PORTS: ports, NP: scalars.NP, TW: scalars.TW, UNITS: scalars.UNITS }),
    ...Object.entries({ STATE: scalars.STATE, SCORE: scalars.SCORE, PAYLOAD: scalars.PAYLOAD, PW: population }),
    ...Object.entries({ MESSAGE: 1 + population + scalars.TW + scalars.PAYLOAD, NEURON: packet.NEURON, DEST: packet.DEST }),
    ...Object.entries({ WIDTH: packet.WIDTH, MOST: packet.MOST, FB: addressBits(packet.MOST + 1), ...port?.link }),
  ].map(([name, value]) => `${name} = ${value}`);
  const outputs = PER_CORE.map(([name, bits]) => `    ${name === "frame_values" ? "input" : "output"} logic [${width(bits)}-1:0] ${name}`);
  const hosts =
    port === null
      ? []
      : HOST_PORTS.map(([direction, name, bits]) => `    ${direction} logic${bits === "1" ? "" : ` [${bits}-1:0]`} ${name},\n`);
  const wires = port === null ? [] : PORT_WIRES.map(([name, bits]) => `  logic${bits === "1" ? "" : ` [${bits}-1:0]`} ${name};\n`);
  const count = cores.length === 1 ? "One core" : `${cores.length} cores`;
  return `// ${count} of the library with the parameters of this chip, their network${port === null ? "" : ", its port"} and their barrier. Generated; the logic is in lib/.
module chip #(
    localparam int ${constants.join(", ")},
    localparam logic [NP*8-1:0] FLITS = ${vector(flits, 8)}
) (
    input logic clk, rst, go,
    input logic [TW-1:0] steps,
    output logic start, finished,
    output logic [TW-1:0] wave,
${outputs.join(",\n")},
${hosts.join("")}    output logic [CORES-1:0] on_packet,
    output logic [ROUTERS*PORTS-1:0] on_flits, on_arrivals,
    output logic [ROUTERS-1:0] on_awake,
    output logic [ROUTERS*16-1:0] on_vcs, on_stall_vc, on_stall_credit, on_stall_switch
);
  logic go_down, scan;
${INSIDE.filter(([name]) => !name.startsWith("on_"))
  .map(([name, bits]) => `  logic [${width(bits)}-1:0] ${name};`)
  .join("\n")}
${wires.join("")}${barrierInstance(made)}  mesh #(
${filled([...Object.entries(mesh), ["HOMES", records(homes, 16)]])}
  ) network (
${meshPorts(port !== null)}
  );
${port === null ? "" : PORT_INSTANCE}${cores.map((core, c) => coreInstance(core, c, network)).join("")}endmodule
`;
}
