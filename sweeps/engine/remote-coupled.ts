/**
 * The coordinator's side of a sweep of coupled chips over many hosts. Each point is one job, which names the texts of
 * its case by content hash.
 * Throws: `InputError` if the server cannot be used or is full, or a case is too large for it.
 */

import type { CoupledExperiment, Topology } from "../../arch/index.js";
import { canonicalJson } from "../../base/hash.js";
import type { CaseFiles } from "../../sim/recorded/index.js";
import type { PointInputs } from "../point.js";
import { answerLimit, askedOf } from "./answer.js";
import { badReply, MOST_AT_ONCE, outcomeOf, RESENDS, valuesOf } from "./bullmq.js";
import { type CoupledTask, coupledInputs, inputFilesOf, NO_NETWORK } from "./coupled.js";
import type { Engine, Outcome } from "./engine.js";
import { transferFailure } from "./host-fault.js";
import { remember } from "./pool.js";
import type { Missing } from "./protocol.js";
import { RemoteLink, type RemoteLinkOptions } from "./remote-link.js";

interface RemoteCoupledEngineOptions extends RemoteLinkOptions {
  readonly loadCase: (folder: string) => Promise<CaseFiles>;
}

export async function openRemoteCoupledEngine(options: RemoteCoupledEngineOptions): Promise<RemoteCoupledEngine> {
  return new RemoteCoupledEngine(options, await RemoteLink.open(options));
}

class RemoteCoupledEngine implements Engine {
  readonly maxWorkers = MOST_AT_ONCE;
  private readonly cases = new Map<string, Promise<CaseFiles>>();
  /** Addresses of sent cases, by content hash. */
  private readonly sent = new Map<string, Promise<string>>();

  constructor(
    private readonly options: RemoteCoupledEngineOptions,
    private readonly link: RemoteLink,
  ) {}

  async identify(experiment: CoupledExperiment): Promise<PointInputs> {
    return coupledInputs(experiment, await this.files(experiment));
  }

  async topology(): Promise<Topology> {
    return NO_NETWORK;
  }

  async ask(): Promise<void> {}

  stops(): boolean {
    return false;
  }

  waitsFor(): boolean {
    return false;
  }

  evaluate(task: CoupledTask): Promise<Outcome> {
    return this.link.untilOver(() => this.run(task));
  }

  private async run(task: CoupledTask): Promise<Outcome> {
    const { key, inputs } = task;
    const { jobs } = this.link;
    let missing: Missing | null = null;
    for (let round = 0; round <= RESENDS; round++) {
      if (this.link.closed) return { kind: "abandoned" };
      const files = await this.send(task);
      const asked = askedOf(task, inputs.dataHash);
      const question = { kind: "coupled", key, values: valuesOf(task), ...inputs, files, alone: jobs.hasLostWorker(key) } as const;
      const reply = await jobs.submit(`p-${key}`, question, answerLimit(asked.mostBytes));
      if (reply.kind === "functional" || reply.kind === "model" || reply.kind === "given-up")
        return badReply("a worker answered a point with another run");
      if (reply.kind !== "missing") return outcomeOf(reply, asked);
      missing = reply;
      if (reply.what === "document") await this.link.resendDocument();
      else this.sent.clear();
    }
    return transferFailure(`${missing?.what} never reached a worker`);
  }

  withdraw(): void {
    this.link.withdraw();
  }

  close(force: boolean): Promise<void> {
    return this.link.close(force);
  }

  private files(experiment: CoupledExperiment): Promise<CaseFiles> {
    return inputFilesOf(experiment, (folder) => remember(this.cases, folder, () => this.options.loadCase(folder)));
  }

  private send({ experiment, inputs }: CoupledTask): Promise<string> {
    return remember(this.sent, inputs.dataHash, async () => {
      const text = canonicalJson(Object.fromEntries(await this.files(experiment)));
      return this.link.blobs.put(Buffer.from(text), "the case");
    });
  }
}
