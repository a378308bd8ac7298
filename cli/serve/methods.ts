/** The methods of `snn-dse serve`: each checks its parameters and makes one call into the library. */

import { setMaxListeners } from "node:events";
import { z } from "zod";
import { METRICS } from "../../app/nouns.js";
import { type Description, open } from "../../app/open.js";
import { type AskedPoint, type Evaluation, type OpenStudy, openStudy } from "../../app/open-study.js";
import { pareto } from "../../app/pareto.js";
import type { Plugin } from "../../app/plugins.js";
import { result, results } from "../../app/results.js";
import { InputError, InterruptedError, inputError, type Problem } from "../../base/errors.js";
import { didYouMean } from "../../base/nearest.js";
import { packageVersion } from "../../base/package-root.js";

/** Version of the protocol; it changes if older clients would misunderstand. */
const PROTOCOL = 1;

/** Sends a notification to the client. */
export type Notify = (method: string, params: object) => void;

/** The parameters of a request are wrong; the request is not handled. */
export class ParamsError extends InputError {}

const MOST_STUDIES = 100;
const MOST_POINTS = 10_000;

const count = z.int().min(1).max(MOST_POINTS);
const handle = z.int().min(1);
const id = z.int().min(1);
/** As it is: a copy would lose a key `__proto__`, which the library refuses. */
const mapping = z.custom<{ readonly [key: string]: unknown }>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "expected an object",
);
const text = z.string().max(4096);
const source = { study: handle.optional(), db: text.optional() };

const PARAMS = {
  version: z.strictObject({}),
  open: z.strictObject({
    description: z.union([text, mapping], "expected a text of at most 4096 characters, or an object"),
    beside: text.exactOptional(),
    db: text.nullable().exactOptional(),
    workers: z.int().min(1).max(1024).exactOptional(),
    budget: z.int().min(1).exactOptional(),
    retries: z.int().min(0).exactOptional(),
    retryFailed: z.boolean().exactOptional(),
    rerun: z.boolean().exactOptional(),
    warmStart: text.exactOptional(),
    evaluator: text.nullable().exactOptional(),
    events: z.boolean().exactOptional(),
  }),
  ask: z.strictObject({ study: handle, count: count.optional() }),
  evaluate: z.strictObject({
    study: handle,
    points: z.array(z.union([id, z.strictObject({ values: mapping })])).max(MOST_POINTS),
    full: z.boolean().optional(),
  }),
  tell: z.strictObject({
    study: handle,
    id,
    metrics: mapping.optional(),
    infeasible: text.optional(),
    failed: text.optional(),
  }),
  results: z.strictObject(source),
  result: z.strictObject({ ...source, id }),
  pareto: z.strictObject({ ...source, objectives: z.array(text).max(100).optional(), where: text.nullable().optional() }),
  close: z.strictObject({ study: handle }),
} as const;

export type MethodName = keyof typeof PARAMS;
type Params<N extends MethodName> = z.infer<(typeof PARAMS)[N]>;

/** Studies of one client, by number. */
export class Methods {
  readonly names = Object.keys(PARAMS) as readonly MethodName[];
  private readonly studies = new Map<number, OpenStudy>();
  private readonly end = new AbortController();
  private opened = 0;

  constructor(
    private readonly notify: Notify,
    private readonly plugins: readonly Plugin[],
  ) {
    setMaxListeners(MOST_STUDIES, this.end.signal); // each open study listens
  }

  /** @throws ParamsError, and errors of the library */
  async call(name: MethodName, params: unknown): Promise<unknown> {
    const checked = PARAMS[name].safeParse(params ?? {});
    if (!checked.success) throw paramsError(name, checked.error);
    const method = this[name] as (params: unknown) => unknown;
    return method.call(this, checked.data);
  }

  /**
   * Closes all studies, also those that are being opened: running points are dropped; results that the client told are
   * stored. No study opens after that.
   */
  async closeAll(): Promise<void> {
    this.end.abort(new InterruptedError("the server ended"));
    await Promise.allSettled(Array.from(this.studies.values(), (study) => study.close()));
  }

  version(): object {
    return { name: "snn-dse", version: packageVersion(), protocol: PROTOCOL, node: process.version, methods: this.names };
  }

