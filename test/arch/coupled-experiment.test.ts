/** Descriptions of coupled chips: their content, what is refused and where, and their design points. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { coupled as coupledRuns } from "../../app/coupled.js";
import {
  type AnyExperiment,
  type CoupledExperiment,
  ofKind,
  parseArch,
  parseDescription,
  patchDescription,
  readDescription,
  shippedCoupledChips,
  workloadMistakes,
} from "../../arch/index.js";
import { InputError } from "../../base/errors.js";
import { packageRoot } from "../../base/package-root.js";

const coupledOf = (experiment: AnyExperiment): CoupledExperiment =>
  ofKind<CoupledExperiment>(experiment, {
    board: () => {
      throw new Error("is a board");
    },
    coupled: (one) => one,
  });
const coupled = (text: string): CoupledExperiment => coupledOf(parseDescription(text, "c.yaml").experiment);

/** `line:column path: message` of every problem. */
function problems(text: string): string[] {
  try {
    parseDescription(text, "c.yaml");
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
  }
  return [];
}

const SWEEP = "sweep: { objectives: { latency_cycles: min } }";

test("every shipped coupled chip is a complete description with synthetic inputs and no search", () => {
  expect(shippedCoupledChips()).toEqual(["odin", "ranc", "sne", "snn-dse", "snn-dse-pipeline", "tinyodin", "truenorth-like"]);
  for (const name of shippedCoupledChips()) {
    const { experiment, sweep } = readDescription(join(packageRoot(), "arch/chips", `${name}.yaml`));
    expect(coupledOf(experiment).workload.kind, name).toBe("synthetic");
    expect(sweep).toBeNull();
  }
});

test("a description lays its keys over a shipped chip; a case brings no synthetic defaults with it", () => {
  const { chip, workload } = coupled("version: 1\nextends: tinyodin\nevent_queue: { depth: 7 }\nworkload: { case: some/folder }\n");
  expect(chip).toMatchObject({ model: "tinyodin", neurons: 256, event_queue: { depth: 7, visibility_cycles: 1 } });
  expect(workload).toEqual({ kind: "case", folder: "some/folder", limitCycles: null });
  const drawn = coupled("version: 1\nextends: tinyodin\nworkload: { synthetic: { events: 3 }, limit_cycles: 900 }\n").workload;
  expect(drawn).toEqual({ kind: "synthetic", seed: 1, events: 3, density: 0.2, gapCycles: 200, limitCycles: 900 });
});

test("in-place and listed searches find their paths, list entries included; first values stand in the document", () => {
  const { sweep, document } = parseDescription(
    `version: 1
extends: odin
event_queue: { depth: { sweep: [4, 8] } }
sweep:
  parameters: [{ path: workload.synthetic.seed, range: [1, 9] }]
  objectives: { latency_cycles: min }
`,
    "c.yaml",
  );
  expect(sweep?.parameters.map(({ path }) => path)).toEqual(["event_queue.depth", "workload.synthetic.seed"]);
  expect(document).toMatchObject({ event_queue: { depth: 4 }, model: "odin" });
  const pipeline = parseDescription("version: 1\nextends: snn-dse-pipeline\n", "p.yaml");
  const { experiment } = patchDescription(pipeline, { "layers.1.neurons_per_unit": 4 });
  const { chip } = coupledOf(experiment);
  if (chip.model !== "snn-dse-pipeline") throw new Error("is another chip");
  expect(chip.layers.map((layer) => layer.neurons_per_unit)).toEqual([1, 4, 1]);
});

test.each([
  ["extends: odin\nevent_queue: { dept: 4 }", /^3:16 event_queue\.dept: unknown key "dept"/],
  ["extends: odin\nevent_queue: { depth: 0 }", /^3:23 event_queue\.depth: must be at least 1, got 0/],
  [
    "extends: odin\nworkload: { case: x, synthetic: { seed: 1, events: 1, density: 0, gap_cycles: 1 } }",
    /workload\.synthetic: cannot be combined with/,
  ],
  ["extends: odin\nworkload: { limit_cycles: null }", /workload\.limit_cycles: is null without a case/],
  ["extends: snn-dse-pipeline\nworkload: { case: x }", /^3:19 workload\.case: this chip has no recorded cases/],
  ["extends: ranc\ngrid: { width: 1 }", /output_core: \(1, 0\) is outside the grid of 1 x 2/],
  ["extends: odin\nnoc: { width: 2 }", /^3:1 noc: unknown key "noc"/],
  ["model: odn", /^2:8 model: no such core model: odn/],
  [
    `extends: odin\n${SWEEP.replace("sweep: {", "sweep: { parameters: [{ path: event_queue.dep, values: [1] }],")}`,
    /no such parameter: event_queue\.dep/,
  ],
  [`extends: odin\nloop: { sweep: [open, half] }\n${SWEEP}`, /loop: expected one of open, closed, got text "half"/],
])("%j is refused with its place", (body, message) => {
  expect(problems(`version: 1\n${body}\n`).join("\n")).toMatch(message);
});

test("a design point is checked by the same rules as a file", () => {
  const parsed = parseDescription("version: 1\nextends: ranc\n", "c.yaml");
  expect(() => patchDescription(parsed, { router_buffer_dept: 3 })).toThrow(/did you mean router_buffer_depth/);
  expect(() => patchDescription(parsed, { "grid.width": 1 })).toThrow(/outside the grid/);
  expect(() => patchDescription(parsed, { grid: 1 })).toThrow(/is not a single value/);
  expect(() => patchDescription(parsed, { model: "odin" })).toThrow(/no such parameter/);
});

