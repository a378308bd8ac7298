/**
 * Why a price may be wrong, cause by cause with its size: errors of one macro alone, and errors that all prices of a
 * table or of a law share.
 *
 * Sizes are standard deviations of ln(price). Sourced: SRAM macros, exponents, banks and ports (`arch/sram-errors.ts`);
 * multipliers (Horowitz's 32-bit multiplier and Aladdin's differ by a factor of 2.8, so the standard deviation is ln
 * 2.8 / √2); DRAM (Horowitz's range is taken as the central 90 %); scaling of energies (Stillmaker and Baas against
 * int8 cells of Horowitz and Jouppi: from 45 to 7 nm the logarithms of the adder differ by 1.2,
 * `arch/components/README.md`, caveat 6; those of the multiplier by 1.6); leakage over temperature (CACTI's nodes,
 * `arch/sram-errors.ts`); area of routers, and energy of routers and queues (DSENT's beside synthesised ones); control
 * (synthesised cores beside their mean). Reasoned, not measured: adders and logic area (what Aladdin's tables add for a
 * short latency), leakage of logic (Aladdin's range of multipliers; that logic leaks like SRAM is a guess), wires and
 * links, what a clock's tree adds and which registers it stops at, scaling of area and leakage. An error of a law moves
 * prices on the two sides of the law's reference in opposite directions.
 */
import {
  bankError,
  type Core,
  EXPONENT_REFERENCE,
  exponentErrors,
  type LaneCounts,
  leakageErrors,
  type Memory,
  macroError,
  type Noc,
  nominalVoltageV,
  type OwnMacro,
  portError,
  pricedAs,
  type SramQuantity,
  type Technology,
} from "../arch/index.js";
import { NORMAL_95 } from "../base/distribution-quantiles.js";
import { log } from "../base/math.js";

/**
 * One cause of error of a line's price: the price is multiplied by exp(z × `down`) or exp(z × `up`), z standard normal.
 */
export interface ErrorCause {
  /** Points whose prices name the same cause share its z. */
  readonly name: string;
  /** Name that groups causes in the list of prices that decide. */
  readonly kind: string;
  /** Factor of z below 0. */
  readonly down: number;
  /** Factor of z above 0. */
  readonly up: number;
}

/** A symmetric cause that all prices with this name share; a negative `sigma` moves a price against the others. */
const sharedCause = (name: string, sigma: number): ErrorCause => ({ name, kind: name, down: sigma, up: sigma });

const WORDS: { readonly [quantity in SramQuantity]: string } = {
  read_pj: "read energy",
  write_pj: "write energy",
  leakage_mw: "leakage",
  access_ns: "access time",
  cycle_ns: "cycle time",
  area_mm2: "area",
};

/** Causes of a quantity of an SRAM macro: of equal ones side by side, or of equal groups of banks, those of one. */
export function macroCauses(
  technology: Technology,
  quantity: SramQuantity,
  memory: Pick<Memory, "sizeBits" | "wordBits" | "banks" | "ports">,
): readonly ErrorCause[] {
  const { sizeBits, wordBits, banks, ports } = pricedAs(quantity, memory);
  const { nodeNm, sramCell } = technology;
  const what = WORDS[quantity];
  const own = macroError(technology, quantity);
  const exponents = exponentErrors(quantity);
  const laws = {
    capacity: exponents.capacity * log(sizeBits / EXPONENT_REFERENCE.sizeBits),
    word: exponents.word * log(wordBits / EXPONENT_REFERENCE.wordBits),
  };
  return [
    {
      name: `${quantity} of ${sizeBits / 8192} KiB x ${wordBits} bit, ${banks} banks, ${ports}, ${nodeNm} nm ${sramCell}`,
      kind: `SRAM macro's own ${what}`,
      down: own.down,
      up: own.up,
    },
    sharedCause(`SRAM ${what} over capacity`, laws.capacity),
    sharedCause(`SRAM ${what} over word`, laws.word),
    ...(banks === 1 ? [] : [bankCause(what, banks, bankError(quantity, memory))]),
    ...(ports === "1rw" ? [] : [sharedCause(`SRAM ${what} of 1R1W over 1RW`, portError(quantity))]),
  ];
}

