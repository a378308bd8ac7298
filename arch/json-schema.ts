/** The description format as JSON Schema, for editors: made from the zod schemas, selectors and in-place sweeps added. */
import * as z from "zod";
import type { Json } from "../base/hash.js";
import { coreSchema, domainSchema, rootSchema, sweepSchema, tileSchema } from "./schema.js";

export type Mutable = { [key: string]: Mutable | Json };

const SELECTOR = "(\\[[0-9., ]+\\])?$";

export function archJsonSchema(): Json {
  const core = sweepable(plain(coreSchema));
  const tile = sweepable(plain(tileSchema));
  const root = plain(rootSchema);
  for (const section of ["chip", "noc", "barrier", "tick", "spill", "network", "workload", "precision", "mapping"])
    (root.properties as Mutable)[section] = sweepable((root.properties as Mutable)[section] as Mutable);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "snn-dse description: chip, network, workload, precision, mapping, sweep",
    ...root,
    properties: { ...(root.properties as Mutable), sweep: plain(sweepSchema) },
    patternProperties: { [`^tile${SELECTOR}`]: { ...tile, patternProperties: { [`^core${SELECTOR}`]: core } } },
    $defs: { inPlaceSweep: inPlaceSweep(plain(domainSchema)) },
  } as Json;
}

/** JSON Schema of what may be written, without its dialect. */
export function plain(schema: z.ZodType): Mutable {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input" }) as Mutable;
  return rest;
}

/** `{sweep: [..]}` or `{sweep: {range: ..}}`, with name and when beside it. */
export function inPlaceSweep(domain: Mutable): Mutable {
  const { name, when, values } = domain.properties as Mutable;
  return {
    type: "object",
    description: "searched by sweep; the first value stands in the plain description",
    properties: { sweep: { anyOf: [values as Json, domain] } as Mutable, name: name as Mutable, when: when as Mutable },
    required: ["sweep"],
    additionalProperties: false,
  };
}

/** Every single value may be replaced by a sweep; mappings are entered, lists and records stay. */
export function sweepable(schema: Mutable): Mutable {
  const properties = schema.properties as Mutable | undefined;
  if (schema.type === "object" && properties !== undefined)
    return {
      ...schema,
      properties: Object.fromEntries(Object.entries(properties).map(([key, child]) => [key, sweepable(child as Mutable)])),
    };
  if (schema.type === "object" || schema.type === "array") return schema;
  const { description, default: standard, ...rest } = schema;
  return {
    ...(description === undefined ? {} : { description }),
    ...(standard === undefined ? {} : { default: standard }),
    anyOf: [rest, { $ref: "#/$defs/inPlaceSweep" }],
  };
}
