/** The page of cores as gates, from the rows of the script. Pure. */
import { LOGIC_SLOWER } from "../../arch/arithmetic.js";
import { ihpCells } from "../../arch/memories/registers.js";
import type { endParts } from "../../arch/network-end.js";
import { fitted } from "../fpga/fit.js";
import { controlErrors, controlFigures, meanOf } from "./control.js";
import { GATES_NM, GATES_V } from "./cores.js";
import { endLaw } from "./end-law.js";
import { gatedOf } from "./gated-page.js";
import { importedOf } from "./imported-page.js";
import { dsentDifference, dsentUm2, energyDifference, type partsOf, routerEnergy, routerLaw } from "./router-law.js";
import type { EndRow, GateRow, ImportedRow, RouterRow, UnitsRow } from "./row.js";
import { table } from "./table.js";
import { unitsOf } from "./units-page.js";

const figure = ({ figures }: GateRow, name: string): { readonly model: number; readonly gates: number } => {
  const found = figures.find((row) => row.figure === name);
  return { model: found?.model ?? 0, gates: found?.gates ?? 0 };
};

/** Ranks by size; equal values share their mean rank. */
function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const same = values.filter((other) => other === value).length;
    return below + (same + 1) / 2;
  });
}

/** Spearman's correlation of ranks. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)];
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const sum = (of: (i: number) => number): number => x.reduce((all, _, i) => all + of(i), 0);
  const spread = Math.sqrt(sum((i) => (x[i] - mx) * (x[i] - mx)) * sum((i) => (y[i] - my) * (y[i] - my)));
  return spread === 0 ? 0 : sum((i) => (x[i] - mx) * (y[i] - my)) / spread;
}

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const ratio = (gates: number, model: number): string => (model === 0 ? "-" : (gates / model).toFixed(2));
const thousand = (value: number): string => (value / 1000).toFixed(1);

/** Share of registers per part, over all cores, the largest first. */
function registerShares(rows: readonly GateRow[]): readonly (readonly [part: string, share: number])[] {
  const sums = new Map<string, number>();
  for (const { registers } of rows) for (const [part, bits] of Object.entries(registers)) sums.set(part, (sums.get(part) ?? 0) + bits);
  const all = [...sums.values()].reduce((sum, bits) => sum + bits, 0);
  return [...sums].map(([part, bits]) => [part, bits / all] as const).sort(([, a], [, b]) => b - a);
}

/** Mean share of area and of energy per part. */
function partShares(rows: readonly GateRow[]): readonly (readonly [part: string, area: number, energy: number])[] {
  const names = [...new Set(rows.flatMap(({ parts }) => parts.map(({ part }) => part)))];
  const energyOf = ({ switchingPj, internalPj, clockPj }: GateRow["parts"][number]): number => switchingPj + internalPj + clockPj;
  const share = (name: string, of: (part: GateRow["parts"][number]) => number): number =>
    rows.reduce((all, { parts }) => {
      const whole = parts.reduce((sum, part) => sum + of(part), 0);
      return all + parts.filter(({ part }) => part === name).reduce((sum, part) => sum + of(part), 0) / whole;
    }, 0) / rows.length;
  return names
    .map((name) => [name, share(name, ({ areaUm2 }) => areaUm2), share(name, energyOf)] as const)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 8);
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** How the control's energy follows the work of a core, which its price does not. */
function controlWork(rows: readonly GateRow[], ofEdge: number): string {
  const values = controlFigures(rows).find(({ name }) => name === "energy")?.values ?? [];
  const { coefficients, sigma } = fitted(
    rows.map(({ operations, cycles }) => [1, operations / cycles]),
    values,
  );
  const [cycle, operation] = coefficients.map((value) => value.toFixed(2));
  return `The energy follows the work: ${cycle} pJ per cycle and ${operation} pJ per synaptic operation miss a core that is left out by
${percent(sigma)} (root mean square), the mean by ${percent(controlErrors(rows).energy)}. The mean is kept, as control is ${percent(ofEdge)} of the energy of \`edge\`, and its error is one of each number of lanes and update units.`;
}

