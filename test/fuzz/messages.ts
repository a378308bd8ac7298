/**
 * What coordinator and workers say to each other through a server that anybody may write to; an answer is stored and
 * read back too.
 */
import { deflateRawSync } from "node:zlib";
import { z } from "zod";
import { InvariantError, inputError } from "../../base/errors.js";
import { type Asked, packDone, unpackDone } from "../../sweeps/engine/answer.js";
import {
  type Announcement,
  announcementSchema,
  type Beat,
  beatSchema,
  jobSchema,
  PROTOCOL,
  replySchema,
} from "../../sweeps/engine/protocol.js";
import { Store } from "../../sweeps/index.js";
import { unpacked } from "../../sweeps/store/rows.js";
import { formula, NO_COUNTERS, specOf } from "../sweeps/fake-study.js";
import { damagedText } from "./mutate.js";
import { jsonOf, type Reader, type Rng, textDamage } from "./reader.js";
import { damagedTree, type Tree } from "./trees.js";

const digest = "ab".repeat(32);
const hashes = {
  nonce: "cd".repeat(16),
  key: digest,
  values: { "chip.clock_mhz": 100, "tile.core.kind": "x", on: true },
  modelHash: "m",
  dataHash: "d",
};
const JOBS = [
  { kind: "point", ...hashes, trace: digest, fidelity: 1, alone: false },
  { kind: "functional", ...hashes, model: digest, data: digest, alone: true },
  { kind: "coupled", ...hashes, files: digest, alone: false },
];
const ANNOUNCEMENT: Announcement = {
  ...{
    protocol: PROTOCOL,
    name: "study",
    version: "1",
    build: digest,
    plugins: [{ name: "p.mjs", sha256: digest }],
    node: "v20.0.0",
    selfCheck: digest,
    document: digest,
  },
  ...{ transfer: "server", leaseMs: 1000, timeoutMs: 1000 },
};
const BEAT: Beat = {
  ...{ host: "h", name: "w", pid: 1, threads: 1, busy: 0, done: 0, failed: 0 },
  ...{ version: "1", refused: null, draining: false, beat: 1 },
};

/** What `formula` answers. */
const ASKED: Asked = { inputs: { modelHash: "m", dataHash: "d" }, traceKey: "t", cores: null, mostBytes: 2 ** 20 };

const outcome = formula({ "fake.lanes": 2, "fake.word_bits": 8, "fake.bits": 4, "fake.kind": "mesh" });
if (outcome.kind !== "done") throw new Error("the formula has no result here");
const answer = packDone({ ...outcome, counters: NO_COUNTERS });
if (answer.kind !== "done") throw new Error("a result is packed as something else");
const [result, counters] = [answer.resultText, answer.countersText].map((text) => unpacked(Buffer.from(text, "base64")));

/** An answer whose two texts, or one of them, are other values of the same format, or no JSON at all. */
function damagedAnswer(rng: Rng): string {
  const damaged = (text: string): string => {
    if (rng.float() < 0.4) return text;
    return rng.float() < 0.8 ? jsonOf(damagedTree(JSON.parse(text) as Tree, rng)) : damagedText(text, rng);
  };
  const [resultText, countersText] = [result, counters].map((text) => deflateRawSync(damaged(text), { level: 1 }).toString("base64"));
  return JSON.stringify({ kind: "done", resultText, countersText, durationMs: 1 });
}

function checked<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) throw inputError("message", error.message);
    throw error;
  }
}

function opened(reply: Extract<z.infer<typeof replySchema>, { readonly kind: "done" }>): ReturnType<typeof unpackDone> {
  try {
    return unpackDone(reply, ASKED);
  } catch (error) {
    if (error instanceof InvariantError) throw inputError("message", error.message);
    throw error;
  }
}

/** What was taken for a result must be fit to be stored, and come back. */
function store(text: string): void {
  const reply = checked(replySchema, text);
  if (reply.kind !== "done") return;
  const done = opened(reply);
  const memory = Store.inMemory();
  try {
    memory.begin({ name: "n", identity: "i", sweep: specOf(), document: {}, inputs: [], budget: 1, engineVersion: "1" }, 1, {});
    memory.insert({ id: 1, key: "k", values: {}, fidelity: 1 }, {});
    memory.finish({ id: 1 }, done.result, done.counters, 0, done.durationMs, done.packed);
    const point = memory.point(1);
    if (point === null || memory.brokenPoints().length > 0) throw new Error("a stored answer counts as damaged");
    memory.result(1);
    memory.counters(1);
  } catch (error) {
    throw new Error(`an answer that was taken cannot be kept: ${error}`);
  } finally {
    memory.close();
  }
}

const trees = (values: readonly object[]): Reader["damages"] =>
  values.flatMap((value) => [textDamage(JSON.stringify(value)), (rng: Rng) => jsonOf(damagedTree(value as Tree, rng))]);
const message = (name: string, values: readonly object[], schema: z.ZodType): Reader => ({
  name,
  share: 1_000,
  sound: values.map((value) => JSON.stringify(value)),
  damages: trees(values),
  read: (text: string) => checked(schema, text),
});

export const MESSAGE_READERS: readonly Reader[] = [
  message("job of the queue", JOBS, jobSchema),
  message("announcement of a study", [ANNOUNCEMENT], announcementSchema),
  message("sign of life", [BEAT], beatSchema),
  {
    name: "answer of a worker",
    share: 300,
    sound: [JSON.stringify(answer)],
    damages: [...trees([answer]), damagedAnswer, damagedAnswer, damagedAnswer],
    read: store,
  },
];