test("commands for ordinary chips refuse a coupled one and say which take it", () => {
  expect(() => parseArch("version: 1\nextends: odin\n", "c.yaml")).toThrow(
    /odin\.yaml:\d+:1: model: describes a chip with its own core model.*\n.*snn-dse sweep/,
  );
  expect(() => coupled("version: 1\nextends: mesh-2x2\n")).toThrow("is a board");
});

test("a single run takes a number of a synthetic workload just if a description takes it", () => {
  const usual = { seed: 1, events: 5, density: 0.2, gapCycles: 10, limitCycles: 1000 };
  const keys = { seed: "seed", events: "events", density: "density", gapCycles: "gap_cycles", limitCycles: "limit_cycles" } as const;
  const values = [-1, 0, 0.5, 1, 2, 1e6, 1e6 + 1, 1e9, 1e9 + 1, 2 ** 32 - 1, 2 ** 32, 1e10, 1e15];
  const met = { taken: 0, refused: 0 };
  for (const [option, key] of Object.entries(keys) as [keyof typeof keys, string][])
    for (const value of values) {
      const drawn = { seed: 1, events: 5, density: 0.2, gap_cycles: 10, ...(key === "limit_cycles" ? {} : { [key]: value }) };
      const limit = key === "limit_cycles" ? value : 1000;
      const text = `version: 1\nextends: tinyodin\nworkload: { synthetic: ${JSON.stringify(drawn)}, limit_cycles: ${limit} }\n`;
      const input = { ...usual, [option]: value };
      const mistakes = workloadMistakes(input).map((one) => one.key);
      expect(mistakes, text).toEqual(problems(text).length === 0 ? [] : [option]);
      if (mistakes.length === 0) met.taken++;
      else {
        expect(() => coupledRuns("tinyodin", { input })).toThrow(
          /^--(seed|events|density|gap|limit): got .*, expected a .* from \d to \d+/,
        );
        met.refused++;
      }
    }
  expect(met.taken + met.refused).toBe(5 * values.length);
  expect(Math.min(met.taken, met.refused)).toBeGreaterThan(10);
});

test("a single run takes the inputs of its description, as sim does, and each given number in its place", () => {
  const workload = { synthetic: { seed: 9, events: 7, density: 0.9, gap_cycles: 50 }, limit_cycles: 5000 };
  const file = join(mkdtempSync(join(tmpdir(), "coupled-")), "cd.yaml");
  writeFileSync(file, JSON.stringify({ version: 1, extends: "odin", loop: "open", workload }));
  const [{ metrics }] = coupledRuns(file, {});
  expect(metrics.inputs_accepted).toBe(7);
  const input = { seed: 9, events: 7, density: 0.9, gapCycles: 50, limitCycles: 5000 };
  expect(coupledRuns("odin", { input, values: { loop: "open" } })[0].metrics).toEqual(metrics);
  const set = { "workload.synthetic.events": 5 };
  expect(coupledRuns(file, { input: { events: 5 } })[0].metrics).toEqual(coupledRuns(file, { values: set })[0].metrics);
  expect(coupledRuns(file, { values: set })[0].metrics.inputs_accepted).toBe(5);
  expect(() => coupledRuns(file, { input: { events: 5 }, values: set })).toThrow(/^--events: .* also has a value/);
  // the example's case has 60 events, and its own registers count
  expect(coupledRuns("tinyodin-fifo", {})[0].metrics.inputs_accepted).toBe(60);
  expect(() => coupledRuns("tinyodin-fifo", { input: { events: 5 } })).toThrow(/^--events: has no effect with workload.case/);
  expect(() => coupledRuns("odin", { input: { case: "allbist" }, values: set })).toThrow(/workload.synthetic.events would have no effect/);
  // layers process their steps to the end: neither a pause nor a limit changes a run
  for (const chip of ["snn-dse", "snn-dse-pipeline"])
    for (const [given, option] of [
      [{ input: { gapCycles: 9 } }, "--gap"],
      [{ input: { limitCycles: 9 } }, "--limit"],
      [{ values: { "workload.limit_cycles": 9 } }, "--set: workload.limit_cycles"],
      [{ vary: { "workload.synthetic.gap_cycles": [8, 9] } }, "--vary: workload.synthetic.gap_cycles"],
    ] as const)
      expect(() => coupledRuns(chip, given)).toThrow(`${option}: has no effect on ${chip}`);
});

test("a run that would take minutes or all memory is refused before it begins; sizes that shipped files have are not", () => {
  const small = { events: 3, limitCycles: 100 };
  for (const [chip, values, input, message] of [
    [
      "ranc",
      { "grid.width": 96, "grid.height": 96 },
      small,
      /workload: has 603979776 pairs of axons and neurons in all cores, at most 33554432/,
    ],
    [
      "ranc",
      { neurons: 2, axons: 2, "grid.width": 2, "grid.height": 2 },
      { gapCycles: 1_000_000, events: 1000, limitCycles: 1e9 },
      /global ticks/,
    ],
    ["snn-dse", {}, { events: 1_000_000 }, /workload: has 19908\d{6} spikes and steps of all groups, at most 4194304/],
    ["snn-dse-pipeline", {}, { events: 1_000_000 }, /workload: has 2832000000 inputs of layers in all steps, at most 134217728/],
  ] as const)
    expect(() => coupledRuns(chip, { values, input }), chip).toThrow(message);
});
