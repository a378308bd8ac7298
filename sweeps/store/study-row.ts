/** The study's row in checked form. Throws: `InputError` if the row is damaged. */
import * as z from "zod";
import type { SweepSpec } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { canonicalJson, type Json } from "../../base/hash.js";
import type { Edition } from "../inputs.js";
import { differences } from "../operations/differences.js";
import { editionOf } from "./editions.js";
import type { Row } from "./rows.js";

export interface StudyRecord extends Edition {
  readonly name: string;
  /**
   * Hash of the search without its budget, and of the plug-ins by content; two sweeps with the same identity and inputs
   * continue each other.
   */
  readonly identity: string;
  readonly sweep: SweepSpec;
  readonly budget: number;
  readonly engineVersion: string;
}

export interface StoredStudy extends StudyRecord {
  /** Number of its edition. */
  readonly edition: number;
  readonly reference: readonly number[] | null;
  readonly state: string;
  readonly finishReason: string | null;
}

/** The search without its budget: a finished study can be given a larger one. */
export function searched({ sampler: { budget: _, ...sampler }, ...sweep }: SweepSpec): Json {
  return JSON.parse(JSON.stringify({ ...sweep, sampler })) as Json;
}

/** The search of which `sweep` is a part, with the budget of the part; a search that is no part as it is. */
export function wholeSearch({ sampler, ...sweep }: SweepSpec): SweepSpec {
  const { shard: _part, shards: _parts, ...options } = sampler.options;
  return { ...sweep, sampler: { ...sampler, options } };
}

/** Whether `stored` is a part of the search `asked`, which then continues it. */
export const isPartOf = (stored: SweepSpec, asked: SweepSpec): boolean =>
  (stored.sampler.options.shards ?? 1) !== 1 && canonicalJson(searched(wholeSearch(stored))) === canonicalJson(searched(asked));

const MOST_SAID = 3;

/** The first differences of two searches, as a sentence; their budgets do not count. */
export function studyDifferences(stored: SweepSpec, asked: SweepSpec): string {
  const byName = (sweep: SweepSpec) => ({
    ...(searched(sweep) as { readonly [key: string]: Json }),
    parameters: Object.fromEntries(sweep.parameters.map((parameter) => [parameter.name, JSON.parse(JSON.stringify(parameter)) as Json])),
  });
  const all = differences(byName(stored), byName(asked));
  if (all.length === 0) return "its parameters come in another order";
  const said = all.slice(0, MOST_SAID).map(({ path, left, right }) => `${path} is ${cut(left)} there and ${cut(right)} here`);
  const left = all.length - said.length;
  return [...said, ...(left === 0 ? [] : [`${left} more`])].join(", ");
}

const cut = (text: string): string => (text.length <= 60 ? text : `${text.slice(0, 57)}...`);

const value = z.union([z.number(), z.string(), z.boolean()]);
const sweepSchema = z.looseObject({
  parameters: z.array(
    z.looseObject({
      name: z.string(),
      path: z.string(),
      when: z.string().nullable(),
      domain: z.discriminatedUnion("kind", [
        z.looseObject({ kind: z.literal("list"), values: z.array(value).min(1) }),
        z.looseObject({ kind: z.literal("range"), low: z.number(), high: z.number(), step: z.number().nullable(), integer: z.boolean() }),
        z.looseObject({ kind: z.enum(["log", "power-of-two"]), low: z.number(), high: z.number() }),
        z.looseObject({ kind: z.literal("derived"), expression: z.string() }),
      ]),
    }),
  ),
  objectives: z.array(z.looseObject({ metric: z.string(), direction: z.enum(["min", "max"]) })),
  constraints: z.array(z.string()),
  sampler: z.looseObject({ name: z.string(), budget: z.number(), seed: z.number(), options: z.record(z.string(), z.unknown()) }),
  referencePoint: z.array(z.number()).nullable(),
});
const referenceSchema = z.array(z.number()).nullable();

export function studyOf(row: Row, file: string): StoredStudy {
  const damaged = (what: string): Error =>
    inputError(file, `its study's row is damaged: ${what}`, "recover it with `sqlite3 FILE .recover`");
  const json = (column: string): unknown => {
    try {
      return JSON.parse(row[column] as string);
    } catch {
      throw damaged(`${column} is no JSON`);
    }
  };
  const sweep = sweepSchema.safeParse(json("sweep_json"));
  if (!sweep.success) throw damaged(`sweep_json.${sweep.error.issues[0]?.path.join(".")}: ${sweep.error.issues[0]?.message}`);
  const reference = referenceSchema.safeParse(row.reference_json === null ? null : json("reference_json"));
  if (!reference.success) throw damaged("reference_json is no list of numbers");
  return {
    name: row.name as string,
    identity: row.identity as string,
    sweep: sweep.data as SweepSpec,
    budget: row.budget as number,
    edition: row.edition as number,
    ...editionOf(row, file),
    reference: reference.data,
    state: row.state as string,
    finishReason: row.finish_reason as string | null,
  };
}
