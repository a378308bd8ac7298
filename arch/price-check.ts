/**
 * Checks expressions for prices on every part of a chip before a run; problems have the place where they are typed.
 * Pure.
 */
import { quoted } from "../base/errors.js";
import type { Chip, Core } from "./chip.js";
import { unlikeCores } from "./core-kinds.js";
import { BUILT_NEEDS } from "./core-needs.js";
import { dieVariables } from "./die-prices.js";
import { ExpressionError } from "./expression.js";
import { routerShapes } from "./noc-shape.js";
import { priceValue } from "./own-price-value.js";
import { portVariables } from "./port-prices.js";
import type { Precision } from "./precision.js";
import type { PriceName } from "./price-names.js";
import { coreVariables, dramVariables, linkVariables, type PriceVariables, routerVariables, tableVariables } from "./price-variables.js";
import { axonEntryBits } from "./route-tables.js";

/**
 * Reports the first problem of each price. Shapes of parts that only a network decides have default values. A price of
 * a part that the chip lacks, or that only a network makes, must suit one of some shapes: its names are checked, and no
 * shape that does not exist refuses it.
 */
export function checkPriceExpressions(chip: Chip, precision: Precision, say: (name: string, message: string) => void): void {
  const texts = Object.entries(chip.priceOverrides).flatMap(([name, { value }]) =>
    typeof value === "string" ? [[name, value] as const] : [],
  );
  if (texts.length === 0) return;
  const kinds = unlikeCores(chip);
  const ports = [...new Set(routerShapes(chip).map((router) => router.ports))];
  for (const [name, text] of texts) {
    const { all, areAssumed } = shapesOf(name as PriceName, chip, kinds, ports, precision);
    const problems = all.flatMap((variables) => problemOf(text, variables) ?? []);
    if (problems.length > 0 && (!areAssumed || problems.length === all.length)) say(name, problems[0]);
  }
}

function problemOf(text: string, variables: PriceVariables): string | null {
  try {
    priceValue(text, variables);
    return null;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return `${error.message} at character ${error.column} of ${quoted(text)}`;
  }
}

/** Variables of an expression for this price, for the first such part of the chip. */
export function priceVariables(name: PriceName, chip: Chip, precision: Precision): PriceVariables {
  return shapesOf(
    name,
    chip,
    chip.cores.slice(0, 1),
    routerShapes(chip)
      .slice(0, 1)
      .map((router) => router.ports),
    precision,
  ).all[0];
}

/** False if the chip lacks the part of this price, or only a network makes it. */
export const hasPriced = (name: PriceName, chip: Chip, precision: Precision): boolean =>
  !shapesOf(
    name,
    chip,
    chip.cores,
    routerShapes(chip).map(({ ports }) => ports),
    precision,
  ).areAssumed;

interface Shapes {
  readonly all: readonly PriceVariables[];
  /** True: the chip has no such part, or a network decides whether it has. */
  readonly areAssumed: boolean;
}

/** Numbers of bits, words or ports of an assumed part. */
const ASSUMED = [1, 8, 64, 1024] as const;
const assumed = (of: (size: number) => PriceVariables): Shapes => ({ all: ASSUMED.map(of), areAssumed: true });

/** Shapes of the parts that there are, or else some. */
const existing = (all: readonly PriceVariables[], otherwise: (size: number) => PriceVariables): Shapes =>
  all.length > 0 ? { all, areAssumed: false } : assumed(otherwise);

/** All shapes of the priced part. */
function shapesOf(name: PriceName, chip: Chip, kinds: readonly Core[], ports: readonly number[], precision: Precision): Shapes {
  const { spill, port, noc, frameBuffer } = chip;
  const one = <T>(part: T | null, variables: PriceVariables): readonly PriceVariables[] => (part === null ? [] : [variables]);
  const { headerBits } = noc;
  if (name.startsWith("dram_background")) return existing(one(spill, dramVariables(chip)), (bits) => ({ ...dramVariables(chip), bits }));
  if (name.startsWith("port_")) {
    const variables = portVariables(chip)(name);
    return existing(one(port, variables), (words) => ({ ...tableVariables(chip, words, variables.word_bits), bits: variables.bits }));
  }
  if (name.startsWith("die_link_"))
    return existing(one(noc.dies, dieVariables(chip, name)), (gbitS) => ({ ...dieVariables(chip, name), gbit_s: gbitS }));
  if (name.startsWith("router_"))
    return existing(
      ports.map((count) => routerVariables(chip, count)),
      (count) => routerVariables(chip, count),
    );
  if (name.startsWith("link_")) return { all: [linkVariables(chip, noc.linkLengthMm)], areAssumed: false };
  if (name.startsWith("tree_link_"))
    return existing(one(noc.tree, linkVariables(chip, noc.tree?.linkLengthMm ?? 1)), (length) => linkVariables(chip, length));
  if (name.startsWith("frame_buffer")) {
    const buffer = (entries: number): PriceVariables => tableVariables(chip, entries, precision.stateBits);
    return existing(one(frameBuffer, buffer(frameBuffer?.entries ?? 1)), buffer);
  }
  const tablesOf = (bitsOf: (core: Core) => number, entriesOf: (core: Core) => number | null): Shapes =>
    existing(
      kinds.flatMap((core) => {
        const entries = entriesOf(core);
        return entries === null ? [] : [tableVariables(chip, entries, bitsOf(core))];
      }),
      (entries) => tableVariables(chip, entries, bitsOf(kinds[0])),
    );
  if (name.startsWith("axon_table")) return tablesOf(axonEntryBits, ({ axonEntries }) => axonEntries);
  if (name.startsWith("route_table"))
    return tablesOf(
      () => headerBits,
      ({ routeEntries }) => routeEntries,
    );
  const ofCore = (core: Core): PriceVariables => coreVariables(chip, core, precision, BUILT_NEEDS)(name);
  const withBits = (bits: number): PriceVariables => ({ ...ofCore(kinds[0]), bits });
  if (name.startsWith("decoder") || name.startsWith("address_generator")) return assumed(withBits);
  if (name.startsWith("configuration"))
    return existing(kinds.filter(({ configurationBits }) => configurationBits > 0).map(ofCore), withBits);
  return { all: kinds.map(ofCore), areAssumed: false };
}
