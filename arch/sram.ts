/**
 * Costs of on-chip SRAM: energy, leakage, access and cycle time, area for any size, word, banks and ports.
 *
 * Source: CACTI 7.0 grid (`sram_cacti7.csv`) by its power-law fits (`sram_cacti7_fit.csv`): smooth over sizes, rms
 * error in the fit's row. Banks and 1R1W: ratios to one bank and to 1RW, geometric means over the grid, linear in
 * log2(banks); below 64 KiB banks become macros of their own, above 8 groups of 8. Supply: Stillmaker-Baas ratio to
 * CACTI's supply.
 * Temperature: `sram_cacti7_leak_temp.csv`, without five rows that are wrong because of errors in CACTI's device
 * tables. Small macros, banks, wide words: `memories/periphery.ts`. 40 and 55 nm: laws linear in ln(node) between 32
 * and 45, 45 and 65. Below 22 nm: 22 nm scaled, above 90 nm: 90 nm scaled; leakage is not scaled (a guess, without a
 * table; IHP's macros at 130 nm leak 0.92 of it).
 * Not modelled: named macros, redundancy, retention flip-flops.
 */
import { exp, log, log2, pow } from "../base/math.js";
import type { SramCell, Technology } from "./chip.js";
import { interpolate, Memo, num, type Row, table } from "./component-tables.js";
import {
  bankGroups,
  gridShare,
  PERIPHERY_KIB,
  peripheryBits,
  type SramGeometry,
  type SramShape,
  sramGeometry,
} from "./memories/periphery.js";
import { cellRatio } from "./memories/sram-cells.js";
import { CORNER_SOURCE, cornerRatios } from "./process-corner.js";
import { familyRatios, SCALING_SOURCE } from "./scaling.js";
import { nominalVoltageV } from "./voltage.js";

export const SRAM_QUANTITIES = ["read_pj", "write_pj", "leakage_mw", "access_ns", "cycle_ns", "area_mm2"] as const;
export type SramQuantity = (typeof SRAM_QUANTITIES)[number];
type SramMacro = { readonly [quantity in SramQuantity]: number } & {
  readonly source: string;
  /** Source of the leakage, which has other laws over node and supply than energy. */
  readonly leakageSource: string;
  /** True if the macro is outside of CACTI's grid. */
  readonly extrapolated: boolean;
};

const SMALLEST_TABLE_NODE_NM = 22;
const LARGEST_TABLE_NODE_NM = 90;
/** The node from which prices are scaled: the node itself within the tables, else the nearest end. */
const tableNodeNm = (nodeNm: number): number => Math.min(Math.max(nodeNm, SMALLEST_TABLE_NODE_NM), LARGEST_TABLE_NODE_NM);

/** The fit's value at CACTI's supply and 300 K, one bank, 1RW. */
function fitted(nodeNm: number, cell: SramCell, quantity: SramQuantity, sizeKib: number, wordBits: number): number {
  const law = fitLaw(nodeNm, cell, quantity);
  return law.a * pow(sizeKib, law.capacity) * pow(wordBits / 32, law.word);
}

/** Exponent of the capacity in a fit. */
export const capacityExponent = (nodeNm: number, cell: SramCell, quantity: SramQuantity): number =>
  fitLaw(tableNodeNm(nodeNm), cell, quantity).capacity;

/**
 * Relative rms error of a fit over CACTI's own macros, so about one standard deviation of the logarithm of one macro's
 * price.
 */
export const fitError = ({ nodeNm, sramCell }: Technology, quantity: SramQuantity): number =>
  fitLaw(tableNodeNm(nodeNm), sramCell, quantity).error;

type FitLaw = { readonly a: number; readonly capacity: number; readonly word: number; readonly error: number };
let fits: Map<string, FitLaw> | null = null;
/**
 * The law of a node: the row of a node in the table; between two nodes, linear interpolation in ln(node), which is
 * again a power law.
 */
function fitLaw(nodeNm: number, cell: SramCell, quantity: SramQuantity): FitLaw {
  fits ??= new Map(
    table("sram_cacti7_fit").map((row) => [
      `${row.tech_nm}/${row.cell_type}/${row.quantity}`,
      { a: num(row, "a"), capacity: num(row, "capacity_exp"), word: num(row, "word_exp"), error: num(row, "rms_rel_error") },
    ]),
  );
  const key = `${nodeNm}/${cell}/${quantity}`;
  const known = fits.get(key) ?? betweenNodes(fits, nodeNm, cell, quantity);
  fits.set(key, known);
  return known;
}