  async open({ description: written, beside, events = false, ...options }: Params<"open">): Promise<object> {
    if (this.studies.size >= MOST_STUDIES) throw inputError("open", `${MOST_STUDIES} studies are open`, "close one first");
    const description: Description = open(written, { plugins: this.plugins, ...(beside === undefined ? {} : { beside }) });
    this.opened++;
    const number = this.opened;
    const opened = await openStudy(description, {
      ...options,
      signal: this.end.signal,
      onWarning: (message) => this.notify("warning", { study: number, message }),
      ...(events ? { onEvent: (event: object) => this.notify("event", { study: number, event }) } : {}),
    });
    this.studies.set(number, opened);
    const { name, spec, axes, ended, workers } = opened;
    return { study: number, name, ...spec, axes, metrics: METRICS, workers, ended };
  }

  async ask({ study, count: wanted = 1 }: Params<"ask">): Promise<object> {
    const opened = this.find(study);
    const points = await opened.ask(wanted);
    return { points, ...stateOf(opened) };
  }

  /** Evaluates all points at the same time; the client is notified when each one ends. */
  async evaluate({ study, points, full = false }: Params<"evaluate">): Promise<object> {
    const opened = this.find(study);
    const started = points.map((point) => (typeof point === "number" ? opened.evaluate(point) : opened.run(point.values)));
    const shown = ({ result: whole, ...evaluation }: Evaluation): object => (full ? { ...evaluation, result: whole } : evaluation);
    const each = started.map(async (evaluation) => {
      const found = shown(await evaluation);
      this.notify("evaluated", { study, evaluation: found });
      return found;
    });
    // A point that cannot be evaluated does not stop the others; the answer comes after all of them.
    await Promise.allSettled(each);
    return { evaluations: await Promise.all(each) };
  }

  /**
   * If the client gives no result of its own, the result of `evaluate` is used; a study with an evaluator refuses that.
   */
  async tell({ study, id: point, ...own }: Params<"tell">): Promise<object> {
    const opened = this.find(study);
    if (Object.keys(own).length > 1) throw inputError("tell", "got several results", "give one of metrics, infeasible, failed");
    if (own.metrics !== undefined) opened.tell(point, { metrics: own.metrics as { [metric: string]: number | null } });
    else if (own.infeasible !== undefined) opened.tell(point, { infeasible: own.infeasible });
    else if (own.failed !== undefined) opened.tell(point, { failed: own.failed });
    else opened.tell(point, await opened.evaluate(point));
    return stateOf(opened);
  }

  results(from: Params<"results">): object {
    return { ...results(this.sourceOf(from)), metrics: METRICS };
  }

  result({ id: point, ...from }: Params<"result">): object | null {
    return result(this.sourceOf(from), point);
  }

  pareto({ objectives = [], where = null, ...from }: Params<"pareto">): object {
    return pareto(this.sourceOf(from), { objectives, where });
  }

  async close({ study }: Params<"close">): Promise<object> {
    const opened = this.find(study);
    this.studies.delete(study);
    return opened.close();
  }

  private find(study: number): OpenStudy {
    const opened = this.studies.get(study);
    if (opened === undefined)
      throw inputError("study", `no study ${study} is open`, `open: ${[...this.studies.keys()].join(", ") || "none"}`);
    return opened;
  }

  private sourceOf({ study, db }: { readonly study?: number | undefined; readonly db?: string | undefined }): OpenStudy | string {
    if (study !== undefined && db === undefined) return this.find(study);
    if (db !== undefined && study === undefined) return db;
    throw inputError("params", "name what to read", "give one of study, db");
  }
}

function stateOf({ ended, open: given }: OpenStudy): object {
  return { ended, open: given.map(({ id: point }: AskedPoint) => point) };
}

function paramsError(method: string, { issues }: z.ZodError): ParamsError {
  const names = Object.keys(PARAMS[method as MethodName].shape);
  const problem = (path: string, message: string, fix = `parameters by name: ${names.join(", ") || "none"}`): Problem => {
    return { file: method, line: null, column: null, path, message, fix };
  };
  const problems = issues.flatMap((issue): readonly Problem[] => {
    const path = issue.path.map(String).join(".");
    if (issue.code !== "unrecognized_keys" || path !== "") return [problem(path, issue.message)];
    return issue.keys.map((key) => problem(key, "is no parameter", didYouMean(key, names) || undefined));
  });
  return new ParamsError(problems.slice(0, 20));
}
