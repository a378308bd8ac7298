/**
 * What the report says about networks that a search trained: each with its learning curve, and the front's accuracy on
 * the test set beside that on held-out utterances. Pure.
 */
import { joined } from "../../base/escape/filtered.js";
import { type MarkupText, markup, markupText } from "../../base/escape/markup.js";
import { endsText, metricNumber } from "../export/headers.js";
import { type StoredModel, storedModels, testedInterval, testedPoints, testRuns } from "../models/stored-models.js";
import type { Store, StoredPoint } from "../store/sqlite.js";
import type { MetricInterval } from "../uncertainty/drawn-metrics.js";

const ACCURACY = "accuracy_percent";
/** Most rows of the table. */
const MOST_NETWORKS = 500;

export interface ReportNetworks {
  /** In the order in which they were trained; those with a `reason` were given up. */
  readonly made: readonly Omit<StoredModel, "curve">[];
  /** Share of wrong decisions on held-out utterances after each epoch, by key. */
  readonly curves: { readonly [key: string]: readonly (number | null)[] };
  /**
   * Points of the front that have results on the test set: accuracy on the held-out utterances that chose them, and on
   * the test set, of which the 90 % interval and the number of utterances are known unless an older version ran them.
   */
  readonly tested: readonly {
    readonly id: number;
    readonly held: number | null;
    readonly test: number | null;
    readonly interval: { readonly low: number; readonly high: number } | null;
    readonly utterances: number | null;
  }[];
  /** Number of points on the front. */
  readonly front: number;
  /** How often a point has run on the test set: also points that are not on the front, and runs without a result. */
  readonly testRuns: number;
}

/** `front`: the points of the front, by key. Null: the search trained none. */
export function networksOf(store: Store, front: ReadonlyMap<string, StoredPoint>): ReportNetworks | null {
  const models = [...storedModels(store).values()];
  if (models.length === 0) return null;
  const made = models.map(({ curve: _each, ...about }) => about);
  const curves = Object.fromEntries(models.map(({ key, curve }) => [key, curve.map(({ error }) => error)]));
  const value = (metrics: { readonly [name: string]: number | null | undefined }): number | null => metrics[ACCURACY] ?? null;
  const tested = [...testedPoints(store).values()]
    .flatMap(({ key, metrics, utterances, samples, reason }) => {
      const point = front.get(key);
      if (point === undefined || reason !== null) return [];
      const about = { id: point.id, held: value(point.metrics ?? {}), test: value(metrics) };
      return [{ ...about, interval: testedInterval(about.test, samples), utterances }];
    })
    .sort((a, b) => a.id - b.id);
  return { made, curves, tested, front: front.size, testRuns: testRuns(store) };
}

const OPTIMISTIC = markup`Held-out utterances chose these points, so their accuracy there is optimistic.`;

const [WIDTH, HEIGHT] = [120, 24];

/** Line of errors over epochs, scaled from 0 to the largest error. */
function curvePicture(errors: readonly (number | null)[]): MarkupText {
  const known = errors.flatMap((error, i) => (error === null ? [] : [[i, error] as const]));
  if (known.length < 2) return markup``;
  const most = Math.max(...known.map(([, error]) => error), 1e-9);
  const place = ([i, error]: readonly [number, number]): string =>
    `${((i / (errors.length - 1)) * WIDTH).toFixed(1)},${(HEIGHT - (error / most) * HEIGHT).toFixed(1)}`;
  return markup`<svg width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Error over epochs"><polyline fill="none" stroke="currentColor" points="${markupText(known.map(place).join(" "))}"/></svg>`;
}

/** Keys come from the database: one that names a property of every object has no curve for that. */
const curveOf = ({ curves }: ReportNetworks, key: string): readonly (number | null)[] => (Object.hasOwn(curves, key) ? curves[key] : []);

/** An accuracy with two decimals, or with more if it would else be a false 100 % or outside of its interval. */
function percentText(percent: number | null, interval: MetricInterval | null = null): MarkupText {
  if (percent === null) return markup`–`;
  const decimals = metricNumber(ACCURACY, percent, interval).split(".")[1]?.length ?? 0;
  return markupText(`${percent.toFixed(Math.max(2, decimals))}${interval === null ? "" : ` (${endsText(interval).join("–")})`}`);
}

