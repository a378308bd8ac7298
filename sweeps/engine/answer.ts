/**
 * A point's answer from a worker: the two texts that the store keeps, in base 64. The answer is bounded before it is
 * unpacked and parsed, and compared with the question: model, data, spike trace, cores. Throws: `InputError` if it is
 * no result, or the result of another question; `InvariantError` if the result contradicts itself.
 */
import * as z from "zod";
import { ofKind } from "../../arch/index.js";
import { boundedJson } from "../../base/bounded-json.js";
import { MIB } from "../../base/bytes.js";
import { InvariantError, inputError } from "../../base/errors.js";
import { sha256 } from "../../base/hash.js";
import { inflatedText } from "../../base/inflate.js";
import { listOf, numbersList } from "../../base/list-schema.js";
import type { Functional } from "../../sim/functional/index.js";
import { CORE_COUNTERS, type Counters, checkedResult, METRICS, type MetricName, type Result } from "../../sim/index.js";
import type { PointInputs } from "../point.js";
import { packRecordings, packWrong, type ScoredRun, scoredRun, unpackRecordings, unpackRun } from "../store/packed-errors.js";
import { packResult } from "../store/packed-result.js";
import type { DoneOutcome, Task } from "./engine.js";
import { operationsSchema } from "./parcel.js";
import type { Reply } from "./protocol.js";

/** What was asked; the answer must match it. */
export interface Asked {
  readonly inputs: PointInputs;
  /** Key of the spike trace that the point was given; a coupled chip has no trace, so it is the key of its data. */
  readonly traceKey: string;
  /** Number of cores; null for a coupled chip, whose counters are not per core. */
  readonly cores: number | null;
  /** Most bytes of each of the two unpacked texts. */
  readonly mostBytes: number;
}

/** Room for 4,096 layers, with NeuroBench's metrics of each. */
const BASE_BYTES = 4 * MIB;
/** Room per core and its router: names, shares, links and counters take 0.7 KB in a real result. */
const CORE_BYTES = 2 * 1024;
/** Room for the largest grid of a coupled chip. */
const COUPLED_BYTES = 16 * MIB;

/** Limits and identity of a task's answer. */
export function askedOf({ experiment, inputs }: Pick<Task, "experiment" | "inputs">, traceKey: string): Asked {
  return ofKind<Asked>(experiment, {
    board: ({ chip: { cores } }) => ({ inputs, traceKey, cores: cores.length, mostBytes: BASE_BYTES + CORE_BYTES * cores.length }),
    coupled: () => ({ inputs, traceKey, cores: null, mostBytes: COUPLED_BYTES }),
  });
}

/** Most bytes of a whole answer: two packed texts in base 64, or a short answer with a reason. */
export function answerLimit(mostBytes: number): number {
  return 128 * 1024 + Math.ceil(2.8 * mostBytes);
}

/** Bounded by the whole, as lists are: sources and names have no limit of their own, and some are joined. */
const name = z.string();
const count = z.int().min(0);
const numberOrNull = z.number().nullable();
const resourceErrors = listOf(z.strictObject({ name, kind: name, down: z.number().nonnegative(), up: z.number().nonnegative() }));
const resultSchema = z.strictObject({
  metrics: z.strictObject(
    Object.fromEntries(Object.keys(METRICS).map((metric) => [metric, numberOrNull])) as { [metric in MetricName]: typeof numberOrNull },
  ),
  breakdown: listOf(
    z.strictObject({
      component: name,
      group: z.enum(["memory", "datapath", "queue", "noc", "clock", "leakage", "area"]),
      count: numberOrNull,
      unitEnergyPj: numberOrNull,
      energyPj: numberOrNull,
      areaMm2: numberOrNull,
      source: name,
    }),
  ),
  operations: operationsSchema,
  utilisation: z.strictObject({
    cores: listOf(
      z.strictObject({ core: count, populations: listOf(name), neurons: count, synapseBusy: z.number(), somaBusy: z.number() }),
    ),
    links: listOf(z.strictObject({ router: count, port: name, flitsPerCycle: z.number() })),
  }),
  provenance: z.strictObject({
    ...{ modelHash: name, dataHash: name, traceKey: name, utterances: count },
    ...{ independentSamples: z.number().positive().optional(), timedUtterances: listOf(count) },
    ...{ timedLatencyCycles: listOf(count).optional(), timedEnergyPj: listOf(z.number().nonnegative()).optional() },
    timedSteps: listOf(count).optional(),
    lawErrors: z
      .strictObject({ luts: resourceErrors, flipFlops: resourceErrors, blockRams: resourceErrors, dsps: resourceErrors })
      .optional(),
    laneCounts: listOf(z.strictObject({ lanes: count, addressLanes: count })).optional(),
  }),
});
const numbers = numbersList().transform((list) => Float64Array.from(list));
const countersSchema = z.strictObject({
  ...{ cycles: count, utterances: count, steps: count, cores: numbers, routers: numbers, links: numbers },
  ...{ portsPerRouter: count, packets: count, flits: count, flitHops: count, barrierCycles: count },
  port: z.strictObject({ events: count, packets: count, bits: count, busyCycles: count, stallCycles: count }).nullable(),
});