/** Terms of the routers' laws, in words, and how many a router has of them. */
const ROUTER_TERMS: { readonly [name in keyof ReturnType<typeof partsOf>]: readonly [part: string, count: string] } = {
  buffer_bit: ["bit of a buffer", "p v d (f + 2)"],
  crossbar_bit: ["bit of the crossbar", "p² (f + 2)"],
  channel: ["virtual channel of a port: state, credits", "p v"],
  channel_pair: ["pair of these: allocators", "(p v)²"],
  channel_way: ["virtual channel and output port", "p² v"],
  channel_place_bit: ["bit of a place's number in each virtual channel", "p v log2 d"],
  tree_branch: ["branch of a multicast tree", "p² v, with trees"],
  router: ["router", "1"],
  level: ["level of a choice among virtual channels of ports", "log2 (p v)"],
  tree: ["router of trees", "1, with trees"],
};

/** Modules of a router by their function. */
const ROUTER_PARTS = {
  buffers: "node.buffer",
  "VC allocation": "node.exit",
  "switch allocation": "node.switch",
  "crossbar, credits": "node",
} as const;

function routersOf(routers: readonly RouterRow[]): string {
  const heads = [
    ...["router", "gates, um²", "law without it / gates", "gates / DSENT", "registers, bit", "longest path, ns"],
    ...Object.keys(ROUTER_PARTS),
  ];
  const laws = ["area", "leakage", "registers", "path_ns"].map((column) => routerLaw(routers, column));
  const { unseen } = laws[0];
  const difference = dsentDifference(routers);
  const share = ({ parts, areaUm2 }: RouterRow, part: string): string =>
    percent((parts.find((one) => one.part === part)?.areaUm2 ?? 0) / areaUm2);
  const lines = routers.map((row, i) => [
    ...[row.name, row.areaUm2.toFixed(0), unseen[i].toFixed(2), ratio(row.areaUm2, dsentUm2(row.size) ?? 0), row.registerBits],
    ...[row.longestNs.toFixed(2), ...Object.values(ROUTER_PARTS).map((part) => share(row, part))],
  ]);
  const parts = Object.entries(ROUTER_TERMS).filter(([name]) => laws.some(({ each }) => each.has(name as keyof typeof ROUTER_TERMS)));
  return `## Routers

A router of 5 ports in the middle of a mesh of 3 x 3, iSLIP, unicast and buffers of 4 flits unless the name says otherwise, as gates of the same library
(\`npx tsx scripts/rtl-routers.ts --liberty ...\`; rows: [logs/rtl-routers.json](logs/rtl-routers.json)).

${table(heads, lines)}

A router's area, leakage and clock are priced, and its longest path limits the chip's clock, by laws of these rows (\`arch/router-law.ts\`, \`npx tsx scripts/router-costs.ts\`): flip-flops of the library,
registers beside the flits' own, and ns, by what the router is made of.

${table(
  ["part", "flip-flops of area", "of leakage", "registers", "longest path, ns", "number, ports p, VCs v, flit f, buffers d"],
  parts.map(([name, [part, count]]) => [
    part,
    ...laws.map(({ each }) => each.get(name as keyof typeof ROUTER_TERMS)?.toFixed(2) ?? "-"),
    count,
  ]),
)}

The laws miss a router that they were not fitted to by ${laws.map((law) => percent(law.sigma)).join(", ")} (root mean square), that of the area at most by ${percent(Math.max(...unseen.map((one) => Math.abs(one - 1))))}.
DSENT's router, brought to 130 nm, differs in area from the gates by a factor of exp(${difference.level.toFixed(3)}) x VCs^${difference.vcs.toFixed(3)} x (flit bits / 32)^${difference.flit.toFixed(3)}: it has no
allocator of VCs, and its crossbar is larger. These differences of two designs are the error of a router's area, leakage and clock.

${routerEnergiesOf(routers)}`;
}

