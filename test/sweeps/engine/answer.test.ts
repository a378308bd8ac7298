/**
 * A signed answer is still an answer to one question: of this model, this data, this trace, these cores, and free of
 * contradictions.
 */
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { patchDocument, readArch, readModel, resolveModelPath } from "../../../arch/index.js";
import { canonicalJson, type Json } from "../../../base/hash.js";
import { packageRoot } from "../../../base/package-root.js";
import { evaluatePoint, prepareFunctional } from "../../../sim/index.js";
import { answerLimit, askedOf, packDone } from "../../../sweeps/engine/answer.js";
import { outcomeOf } from "../../../sweeps/engine/bullmq.js";
import { Signer } from "../../../sweeps/index.js";
import { loadDataset } from "../../../training/index.js";

const experiment = patchDocument(readArch(join(packageRoot(), "arch/examples/edge.yaml")), {
  "workload.samples": 10,
  "workload.timing_samples": 1,
});
const { network, hash: modelHash } = readModel(resolveModelPath(experiment.network.model, "edge.yaml"));
const data = loadDataset("mnist-rows", { path: null, split: "test" });
const functional = prepareFunctional(experiment, network, modelHash, data);
const { result, timing } = evaluatePoint(experiment, functional);
const asked = askedOf({ experiment, inputs: { modelHash, dataHash: data.hash } }, functional.trace.key);
const whole = packDone({ kind: "done", result, counters: timing.total, durationMs: 1 });
if (whole.kind !== "done") throw new Error("no answer");

type Tree = { [name: string]: Tree & Json };
const plain = (value: unknown): Tree =>
  JSON.parse(JSON.stringify(value, (_, part) => (part instanceof Float64Array ? [...part] : part))) as Tree;
const packed = (value: unknown): string => deflateRawSync(canonicalJson(value as Json)).toString("base64");

function outcome(spoil: (result: Tree, counters: Tree) => unknown): string {
  const [spoilt, counters] = [plain(result), plain(timing.total)];
  spoil(spoilt, counters);
  const reply = { kind: "done", resultText: packed(spoilt), countersText: packed(counters), durationMs: 1 } as const;
  const ended = outcomeOf(reply, asked);
  return ended.kind === "failed" ? `${ended.code}, ${ended.retryable ? "again" : "for good"}: ${ended.reason}` : ended.kind;
}

test("the true answer is taken, and is far below its bounds", () => {
  expect(outcome(() => {})).toBe("done");
  expect(outcomeOf(whole, asked)).toMatchObject({ kind: "done", result });
  expect(JSON.stringify(whole).length).toBeLessThan(answerLimit(asked.mostBytes) / 100);
});

test("texts of any length are taken, because a local result holds them too; only the whole is bounded", () => {
  const long = (spoilt: Tree, length: number): unknown =>
    Object.assign(spoilt.breakdown[0], { component: "c".repeat(length), source: "s".repeat(length) }) &&
    Object.assign(spoilt.operations.layers[0], { name: "n".repeat(length) });
  const joined = Array.from({ length: 3 }, () => "a source of 1000 characters".padEnd(1000, ".")).join(" | ");
  expect(outcome((spoilt) => Object.assign(spoilt.breakdown[0], { source: joined }))).toBe("done");
  expect(outcome((spoilt) => long(spoilt, 20_000))).toBe("done");
  expect(outcome((spoilt) => long(spoilt, asked.mostBytes))).toMatch(/^BAD_REPLY/);
});

