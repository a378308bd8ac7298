/** Integer widths of a design point; what each key means and may be is the schema's. Source: design rules of networks (integer meaning of the gated-leak cells). */
import type { Camel } from "./camel.js";
import type { RootDocument } from "./schema.js";

export type Precision = Camel<RootDocument["precision"]>;
