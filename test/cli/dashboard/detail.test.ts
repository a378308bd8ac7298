/**
 * A point in full: every number is whole at every width, coupled chips are drawn like others, and nothing unknown is
 * shown as zero.
 */
import { expect, test } from "vitest";
import type { PointBeside } from "../../../app/point-detail.js";
import { type AnyExperiment, type FloorPlan, floorPlanOf, parseDescription } from "../../../arch/index.js";
import { EMPTY_STATE, reduce } from "../../../cli/dashboard/state.js";
import { detailLines } from "../../../cli/dashboard/text/detail.js";
import { visibleWidth } from "../../../cli/format/text-table.js";
import { METRICS, type Result } from "../../../sim/index.js";
import { candidateOf, type StoredPoint, type Trend } from "../../../sweeps/index.js";
import { SCRIPTED_OPENING } from "./scripted-study.js";

const PLAIN = { colour: false, unicode: true } as const;
const metrics = { latency_cycles: 67204, energy_uj_per_inference: 0.71034, events_processed: 456, events_dropped: 1, spikes_fired: 627.5 };

function stateOf() {
  const [opened] = SCRIPTED_OPENING;
  if (opened?.type !== "opened") throw new Error("the script begins otherwise");
  const named = Object.entries(METRICS).map(([name, { unit }]) => ({ name, unit }));
  return reduce(EMPTY_STATE, { ...opened, study: { ...opened.study, metrics: named } }, 1);
}

const values = { router_buffer_depth: 4, synapse_word_bits: 256, weight_bits: 6 };
const link = (router: number, port: string, flitsPerCycle: number) => ({ router, port, flitsPerCycle });

function detailOf(plan: FloorPlan, links: Result["utilisation"]["links"]): PointBeside {
  const busy = { synapseBusy: 0.5, somaBusy: 0.25, neurons: 16, populations: [] };
  const result = {
    metrics,
    breakdown: [],
    operations: { layers: [] },
    utilisation: { cores: [0, 2, 3].map((core) => ({ core, ...busy })), links },
  } as unknown as Result;
  const point = {
    id: 7,
    state: "done",
    values,
    metrics,
    violation: 0,
    durationMs: 1100,
    attempts: 1,
    key: "b53fa3971a15",
  } as unknown as StoredPoint;
  const objectives = [{ metric: "latency_cycles", direction: "min" as const }];
  return {
    point,
    result,
    plan,
    own: candidateOf(point),
    broken: [],
    isApart: false,
    unbuilt: [],
    otherBuild: [],
    functional: null,
    objectives,
    intervals: {},
    networks: [],
    tested: null,
    neighbours: [],
    differences: [],
    trend: null,
  };
}

const shipped = (name: string): AnyExperiment => parseDescription(`version: 1\nextends: ${name}\n`, "d.yaml").experiment;