test.each<[what: string, spoil: (result: Tree, counters: Tree) => unknown, reason: RegExp]>([
  [
    "1e-9 of everything, 100 %",
    ({ metrics }) => Object.assign(metrics, { energy_uj_per_inference: 1e-9, latency_us: 1e-9, edp_nj_s: 1e-21 }),
    /^INVARIANT, for good: .*rows of its breakdown sum to/,
  ],
  ["an energy of -1e308", ({ metrics }) => Object.assign(metrics, { energy_uj_per_inference: -1e308 }), /^INVARIANT, for good: .*-1e\+308/],
  ["an accuracy of 1e308", ({ metrics }) => Object.assign(metrics, { accuracy_percent: 1e308 }), /^INVARIANT, for good: .*more than 100/],
  [
    "nothing but nulls",
    (all) => {
      for (const name of Object.keys(all.metrics)) Object.assign(all.metrics, { [name]: null });
    },
    /^INVARIANT, for good: .*is unknown/,
  ],
  ["an empty breakdown", (all) => Object.assign(all, { breakdown: [] }), /^INVARIANT, for good: .*0 rows/],
  ["another model", ({ provenance }) => Object.assign(provenance, { modelHash: "f".repeat(64) }), /^BAD_REPLY, again: .*another model/],
  ["other data", ({ provenance }) => Object.assign(provenance, { dataHash: "f".repeat(64) }), /^BAD_REPLY, again: .*other data/],
  [
    "another precision, and so another trace",
    ({ provenance }) => Object.assign(provenance, { traceKey: "f".repeat(64) }),
    /^BAD_REPLY, again: .*another spike trace/,
  ],
  [
    "a chip that counts nothing",
    (_, counters) => Object.assign(counters, { cores: [], routers: [], links: [] }),
    /^BAD_REPLY, again: .*counters of 0 cores, not 2/,
  ],
  ["fewer cores", ({ utilisation }) => Object.assign(utilisation, { cores: [] }), /^BAD_REPLY, again: .*of 0 cores, not 2/],
  ["something more", (all) => Object.assign(all, { more: 1 }), /^BAD_REPLY, again/],
  ["a count that is a text", ({ operations }) => Object.assign(operations, { frames: "1" }), /^BAD_REPLY, again: .*operations.frames/],
])("M3: %s is no answer", (_what, spoil, reason) => {
  expect(outcome(spoil)).toMatch(reason);
});

test("M3: another precision has another trace key", () => {
  const other = patchDocument(readArch(join(packageRoot(), "arch/examples/edge.yaml")), {
    ...{ "workload.samples": 10, "workload.timing_samples": 1 },
    "precision.weight_bits": experiment.precision.weightBits === 4 ? 5 : 4,
  });
  expect(prepareFunctional(other, network, modelHash, data).trace.key).not.toBe(functional.trace.key);
});

test("a signature is valid only for its key, its kind, its question and its text", () => {
  const [mine, other, none] = [new Signer("a".repeat(32)), new Signer("b".repeat(32)), new Signer(null)];
  const about = ["answer", "study", "p-1", "nonce"];
  const signed = mine.sign(about, "text");
  expect(mine.open(about, signed)).toBe("text");
  expect(new Signer("a".repeat(32)).open(about, signed)).toBe("text");
  for (const signer of [other, none]) {
    expect(signer.open(about, signed)).toBeNull();
    expect(mine.open(about, signer.sign(about, "text"))).toBeNull();
  }
  for (const wrong of [
    ["answer", "study", "p-1", "nonce2"],
    ["answer", "study", "p-2", "nonce"],
    ["job", "study", "p-1", "nonce"],
    ["answer", "study", "p-1"],
    ['answer","study', "p-1", "nonce"],
    [],
  ])
    expect(mine.open(wrong, signed), String(wrong)).toBeNull();
  for (const wrong of [
    "",
    "text",
    `${signed}.`,
    signed.slice(0, -1),
    signed.replace(/\.[0-9a-f]{64}\./, `.${"0".repeat(64)}.`),
    signed.replace(/^[0-9a-f]{8}/, "no-key"),
  ])
    expect(wrong.startsWith("no-key") ? none.open(about, wrong) : mine.open(about, wrong), wrong).toBeNull();
  expect([mine.name, none.name]).toEqual([expect.stringMatching(/^[0-9a-f]{8}$/), "no-key"]);
});