/** Memories of as many banks share it. */
const bankCause = (what: string, banks: number, sigma: number): ErrorCause => ({
  name: `SRAM ${what} of ${banks} banks over one`,
  kind: `SRAM ${what} of several banks over one`,
  down: sigma,
  up: sigma,
});

/**
 * Cause of a price of the description, or of a price model, that states its error: 90 % of the values lie within ± this
 * many percent.
 */
export const ownCause = (price: string, plusMinusPercent: number, model?: string): ErrorCause =>
  sharedCause(`${model === undefined ? "own price" : `price model ${model},`} ${price}`, log(1 + plusMinusPercent / 100) / NORMAL_95);

/**
 * Causes of a memory of the user's own macros: the error of the macro or of its table, and those of the laws that scale
 * it to another supply.
 */
export function ownMacroCauses(
  { errors, scaledFromV }: OwnMacro,
  quantity: SramQuantity,
  corner: keyof typeof SCALING,
  { voltageV }: Technology,
): readonly ErrorCause[] {
  const said = errors[quantity].map(({ name, half }) => sharedCause(`${WORDS[quantity]} of ${name}`, half / NORMAL_95));
  const supply = scaledFromV === null ? [] : supplyCauses(corner, scaledFromV, voltageV);
  return [...said, ...supply];
}

/** Causes of the laws that scale a price from one supply to another. */
function supplyCauses(quantity: keyof typeof SCALING, fromV: number, toV: number): readonly ErrorCause[] {
  if (quantity === "area" || fromV === toV) return [];
  const size = quantity === "energy" ? SUPPLY_ENERGY * log(toV / fromV) : SUPPLY_LEAKAGE * (toV - fromV);
  return [sharedCause(`${quantity} over supply`, size)];
}

/** Causes of a read of the sigmoid tables; the precision decides their size, so they are taken as one macro. */
export function tableCause(technology: Technology): ErrorCause {
  return { name: "read_pj of the sigmoid tables", kind: `SRAM macro's own ${WORDS.read_pj}`, ...macroError(technology, "read_pj") };
}

/** Causes of logic prices: one per table or law that they come from. */
export const LOGIC = {
  adder: sharedCause("adder energy", 0.3),
  multiplier: sharedCause("multiplier energy", 0.73),
  /** Shares of an 8 × 8-bit multiplier and a 24-bit adder in Horowitz's table: 0.2 and 0.08 pJ. */
  multiplyAdd: [sharedCause("multiplier energy", 0.73 * 0.71), sharedCause("adder energy", 0.3 * 0.29)],
  area: sharedCause("logic area", 0.3),
  leakage: sharedCause("logic leakage", 0.7),
  clock: sharedCause("clock energy", 0.5),
  /** Spread of the ratios of IHP's cells at other nodes; IHP's flip-flop has 0.7 of the energy of Aladdin's. */
  register: sharedCause("energy of registers as memory", 0.36),
  /**
   * Root mean square of ln(gates / DSENT's actions) of this project's routers, and of their buffers, under random
   * traffic (`scripts/router-costs.ts`): their gates have no wires and no glitches, but DSENT's crossbar has wide ones.
   */
  router: sharedCause("router energy (DSENT)", 0.55),
  queue: sharedCause("queue energy (DSENT)", 0.53),
  wire: sharedCause("energy of links and wires (DSENT)", 0.2),
  /** The price assumes additions and flip-flops alone. The standard deviation is a factor of two (a guess). */
  decoder: sharedCause("what a decoder of rows is made of", 0.7),
  /** One design, whose area is that of its gates within 9 %. Another one may have no counters per lane (reasoned). */
  generator: sharedCause("how an address generator is built", 0.5),
  dram: sharedCause("DRAM energy", 0.21),
  /** One measured link, and other links differ much. The standard deviation is a factor of two (a guess). */
  padLink: {
    port_bit_pj: sharedCause("energy of the host link", 0.7),
    port_link_area_mm2: sharedCause("area of the host link", 0.7),
    die_link_bit_pj: sharedCause("energy of links between dies", 0.7),
    die_link_area_mm2: sharedCause("area of links between dies", 0.7),
  },
} as const;

