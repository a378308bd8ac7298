/** Every view of an energy names the parts that it leaves out because the description has no price for them. */
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { compare, comparePoints, confidence, estimate, open, reprice, simulate, sweep } from "../../app/index.js";
import type { StudyEvent } from "../../app/nouns.js";
import { exportFront, lacksOfFront, pareto, viewLines } from "../../app/pareto.js";
import { show } from "../../app/point-detail.js";
import { pointsNotes } from "../../app/points.js";
import { reportData } from "../../app/report.js";
import { EMPTY_STATE, reduce } from "../../cli/dashboard/state.js";
import { summaryLines } from "../../cli/dashboard/summary.js";
import { pointComparisonLines, studyComparisonLines } from "../../cli/format/comparison.js";
import { confidenceLines } from "../../cli/format/confidence.js";
import { energyBars } from "../../cli/format/energy-bars.js";
import { estimateJson, estimateLines, unpricedChips } from "../../cli/format/estimate-lines.js";
import { frontLines } from "../../cli/format/front.js";
import { pointLines } from "../../cli/format/point.js";
import { repricingLines } from "../../cli/format/repricing.js";
import { resultLines } from "../../cli/format/result.js";
import { type Input, otherBuildLines, Store } from "../../sweeps/index.js";
import { changedBuild } from "../../sweeps/inputs.js";
import { methodsParagraphs } from "../../sweeps/report/methods.js";
import { picturesOf } from "../../sweeps/report/pictures.js";

