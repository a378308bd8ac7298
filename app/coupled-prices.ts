/**
 * Finds prices of a coupled chip that stay as written although parts that they price change: such prices are those of
 * one chip as a whole. Effects: reads shipped descriptions.
 */
import { type CoupledChip, type CoupledExperiment, type SweepSpec, shippedCoupledChips, sizedKeys } from "../arch/index.js";
import { readCoupledChip } from "../sim/recorded/index.js";

type Prices = { readonly [name: string]: number };

/** Known prices of energy and power, without clocks and numbers of parts; empty without `power:`. */
function pricesOf(chip: CoupledChip): Prices {
  const power = "power" in chip ? chip.power : null;
  return Object.fromEntries(
    Object.entries(power ?? {}).flatMap(([name, value]) => (/_(pj|uw|mw|uw_per_mhz)$/.test(name) && value !== null ? [[name, value]] : [])),
  );
}

function valueAt(chip: CoupledChip, path: string): unknown {
  return path.split(".").reduce<unknown>((here, key) => (here as { readonly [key: string]: unknown })[key], chip);
}

/** A warning of searched sizes, and one of a chip of other sizes than the shipped one whose prices it has. */
export function coupledPriceWarnings({ chip }: CoupledExperiment, sweep: SweepSpec | null): readonly string[] {
  const prices = pricesOf(chip);
  if (Object.keys(prices).length === 0) return [];
  const paths = new Set((sweep?.parameters ?? []).map(({ path }) => path));
  const fixed = Object.keys(prices).flatMap((name) => (paths.has(`power.${name}`) ? [] : [`power.${name}`]));
  const searched = sizedKeys(chip).filter((path) => paths.has(path));
  const sizes = sizedKeys(chip).filter((path) => !paths.has(path));
  const silent =
    fixed.length === 0 || searched.length === 0
      ? []
      : [
          `${searched.join(", ")} ${searched.length === 1 ? "is" : "are"} searched, but ${fixed.join(", ")} stay those of one chip as a whole: write them as derived values, or run one search per size, each with its own prices`,
        ];
  return [...silent, ...otherSizes(chip, prices, sizes)];
}

function otherSizes(chip: CoupledChip, prices: Prices, sizes: readonly string[]): readonly string[] {
  const names = Object.keys(prices);
  const others = shippedCoupledChips().flatMap((name) => {
    const shipped = readCoupledChip(name);
    const theirs = pricesOf(shipped);
    if (shipped.model !== chip.model || names.length !== Object.keys(theirs).length) return [];
    if (names.some((price) => theirs[price] !== prices[price])) return [];
    const unlike = sizes.filter((path) => valueAt(shipped, path) !== valueAt(chip, path));
    return [{ name, unlike, shipped }];
  });
  const [first] = others;
  if (first === undefined || others.some(({ unlike }) => unlike.length === 0)) return [];
  const told = first.unlike.map((path) => `${path} ${valueAt(chip, path)} in place of ${valueAt(first.shipped, path)}`);
  return [`the prices of power: are those of ${first.name} as a whole, and do not follow ${told.join(", ")}`];
}