function betweenNodes(rows: ReadonlyMap<string, FitLaw>, nodeNm: number, cell: SramCell, quantity: SramQuantity): FitLaw {
  const [lower, upper] = neighboursOf(nodeNm);
  const laws = [lower, upper].map((node) => [log(node), rows.get(`${node}/${cell}/${quantity}`)] as const);
  const at = (of: (law: FitLaw) => number): number =>
    interpolate(
      laws.map(([ln, law]) => {
        if (law === undefined) throw new RangeError(`no SRAM fit at ${nodeNm} nm ${cell}`);
        return [ln, of(law)] as const;
      }),
      log(nodeNm),
    );
  return { a: exp(at(({ a }) => log(a))), capacity: at((law) => law.capacity), word: at((law) => law.word), error: at((law) => law.error) };
}

const TABLE_NODES_NM = [22, 28, 32, 45, 65, 90];
/** The tables' nodes around `nodeNm`; for one of them, the node itself twice. */
function neighboursOf(nodeNm: number): readonly [number, number] {
  const lower = TABLE_NODES_NM.filter((node) => node <= nodeNm).at(-1) ?? SMALLEST_TABLE_NODE_NM;
  return [lower, TABLE_NODES_NM.find((node) => node >= nodeNm) ?? LARGEST_TABLE_NODE_NM];
}

type Ratios = {
  readonly banks: { readonly [q in SramQuantity]: readonly (readonly [number, number])[] };
  readonly ports: { readonly [q in SramQuantity]: number };
};
let ratios: Ratios | null = null;
/**
 * Geometric means over all nodes, cells, sizes and words of the grid: several banks / one bank (log2 of the banks, ln
 * of the ratio), and 1R1W / 1RW. A separate table holds them, because reading the grid takes longer than everything
 * else.
 */
export function sramRatios(): Ratios {
  if (ratios !== null) return ratios;
  const rows = new Map(table("sram_cacti7_ratios").map((row) => [row.quantity, row]));
  const each = <T>(of: (row: Row) => T): { [q in SramQuantity]: T } =>
    Object.fromEntries(SRAM_QUANTITIES.map((quantity) => [quantity, of(rows.get(quantity) as Row)])) as { [q in SramQuantity]: T };
  ratios = {
    banks: each((row) => [[0, 0], ...[2, 4, 8].map((banks) => [log2(banks), num(row, `ln_banks_${banks}`)] as const)]),
    ports: each((row) => num(row, "ports_1r1w")),
  };
  return ratios;
}

/**
 * Rows that are wrong because of errors in CACTI's device tables: their leakage breaks the smooth rise of their
 * neighbours.
 */
const SPOILT_ROWS = new Set(["22/lstp/360", "28/lstp/360", "90/lop/350", "90/lop/360", "90/lop/370"]);

/** ln of the leakage relative to 300 K over kelvin, at one of the tables' nodes. */
function leakagePoints(node: number, cell: SramCell): readonly (readonly [temperatureK: number, ln: number])[] {
  return table("sram_cacti7_leak_temp")
    .filter((row) => num(row, "tech_nm") === node && row.cell_type === cell)
    .filter((row) => !SPOILT_ROWS.has(`${node}/${cell}/${row.temp_k}`))
    .map((row) => [num(row, "temp_k"), log(num(row, "leak_vs_300k"))] as const);
}

/** The same at all nodes of the tables. */
export const leakagePointsOf = (cell: SramCell): readonly (readonly [temperatureK: number, ln: number])[] =>
  TABLE_NODES_NM.flatMap((node) => leakagePoints(node, cell));

/** Leakage relative to 300 K; its logarithm is linear between the table's rows. */
export function leakageTemperatureRatio(nodeNm: number, cell: SramCell, temperatureK: number): number {
  const [lower, upper] = neighboursOf(tableNodeNm(nodeNm));
  const at = (node: number): number => interpolate(leakagePoints(node, cell), temperatureK);
  if (lower === upper) return exp(at(lower));
  const ends = [lower, upper].map((node) => [log(node), at(node)] as const);
  return exp(interpolate(ends, log(tableNodeNm(nodeNm))));
}

/**
 * Leakage power relative to the nominal supply: V times the sub-threshold current, with 0.1 V/V of barrier lowering and
 * 0.1 V per decade (a textbook guess).
 */
