/**
 * Progress of the search: hypervolume as a line or a curve, sampler, reference point, constraints; in brief and in
 * full. Pure.
 */
import { historyPlot, labelWithUnit } from "../../../app/nouns.js";
import { percent, significant } from "../../format/number.js";
import { plainly, plotLines, type TerminalPanel } from "../../format/plot.js";
import { sparkline } from "../../format/sparkline.js";
import { type Look, paint } from "../../format/style.js";
import { phrases, wrapped } from "../../format/words.js";
import { type DashboardState, finishedCount } from "../state.js";

/** Least rows of a curve: a lower curve shows no more than a line of blocks. */
const CURVE_ROWS = 9;
/** The gain is computed over this many points. */
const RECENT = 100;

export type HypervolumeState = Pick<
  DashboardState,
  "study" | "started" | "hypervolume" | "sampler" | "referencePoint" | "endedMs" | "counts" | "violating" | "front"
>;

/** The parts of the panel. */
interface Brief {
  readonly head: string;
  /** The history in one line; null before there is any. */
  readonly line: string | null;
  readonly words: readonly string[];
}

export function briefly(look: Look, state: HypervolumeState, width: number): Brief {
  const words = [
    ...phrases(samplerParts(state), width),
    ...[...limitLines(state), referenceText(state)]
      .filter((text) => text !== "")
      .flatMap((text) => wrapped(text, width))
      .map((text) => paint(look, text, "dim")),
  ];
  const head = headText(state);
  if (head === null) return { head: paint(look, waitingText(state), "dim"), line: null, words };
  const values = state.hypervolume.map((entry) => entry.value);
  return { head: paint(look, head, "bold"), line: paint(look, sparkline(look, values, width), "green"), words };
}

/** Rows for a curve within `height` rows; 0 if only the line fits. */
export function curveRows({ line, words }: Brief, height: number): number {
  const room = height - 1 - words.length;
  return line !== null && room >= CURVE_ROWS ? room : 0;
}

/** Rows of `height` that the parts take. */
export function briefRows(brief: Brief, height: number): number {
  return Math.min(height, 1 + brief.words.length + (brief.line === null ? 0 : Math.max(1, curveRows(brief, height))));
}

/** The history as a whole screen. */
export function hypervolumeLines(look: Look, state: HypervolumeState, width: number, height: number): readonly string[] {
  const { started, study } = state;
  const head = headText(state);
  const units = new Map(study?.metrics.map(({ name, unit }) => [name, unit]));
  const reference = started?.objectives.flatMap(({ metric, direction }, k) => {
    const value = state.referencePoint[k];
    const words = plainly(look, labelWithUnit(metric, units.get(metric) ?? "1"));
    return value === undefined ? [] : [`  ${words.padEnd(34)} ${direction === "min" ? "at most " : "at least"} ${value}`];
  });
  const words = [
    paint(look, head === null ? waitingText(state) : `hypervolume ${head}`, "bold"),
    `front ${state.front.length} of ${state.counts.done} results`,
    ...phrases(samplerParts(state), width),
    ...limitLines(state),
    ...(reference === undefined || reference.length === 0 ? [] : ["", "reference point, fixed for this study:", ...reference]),
  ].map((text) => ` ${text}`);
  const room = Math.max(CURVE_ROWS, height - words.length - 1);
  const figure = head === null ? null : historyFigure(state);
  return [...words, "", ...(figure === null ? [] : plotLines(look, figure, width, room))];
}

/** The hypervolume, and its gain in the last points; null before there is a reference point. */
function headText(state: HypervolumeState): string | null {
  const { hypervolume } = state;
  const last = hypervolume.at(-1);
  if (last === undefined) return null;
  const finished = finishedCount(state);
  const near = hypervolume.findLast((entry) => entry.finished <= finished - RECENT) ?? hypervolume[0];
  const span = Math.min(RECENT, finished - near.finished);
  const ratio = last.value / near.value;
  const gain =
    near.value > 0 && span > 0 ? `  ${ratio < 10 ? `+${percent(ratio - 1)}` : `x ${significant(ratio, 3)}`} in last ${span}` : "";
  return `${significant(last.value, 5)}${gain}`;
}

function waitingText(state: HypervolumeState): string {
  return state.endedMs === null ? "no reference point yet" : "no reference point was fixed";
}

function referenceText({ referencePoint }: HypervolumeState): string {
  const values = referencePoint.map((value) => significant(value, 3)).join(", ");
  return values === "" ? "" : `reference ${values}`;
}

/** Constraints, and the share of results that meet them. */
function limitLines(state: HypervolumeState): readonly string[] {
  const { done } = state.counts;
  const limits = state.study?.limits ?? [];
  if (limits.length === 0) return [];
  const all = limits.length === 1 ? "" : "all ";
  const kept = done === 0 ? "" : ` (${all}kept by ${percent((done - state.violating) / done, 0)} of results)`;
  return limits.map(({ text }, i) => `limit ${text}${i === limits.length - 1 ? kept : ""}`);
}

/** The hypervolume over ended points; null if there is none yet. */
export function historyFigure(state: HypervolumeState): TerminalPanel | null {
  const history = state.hypervolume.map(({ finished, value }) => ({ points: finished, hypervolume: value, front: 0 }));
  const last = history.at(-1);
  const finished = finishedCount(state);
  // Up to now, even if the last points brought no gain.
  const all = last === undefined || finished <= last.points ? history : [...history, { ...last, points: finished }];
  const [panel] = historyPlot({ about: "", column: "single" }, state.study?.file ?? "", all).panels;
  return panel === undefined || panel.y.scale === "category" ? null : { ...panel, y: panel.y };
}

function samplerParts(state: HypervolumeState): readonly string[] {
  if (state.sampler === null) return state.started === null ? [] : [`sampler ${state.started.sampler}`];
  const facts = Object.entries(state.sampler.state)
    .filter(([, value]) => typeof value === "number" || typeof value === "string")
    .map(
      ([name, value]) => `${name.replace(/([A-Z])/g, " $1").toLowerCase()} ${typeof value === "number" ? significant(value, 4) : value}`,
    );
  return [`sampler ${state.sampler.name}`, ...facts];
}