const folder = mkdtempSync(join(tmpdir(), "unset-prices-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LOOK = { colour: false, unicode: false } as const;
const PART = "die link leakage (prices.die_link_leakage_mw)";

const described = (prices: object, search: object = {}) =>
  open({
    version: 1,
    extends: "mesh-2x2",
    noc: { dies: { columns: 2 } },
    network: { model: "mnist-rows-lif" },
    workload: { dataset: "mnist-rows", samples: 2, timing_samples: 1 },
    tile: { core: { lanes: { sweep: [4, 8] } } },
    prices,
    sweep: { objectives: { energy_uj_per_inference: "min", area_mm2: "min" }, sampler: { name: "grid", budget: 2 }, ...search },
  });

async function views(prices: object): Promise<readonly (readonly [view: string, text: string])[]> {
  const db = join(folder, `${Object.keys(prices).length}.db`);
  const events: StudyEvent[] = [];
  await sweep(described(prices), { db, workers: 1, onEvent: (event) => void events.push(event) });
  const report = pareto(db);
  const view = { file: "a", database: db, study: "s", seed: 1, revision: "r", limits: [], paths: {}, types: {}, readOnly: false };
  const opened = reduce(EMPTY_STATE, { type: "opened", study: { ...view, metrics: [] } }, 0);
  const ended = events.reduce((state, event) => reduce(state, event, 0), opened);
  const { result } = await simulate(described(prices));
  const chip = join(folder, `${Object.keys(prices).length}.yaml`);
  writeFileSync(chip, JSON.stringify({ version: 1, extends: "mesh-2x2", noc: { dies: { columns: 2 } }, prices }));
  const options = { values: { "workload.samples": 2, "workload.timing_samples": 1 } };
  const [one, two] = await Promise.all([[chip], [chip, "mesh-2x2"]].map((chips) => estimate("mnist-rows-lif", { ...options, chips })));
  const priced = await reprice(db, null, { scale: { leakage: 2 } });
  return [
    ["estimate", estimateLines(LOOK, one).join("\n")],
    ["estimates", estimateLines(LOOK, two).join("\n")],
    ["estimate --json", `in no energy: ${JSON.stringify((estimateJson(one) as ReturnType<typeof JSON.parse>).chips[0].withoutPrice)}`],
    ["estimate --format csv", unpricedChips(LOOK, one).join("\n")],
    ["pareto --confidence", confidenceLines(LOOK, confidence(db, { draws: 10 }), report, null).join("\n")],
    ["compare of studies", studyComparisonLines(LOOK, compare(db, db), [db, db]).join("\n")],
    ["end of a sweep", summaryLines(LOOK, ended, lacksOfFront(db), 100, 0).join(" ")],
    ["reprice", repricingLines(LOOK, priced).join("\n")],
    ["reprice --json", `in no energy: ${JSON.stringify(priced.points[0]?.withoutPrice)}`],
    ["compare", pointComparisonLines(LOOK, comparePoints(db, 1, 2)).join("\n")],
    ["sim", resultLines(LOOK, result, null).join("\n")],
    ["pareto", frontLines(LOOK, report, { x: null, y: null, column: "single", siunitx: false }, db, 100).join("\n")],
    ["csv", viewLines(report).join("\n")],
    ["markdown", String(await exportFront(report, "md"))],
    ["methods", methodsParagraphs(reportData(db, null)).join("\n")],
  ];
}

test("links between dies without a power at rest are named wherever their energy would be, and no longer once it is given", {
  tags: ["long"],
}, async () => {
  for (const [view, text] of await views({})) expect(text, view).toMatch(/in no energy: [^\n]*die link leakage/i);
  const priced = { die_link_leakage_mw: { value: 3, source: "data sheet" } };
  for (const [view, text] of await views(priced)) expect(text, view).not.toMatch(/in no energy: [^\n]*die link leakage/i);
});

test("results of another build: every view with errors, prices or texts of this build says so, and no view of stored numbers alone", {
  tags: ["long"],
}, async () => {
  const db = join(folder, "other.db");
  const swept = join(folder, "0.db"); // of the test before, if that ran
  if (existsSync(swept)) copyFileSync(swept, db);
  else await sweep(described({}), { db, workers: 1 });
  const told = async (): Promise<ReadonlyMap<string, string>> => {
    const drawn = pareto(db, { intervals: { draws: 10 } });
    const detail = show(db, 1);
    expect(drawn.otherBuild).toEqual(detail.otherBuild);
    return new Map([
      ["pareto --confidence", confidenceLines(LOOK, confidence(db, { draws: 10 }), pareto(db), null).join("\n")],
      ["pareto --confidence --format csv", viewLines(drawn).join("\n")],
      ["pareto --confidence --json", otherBuildLines(confidence(db, { draws: 10 }).otherBuild).join()],
      ["pareto --columns", viewLines(pareto(db, { columns: ["multiplications_per_frame"] })).join("\n")],
      ["export points", pointsNotes(db).join("\n")],
      ["show", pointLines(LOOK, detail).join("\n")],
      ["compare", pointComparisonLines(LOOK, comparePoints(db, 1, 2)).join("\n")],
      ["reprice", repricingLines(LOOK, await reprice(db, null, { scale: { leakage: 2 } })).join("\n")],
      ["methods", methodsParagraphs(reportData(db, null)).join("\n")],
    ]);
  };
  for (const [view, text] of await told()) expect(text, view).not.toMatch(/another build|did not count/);
  const store = Store.open(db);
  store.addInputs([{ kind: "table", name: "arch/components/gone.csv", sha256: "0".repeat(64) }]);
  store.close();
  const views = await told();
  for (const [view, text] of views) expect(text, view).toMatch(/omputed by another build \(1 table differs\): /);
  expect(views.get("methods")).toMatch(/in no energy: [^\n]*, and all that the build that computed them did not count/);
  expect(viewLines(pareto(db)).join()).not.toContain("another build");
});

test("the sentence on another build names both programs by their checksums", () => {
  const program = (sha256: string): Input => ({ kind: "program", name: "snn-dse", sha256: sha256.repeat(64) });
  expect(otherBuildLines(changedBuild([program("a")], [program("b")]))[0]).toMatch(
    /^computed by another build \(program snn-dse: stored SHA-256 a{12}, here SHA-256 b{12}\): /,
  );
  expect(changedBuild([{ ...program("a"), name: "mine 1" }], [program("b")])).toEqual([]);
});

test("a front without an energy does not name them", async () => {
  const db = join(folder, "area.db");
  await sweep(described({}, { objectives: { area_mm2: "min", latency_us: "min" } }), { db, workers: 1 });
  const report = pareto(db, { columns: ["area_mm2"] });
  expect(report.withoutPrice).toEqual([PART]);
  expect(viewLines(report).join()).not.toContain("without a price in the description");
  expect(confidenceLines(LOOK, confidence(db, { draws: 10 }), report, null).join()).not.toContain("without a price in the description");
  expect(studyComparisonLines(LOOK, compare(db, db), [db, db]).join()).not.toContain("without a price in the description");
  expect(lacksOfFront(db).join()).not.toContain("without a price in the description");
  expect(viewLines(pareto(db, { columns: ["area_mm2", "power_mw"] })).join()).toContain(PART);
});

test("nothing is a share of an energy that lacks prices, nor a bar of it: point, dashboard and page", { tags: ["long"] }, async () => {
  const source = "data sheet";
  const prices = { synapse_memory_read_pj: { value: 3, source }, state_memory_read_pj: { value: 2, source } };
  const onFpga = (own: object) =>
    open({
      ...{ version: 1, extends: "mesh-2x2", chip: { fpga: "ecp5-85", clock_mhz: 20 }, prices: own },
      ...{ network: { model: "mnist-rows-lif" }, workload: { dataset: "mnist-rows", samples: 2, timing_samples: 1 } },
      tile: { core: { lanes: { sweep: [4, 8] } } },
      sweep: { objectives: { fpga_luts: "min", latency_us: "min" }, sampler: { name: "grid", budget: 2 } },
    });
  const db = join(folder, "fpga.db");
  await sweep(onFpga(prices), { db, workers: 1 });
  const { result } = await simulate(onFpga(prices));
  const known = result.breakdown.filter(({ energyPj }) => energyPj !== null && energyPj > 0);
  expect(known.length).toBeGreaterThan(1);
  expect(result.metrics.energy_uj_per_inference).toBeNull();
  const energy = resultLines(LOOK, result, null).join("\n").split("energy per inference ")[1].split("\n\n")[0];
  expect(energy).toMatch(/\n *total +unknown +- *$/);
  expect(energy).not.toContain("%");
  const bars = energyBars(LOOK, result, 100);
  expect(bars[0]).toMatch(new RegExp(`^energy of an inference: unknown; \\d+ of ${result.breakdown.length} lines have a price$`));
  expect(bars.join("\n")).not.toContain("%");
  const pictures = picturesOf(reportData(db, null));
  expect([pictures.energy, pictures.area]).toEqual([null, null]);
  // with the metric, the same lines are shares and bars
  const whole = { ...result, metrics: { ...result.metrics, energy_uj_per_inference: 1 } };
  expect(energyBars(LOOK, whole, 100).join("\n")).toContain("%");
});
