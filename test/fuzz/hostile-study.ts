/**
 * A small study, by hand, in which every text that a database, a file or a queue could have named is hostile: the same
 * seed and number give the same study.
 */
import type { DashboardEvent } from "../../cli/dashboard/events.js";
import { METRICS, type MetricName, type Result } from "../../sim/index.js";
import type { FrontReport, ReportData, ReportRow } from "../../sweeps/index.js";
import { resultOf } from "../sweeps/fake-study.js";
import type { Rng } from "./reader.js";

/** What each door must not let through as it is, by kind. */
const PIECES = {
  csi: ["\u001b[2J", "\u001b[31m", "\u001b[1;1H", "\u009b2J", "\u001b[?1049l"],
  osc: ["\u001b]0;title\u0007", "\u001b]52;c;aGFybQ==\u0007", "\u009d0;t\u009c", "\u001bP1$r\u001b\\"],
  control: ["\0", "\b\b\b", "\u007f", "\u0085", "\u009f", "\r", "\n", "\r\n", "\t", "\f", "\v", "\u2028", "\u2029"],
  direction: ["\u202e", "\u2066", "\u200f", "\ufeff", "\u00ad", "\u{e0041}"],
  surrogate: ["\ud800", "\udfff", "\ufffe", "\uffff"],
  tex: ["\\input{/etc/passwd}", "\\write18{id}", "%", "\n\\end{document}", "^^5cinput", "$", "{", "}", "#1", "&", "~_^", "\\\\"],
  markup: [
    "<script>alert(1)</script>",
    "</script>",
    "<!--",
    "-->",
    "]]>",
    "<img src=x onerror=alert(1)>",
    '" onload="x',
    "'",
    "&lt;",
    "&#27;",
  ],
  formula: ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '",=1,"', "\uff1d1"],
  markdown: ["|", "[x](javascript:1)", "![](http://x)", "`", "*", "\\|", "<b>", "__init__", "~~x~~", "_x_", "http://x.com", "www.x.com"],
  shell: ["$(id)", "`id`", "';id;'", "; rm x", "\\"],
  key: ["__proto__", "constructor", "toString"],
  plain: ["edge", "lanes", " ", "é", "→", "中", "\ue000\ue001\ue0021m", "a".repeat(300), "0.5"],
} as const;
export type Kind = keyof typeof PIECES;
export const KINDS = Object.keys(PIECES) as readonly Kind[];

/** `drawn` counts the pieces by kind. */
export function hostileText(rng: Rng, drawn: Map<Kind, number>): string {
  let text = "";
  for (let n = rng.int(1, 4); n > 0; n--) {
    const kind = KINDS[rng.int(0, KINDS.length - 1)];
    drawn.set(kind, (drawn.get(kind) ?? 0) + 1);
    const pieces = PIECES[kind];
    text += rng.float() < 0.15 ? String.fromCharCode(rng.int(0, 0xffff)) : pieces[rng.int(0, pieces.length - 1)];
  }
  return text;
}

/** The texts of one case: `name` gives the next one, harmless or hostile. */
export interface Study {
  readonly name: () => string;
  readonly database: string;
  readonly host: string;
  readonly reason: string;
  readonly report: FrontReport;
  readonly data: ReportData;
  readonly result: Result;
  readonly events: readonly DashboardEvent[];
}

const OBJECTIVES = [
  { metric: "energy_uj_per_inference", direction: "min" },
  { metric: "latency_us", direction: "min" },
] as const;

