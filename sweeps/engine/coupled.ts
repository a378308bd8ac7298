/**
 * Worker threads for points of a coupled chip: each computes function and time together, on a case's files or on
 * synthetic inputs.
 * Throws: `InputError` from the loader (no such case).
 */
import { availableParallelism } from "node:os";
import type { CoupledExperiment, Topology } from "../../arch/index.js";
import { hashJson } from "../../base/hash.js";
import { type CaseFiles, caseInputs } from "../../sim/recorded/index.js";
import type { PointInputs } from "../point.js";
import type { Engine, Outcome, Task } from "./engine.js";
import { remember, ThreadPool } from "./pool.js";

interface CoupledEngineOptions {
  /** Texts of a case folder's files. */
  readonly loadCase: (folder: string) => Promise<CaseFiles>;
  readonly maxWorkers?: number;
  /** A point that runs longer ends as `timeout`; default 10 minutes. */
  readonly timeoutMs?: number;
  /** Built worker; default the package's own. */
  readonly workerFile?: string;
}

export interface CoupledTask extends Task {
  readonly experiment: CoupledExperiment;
}

/** Shape of a coupled chip's network: it has none. */
export const NO_NETWORK: Topology = { populations: [], projections: [] };

export class CoupledEngine implements Engine {
  readonly maxWorkers: number;
  private readonly pool: ThreadPool;
  private readonly cases = new Map<string, Promise<CaseFiles>>();

  constructor(private readonly options: CoupledEngineOptions) {
    this.maxWorkers = options.maxWorkers ?? Math.max(2, availableParallelism());
    this.pool = new ThreadPool(this.maxWorkers, options.workerFile);
  }

  async identify(experiment: CoupledExperiment): Promise<PointInputs> {
    return coupledInputs(experiment, await this.filesOf(experiment));
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

  async evaluate({ experiment, inputs }: CoupledTask): Promise<Outcome> {
    const task = { kind: "coupled", experiment, files: await this.filesOf(experiment), inputs } as const;
    const reply = await this.pool.run(task, this.options.timeoutMs ?? 600_000);
    if (reply.kind === "functional" || reply.kind === "replayed") throw new Error("the worker answered a coupled point with another run");
    return reply;
  }

  /** A thread is there for every running point. */
  withdraw(): void {}

  close(force: boolean): Promise<void> {
    return this.pool.close(force);
  }

  private filesOf(experiment: CoupledExperiment): Promise<CaseFiles> {
    return inputFilesOf(experiment, (folder) => remember(this.cases, folder, () => this.options.loadCase(folder)));
  }
}

/** A core model is identified by its name, a case by its files' content, synthetic inputs by the workload. */
export function coupledInputs({ chip }: CoupledExperiment, files: CaseFiles): PointInputs {
  return { modelHash: hashJson({ model: chip.model }), dataHash: hashJson(Object.fromEntries(files)) };
}

/** Only the inputs of a case: its recorded outputs change no result. */
export async function inputFilesOf(
  { chip, workload }: CoupledExperiment,
  load: (folder: string) => Promise<CaseFiles>,
): Promise<CaseFiles> {
  if (workload.kind === "synthetic") return new Map();
  const names = caseInputs(chip.model);
  return new Map([...(await load(workload.folder))].filter(([name]) => names.includes(name)).sort());
}
