/**
 * What coordinator and workers send each other; each text is signed (`signer.ts`). From the queue, only the kinds of
 * job below are taken, and every field is checked and bounded. A worker rebuilds a point's experiment from the study's
 * document and the point's values, with the checks of a description file.
 */

import { createHash } from "node:crypto";
import * as z from "zod";
import { MOST_EPOCHS, MOST_PARAMETER_TEXT } from "../../arch/index.js";
import { MIB } from "../../base/bytes.js";
import { InputError, inputError } from "../../base/errors.js";

export const PROTOCOL = 9;
export const QUEUE = "points";
/** Most bytes of one job, as JSON. */
export const JOB_LIMIT_BYTES = MIB;
/** Most bytes of its text: the queue keeps it as a JSON text, in which quotation marks take two. */
export const JOB_TEXT_BYTES = JOB_LIMIT_BYTES / 2 - 256;
/** Most bytes of an announcement or a heartbeat. */
export const NOTE_LIMIT_BYTES = 8 * 1024;
export const BEAT_MS = 2_000;
const LEASE_MS = { least: 500, most: 3_600_000 } as const;
/** Most characters of the reason why a point failed. */
const MOST_REASON = 20_000;

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const address = z.string().min(1).max(200);
/** A text that is shown on terminals; its control characters are removed. */
const text = (most: number) => z.string().max(most).transform(withoutControls);
const durationMs = z.number().min(0);
/** As long as a description's own; a worker checks what they say as it checks a description. */
const path = z.string().min(1).max(MOST_PARAMETER_TEXT);
const values = z.record(path, z.union([z.number(), z.string().max(MOST_PARAMETER_TEXT), z.boolean(), z.null()]));

function withoutControls(words: string): string {
  return words.replace(/[^\P{Cc}\n\t]|\p{Cf}/gu, "?");
}

/** Nonce of one question: the answer to another question is refused, even if both are about the same point. */
const nonce = z.string().regex(/^[0-9a-f]{32}$/);

/** A job names its inputs by content hash, never by file name. */
export const jobSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("point"),
    key: digest,
    values,
    modelHash: address,
    dataHash: address,
    trace: digest,
    /** Share of the timed utterances. */
    fidelity: z.number().gt(0).max(1),
    alone: z.boolean(),
    nonce,
  }),
  z.strictObject({
    kind: z.literal("functional"),
    key: digest,
    values,
    modelHash: address,
    model: digest,
    dataHash: address,
    data: digest,
    alone: z.boolean(),
    nonce,
  }),
  /** A network to train; `recipe`: address of its recipe, `parent`: address of the network to begin with. */
  z.strictObject({
    kind: z.literal("model"),
    key: digest,
    recipe: digest,
    fit: digest,
    validation: digest,
    parent: digest.nullable(),
    alone: z.boolean(),
    nonce,
  }),
  /** A point of a coupled chip; `files`: address of the texts of its case. */
  z.strictObject({
    kind: z.literal("coupled"),
    key: digest,
    values,
    modelHash: address,
    dataHash: address,
    files: digest,
    alone: z.boolean(),
    nonce,
  }),
]);
export type Job = z.infer<typeof jobSchema>;
/** A job without its nonce. */
export type Question = { [Kind in Job["kind"]]: Omit<Extract<Job, { readonly kind: Kind }>, "nonce"> }[Job["kind"]];

export const replySchema = z.discriminatedUnion("kind", [
  /** Both texts as the store keeps them, in base 64. */
  z.strictObject({ kind: z.literal("done"), resultText: z.string(), countersText: z.string(), durationMs }),
  z.strictObject({ kind: z.literal("infeasible"), code: text(200), reason: text(MOST_REASON), durationMs }),
  z.strictObject({ kind: z.literal("failed"), code: text(200), reason: text(MOST_REASON), retryable: z.boolean(), durationMs }),
  z.strictObject({ kind: z.literal("timeout"), code: text(200), reason: text(MOST_REASON), durationMs }),
  /**
   * `trace`: address of the run's parcel; `traceKey`: the key that results of this run name. What it scored and got
   * wrong as the store keeps it, in base 64.
   */
  z.strictObject({
    ...{ kind: z.literal("functional"), trace: digest, traceKey: digest, durationMs },
    ...{ recordingsText: z.string(), wrongText: z.string() },
  }),
  /** `model`: address of the network and its training record. */
  z.strictObject({ kind: z.literal("model"), model: digest, durationMs }),
  z.strictObject({
    ...{ kind: z.literal("given-up"), code: z.enum(["DIVERGED", "STOPPED"]), reason: text(MOST_REASON), durationMs },
    curve: z.array(z.strictObject({ epoch: z.int(), loss: z.number(), error: z.number().nullable() })).max(MOST_EPOCHS),
  }),
  /** The worker did not find this input. */
  z.strictObject({ kind: z.literal("missing"), what: z.enum(["document", "model", "data", "recipe", "trace", "case"]) }),
]);
export type Reply = z.infer<typeof replySchema>;
/** A reply whose reason is cut to the length that is read. */
export const sendable = (reply: Reply): Reply => ("reason" in reply ? { ...reply, reason: reply.reason.slice(0, MOST_REASON) } : reply);
export type Missing = Extract<Reply, { readonly kind: "missing" }>;

