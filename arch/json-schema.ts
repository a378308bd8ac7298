/**
 * The description format as JSON Schema, for editors: made from the zod schemas, selectors and in-place sweeps added.
 */
import * as z from "zod";
import type { Json } from "../base/hash.js";
import type { SamplerNames } from "./sampler-option.js";
import { coreSchema, domainSchema, rootSchema, sweepSchema, tileSchema } from "./schema.js";

export type Mutable = { [key: string]: Mutable | Json };

const SELECTOR = "(\\[[0-9., ]+\\])?$";

/** Names from higher folders, for completion in editors. */
interface SchemaNames {
  /** Data sets by name, with one sentence each. */
  readonly datasets: { readonly [name: string]: string };
  readonly metrics: { readonly [name: string]: string };
  readonly samplers: {
    readonly [name: string]: {
      readonly about: string;
      readonly options: SamplerNames[string];
    };
  };
  /** Shipped chips; paths of files are also allowed. */
  readonly chips: readonly string[];
  readonly models: readonly string[];
}

/** Without `names`, every name is a plain text. */
export function archJsonSchema(names: SchemaNames | null = null): Json {
  const core = sweepable(plain(coreSchema));
  const tile = sweepable(plain(tileSchema));
  const root = plain(rootSchema);
  const sweep = plain(sweepSchema);
  if (names !== null) addNames(root.properties as Mutable, sweep.properties as Mutable, names);
  for (const section of ["chip", "noc", "barrier", "tick", "spill", "inputs", "network", "training", "workload", "precision", "mapping"])
    (root.properties as Mutable)[section] = sweepable((root.properties as Mutable)[section] as Mutable);
  const prices = (root.properties as Mutable).prices as Mutable;
  prices.properties = withSearchedPrices(prices.properties as Mutable);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "snn-dse description: chip, network, workload, precision, mapping, sweep",
    ...root,
    properties: { ...(root.properties as Mutable), sweep },
    patternProperties: { [`^tile${SELECTOR}`]: { ...tile, patternProperties: { [`^core${SELECTOR}`]: core } } },
    $defs: { inPlaceSweep: inPlaceSweep(plain(domainSchema)) },
  } as Json;
}

/** Tables are no searched value, nor is the basis, of which a study has one. */
const withSearchedPrices = ({ basis, macros, ...prices }: Mutable): Mutable => ({
  basis,
  ...Object.fromEntries(Object.entries(prices).map(([name, price]) => [name, sweepable(price as Mutable)])),
  macros,
});

const named = (entries: { readonly [name: string]: string }): Mutable[] =>
  Object.entries(entries).map(([name, description]) => ({ const: name, description }));

function addNames(root: Mutable, sweep: Mutable, names: SchemaNames): void {
  const keyOf = (section: string, key: string): Mutable => ((root[section] as Mutable).properties as Mutable)[key] as Mutable;
  const orFile = (node: Mutable, shipped: readonly string[]): void => {
    const { type, minLength, maxLength } = node;
    for (const key of ["type", "minLength", "maxLength"]) delete node[key];
    node.anyOf = [{ enum: [...shipped] }, { type, minLength, maxLength } as Mutable];
  };
  orFile(root.extends as Mutable, names.chips);
  orFile(keyOf("network", "model"), names.models);
  const dataset = keyOf("workload", "dataset");
  for (const key of ["type", "minLength", "maxLength"]) delete dataset[key];
  dataset.anyOf = named(names.datasets);
  (sweep.objectives as Mutable).propertyNames = {
    anyOf: [...named(names.metrics), { pattern: "^[a-z_0-9]+@[0-9]{1,2}([.][0-9]{1,3})?$" }],
  };
  const sampler = sweep.sampler as Mutable;
  const shared = sampler.properties as Mutable;
  sampler.additionalProperties = false;
  sampler.properties = {
    ...shared,
    name: {
      ...(shared.name as Mutable),
      anyOf: Object.entries(names.samplers).map(([name, { about }]) => ({ const: name, description: about })),
    },
    ...Object.fromEntries(Object.values(names.samplers).flatMap(({ options }) => Object.keys(options).map((key) => [key, {}]))),
  };
  sampler.allOf = Object.entries(names.samplers).map(([name, { options }]) => ({
    if: { properties: { name: { const: name } }, ...(name === (shared.name as Mutable).default ? {} : { required: ["name"] }) },
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
    then: {
      properties: {
        ...Object.fromEntries(Object.keys(shared).map((key) => [key, {}])),
        ...Object.fromEntries(
          Object.entries(options).map(([key, { value, low, high, whole, about }]) => [
            key,
            { type: whole ? "integer" : "number", minimum: low, maximum: high, default: value, description: about },
          ]),
        ),
      },
      additionalProperties: false,
    },
  }));
}

/** JSON Schema of a zod schema's input, without its dialect. */
export function plain(schema: z.ZodType): Mutable {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input" }) as Mutable;
  return rest;
}

/** Schema of `{sweep: [..]}` or `{sweep: {range: ..}}`, with `name` and `when`. */
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

/** Allows a sweep in place of every scalar; enters mappings and records, and leaves lists. */
export function sweepable(schema: Mutable): Mutable {
  const properties = schema.properties as Mutable | undefined;
  if (schema.type === "object" && properties !== undefined)
    return {
      ...schema,
      properties: Object.fromEntries(Object.entries(properties).map(([key, child]) => [key, sweepable(child as Mutable)])),
    };
  if (schema.type === "array") return schema;
  if (schema.type === "object") {
    const { additionalProperties: below } = schema;
    return typeof below === "object" && below !== null ? { ...schema, additionalProperties: sweepable(below as Mutable) } : schema;
  }
  const { description, default: standard, ...rest } = schema;
  return {
    ...(description === undefined ? {} : { description }),
    ...(standard === undefined ? {} : { default: standard }),
    anyOf: [rest, { $ref: "#/$defs/inPlaceSweep" }],
  };
}
