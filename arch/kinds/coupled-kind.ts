/**
 * Chips whose time feeds back into function, with their own core model. One file per model names all its parameters;
 * its description has those keys at the top level (or `extends: odin`), `workload:` and optionally `sweep:`.
 *
 * The description gives registers; a case folder gives only memories, input events and the cycle limit.
 */
import * as z from "zod";
import { InputError, type Problem } from "../../base/errors.js";
import { didYouMean } from "../../base/nearest.js";
import { once } from "../../base/once.js";
import { CLOCK_MHZ } from "../chip-schema.js";
import { checked, scalarPaths, schemaAt } from "../issues.js";
import { isLeftOutByNull, keyIn } from "../left-out.js";
import { locatedFromJson, mergeLocated, placeOf, problemAt, withEntry } from "../located.js";
import { MOST_PRICE } from "../own-price.js";
import { deepFreeze } from "../resolve.js";
import { type CoupledWorkload, workloadDefaults, workloadOf, workloadSchema } from "./coupled-workload.js";
import type { DescriptionKind } from "./kind.js";

export interface CoupledExperimentOf<Chip> {
  readonly chip: Chip;
  readonly workload: CoupledWorkload;
}

/** Rules of a model for its chips. */
export interface ChipRules<Chip> {
  /** What is wrong with a chip whose values are within their bounds; null: nothing. */
  readonly wrong: (chip: Chip) => { readonly path: string; readonly message: string } | null;
  /** Grid of its cores. */
  readonly grid: (chip: Chip) => { readonly width: number; readonly height: number };
  /** Least cycles between two packets on an output of a router of the grid. */
  readonly packetCycles: number;
  /** Numbers and sizes of parts for which the prices of `power:` hold as a whole. */
  readonly sized: readonly string[];
}

/** A core model. */
interface Model<Schema extends z.ZodObject> extends ChipRules<z.infer<Schema>> {
  /** The chip's keys; a function, so that the schema is only built if a description uses the model. */
  readonly schema: () => Schema;
  /** Default limit of cycles of a synthetic run. */
  readonly limitCycles: number;
  /** True if recorded RTL runs exist that can be a description's inputs. */
  readonly hasCases: boolean;
}

export interface CoupledKind<Schema extends z.ZodObject> extends Model<Schema>, DescriptionKind<CoupledExperimentOf<z.infer<Schema>>> {
  /** The keys of a whole description. */
  readonly described: () => z.ZodObject;
}

/** Keys of every chip, which a search cannot change. */
export const FIXED_KEYS: readonly string[] = ["version", "name", "model", "source"];
/** Rules of a chip with one core, whose keys do not depend on each other. */
export const ONE_CORE: ChipRules<object> = { wrong: () => null, grid: () => ({ width: 1, height: 1 }), packetCycles: 1, sized: [] };
export const HEAD = { version: z.literal(1), name: z.string().min(1), source: z.string().min(1) };
/** A clock in MHz, and a power or an energy: within the bounds of those of ordinary chips. */
export const clockMhz = (): z.ZodNumber => z.number().min(CLOCK_MHZ[0]).max(CLOCK_MHZ[1]);
export const price = (): z.ZodNumber => z.number().min(0).max(MOST_PRICE);
export const count = (low: number, high: number): z.ZodNumber => z.number().int().min(low).max(high);

export function coupledKind<Schema extends z.ZodObject>(model: Model<Schema>): CoupledKind<Schema> {
  const schema = once(model.schema);
  const described = once((): z.ZodObject => schema().extend({ workload: workloadSchema() }));
  const keyAt: CoupledKind<Schema>["keyAt"] = (keys) => keyIn(described(), keys);
  const paths = once(() => scalarPaths(described()).filter((path) => !FIXED_KEYS.includes(path)));
  return {
    ...model,
    schema,
    described,
    keyAt,
    /** List entries are addressed by number: `event_queue.depth`, `layers.0.neurons`. */
    pathOf: (text) => {
      const keys = text.split(".");
      const leaf = schemaAt(described(), keys);
      if (leaf === null || FIXED_KEYS.includes(text))
        return { wrong: "no such parameter", fix: didYouMean(text, paths()) || `parameters: ${paths().join(", ")}` };
      if (leaf instanceof z.ZodObject || leaf instanceof z.ZodArray) return { wrong: "is not a single value", fix: "" };
      return { tile: null, core: null, keys, leaf, isLeftOutByNull: isLeftOutByNull(keyAt(keys)) };
    },
    complete: (typed, file) => mergeLocated(locatedFromJson(workloadDefaults(typed, model.limitCycles), file), typed),
    resolve: (document) => {
      const problems: Problem[] = [];
      const chip = checked(schema(), withEntry(document, "workload", null), "", paths(), problems);
      const workload = workloadOf(document, model.hasCases, paths(), problems);
      const wrong = chip === null ? null : model.wrong(chip);
      if (wrong !== null) problems.push(problemAt(placeOf(document, wrong.path.split(".")), wrong.path, wrong.message, ""));
      if (chip === null || workload === null || problems.length > 0) throw new InputError(problems);
      return deepFreeze({ chip, workload });
    },
  };
}