/** Energies of routers' runs beside DSENT's. */
function routerEnergiesOf(routers: readonly RouterRow[]): string {
  const [{ runs }] = routers;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const lines = routers.map((row) => {
    const energies = row.runs.map((run) => routerEnergy(row, run));
    const over = (of: "flit" | "buffers"): string[] =>
      energies.map(({ overDsent }) => (overDsent === null ? "-" : overDsent[of].toFixed(2)));
    return [
      ...[row.name, ...energies.map(({ flitPj }) => flitPj.toFixed(2)), ...over("flit"), over("buffers").join(", ")],
      mean(energies.map(({ clockPj }) => clockPj)).toFixed(2),
    ];
  });
  const all = routers.flatMap((row) => row.runs);
  const difference = energyDifference(routers);
  const of = runs.map(({ load, length }) => `${length} x ${load}`);
  return `Each netlist ran what went into the same router of the mesh's RTL under random traffic with random payloads: ${all.length} runs, ${all.reduce((sum, { cycles }) => sum + cycles, 0)} cycles,
in which ${all.reduce((sum, { wrong }) => sum + wrong, 0)} differed from the RTL at a port. Energy of a flit that leaves, pJ, by flits of a packet x packets per 1,000 cycles and core, and over
that of DSENT's actions at 130 nm (write, read, crossbar, allocations); of the write and read alone; and of the clock of the registers beside flits, pJ per cycle.
A place of a buffer is taken to be clocked when it is written.

${table(["router", ...of, ...of.map((name) => `${name}, gates / DSENT`), "buffers, gates / DSENT", "clock"], lines)}

A flit behind its head changes less than a head that finds empty wires, and DSENT prices both alike. Gates have neither wires nor glitches. The root mean square
of ln(gates / DSENT), ${difference.flit.toFixed(2)} of all actions and ${difference.buffers.toFixed(2)} of the buffers, is the error of a router's and of a queue's energy; the prices are DSENT's.
`;
}

/** Parts of an end, in words, and how many it has of them. */
const END_PARTS: { readonly [name in keyof ReturnType<typeof endParts>]: readonly [part: string, count: string] } = {
  way_bit: ["bit of a register on the way to and from the router", "(1 + w) (f + 2)"],
  buffer_bit: ["bit of the buffer behind the router", "v d (f + 2)"],
  packet_bit: ["bit of a packet that is put together", "v n f"],
  cut_bit: ["bit of a packet that is cut into flits", "n f"],
  channel: ["virtual channel", "v"],
};

function endsOf(ends: readonly EndRow[]): string {
  const [area, leakage] = [endLaw(ends, "area"), endLaw(ends, "leakage")];
  const lines = ends.map(({ size, areaUm2 }, i) => [
    ...[size.vcs, size.flitBits, size.depth, size.flits, size.wayCycles],
    ...[areaUm2.toFixed(0), area.unseen[i].toFixed(2), leakage.unseen[i].toFixed(2)],
  ]);
  return `## Ends of the network

Beside its routers a network has registers on its links, one per bit of a flit and cycle on the way but one, and at each core, and at the port, an end: the
registers of the wires to and from the router, a buffer with a place per credit, and logic that cuts packets into flits and puts them together. The queue of
packets that leave is the core's output queue. Area and leakage of these are part of the router's. Ends as gates of the same library
(\`npx tsx scripts/rtl-ends.ts --liberty ...\`; rows: [logs/rtl-ends.json](logs/rtl-ends.json)):

${table(["VCs v", "flit bits f", "buffer d", "flits of a packet n", "cycles from the switch w", "gates, um²", "law without it / gates: area", "leakage"], lines)}

${table(
  ["part", "flip-flops of area", "of leakage", "number"],
  Object.entries(END_PARTS).map(([name, [part, count]]) => [
    part,
    ...[area, leakage].map(({ each }) => each.get(name)?.toFixed(2) ?? "-"),
    count,
  ]),
)}

The laws miss an end that they were not fitted to by ${percent(area.sigma)} and ${percent(leakage.sigma)} (root mean square). Energies of these registers are in DSENT's actions; with \`chip.idle: clocked\` the clock of their bits is in that of the router.
`;
}