export const leakageVoltageRatio = (voltageV: number, nominalV: number): number => (voltageV / nominalV) * pow(10, voltageV - nominalV);

/**
 * Leakage of anything at the chip's corner relative to `fromCell` at `fromNodeNm` and `fromK`, taken from a 32 KiB
 * SRAM: the only leakage data over node, family and temperature here. A guess for logic.
 */
export function leakageRatio(fromNodeNm: number, fromCell: SramCell, fromK: number, to: Technology): number {
  return leakages.get(`${fromNodeNm}/${fromCell}/${fromK}/${technologyKey(to)}`, () => leakageRatioOf(fromNodeNm, fromCell, fromK, to));
}

function leakageRatioOf(fromNodeNm: number, fromCell: SramCell, fromK: number, to: Technology): number {
  const at = (nodeNm: number, cell: SramCell, kelvin: number): number =>
    fitted(tableNodeNm(nodeNm), cell, "leakage_mw", 32, 64) * leakageTemperatureRatio(nodeNm, cell, kelvin);
  const supply = leakageVoltageRatio(to.voltageV, nominalVoltageV(to.nodeNm, to.sramCell));
  return (at(to.nodeNm, to.sramCell, to.temperatureK) / at(fromNodeNm, fromCell, fromK)) * supply * atCorner(to).leakage;
}

/** The family of cells by whose laws the leakage of IHP's corners is brought to one supply and temperature. */
export const CORNER_CELL: SramCell = "lstp";

/** Delays and leakage at a process corner, relative to typical silicon. */
export const atCorner = (technology: Technology): ReturnType<typeof cornerRatios> =>
  cornerRatios(technology.corner, (nodeNm, voltageV, temperatureK) => {
    const nominalV = nominalVoltageV(nodeNm, CORNER_CELL);
    return leakageTemperatureRatio(nodeNm, CORNER_CELL, temperatureK) * leakageVoltageRatio(voltageV, nominalV);
  });

const macros = new Memo<SramMacro>();
const leakages = new Memo<number>();
export const technologyKey = (t: Technology): string => `${t.nodeNm}/${t.sramCell}/${t.voltageV}/${t.temperatureK}/${t.corner}`;

export function sramMacro(memory: SramShape, technology: Technology): SramMacro {
  const key = `${memory.sizeBits}/${memory.wordBits}/${memory.banks}/${memory.ports}/${technologyKey(technology)}`;
  return macros.get(key, () => macroOf(memory, technology));
}

function macroOf(memory: SramShape, technology: Technology): SramMacro {
  const { nodeNm, sramCell: cell, voltageV, temperatureK } = technology;
  const node = tableNodeNm(nodeNm);
  const nominalV = nominalVoltageV(node, cell);
  const scale = familyRatios(cell, { nodeNm: node, voltageV: nominalV }, { nodeNm, voltageV });
  const geometry = sramGeometry(memory);
  const base = (quantity: SramQuantity): number => plain(node, cell, quantity, memory, geometry);
  const silicon = atCorner(technology);
  const delay = scale.delay * silicon.delay;
  const leakage =
    leakageTemperatureRatio(nodeNm, cell, temperatureK) * leakageVoltageRatio(voltageV, nominalVoltageV(nodeNm, cell)) * silicon.leakage;
  return {
    read_pj: base("read_pj") * scale.energy,
    write_pj: base("write_pj") * scale.energy,
    leakage_mw: base("leakage_mw") * leakage,
    access_ns: base("access_ns") * delay,
    cycle_ns: base("cycle_ns") * delay,
    area_mm2: base("area_mm2") * cellRatio(node, nodeNm),
    source: sourceOf(memory, geometry, node, cell, nodeNm !== node || voltageV !== nominalV ? SCALING_SOURCE : null),
    leakageSource: sourceOf(memory, geometry, node, cell, leakageLaw(technology, node)),
    extrapolated: geometry.beyond !== null,
  };
}

const TIMES: ReadonlySet<SramQuantity> = new Set(["access_ns", "cycle_ns"]);
/** What every bank has; an access concerns one of them. */
export const PER_BANK: ReadonlySet<SramQuantity> = new Set(["leakage_mw", "area_mm2"]);

