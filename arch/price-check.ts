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
import { routerPorts } from "./noc-shape.js";
import { priceValue } from "./own-price-value.js";
import { portVariables } from "./port-prices.js";
import type { Precision } from "./precision.js";
import type { PriceName } from "./price-names.js";
import { coreVariables, dramVariables, linkVariables, type PriceVariables, routerVariables, tableVariables } from "./price-variables.js";
import { axonEntryBits } from "./route-tables.js";

/** Reports the first problem of each price. Shapes that only a network decides have default values. */
export function checkPriceExpressions(chip: Chip, precision: Precision, say: (name: string, message: string) => void): void {
  const texts = Object.entries(chip.priceOverrides).flatMap(([name, { value }]) =>
    typeof value === "string" ? [[name, value] as const] : [],
  );
  if (texts.length === 0) return;
  const kinds = unlikeCores(chip);
  const ports = [...new Set(routerPorts(chip))];
  for (const [name, text] of texts) {
    try {
      for (const variables of shapesOf(name as PriceName, chip, kinds, ports, precision)) priceValue(text, variables);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      say(name, `${error.message} at character ${error.column} of ${quoted(text)}`);
    }
  }
}

/** Variables of an expression for this price, for the first such part of the chip. */
export function priceVariables(name: PriceName, chip: Chip, precision: Precision): PriceVariables {
  return shapesOf(name, chip, chip.cores.slice(0, 1), routerPorts(chip).slice(0, 1), precision)[0];
}

/** All shapes of the priced part. A part that the chip lacks gets some shape, so that names are checked. */
function shapesOf(
  name: PriceName,
  chip: Chip,
  kinds: readonly Core[],
  ports: readonly number[],
  precision: Precision,
): readonly PriceVariables[] {
  if (name.startsWith("dram_background")) return [dramVariables(chip)];
  if (name.startsWith("port_")) return [portVariables(chip)(name)];
  if (name.startsWith("die_link_")) return [dieVariables(chip, name)];
  if (name.startsWith("router_")) return ports.map((count) => routerVariables(chip, count));
  if (name.startsWith("link_")) return [linkVariables(chip, chip.noc.linkLengthMm)];
  if (name.startsWith("tree_link_")) return [linkVariables(chip, chip.noc.tree?.linkLengthMm ?? 1)];
  if (name.startsWith("frame_buffer")) return [tableVariables(chip, chip.frameBuffer?.entries ?? 1, precision.stateBits)];
  if (name.startsWith("axon_table")) return kinds.map((core) => tableVariables(chip, core.axonEntries ?? 1, axonEntryBits(core)));
  if (name.startsWith("route_table")) return kinds.map((core) => tableVariables(chip, core.routeEntries ?? 1, chip.noc.headerBits));
  return kinds.map((core) => coreVariables(chip, core, precision, BUILT_NEEDS)(name));
}