test("no number is cut at any width from 60 to 198 cells, and counts are whole", () => {
  const plan = floorPlanOf(shipped("ranc"));
  for (let width = 60; width <= 198; width++) {
    const lines = detailLines(PLAIN, stateOf(), detailOf(plan, [link(0, "east", 0.25)]), width);
    const text = lines.join("\n");
    for (const number of ["67204", "0.7103", "456", "627.5", "256", "50 %"]) expect(text, `${width}: ${number}`).toContain(number);
    expect(text).not.toMatch(/456\.0|67204\.|1\.000/);
    for (const line of lines) expect(visibleWidth(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
  }
});

test("a coupled grid is drawn with its cores and links, the place of its output empty; unknown energy and area are said to be unknown", () => {
  const plan = floorPlanOf(shipped("ranc"));
  const lines = detailLines(PLAIN, stateOf(), detailOf(plan, [link(0, "east", 0.25), link(3, "south", 0.125)]), 118);
  const text = lines.join("\n");
  expect(text).toContain("2 x 2 mesh");
  expect(text.match(/50 % +16/g)).toHaveLength(3);
  expect(text.match(/│ no core +│/g)).toHaveLength(1);
  expect(text).toContain("═0.250═");
  expect(text).toContain("┃ 0.125");
  expect(text).toContain("hottest 0.250 packets per cycle");
  expect(text).toContain("energy and area unknown");
  expect(text).not.toMatch(/total +0/);
});

test("a coupled chip without a grid is one core", () => {
  const plan = floorPlanOf(shipped("tinyodin"));
  const detail = detailOf(plan, []);
  const [core] = detail.result?.utilisation.cores ?? [];
  const single = { ...detail, result: { ...detail.result, utilisation: { cores: [core], links: [] } } as Result };
  const text = detailLines(PLAIN, stateOf(), single, 118).join("\n");
  expect(text).toContain("one tile, busy share of cycles");
  expect(text).not.toContain("a link");
});

test("changes of a neighbour and of a step are marked if the draws do not decide which point is better", () => {
  const plan = floorPlanOf(shipped("tinyodin"));
  const detail = detailOf(plan, []);
  const other = { ...detail.own, id: 9, values: { ...values, weight_bits: 8 }, metricOf: () => 60000 };
  const trend: Trend = {
    steps: [{ parameter: "weight_bits", from: 6, to: 8 }],
    points: 1,
    effects: new Map([["latency_cycles", [{ kind: "stored", value: 60000, id: 9 }]]]),
    explained: new Map([["latency_cycles", null]]),
  };
  const marks = (share: number): number => {
    const better = [{ metric: "latency_cycles" as const, share, equal: 0, ratio: null, difference: { low: -1, high: 1 } }];
    const neighbours = [{ ...other, parameter: "weight_bits", value: 8 }];
    const lines = detailLines(PLAIN, stateOf(), { ...detail, neighbours, trend, differences: [{ id: 9, better }] }, 150);
    return lines.join("\n").match(/[?] -10\.7 %/g)?.length ?? 0;
  };
  expect([0.05, 0.1, 0.5, 0.89, 0.95].map(marks)).toEqual([0, 0, 2, 2, 0]);
});

test("tables beside the energy bars and their notes are whole at any width", () => {
  const plan = floorPlanOf(shipped("tinyodin"));
  const plain = detailOf(plan, []);
  const other = { ...plain.own, id: 9, values: { ...values, weight_bits: 8 }, metricOf: () => 60000 };
  const better = [{ metric: "latency_cycles" as const, share: 0.5, equal: 0, ratio: null, difference: { low: -1, high: 1 } }];
  const breakdown = [{ component: "synapse memory reads", group: "dynamic", energyPj: 5e4, areaMm2: null }];
  const detail = {
    ...{ ...plain, result: { ...plain.result, breakdown } as unknown as Result },
    ...{ neighbours: [{ ...other, parameter: "weight_bits", value: 8 }], differences: [{ id: 9, better }] },
    trend: {
      ...{ steps: [{ parameter: "weight_bits", from: 6, to: 8 }], points: 1 },
      effects: new Map([["latency_cycles", [{ kind: "unclear" as const }]]]),
      explained: new Map([["latency_cycles", null]]),
    },
  };
  let paired = 0;
  for (const width of [70, 100, 140, 152, 160, 180, 198]) {
    const lines = detailLines(PLAIN, stateOf(), detail, width);
    for (const line of lines) expect(visibleWidth(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
    const beside = lines.find((line) => line.includes("if only"))?.includes("energy of an inference") === true;
    if (beside) paired++;
    const right = lines.map((line) => (beside ? line.slice(Math.floor((width - 5) / 2) + 4) : line).trim()).join(" ");
    expect(right).toMatch(/of the draws; snn-dse compare has the interval/);
    expect(right).toMatch(/unclear: less than twice its .* or under half of the variance explained/);
  }
  expect(paired).toBe(4);
});

test("an interval stands once for each metric, under its own name, however many of its quantiles are objectives", () => {
  const plan = floorPlanOf(shipped("ranc"));
  const interval = { low: 0.61, high: 0.83 };
  const made = detailOf(plan, []);
  for (const names of [["energy_uj_per_inference@90"], ["energy_uj_per_inference", "energy_uj_per_inference@90"]]) {
    const detail = {
      ...made,
      result: { ...made.result, provenance: { timedUtterances: [0, 1] } },
      objectives: names.map((metric) => ({ metric, direction: "min" as const })),
      intervals: { energy_uj_per_inference: interval },
    } as unknown as PointBeside;
    const lines = detailLines(PLAIN, stateOf(), detail, 150);
    const at = lines.findIndex((line) => line.includes("90 % intervals"));
    expect(lines[at]).toContain("90 % intervals over prices and timed utterances");
    const text = lines.slice(at + 1, at + 3).join(" ");
    expect(text.match(/energy/g)).toHaveLength(1);
    expect(text).not.toMatch(/quantile/);
    expect(text).toContain("0.61");
  }
});

test("lanes that are built stand beside those asked for", () => {
  const plan = floorPlanOf(shipped("ranc"));
  const built = (unbuilt: PointBeside["unbuilt"]): string =>
    detailLines(PLAIN, stateOf(), { ...detailOf(plan, []), unbuilt }, 118).join("\n");
  expect(built([{ asked: 6, built: 4 }])).toMatch(/lanes built +4 of 6/);
  expect(built([])).not.toContain("lanes built");
});
