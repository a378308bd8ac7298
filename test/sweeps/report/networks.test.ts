/** What the report says of the test set: the front's points that have results there, and every use of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { testedText } from "../../../cli/format/tested.js";
import { frontReport, Store } from "../../../sweeps/index.js";
import { networkParagraphs, networksOf, networksSection } from "../../../sweeps/report/networks.js";
import { intervalsOf, type UncertainPoint } from "../../../sweeps/uncertainty/drawn-metrics.js";
import { Draws } from "../../../sweeps/uncertainty/draws.js";
import { FakeEngine, fakeStudy, specOf } from "../fake-study.js";
import { mapErrors } from "../map-errors.js";

const folder = mkdtempSync(join(tmpdir(), "networks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DIGEST = "0123456789abcdef".repeat(4);

test("of the test set the report lists the front's points that have a result there, and counts every run on it", async () => {
  const file = join(folder, "search.db");
  await fakeStudy(specOf(), file, new FakeEngine()).run();
  const store = Store.open(file);
  const onFront = new Set(frontReport(store).rows.map(({ id }) => id));
  const done = [...store.points("p.state = 'done'")];
  const [[first, second, third], [beaten]] = [true, false].map((is) => done.filter(({ id }) => onFront.has(id) === is));
  const front = new Map([first, second, third].map((point) => [point.key, point]));
  const about = { model: "m", name: "rec-v2 8", parent: null, epochs: 1, seconds: 1, content: null, error: 0.25, reason: null, curve: [] };
  store.log("model", { ...about, key: DIGEST });
  const said = () => {
    const networks = networksOf(store, front);
    return { tested: networks?.tested.map(({ id, test: right }) => [id, right]), text: networkParagraphs(networks).join(" ") };
  };
  const ran = ({ id, key }: typeof first, right: number | null, data = "a", counts: object = {}) =>
    store.log("test", {
      ...counts,
      ...{ id, key, data: data.repeat(64), metrics: right === null ? {} : { accuracy_percent: right } },
      reason: right === null ? "the worker died" : null,
    });
  expect(said().text).not.toContain("test set");
  ran(first, 70);
  ran(second, 80);
  expect(said().tested).toEqual([
    [first.id, 70],
    [second.id, 80],
  ]);
  expect(said().text).toContain("2 of the 3 points on the front have one. The test set was used for 2 runs.");
  // a point that was on an earlier front, one without a result, and the first again after the test set has changed
  ran(beaten, 60);
  ran(third, null);
  ran(first, 75, "b");
  expect(said().tested).toEqual([
    [first.id, 75],
    [second.id, 80],
  ]);
  expect(said().text).toContain(
    "2 of the 3 points on the front have one. The test set was used for 5 runs, 3 of them repeated, without a result, or of points that are not on the front.",
  );
  // with the number of utterances, the accuracy has the interval of every other one
  ran(second, 48, "c", { utterances: 200, samples: 200 });
  const networks = networksOf(store, front);
  const [held] = [...store.points(`p.id = ${second.id}`)].map(({ metrics }) => metrics?.accuracy_percent ?? null);
  expect(networks?.tested.find(({ id }) => id === second.id)).toMatchObject({ held, test: 48, utterances: 200 });
  expect(networksSection(networks)).toContain("<td>48.00 (42.2–53.8)</td><td>200</td>");
  expect(networkParagraphs(networks).join(" ")).toContain("2 of the 3 points on the front have one, of 200 utterances each.");
  expect(testedText({ metrics: { accuracy_percent: 48 }, utterances: 200, samples: 200, reason: null })).toBe(
    "48.00 % right (42.2 .. 53.8), 200 utterances",
  );
  const drawn = intervalsOf(scoredPoint(48, 200), new Draws(10, 1)).accuracy_percent;
  const { low, high } = networks?.tested.find(({ id }) => id === second.id)?.interval ?? {};
  expect([low, high].map((end) => end?.toFixed(9))).toEqual([drawn?.low, drawn?.high].map((end) => end?.toFixed(9)));
  store.close();
});

/** A point of which nothing but the accuracy is uncertain. */
function scoredPoint(accuracy: number, samples: number): UncertainPoint {
  const error = { relative: 0, residuals: null };
  return {
    ...{ id: 1, metrics: { accuracy_percent: accuracy }, samples, functionalKey: "f", run: null, fpga: null },
    ...{ breakdown: [], errors: mapErrors(new Map()) },
    timed: { count: 1, key: "", energy: error, latency: error, power: error, step: error, turn: error },
  };
}

test("a network that was given up is not counted as made, in text and page alike: it ran the epochs of its curve", () => {
  const model = (n: number, epochs: number, reason: string | null = null) => ({
    ...{ key: String(n).repeat(64), model: `m${n}`, name: "rec-v2 8", parent: n === 3 ? "1".repeat(64) : null },
    ...{ epochs, seconds: 10, content: null, error: reason === null ? 0.25 : null, reason },
  });
  const said = (...made: readonly ReturnType<typeof model>[]) => {
    const curves = Object.fromEntries(made.map(({ key, epochs, reason }) => [key, new Array(reason === null ? epochs : 1).fill(0.5)]));
    const networks = { made, curves, tested: [], front: 0, testRuns: 0 };
    const cells = networksSection(networks).match(/<td>\d+( of \d+)?<\/td>/g);
    return { text: networkParagraphs(networks).join(" "), epochs: cells?.map((cell) => cell.slice(4, -5)) };
  };
  const all = said(model(1, 6), model(2, 5, "learning stopped after epoch 1 of 5"), model(3, 4), model(4, 3, "training diverged"));
  expect(all.text).toContain("The search made 2 networks in 40 s of its workers' time, 1 of them begun with another.");
  expect(all.text).toContain("It gave up the training of 2 others, whose time counts too.");
  expect(all.epochs).toEqual(["6", "1 of 5", "4", "1 of 3"]);
  const one = said(model(1, 6));
  expect(one.text).toContain("The search made 1 network in 10 s");
  expect(one.text).not.toContain("gave up");
});