/**
 * Root mean square of ln(core / mean of the others) over synthesised cores (docs/logs/rtl-gates.json): the control of a
 * core has the mean's prices, whatever its lanes and update units. `units`: root mean square of ln(core / mean) /
 * ln(update units) over cores with 2 and 4 of them (docs/logs/rtl-units.json), most of which have more than the mean.
 */
const CONTROL: { readonly [price: string]: { readonly quantity: string; readonly sigma: number; readonly units: number } } = {
  control_pj_per_cycle: { quantity: "energy", sigma: 0.195, units: 0 },
  control_area_mm2: { quantity: "area", sigma: 0.184, units: 0.64 },
  control_leakage_mw: { quantity: "leakage", sigma: 0.187, units: 0.65 },
};

/**
 * Causes of a price of control, beside those of all logic: cores of other built lanes or update units err apart, and
 * those of several update units may have more.
 */
export function controlCauses(price: string, cores: readonly (Pick<Core, "lanes" | "neuronUpdate"> & Counted)[]): readonly ErrorCause[] {
  const found = CONTROL[price];
  if (found === undefined) return [];
  const { quantity, sigma, units: perUnits } = found;
  const nameOf = ({ lanes, neuronUpdate: { units } }: (typeof cores)[number]): string =>
    `control ${quantity} of cores of ${lanes} lanes and ${units} update units`;
  const kind = "control of several update units";
  const all = cores.reduce((sum, { count }) => sum + count, 0);
  const up = cores.reduce((sum, { neuronUpdate, count }) => sum + (perUnits * log(neuronUpdate.units) * count) / all, 0);
  return [...causesOfShapes(cores, nameOf, "control of a core", sigma), ...(up === 0 ? [] : [{ name: kind, kind, down: 0, up }])];
}

/** How many cores of a chip are of a kind. */
interface Counted {
  readonly count: number;
}

/** A cause per shape of cores, by its share of the cores: what each of them adds to a line is not stored. */
function causesOfShapes<T extends Counted>(
  cores: readonly T[],
  nameOf: (core: T) => string,
  kind: string,
  sigma: number,
): readonly ErrorCause[] {
  const counts = new Map<string, number>();
  let all = 0;
  for (const core of cores) {
    counts.set(nameOf(core), (counts.get(nameOf(core)) ?? 0) + core.count);
    all += core.count;
  }
  return Array.from(counts, ([name, count]) => ({ name, kind, down: (sigma * count) / all, up: (sigma * count) / all }));
}

/**
 * Rms error of the law for a core that is left out of the fit: 0.087 with kernels, 0.132 with other rows
 * (docs/logs/address-generator-energy.json).
 */
const GENERATOR_ENERGY = 0.13;

/** A core as an address generator's error goes by it. */
type Generator = Pick<LaneCounts, "addressLanes"> & Pick<Core, "synapseMemory"> & Counted;

/** Causes of an address's energy, beside those of all generators: those of other lanes, words or banks err apart. */
export function generatorCauses(price: string, cores: readonly Generator[]): readonly ErrorCause[] {
  if (price !== "address_generator_pj") return [];
  const kind = "energy of an address generator";
  const nameOf = ({ addressLanes, synapseMemory: { wordBits, banks } }: Generator): string =>
    `${kind} of ${addressLanes} lanes and ${banks} banks of ${wordBits} bits`;
  return causesOfShapes(cores, nameOf, kind, GENERATOR_ENERGY);
}

/**
 * How the routers of two designs differ in size: ln(gates of this project's routers / DSENT's) is 0.275 + 0.433 x
 * ln(VCs) - 0.334 x ln(flit bits / 32), by 15 routers of both (`scripts/router-costs.ts`). The price is that of one
 * design, and a chip's own may differ as much: the differences are standard deviations. That leakage and clock differ
 * as area does is a guess. `own`: how much the laws miss a router that they were not fitted to, root mean square.
 */
