/** Integer widths of a design point; what each key means and may be is the schema's. Source: design rules of networks (integer meaning of the gated-leak cells). */
import type { Camel } from "./camel.js";
import type { RootDocument } from "./schema.js";

export type Precision = Camel<RootDocument["precision"]>;

/** As it counts in the address of a run: keys that came later count where they say something, so that addresses of runs stay. */
export function addressedPrecision({ integers, ...widths }: Precision): { readonly [key: string]: string | number | null } {
  return integers === "quantised" ? widths : { ...widths, integers };
}