/** `log`: path of the rows' file. */
export function pageOf(
  rows: readonly GateRow[],
  log: string,
  {
    imported,
    routers,
    ends,
    units,
    controlOfEdge,
  }: {
    readonly imported: readonly ImportedRow[];
    readonly routers: readonly RouterRow[];
    readonly ends: readonly EndRow[];
    readonly units: readonly UnitsRow[];
    /** Share of the control in the energy of the shipped example. */
    readonly controlOfEdge: number;
  },
): string {
  const bits = rows.map((row) => figure(row, "registers"));
  const lanes = rows.map((row) => figure(row, "multipliers of the lanes"));
  const updates = rows.map((row) => figure(row, "multipliers of the update units"));
  const memories = ["weights", "states and sums", "tables"];
  const excess = (row: GateRow, name: string): number => figure(row, name).gates - (figure(row, name).model ?? 0);
  const exact = rows.filter((row) => memories.every((name) => excess(row, name) === 0)).length;
  const mostOver = Math.max(...rows.flatMap((row) => memories.map((name) => excess(row, name))));
  const rank = (a: (row: GateRow) => number, b: (row: GateRow) => number): string => rankCorrelation(rows.map(a), rows.map(b)).toFixed(2);
  const lut4 = (row: GateRow): number => row.lut4;
  const modelled = (row: GateRow): number => row.modelAreaUm2;
  const combinational = (row: GateRow): number => row.modelCombinationalUm2;
  const mapped = (row: GateRow): number => row.areaUm2;
  const flop = ihpCells()["flip-flop"].areaUm2;
  const gatesAlone = (row: GateRow): number => row.areaUm2 - flop * Object.values(row.registers).reduce((sum, bits) => sum + bits, 0);
  const ratios = (pairs: readonly { readonly model: number; readonly gates: number }[]): string => {
    const all = pairs.filter(({ model }) => model > 0).map(({ model, gates }) => gates / model);
    return `${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)}, the middle ${middle(all).toFixed(2)}`;
  };
  const clocks = rows.map((row) => figure(row, `clock of the logic (model: ${GATES_NM} nm)`));
  const slower = clocks.map(({ model, gates }) => model / gates);
  return `# What gates say of the prices

${rows.length} cores of varied shape, each with a shipped network of MNIST's rows, as gates of a 130 nm library beside what the price model says of them.
Written by \`npx tsx scripts/rtl-gates.ts --liberty sg13g2_stdcell_typ_1p20V_25C.lib --page\` (rows: [${log}](${log})).

- Gates: ${Object.values(rows[0]?.tools ?? {}).join(", ")}; cells of IHP's SG13G2 at 1.2 V and 25 C. Each module is mapped on its own; memories and tables stay
  memories. Names say cell, lanes, and bits of weight, state and sum.
- Each netlist ran a row of a digit in Icarus Verilog, with registers that begin at random: ${rows.filter(({ equal }) => equal).length} of ${rows.length} gave the simulator's scores and cycles of
  waves (${rows.reduce((sum, { compared }) => sum + compared, 0)} compared)${rows.every(({ equal }) => equal) ? "" : "; the others are marked and have no energy here"}.
- Not in the gates' energy: wires, the clock's tree, clock gating (but [below](#with-clock-gates)), glitches, memories, and the loads of the nets that memories drive (1.5 % of the
  energy of loads in \`lif, 1 lane, 4/10/16\`). The library holds the energy of a load in the tables of some cells with two outputs and not elsewhere; it is
  counted once. Its flip-flop \`dfrbp\` holds the energy of the whole cell at each of both outputs, which would count twice; no netlist here has one.
- Energies are weighed by the state that each gate is in at each edge. A register that keeps its bit takes 25.5 fJ per cycle (a 0) or 36.1 fJ (a 1), and
  58.7 fJ if it changes; the price of a register's clock, 30.1 fJ, is the mean of a kept 0 and a kept 1 where the clock is flatter.
- The model's prices are those of the library (\`prices.basis: library\`). Areas, energies and clocks of both are at ${GATES_NM} nm and ${GATES_V} V.

## Sizes

${table(
  ["core", "registers, model", "gates", "ratio", "lanes bit²", "gates", "update bit²", "gates", "own rows, kbit"],
  rows.map((row, i) => [
    row.name,
    bits[i].model,
    bits[i].gates,
    ratio(bits[i].gates, bits[i].model),
    lanes[i].model,
    lanes[i].gates,
    updates[i].model,
    updates[i].gates,
    thousand(figure(row, "rows of neurons' own numbers").gates),
  ]),
)}

Memory bits of weights, states and tables that a cell reads equal those that the model's placement counts in ${exact} of ${rows.length} cores. In the others the gates have up to ${mostOver} bits more: the words of the last row do not reach every bank.

## Area, clock, energy

${table(
  [
    "core",
    "area model, um²",
    "gates, um²",
    "ratio",
    "LUT4",
    "clock model, MHz",
    "gates",
    "pJ/SOP model",
    "gates",
    "clock pJ/SOP model",
    "gates",
  ],
  rows.map((row, i) => [
    row.equal ? row.name : `${row.name} (differs)`,
    row.modelAreaUm2.toFixed(0),
    row.areaUm2.toFixed(0),
    ratio(row.areaUm2, row.modelAreaUm2),
    row.lut4,
    clocks[i].model.toFixed(0),
    clocks[i].gates.toFixed(0),
    row.model.work.toFixed(2),
    row.equal ? row.gates.work.toFixed(2) : "-",
    row.model.clock.toFixed(2),
    row.equal ? row.gates.clock.toFixed(2) : "-",
  ]),
)}

A synaptic operation's energy holds everything that the core does in the same time but memories: datapaths, queues, control; clocks stand beside it. The
clock of the model is its slowest block that is no memory: ${Math.min(...slower).toFixed(1)} to ${Math.max(...slower).toFixed(1)} times that of the gates, whose cells drive no wires. The blocks of the model are chains of
operators and gates, ${LOGIC_SLOWER} times as long for what such chains leave out, by these cores and published chips ([prices.md](prices.md#highest-clock)). The longest path of each core as gates lies in its update unit, whose stages are not equally long. These cores have trained cells (\`lif\`, \`alif\`, \`rec\`); [imported networks](#imported-networks) have another unit.

Rank correlation with the priced area: ${rank(modelled, mapped)} of the mapped area, ${rank(combinational, lut4)} of LUT4 with what is not registers. A LUT holds no register, and
registers are most of the area: with them the priced area ranks LUT4 by ${rank(modelled, lut4)}, the mapped area itself by ${rank(mapped, lut4)} (without registers ${rank(gatesAlone, lut4)}).

## Where the model differs

| entry | gates / model | why |
|---|---|---|
| register bits (\`datapathLogic\`, \`writeQueueBits\`, \`control_ihp130.csv\`) | ${ratios(bits)} | control is the mean over these cores; the output queue, which one core alone has not, is left out |
| multipliers of the lanes | ${ratios(lanes)} | payloads are as wide as the network's spikes, not 8 bits |
| multipliers of the update units | ${ratios(updates)} | the jump of \`alif\` |
| write queues that keep a word | no entry | prices hold a clock gate per word; the emitted registers choose between their own bit and the one that comes |
| multipliers of addresses | no entry | places in a word, and the row of an axon, are products in the library |

Registers by part, of all cores: ${registerShares(rows)
    .slice(0, 6)
    .map(([part, share]) => `\`${part}\` ${percent(share)}`)
    .join(", ")}.

${table(
  ["part", "share of area", "share of energy"],
  partShares(rows.filter(({ equal }) => equal)).map(([part, area, energy]) => [`\`${part}\``, percent(area), percent(energy)]),
)}

Area, leakage, registers and energy of the control are priced by means over these cores (\`npx tsx scripts/control-costs.ts\`, \`arch/control.ts\`); no other
price is made of these cores:

${table(
  ["control of a core", "mean", "least", "most"],
  controlFigures(rows).map(({ name, unit, values }) => [
    `${name}, ${unit}`,
    ...[meanOf(values), Math.min(...values), Math.max(...values)].map((value) => value.toPrecision(4)),
  ]),
)}

${controlWork(
  rows.filter(({ equal }) => equal),
  controlOfEdge,
)}

${unitsOf(units, rows)}
${gatedOf(rows)}${importedOf(imported)}
${routersOf(routers)}
${endsOf(ends)}`;
}