/** Texts of a case's input files, by file name. */
export const caseSchema = z.record(z.string().regex(/^[a-z_]{1,40}\.(csv|hex|json|txt)$/), z.string());

/** What each kind of signed text refers to, besides its kind. */
export const about = {
  announcement: (study: string) => ["announcement", study],
  beat: (study: string, worker: string) => ["beat", study, worker],
  job: (study: string, job: string) => ["job", study, job],
  answer: (study: string, job: string, nonce: string) => ["answer", study, job, nonce],
} as const;

/** A study as workers see it. */
export const announcementSchema = z.strictObject({
  protocol: z.literal(PROTOCOL),
  name: text(200),
  /** Version of the program, for messages. */
  version: text(100),
  /** Digest of the code and the prices: another build may give other results. */
  build: digest,
  /**
   * Plug-ins that its points depend on, by content hash. A worker gets them from its own command line, or refuses; none
   * is ever sent.
   */
  plugins: z.array(z.strictObject({ name: text(200), sha256: digest })).max(32),
  /** Version of the runtime, for messages. */
  node: text(100),
  /** Digest of the runtime's arithmetic: a runtime with other bits would give other results. */
  selfCheck: digest,
  /** Address of the study's document. */
  document: digest,
  transfer: z.enum(["server", "folder"]),
  leaseMs: z.int().min(LEASE_MS.least).max(LEASE_MS.most),
  timeoutMs: z.int().min(1).max(0x7fffffff),
});
export type Announcement = z.infer<typeof announcementSchema>;

/** What any version's announcement says: enough to refuse a study by name whose announcement is otherwise unknown. */
export const strangerSchema = z.object({ protocol: z.int(), name: text(200), version: text(100) });
export type Stranger = z.infer<typeof strangerSchema>;

/** A worker's heartbeat. What another protocol adds is left out, so that its worker's refusal is read. */
export const beatSchema = z.object({
  host: text(200),
  name: text(200),
  pid: z.int(),
  threads: z.int().min(0).max(65_536),
  busy: z.int().min(0),
  done: z.int().min(0),
  failed: z.int().min(0),
  version: text(100),
  /** Why it does not work on this study; null: it works on it. */
  refused: text(1000).nullable(),
  draining: z.boolean(),
  beat: z.int(),
});
export type Beat = z.infer<typeof beatSchema>;

/**
 * The text of a message, checked by the schema with which its reader will check it, because a reader ignores what it
 * cannot read. `what`: name of the message. @throws InputError that names the fields
 */
export function textOf(what: string, schema: z.ZodType, message: object, mostBytes: number): string {
  const { error } = schema.safeParse(message);
  const place = { file: what, line: null, column: null, fix: "" };
  if (error !== undefined)
    throw new InputError(error.issues.map((issue) => ({ ...place, path: issue.path.join("."), message: issue.message })));
  const text = JSON.stringify(message);
  const bytes = Buffer.byteLength(text);
  if (bytes > mostBytes) throw inputError(what, `takes ${bytes} bytes, and at most ${mostBytes} are sent`);
  return text;
}

/** @throws InputError if workers would not take it */
export function checkedLease(leaseMs: number): number {
  if (Number.isInteger(leaseMs) && leaseMs >= LEASE_MS.least && leaseMs <= LEASE_MS.most) return leaseMs;
  const [least, most] = [LEASE_MS.least / 1000, LEASE_MS.most / 1000];
  throw inputError("--lease-seconds", `got ${leaseMs / 1000}, expected ${least} to ${most}`, "e.g. --lease-seconds 30");
}

/** @throws InputError if a prefix could be read as a pattern or could match keys of others */
export function checkedPrefix(prefix: string): string {
  if (!/^[A-Za-z0-9_.:-]{1,100}$/.test(prefix))
    throw inputError("--redis-prefix", "expected letters, digits, _ . : and -, at most 100", "e.g. --redis-prefix lab");
  return prefix;
}

/**
 * Keys of a study on the server. Its name holds `build`, so coordinators and workers of different builds do not meet.
 */
export function studyKeys(prefix: string, study: string) {
  const root = `${prefix}:${study}`;
  return { root, alive: `${root}:alive`, kept: `${root}:kept`, workers: `${root}:workers`, queue: `${root}:queue` };
}
export const STUDY_ID = /^[0-9a-f]{20}$/;
export const studiesKey = (prefix: string): string => `${prefix}:studies`;
/**
 * Settings are part of it: a worker that still serves the sweep as it was before it was started again with others must
 * not take its new jobs.
 */
export function studyId(
  identity: string,
  build: string,
  { transfer, leaseMs, timeoutMs }: Pick<Announcement, "transfer" | "leaseMs" | "timeoutMs">,
): string {
  const settings = JSON.stringify([transfer, leaseMs, timeoutMs]);
  return createHash("sha256").update(identity).update(build).update(settings).digest("hex").slice(0, 20);
}