export function studyOf(name: () => string): Study {
  const [study, database, host, reason] = [name(), name(), name(), name()];
  const parameters = [name(), name()];
  const values = [1, 2, 3].map((id) => Object.fromEntries([[parameters[0], name()] as const, [parameters[1], id] as const]));
  const metricsOf = (id: number) =>
    resultOf({ energy_uj_per_inference: id, latency_us: 10 / id, area_mm2: 1, accuracy_percent: 90 + id }).metrics as ReportRow["metrics"];
  const constraint = name();
  const limits = [{ text: constraint, metrics: ["area_mm2" as const], bound: { metric: "area_mm2" as const, limit: 2, isLeast: false } }];
  const provenance = { gitHash: name(), gitDirty: true, [name()]: name() };
  const breakdown = [name(), name()].map((component, i) => ({
    ...{ component, group: i === 0 ? "memory" : "area", count: 1, unitEnergyPj: 1, source: name() },
    ...{ energyPj: i === 0 ? 2e6 : null, areaMm2: 0.5 },
  }));
  const cores = [{ core: 0, tile: 0, x: 0, y: 0, slot: 0, synapseBusy: 0.5, somaBusy: 0.1, neurons: 4, populations: name() }];
  const links = [{ router: 0, port: "east", x: 0, y: 0, flitsPerCycle: 0.1, wraps: false, towards: "east" as const }];
  const inputs = [{ kind: "model", name: name(), sha256: name() }] as const;
  const common = {
    inputs,
    apart: 1,
    engineVersion: name(),
    hypervolume: 3,
    reference: [4, 11],
    kneeId: 2,
    fixedReference: true,
    beside: 0,
    provenance,
    constraints: [constraint],
    limits: ["area_mm2" as const],
    nearestTexts: [constraint],
  };
  const report: FrontReport = {
    ...common,
    ...{ study, sampler: name(), objectives: OBJECTIVES, parameters },
    timedUtterances: 8,
    rows: [1, 2, 3].map((id) => ({ id, key: name(), values: values[id - 1], metrics: metricsOf(id), intervals: {} })),
    unknown: [],
    nearestId: null,
    withoutPrice: [],
    unbuiltLanes: [],
    otherBuild: [],
    draws: null,
    hidden: [],
    cloud: [1, 2, 3].map((id) => [id, 10 / id]),
    cloudIds: [1, 2, 3],
    view: {
      where: null,
      objectives: null,
      columns: null,
      fixed: [{ name: name(), value: name() }],
      epsilon: [],
      order: null,
      size: 4,
      different: 4,
      equal: 0,
    },
    counts: { done: 3, feasible: 3, infeasible: 1, failed: 1 },
  };
  const metrics = (["energy_uj_per_inference", "latency_us"] as const).map((metric) => ({ name: metric as string, ...METRICS[metric] }));
  const data: ReportData = {
    ...common,
    otherBuild: [],
    study: {
      ...{ name: study, identity: name(), database, showCommand: name(), sampler: report.sampler, seed: 1, budget: 3 },
      ...{ state: "finished", finishReason: name(), engineVersion: report.engineVersion },
    },
    objectives: OBJECTIVES,
    metrics,
    fixedPlaces: null,
    unbuiltLanes: [],
    parameters: parameters.map((parameter) => ({ name: parameter, column: parameter, path: name(), values: name() })),
    counts: report.counts,
    screened: null,
    hidden: 0,
    others: { begunWith: { points: 1, studies: [name()] }, merged: null, chosen: { byCaller: 2, bySampler: 9, beyondBudget: 6 } },
    certainty: {
      ...{
        draws: 10,
        seed: 1,
        drawn: ["prices", "accuracies"],
        limits: [name()],
        accuracies: { together: [1, 2], apart: [3], alike: [] },
        timedUtterances: 2,
        frontKept: 2.5,
        robust: [1],
        groups: [[2, 3]],
      },
      points: [{ id: 1, onFront: 1, intervals: { latency_us: [1, 2] } }],
    },
    points: {
      ...{ id: [1, 2, 3], front: [1, 1, 1], beyond: [0, 0, 0] },
      columns: Object.fromEntries([
        ...parameters.map((parameter) => [parameter, values.map((point) => point[parameter] ?? null)] as const),
        ...metrics.map((metric) => [metric.name, [1, 2, 3].map((id) => metricsOf(id)[metric.name as MetricName])] as const),
      ]),
    },
    different: 3,
    history: [{ points: 3, hypervolume: 3, front: 3 }],
    importance: [
      { parameter: parameters[0], metric: "latency_us", when: parameters[0], share: 0.5, total: 0.6, error: 0.02, fit: 0.9, rank: null },
    ],
    details: [{ id: 2, breakdown, cores, links, linksNote: name(), flitCycles: links.map(() => 1), coresPerTile: 1 }],
    sources: [name(), name()],
    recorded: {
      id: 1,
      run: {
        ...{ chip: name(), network: name(), clockMhz: 100, width: 1, height: 1, coresPerTile: 1, leftOut: 0 },
        cores: [{ core: 0, x: 0, y: 0, slot: 0, neurons: 4, populations: [name(), name()], queueDepth: 8 }],
        links: [{ name: name(), fromX: 0, fromY: 0, toX: 0, toY: 0, flitCycles: 1 }],
        ...{ utterance: [0], wave: [0], startCycle: [0], workedCycle: [8], endCycle: [10] },
        ...{ somaCycles: [3], synapseCycles: [5], hasUnseenRows: true, queued: [2], sent: [1], received: [1], flits: [4] },
      },
    },
    networks: {
      made: [
        { key: name(), model: name(), name: name(), parent: name(), epochs: 1, seconds: 1, content: null, error: 0.5, reason: name() },
      ],
      curves: {},
      tested: [{ id: 1, held: 90, test: null, interval: null, utterances: null }],
      ...{ front: 1, testRuns: 1 },
    },
    failures: [{ state: "failed", code: name(), points: 1, trials: 0, example: reason }],
    document: { name: name(), [name()]: { [name()]: name() }, workload: { dataset: name() } },
    search: { [name()]: [name()] },
    workload: { utterances: { least: 1, most: 1 }, timed: { least: 1, most: 1 } },
  };
  const events: DashboardEvent[] = [
    {
      type: "opened",
      study: {
        ...{ file: name(), database, study: name(), seed: 1, revision: name(), limits, readOnly: false },
        paths: Object.fromEntries(parameters.map((parameter) => [parameter, name()])),
        types: Object.fromEntries(parameters.map((parameter) => [parameter, "any"])),
        metrics: metrics.map((metric) => ({ name: metric.name, unit: metric.unit })),
      },
    },
    {
      type: "started",
      name: study,
      sampler: report.sampler,
      objectives: [...OBJECTIVES],
      parameters,
      total: 5,
      workers: 1,
      stored: 0,
      earlierMs: 0,
      edition: 1,
    },
    ...report.rows.map(
      (row): DashboardEvent => ({
        ...{ type: "point-done", id: row.id, key: row.key, values: row.values, metrics: row.metrics },
        ...{ violation: 0, durationMs: 1, stored: false },
      }),
    ),
    {
      ...{ type: "point-failed", id: 4, key: name(), values: values[0], state: "failed", code: name(), reason },
      ...{ attempt: 1, stored: false },
    },
    { type: "hosts", hosts: [{ host, name: name(), threads: 1, busy: 0, done: 0, failed: 0, state: "refused", reason: name() }] },
    {
      type: "front-changed",
      front: report.rows.map((row) => ({ id: row.id, objectives: [row.id, 10 / row.id] })),
      ...{ hypervolume: 3, reference: [4, 11] },
    },
    { type: "fault", code: name(), message: reason },
    { type: "progress", done: 3, infeasible: 0, failed: 1, running: 0, queued: 0, total: 5, ratePerSecond: 1, etaSeconds: 1 },
  ];
  const result: Result = {
    ...resultOf(metricsOf(1) as { readonly [name in MetricName]?: number }),
    breakdown: breakdown as unknown as Result["breakdown"],
    utilisation: {
      cores: [{ core: 0, synapseBusy: 0.5, somaBusy: 0.1, neurons: 4, populations: [name()] }] as unknown as Result["utilisation"]["cores"],
      links: [],
    },
  };
  return { name, database, host, reason, report, data, result, events };
}
