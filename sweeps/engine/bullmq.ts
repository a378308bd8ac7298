/**
 * The coordinator's side of a sweep over many hosts. Points are jobs of a BullMQ queue on Redis or Valkey, each under
 * its key, so that a point that is asked, delivered or answered twice is still one point. Only this side writes
 * results. If the server loses an input, it is sent again. A job that loses its worker comes back as a retryable
 * failure; its next delivery runs alone in its process, so that it cannot end other jobs.
 * Throws: `InputError` if the server cannot be used or is full, or if an input is too large for it.
 */
import { type Experiment, encodeNetwork, type Topology } from "../../arch/index.js";
import { InvariantError } from "../../base/errors.js";
import { type ActivityProfile, profileOf } from "../../sim/expect/index.js";
import type { Functional } from "../../sim/functional/index.js";
import { functionalKey, selectUtterances } from "../../sim/index.js";
import type { Compared } from "../models/median-stopping.js";
import { MadeModels, type ModelSource } from "../models/model-source.js";
import { queueMaker } from "../models/remote-models.js";
import type { Metrics } from "../objectives.js";
import type { PointInputs } from "../point.js";
import type { ScoredRun } from "../store/packed-errors.js";
import { type Asked, answerLimit, askedOf, curveAnswerLimit, runAnswerLimit, unpackDone, unpackScoredRun } from "./answer.js";
import type { Outcome, ChipTask as Task } from "./engine.js";
import { type EstimatingEngine, estimatedMetrics, runForEstimates } from "./estimate.js";
import { transferFailure } from "./host-fault.js";
import { decodeFunctional, encodeSamples } from "./parcel.js";
import { remember } from "./pool.js";
import type { Missing, Question, Reply } from "./protocol.js";
import { RemoteLink, type RemoteLinkOptions } from "./remote-link.js";
import { type InputLoaders, StudyInputs } from "./study-inputs.js";

interface RemoteEngineOptions extends RemoteLinkOptions, InputLoaders {
  /** Makes the networks that descriptions ask for; without it, all are read from files. */
  readonly models?: ModelSource;
}

/** Most points under way, however many workers there are. */
export const MOST_AT_ONCE = 100_000;
/** How often an input that a worker misses is sent again for one point. */
export const RESENDS = 3;

/** A functional run on the server: the address of its parcel, and the trace key that results of it name. */
interface SentTrace {
  readonly kind: "trace";
  readonly address: string;
  readonly key: string;
  readonly run: ScoredRun;
}

/** What the analytical model needs from a functional run. */
interface Estimable {
  readonly scores: Pick<Functional, "correct" | "scored">;
  readonly profile: ActivityProfile;
}

export async function openRemoteEngine(options: RemoteEngineOptions): Promise<RemoteEngine> {
  return new RemoteEngine(options, await RemoteLink.open(options));
}

class RemoteEngine implements EstimatingEngine {
  readonly maxWorkers = MOST_AT_ONCE;
  private readonly inputs: StudyInputs;
  /** Addresses of sent inputs, by content hash. */
  private readonly sent = new Map<string, Promise<string>>();
  /** Functional runs under way or done, or why a run failed. */
  private readonly traces = new Map<string, Promise<SentTrace | Outcome>>();
  private readonly making: MadeModels | null;
  private readonly waiting = new Set<string>();
  private readonly estimables = new Map<string, Promise<Estimable | null>>();

  constructor(
    options: RemoteEngineOptions,
    private readonly link: RemoteLink,
  ) {
    const { blobs, jobs } = link;
    const queue = {
      blobs,
      isBlamed: (key: string) => jobs.hasLostWorker(key),
      submit: (id: string, question: Question, epochs: number) => jobs.submit(id, question, curveAnswerLimit(epochs)),
    };
    const workshop = { make: queueMaker(queue), close: async () => undefined };
    this.making = options.models === undefined ? null : new MadeModels(options.models, () => workshop);
    this.inputs = new StudyInputs(options, this.making);
  }

  identify(experiment: Experiment): Promise<PointInputs> {
    return this.inputs.identify(experiment);
  }

  topology(experiment: Experiment): Promise<Topology> {
    return this.inputs.topology(experiment);
  }

  async ask(task: Task, compared: Compared): Promise<void> {
    await this.making?.ask(task, compared);
  }

  stops(task: Pick<Task, "inputs">): boolean {
    return (this.making?.stopped(task) ?? null) !== null;
  }

  waitsFor(task: Task): boolean {
    return this.waiting.has(keyOf(task)) || this.making?.isMaking(task.inputs.modelHash) === true;
  }

  evaluate(task: Task): Promise<Outcome> {
    return this.link.untilOver(() => this.run(task));
  }

  private async run(task: Task): Promise<Outcome> {
    const { modelHash, dataHash } = task.inputs;
    const { jobs } = this.link;
    let missing: Missing | null = null;
    for (let round = 0; round <= RESENDS; round++) {
      if (this.link.closed) return { kind: "abandoned" };
      const made = await this.trace(task);
      // a network that the search stops may have been made for a point of the caller's choice
      const trace = made.kind === "trace" ? (this.making?.stopped(task) ?? made) : made;
      if (trace.kind !== "trace") {
        this.making?.tellUnmade(task);
        return trace;
      }
      const { key, fidelity } = task;
      const asked = askedOf(task, trace.key);
      const alone = jobs.hasLostWorker(key);
      const question = { kind: "point", key, fidelity, values: valuesOf(task), modelHash, dataHash, trace: trace.address, alone } as const;
      const reply = await jobs.submit(`p-${key}`, question, answerLimit(asked.mostBytes));
      if (reply.kind === "functional" || reply.kind === "model" || reply.kind === "given-up")
        return badReply("a worker answered a point with a functional run");
      if (reply.kind !== "missing") {
        const outcome = outcomeOf(reply, asked);
        return outcome.kind === "done" ? { ...outcome, run: trace.run } : outcome;
      }
      missing = reply;
      await this.resend(task, reply.what);
    }
    return transferFailure(`${missing?.what} never reached a worker`);
  }

