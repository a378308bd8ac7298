/**
 * Price models by name: functions that price the parts of a core, a router and a link instead of the component library.
 * Only plug-ins have them. Their prices go into the chip like those of the description, so results, keys and workers
 * only see numbers with sources.
 */
import type { Problem } from "../base/errors.js";
import { Registry } from "../base/registry.js";
import type { Chip, Core, Noc, OwnPrice, Technology } from "./chip.js";
import type { Precision } from "./precision.js";
import type { PriceName } from "./price-names.js";

interface PriceQuestion {
  readonly technology: Technology;
  readonly noc: Noc;
  readonly precision: Precision;
  /** One of the chip's cores: memories, queues, lanes, update units. */
  readonly core: Omit<Core, "id" | "tile">;
}

/** A price with its error, if it states one. */
type ModelPrice = Omit<OwnPrice, "model">;

export interface PriceModel {
  readonly about: string;
  /** Prices by name; the component library prices the rest. */
  readonly prices: (question: PriceQuestion) => { readonly [name in PriceName]?: ModelPrice };
}

/** The message for an unknown price model. */
export const unknownPriceModel = (name: string): Pick<Problem, "message" | "fix"> => ({
  message: `no price model is named ${name}`,
  fix: "name its plug-in: plugins: [./my-plugin.mjs], or --plugin ./my-plugin.mjs",
});

export const PRICE_MODELS = new Registry<PriceModel>("price model", {});

/**
 * Prices of a model for a chip; empty without a model. Reports a problem if different cores would need different
 * prices, because a chip has one price per name.
 */
export function modelPrices(
  name: string | null,
  { technology, noc, cores }: Pick<Chip, "technology" | "noc" | "cores">,
  precision: Precision,
  problem: (found: Pick<Problem, "message" | "fix">) => void,
): { readonly [name: string]: OwnPrice } {
  if (name === null) return {};
  const { prices } = PRICE_MODELS.demand(name, "chip.price_model");
  const kinds = new Map<string, Omit<Core, "id" | "tile">>();
  for (const { id: _id, tile: _tile, ...core } of cores) kinds.set(JSON.stringify(core), core);
  const [first, ...others] = [...kinds.values()].map((core) => prices(structuredClone({ technology, noc, precision, core })));
  const found: { readonly [name: string]: ModelPrice } = first ?? {};
  const differs = Object.keys(found).find((part) =>
    others.some((other) => JSON.stringify(other[part as PriceName]) !== JSON.stringify(found[part])),
  );
  if (differs !== undefined || others.some((other) => Object.keys(other).length !== Object.keys(found).length))
    problem({
      message: `${name} prices ${differs ?? "cores"} differently for different cores, but a chip has one price per name`,
      fix: "make the cores equal, or let the model leave out prices that differ",
    });
  return Object.fromEntries(
    Object.entries(found).map(([part, price]) => [part, price.plusMinusPercent === undefined ? price : { ...price, model: name }]),
  );
}