export function networksSection(networks: ReportNetworks | null): MarkupText {
  if (networks === null) return markup``;
  const names = new Map(networks.made.map(({ key, model }) => [key, model]));
  const rows = networks.made.slice(0, MOST_NETWORKS).map(({ key, model, name, parent, epochs, seconds, error, reason }) => {
    const right = reason === null ? percentText(error === null ? null : 100 * (1 - error)) : markupText(reason);
    const ran = reason === null ? String(epochs) : `${curveOf(networks, key).length} of ${epochs}`;
    const from = parent === null ? "" : (names.get(parent) ?? parent.slice(0, 12));
    return markup`<tr><td>${markupText(model)}</td><td>${markupText(name)}</td><td>${markupText(from)}</td><td>${markupText(ran)}</td><td>${markupText(seconds.toFixed(1))}</td><td>${curvePicture(curveOf(networks, key))}</td><td>${right}</td></tr>`;
  });
  const more =
    networks.made.length > MOST_NETWORKS ? markup`<p class="quiet note">${networks.made.length - MOST_NETWORKS} more.</p>` : markup``;
  const tests = networks.tested.map(
    ({ id, held, test, interval, utterances }) =>
      markup`<tr><td>${id}</td><td>${percentText(held)}</td><td>${percentText(test, interval)}</td><td>${markupText(String(utterances ?? "–"))}</td></tr>`,
  );
  const table =
    tests.length === 0
      ? markup`<p class="quiet note">The front has not run on the test set: a sweep does that when the search has no more to ask. ${OPTIMISTIC}</p>`
      : markup`<h2 class="later">The front on the test set</h2><div class="scroll"><table class="words"><thead><tr><th>point</th><th>held out (%)</th><th>test set (%), 90 % interval</th><th>utterances there</th></tr></thead><tbody>${joined(tests, "")}</tbody></table></div><p class="quiet note">${OPTIMISTIC} The test set had no part in the choice.</p>`;
  return markup`<section aria-labelledby="h-networks"><h2 id="h-networks">Networks that the search trained</h2><div class="scroll tall"><table class="words"><thead><tr><th>network</th><th>shape</th><th>started from</th><th>epochs</th><th>seconds</th><th>error over epochs</th><th>accuracy on held-out utterances (%)</th></tr></thead><tbody>${joined(rows, "")}</tbody></table></div>${more}${table}</section>\n`;
}

/** How often the test set was used, and for what. */
function testSentences({ tested, front, testRuns }: ReportNetworks): string {
  if (testRuns === 0) return "";
  const others = testRuns - tested.length;
  const more =
    others === 0
      ? ""
      : `, ${others} of them repeated, without a result, or of ${others === 1 ? "a point that is" : "points that are"} not on the front`;
  return ` Results on the test set had no part in the choice: ${tested.length} of the ${front} points on the front have one${utterancesText(tested)}. The test set was used for ${testRuns} ${testRuns === 1 ? "run" : "runs"}${more}.`;
}

/** `, of 200 utterances each`; empty if the number is not known. */
function utterancesText(tested: ReportNetworks["tested"]): string {
  const counts = new Set(tested.flatMap(({ utterances }) => utterances ?? []));
  return counts.size === 0 ? "" : `, of ${[...counts].sort((a, b) => a - b).join(" or ")} utterances${counts.size === 1 ? " each" : ""}`;
}

/** Sentences for the methods of a paper; none if the search trained no networks. */
export function networkParagraphs(networks: ReportNetworks | null): readonly string[] {
  if (networks === null) return [];
  const made = networks.made.filter(({ reason }) => reason === null);
  const begun = made.filter(({ parent }) => parent !== null).length;
  const seconds = networks.made.reduce((sum, one) => sum + one.seconds, 0);
  const lost = networks.made.length - made.length;
  const givenUp = lost === 0 ? "" : ` It gave up the training of ${lost} ${lost === 1 ? "other" : "others"}, whose time counts too.`;
  return [
    `The search made ${made.length} ${made.length === 1 ? "network" : "networks"} in ${seconds.toFixed(0)} s of its workers' time, ${begun} of them begun with another.${givenUp} All learnt from a part of the training set, and the rest of it chose among them and their chips.${testSentences(networks)}`,
  ];
}