  /** Estimates a point here by the analytical model, from a functional run of a worker. */
  async estimate(task: Task): Promise<Metrics | null> {
    const known = await remember(this.estimables, keyOf(task), () => runForEstimates(() => this.estimable(task)));
    return known === null ? null : estimatedMetrics(task.experiment, known.scores, known.profile);
  }

  withdraw(): void {
    this.link.withdraw();
  }

  close(force: boolean): Promise<void> {
    return this.link.close(force);
  }

  private async estimable(task: Task): Promise<Estimable | Outcome> {
    const trace = await this.trace(task);
    if (trace.kind !== "trace") return trace;
    const bytes = await this.link.blobs.get(trace.address);
    if (bytes === null) {
      await this.resend(task, "trace");
      return transferFailure("the spike trace never came");
    }
    const { correct, scored, trace: spikes } = decodeFunctional(bytes);
    return { scores: { correct, scored }, profile: profileOf(spikes) };
  }

  private async trace(task: Task): Promise<SentTrace | Outcome> {
    const key = keyOf(task);
    const known = this.traces.get(key);
    if (known !== undefined) return known;
    const made = this.runFunctional(task, key);
    this.traces.set(key, made);
    this.waiting.add(key);
    try {
      const answer = await made;
      // A wrong input stays wrong. A dead worker says nothing about the run, so the run is asked for again.
      if (answer.kind !== "trace" && (answer.kind !== "failed" || answer.retryable)) this.traces.delete(key);
      return answer;
    } catch (error) {
      this.traces.delete(key);
      throw error;
    } finally {
      this.waiting.delete(key);
    }
  }

  private async runFunctional(task: Task, key: string): Promise<SentTrace | Outcome> {
    const { modelHash, dataHash } = task.inputs;
    const { jobs } = this.link;
    const unmade = await this.making?.make(task, () => undefined);
    if (unmade !== undefined && unmade !== null) return unmade;
    for (let round = 0; round <= RESENDS; round++) {
      if (this.link.closed) return { kind: "abandoned" };
      const [model, data] = await Promise.all([this.sendModel(task), this.sendData(task)]);
      const alone = jobs.hasLostWorker(key);
      const values = valuesOf(task);
      const question = { kind: "functional", key, values, modelHash, model, dataHash, data, alone } as const;
      const samples = await this.inputs.data(task.experiment);
      const { utterances } = selectUtterances(task.experiment.workload, samples.frameStart.length - 1);
      const reply = await jobs.submit(`f-${key}`, question, runAnswerLimit(utterances.length));
      if (reply.kind === "functional") return sentTrace(reply, key, dataHash, utterances);
      if (reply.kind === "done" || reply.kind === "model" || reply.kind === "given-up")
        return badReply("a worker answered a functional run with a point");
      if (reply.kind !== "missing") return reply;
      await this.resend(task, reply.what);
    }
    return transferFailure("model or data never reached a worker");
  }

  private sendModel(task: Task): Promise<string> {
    return remember(this.sent, task.inputs.modelHash, async () => {
      const { network } = await this.inputs.model(task.experiment);
      return this.link.blobs.put(encodeNetwork(network), `the model ${network.name}`);
    });
  }

  private sendData(task: Task): Promise<string> {
    return remember(this.sent, task.inputs.dataHash, async () => {
      const samples = await this.inputs.data(task.experiment);
      return this.link.blobs.put(encodeSamples(samples), `the data set ${samples.name}`);
    });
  }

  /** The server lost an input: it counts as not sent. */
  private async resend(task: Task, what: Missing["what"]): Promise<void> {
    if (what === "trace") {
      const key = keyOf(task);
      if (!this.waiting.has(key)) {
        this.traces.delete(key);
        await this.link.jobs.remove(`f-${key}`);
      }
    } else if (what === "document") await this.link.resendDocument();
    else this.sent.clear();
  }
}

function sentTrace(
  reply: Extract<Reply, { readonly kind: "functional" }>,
  key: string,
  dataHash: string,
  utterances: Uint32Array,
): SentTrace | Outcome {
  try {
    const run = unpackScoredRun(reply, key, dataHash, utterances);
    return { kind: "trace", address: reply.trace, key: reply.traceKey, run };
  } catch (error) {
    return badReply((error as Error).message, reply.durationMs);
  }
}

function keyOf(task: Task): string {
  return functionalKey(task.experiment, task.inputs.modelHash, task.inputs.dataHash);
}

type PointQuestion = Extract<Question, { readonly kind: "point" }>;

export function valuesOf({ byPath }: Pick<Task, "byPath">): PointQuestion["values"] {
  return byPath as PointQuestion["values"];
}

export function outcomeOf(
  reply: Exclude<Reply, { readonly kind: "functional" | "missing" | "model" | "given-up" }> | Outcome,
  asked: Asked,
): Outcome {
  if (reply.kind !== "done" || !("resultText" in reply)) return reply as Outcome;
  const { durationMs } = reply;
  try {
    return unpackDone(reply, asked);
  } catch (error) {
    const reason = (error as Error).message;
    if (error instanceof InvariantError) return { kind: "failed", code: "INVARIANT", reason, retryable: false, durationMs };
    return badReply(reason, durationMs);
  }
}

/** A reply that does not answer the question is a failed attempt; it never ends the sweep. */
export function badReply(reason: string, durationMs = 0): Outcome {
  return { kind: "failed", code: "BAD_REPLY", reason, retryable: true, durationMs };
}