const ROUTER_SIZE = { level: 0.275, vcs: 0.433, flit: 0.334, flitBits: 32, own: 0.05 } as const;
const ROUTER_SIZES: { readonly [price: string]: string } = {
  router_area_mm2: "area",
  router_leakage_mw: "leakage",
  router_clock_pj_per_cycle: "clock",
};

/** Causes of a router's area, leakage and clock, beside those of all logic. */
export function routerSizeCauses(price: string, { virtualChannels, vcBufferFlits, flitWidthBits, multicast }: Noc): readonly ErrorCause[] {
  const quantity = ROUTER_SIZES[price];
  if (quantity === undefined) return [];
  const { level, vcs, flit, flitBits, own } = ROUTER_SIZE;
  const name = `router ${quantity} of ${virtualChannels} VCs x ${vcBufferFlits} flits of ${flitWidthBits} bits, ${multicast}`;
  return [
    { name, kind: `router's own ${quantity}`, down: own, up: own },
    sharedCause("size of routers", level),
    sharedCause("size of routers over virtual channels", vcs * log(virtualChannels)),
    sharedCause("size of routers over flit bits", flit * log(flitWidthBits / flitBits)),
  ].filter(({ up }) => up !== 0);
}

/** Nodes of the tables from which prices are scaled, nm. */
const TABLE_NODES = {
  /** CACTI's macros; what leaks goes over nodes by them, too. */
  sram: [22, 28, 32, 45, 65, 90],
  /** Horowitz's adders and multipliers. */
  arithmetic: [45],
  /** Aladdin's area of logic, and its register bit. */
  logic: [40],
  /** DSENT's routers and links. */
  network: [22, 32, 45],
  /** Clock pin of IHP's flip-flop; Aladdin's written bit at 40 nm has 1.4 times its energy. */
  clock: [40, 130],
  /** IHP's gates: control and address generators. */
  gates: [130],
} as const;

/** Per unit of ln(node). */
const SCALING = { energy: 0.66, area: 0.5, leakage: 1 } as const;
/** Per unit of ln(supply): the difference of laws from measured chips (TrueNorth from 0.70 to 1.05 V: 13 %). */
const SUPPLY_ENERGY = 0.4;
/** Per volt: ln 10 × 0.05 V/V of barrier lowering at 0.1 V per decade; the law takes 0.1 V/V. */
const SUPPLY_LEAKAGE = 1.15;

/**
 * Causes of scaling a price from the nearest node of its table, and from that node's nominal supply, to the chip's; of
 * leakage also to its temperature and corner.
 */
export function cornerCauses(
  technology: Technology,
  quantity: keyof typeof SCALING,
  from: keyof typeof TABLE_NODES,
): readonly ErrorCause[] {
  const { nodeNm, sramCell, voltageV } = technology;
  const distances = TABLE_NODES[from].map((node) => log(node / nodeNm));
  const nearest = distances.reduce((a, b) => (Math.abs(b) < Math.abs(a) ? b : a));
  const scaling = nearest === 0 ? [] : [sharedCause(`scaling of ${quantity} over nodes`, SCALING[quantity] * nearest)];
  const nominalV = nominalVoltageV(nodeNm, sramCell);
  const leaks = quantity === "leakage" ? leakageCauses(technology) : [];
  return [...scaling, ...supplyCauses(quantity, nominalV, voltageV), ...leaks];
}

/** Causes of leakage at another temperature than 300 K and another corner than typical: one for all parts each. */
function leakageCauses(technology: Technology): readonly ErrorCause[] {
  const { temperature, corner } = leakageErrors(technology);
  return [
    sharedCause(`leakage of ${technology.sramCell} over temperature`, temperature),
    sharedCause(`leakage at process corner ${technology.corner}`, corner),
  ].filter(({ up }) => up !== 0);
}