/** The equal memories as which a quantity is priced: macros side by side, and of area and leakage groups of banks. */
export function pricedAs(quantity: SramQuantity, memory: SramShape): SramShape {
  const { bits, ownWordBits } = sramGeometry(memory);
  const groups = PER_BANK.has(quantity) ? bankGroups(memory.banks) : 1;
  return { sizeBits: bits / groups, wordBits: ownWordBits, banks: memory.banks / groups, ports: memory.ports };
}

/**
 * At CACTI's supply and 300 K, with CACTI's cells. Multiplied in this order, because stored prices have its rounding.
 */
function plain(
  node: number,
  cell: SramCell,
  quantity: SramQuantity,
  { banks, ports }: Pick<SramShape, "banks" | "ports">,
  geometry: SramGeometry,
): number {
  const { macros, ownWordBits, lawWordBits } = geometry;
  const groups = PER_BANK.has(quantity) ? bankGroups(banks) : 1;
  if (groups > 1) {
    const one = { ...geometry, bits: geometry.bits / groups, lawBits: geometry.lawBits / groups };
    return groups * plain(node, cell, quantity, { banks: banks / groups, ports }, one);
  }
  const bits = quantity === "area_mm2" ? geometry.bits : geometry.lawBits;
  const oneBank = (of: number): number =>
    quantity === "area_mm2" ? areaOfOne(node, cell, of, ownWordBits) : fitted(node, cell, quantity, of / 8192, lawWordBits);
  const side = TIMES.has(quantity) ? 1 : macros;
  const ratio = sramRatios();
  const ported = ports === "1r1w" ? ratio.ports[quantity] : 1;
  const whole = oneBank(bits) * side;
  if (banks === 1) return whole * ported;
  const apart = oneBank(bits / banks) * side * (PER_BANK.has(quantity) ? banks : 1);
  const byGrid = whole * exp(interpolate(ratio.banks[quantity], log2(banks)));
  // of a macro or of all, so that neither a larger memory nor a wider word costs less
  const share = gridShare(PER_BANK.has(quantity) ? bits : bits * macros);
  return (apart * (1 - share) + byGrid * share) * ported;
}

/**
 * Area of one macro: its bits by the fit at words of 32 bits, and its periphery, which includes the effect of the word.
 */
function areaOfOne(node: number, cell: SramCell, bits: number, ownWordBits: number): number {
  const areaMm2 = (sizeKib: number): number => fitted(node, cell, "area_mm2", sizeKib, 32);
  const bitMm2 = areaMm2(PERIPHERY_KIB) / (PERIPHERY_KIB * 8192);
  return Math.min(areaMm2(bits / 8192), bits * bitMm2) + bitMm2 * peripheryBits(ownWordBits);
}

/** How leakage was scaled from CACTI's node, supply and 300 K; null: not scaled. */
function leakageLaw({ nodeNm, sramCell, voltageV, temperatureK, corner }: Technology, node: number): string | null {
  const laws = [
    ...(nodeNm === node ? [] : [`kept ${nodeNm < node ? "below" : "above"} ${node} nm (guess)`]),
    ...(voltageV === nominalVoltageV(nodeNm, sramCell) ? [] : ["over supply as V 10^V (guess)"]),
    ...(temperatureK === 300 ? [] : ["over temperature by CACTI"]),
    ...(corner === "typical" ? [] : [CORNER_SOURCE]),
  ];
  return laws.length === 0 ? null : laws.join("; ");
}

function banksText({ banks, sizeBits }: SramShape): string {
  const groups = bankGroups(banks);
  const grouped = groups > 1 ? `, area and leakage in groups of ${banks / groups}` : "";
  return `${banks} banks ${gridShare(sizeBits) < 1 ? "as macros, from 64 KiB on " : ""}by the grid's ratio${grouped}`;
}

function sourceOf(memory: SramShape, { macros, beyond }: SramGeometry, node: number, cell: SramCell, scaled: string | null): string {
  const [lower, upper] = neighboursOf(node);
  const parts = [`CACTI 7.0 fit, ${lower === upper ? node : `between ${lower} and ${upper}`} nm ${cell}`];
  if (macros > 1) parts.push(`${Math.ceil(macros)} macros side by side`);
  if (memory.banks > 1) parts.push(banksText(memory));
  if (memory.ports === "1r1w") parts.push("1R1W by the grid's ratio");
  if (scaled !== null) parts.push(scaled);
  if (beyond !== null) parts.push(`extrapolated: ${beyond}`);
  return parts.join("; ");
}
