/**
 * Factors on prices by name, as `reprice --scale` takes them: on one price, on a group of prices, or on the delays that
 * limit the clock. A price to which several names apply is multiplied by each factor. Pure.
 */
import { type CoreNeeds, clockLimitName, clockLimits, type Experiment, PRICE_NAMES } from "../../arch/index.js";
import { inputError, quoted } from "../../base/errors.js";
import { didYouMean } from "../../base/nearest.js";
import { type BreakdownRow, linePrice } from "../../sim/index.js";

/** Groups of a breakdown's lines. */
const LINE_GROUPS: readonly string[] = ["memory", "datapath", "queue", "noc", "clock", "leakage", "area"] satisfies BreakdownRow["group"][];
/** All lines of energy. */
const ENERGY = "energy";
/** All delays that limit the clock. */
const CLOCK_LIMITS = "clock_limits";
/**
 * Largest factor, and the inverse of the smallest: beyond any price, and far from where products of several overflow.
 */
const MOST_FACTOR = 1e9;

export interface PriceScales {
  /** Factor of a line of a breakdown; 1 for one whose values are unknown or 0: no factor changes them. */
  readonly ofLine: (row: BreakdownRow) => number;
  /** Why the chip cannot reach its clock with the scaled delays; null: it can. */
  readonly tooFast: (experiment: Experiment, needs: CoreNeeds) => string | null;
  /**
   * @throws InputError if a name, other than of a clock limit, stands for no line with a value of which `ofLine` was
   * asked
   */
  readonly demandMet: () => void;
  /** True if no line is scaled. */
  readonly isIdle: boolean;
  /** False: no delay is scaled, so `tooFast` need not be called. */
  readonly hasClockLimits: boolean;
}

/** Common beginnings of the names of several prices: `synapse_memory`, `router`. */
const BEGINNINGS: readonly string[] = [
  ...new Set(
    PRICE_NAMES.flatMap((name) => {
      const words = name.split("_");
      return words.slice(1).map((_, n) => words.slice(0, n + 1).join("_"));
    }),
  ),
].filter((beginning) => PRICE_NAMES.filter((name) => name.startsWith(`${beginning}_`)).length > 1);

/** Every name that can have a factor, except those of clock limits. */
export const SCALE_NAMES: readonly string[] = [...new Set([ENERGY, ...LINE_GROUPS, CLOCK_LIMITS, ...BEGINNINGS, ...PRICE_NAMES])];

/**
 * @param scales factors above 0 by name
 * @throws InputError for an unknown name, and for a factor that is not above 0; the name of a clock limit is checked
 * when `tooFast` is first called
 */
export function priceScales(scales: { readonly [name: string]: number }): PriceScales {
  const given = Object.entries(scales);
  for (const [name, factor] of given) {
    if (!(factor >= 1 / MOST_FACTOR && factor <= MOST_FACTOR))
      throw inputError("--scale", `the factor of ${name} is ${factor}, expected a number from 1e-9 to 1e9`, "e.g. --scale leakage=10");
    if (!SCALE_NAMES.includes(name) && !name.endsWith("_ns"))
      throw inputError(
        "--scale",
        `no price and no group of prices is named ${quoted(name)}`,
        didYouMean(name, SCALE_NAMES) || `groups: ${[ENERGY, ...LINE_GROUPS, CLOCK_LIMITS, ...BEGINNINGS].join(", ")}`,
      );
  }
  const factors = new Map<string, number>();
  const met = new Set<string>();
  const ofComponent = (component: string, group: BreakdownRow["group"]): number => {
    const price = linePrice(component);
    const stands = (name: string): boolean =>
      name === group || name === price || (name === ENERGY && group !== "area") || (price?.startsWith(`${name}_`) ?? false);
    const standing = given.filter(([name]) => stands(name));
    for (const [name] of standing) met.add(name);
    return standing.reduce((product, [, factor]) => product * factor, 1);
  };
  const limits = given.filter(([name]) => name === CLOCK_LIMITS || name.endsWith("_ns"));
  return {
    ofLine: ({ component, group, unitEnergyPj, energyPj, areaMm2 }) => {
      if ([unitEnergyPj, energyPj, areaMm2].every((value) => value === null || value === 0)) return 1;
      const factor = factors.get(component) ?? ofComponent(component, group);
      factors.set(component, factor);
      return factor;
    },
    isIdle: limits.length === given.length,
    demandMet: () => {
      const unmet = given.find((one) => !met.has(one[0]) && !limits.includes(one))?.[0];
      if (unmet === undefined) return;
      const fix = "leave it out; show lists the parts of a point that have prices";
      throw inputError(
        "--scale",
        `nothing in the breakdowns of these points has an energy or area by the price or group ${quoted(unmet)}`,
        fix,
      );
    },
    hasClockLimits: limits.length > 0,
    tooFast: (experiment, needs) => tooFast(experiment, needs, limits),
  };
}

function tooFast(
  { chip, precision }: Experiment,
  needs: CoreNeeds,
  factors: readonly (readonly [name: string, factor: number])[],
): string | null {
  const all = clockLimits(chip, precision, needs);
  const names = [...new Set(all.map(clockLimitName))];
  const stranger = factors.find(([name]) => name !== CLOCK_LIMITS && !names.includes(name))?.[0];
  if (stranger !== undefined)
    throw inputError(
      "--scale",
      `nothing that limits a clock is named ${quoted(stranger)}`,
      didYouMean(stranger, names) || `names: ${[CLOCK_LIMITS, ...names].join(", ")}`,
    );
  const scaled = all.map((limit) => {
    const name = clockLimitName(limit);
    return {
      block: limit.block,
      periodNs: factors.reduce((period, [of, factor]) => (of === CLOCK_LIMITS || of === name ? period * factor : period), limit.periodNs),
    };
  });
  const slowest = scaled.reduce<(typeof scaled)[number] | null>((a, b) => (a === null || b.periodNs > a.periodNs ? b : a), null);
  const periodNs = 1000 / chip.technology.clockMhz;
  if (slowest === null || slowest.periodNs <= periodNs) return null;
  return `${slowest.block} needs ${slowest.periodNs.toFixed(3)} ns, and the clock gives ${periodNs.toFixed(3)} ns`;
}
