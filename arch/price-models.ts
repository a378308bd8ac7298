/**
 * Price models by name: functions that price the parts of a core, a router and a link in place of the component
 * library. The program has none of its own; plug-ins bring them. What a model says goes into the chip as prices of the
 * description do, so results, keys and workers see numbers with sources alone.
 */
import type { Problem } from "../base/errors.js";
import { Registry } from "../base/registry.js";
import type { Chip, Core, Noc, Technology } from "./chip.js";
import type { Price } from "./components.js";
import type { Precision } from "./precision.js";
import type { PriceName } from "./price-names.js";

interface PriceQuestion {
  readonly technology: Technology;
  readonly noc: Noc;
  readonly precision: Precision;
  /** One of the chip's cores: memories, queues, lanes, update units. */
  readonly core: Omit<Core, "id" | "tile">;
}

export interface PriceModel {
  readonly about: string;
  /** Prices by name, of what the model knows: the library prices the rest. */
  readonly prices: (question: PriceQuestion) => { readonly [name in PriceName]?: Price };
}

/** What is said of a name that no loaded plug-in has brought. */
export const unknownPriceModel = (name: string): Pick<Problem, "message" | "fix"> => ({
  message: `no price model is named ${name}`,
  fix: "name the plug-in that brings it: plugins: [./my-plugin.mjs], or --plugin ./my-plugin.mjs",
});

export const PRICE_MODELS = new Registry<PriceModel>("price model", {});

/**
 * What a model says of a chip; nothing without a model. `problem` is told where unlike cores would need unlike prices:
 * a chip has one per name.
 */
export function modelPrices(
  name: string | null,
  { technology, noc, cores }: Pick<Chip, "technology" | "noc" | "cores">,
  precision: Precision,
  problem: (found: Pick<Problem, "message" | "fix">) => void,
): { readonly [name: string]: Price } {
  if (name === null) return {};
  const { prices } = PRICE_MODELS.demand(name, "chip.price_model");
  const kinds = new Map<string, Omit<Core, "id" | "tile">>();
  for (const { id: _id, tile: _tile, ...core } of cores) kinds.set(JSON.stringify(core), core);
  const [first, ...others] = [...kinds.values()].map((core) => prices(structuredClone({ technology, noc, precision, core })));
  const found: { readonly [name: string]: Price } = first ?? {};
  const differs = Object.keys(found).find((part) =>
    others.some((other) => JSON.stringify(other[part as PriceName]) !== JSON.stringify(found[part])),
  );
  if (differs !== undefined || others.some((other) => Object.keys(other).length !== Object.keys(found).length))
    problem({
      message: `${name} prices ${differs ?? "unlike cores"} differently for unlike cores, and a chip has one price per name`,
      fix: "make the cores alike, or let the model leave out what differs",
    });
  return found;
}