export function packDone({ result, counters, durationMs, packed = packResult(result, counters) }: DoneOutcome): Reply {
  return { kind: "done", resultText: base64(packed.result), countersText: base64(packed.counters), durationMs };
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** Most bytes of the answer to a network: its learning curve has a line per epoch. */
export const curveAnswerLimit = (epochs: number): number => answerLimit(0) + 120 * epochs;

/** Most bytes of the answer to a functional run of so many utterances: three counts of 32 bits each, in base 64. */
export const runAnswerLimit = (utterances: number): number => answerLimit(0) + 20 * utterances;

/** `trace`: address of the run's parcel. */
export function packFunctional(functional: Functional, trace: string, durationMs: number): Reply {
  const run = scoredRun(functional);
  const texts = { recordingsText: base64(packRecordings(run.recordings)), wrongText: base64(packWrong(run)) };
  return { kind: "functional", trace, traceKey: functional.trace.key, durationMs, ...texts };
}

/** @throws InputError if the answer scores other utterances than these of the data set */
export function unpackScoredRun(
  { recordingsText, wrongText }: Extract<Reply, { readonly kind: "functional" }>,
  key: string,
  dataHash: string,
  utterances: Uint32Array,
): ScoredRun {
  const recordings = unpackRecordings(dataHash, utterances.length, Buffer.from(recordingsText, "base64"), "reply");
  if (recordings.utterances.some((utterance, i) => utterance !== utterances[i])) throw inputError("reply", "it scored other utterances");
  return unpackRun(key, recordings, Buffer.from(wrongText, "base64"), "reply");
}

export function unpackDone(reply: Extract<Reply, { readonly kind: "done" }>, asked: Asked): DoneOutcome {
  const [result, counters] = [reply.resultText, reply.countersText].map((text) => Buffer.from(text, "base64"));
  try {
    const text = inflatedText(result, asked.mostBytes);
    const done = {
      result: resultSchema.parse(boundedJson(text, asked.mostBytes)) satisfies Result,
      counters: countersSchema.parse(boundedJson(inflatedText(counters, asked.mostBytes), asked.mostBytes)) satisfies Counters,
    };
    const other = difference(done.result, done.counters, asked);
    if (other !== null) throw new Error(other);
    checkedResult(done.result, done.counters);
    return { kind: "done", ...done, durationMs: reply.durationMs, packed: { digest: sha256(text), result, counters } };
  } catch (error) {
    if (error instanceof InvariantError) throw error;
    const why = error instanceof z.ZodError ? `${error.issues[0]?.path.join(".")}: ${error.issues[0]?.message}` : String(error);
    throw inputError("reply", `is no result (${why})`);
  }
}

/** What the answer has that differs from the question; null: nothing. */
function difference({ provenance, utilisation }: Result, counters: Counters, { inputs, traceKey, cores }: Asked): string | null {
  if (provenance.modelHash !== inputs.modelHash) return "it belongs to another model";
  if (provenance.dataHash !== inputs.dataHash) return "it belongs to other data";
  if (provenance.traceKey !== traceKey) return "it belongs to another spike trace";
  const counted = counters.cores.length / CORE_COUNTERS.length;
  if (counted !== (cores ?? 0)) return `it has counters of ${counted} cores, not ${cores ?? 0}`;
  if (cores !== null && utilisation.cores.length !== cores) return `it has utilisation of ${utilisation.cores.length} cores, not ${cores}`;
  return null;
}
