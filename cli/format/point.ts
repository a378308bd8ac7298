/** All that is stored of a point, as text. Pure. */
import { type Change, changeLines, otherBuildLines, unbuiltText } from "../../app/nouns.js";
import type { PointAmongOthers } from "../../app/point-detail.js";
import { brokenText } from "./broken.js";
import { chipLines } from "./chip-drawing.js";
import { counted, duration, percent, significant } from "./number.js";
import { resultLines } from "./result.js";
import { sensitivityLines, trendLines } from "./sensitivity.js";
import { sparkline } from "./sparkline.js";
import { type Look, paint } from "./style.js";
import { testedText } from "./tested.js";
import { cell, visibleWidth } from "./text-table.js";
import { trialText } from "./trial.js";

/** Widest chip drawing that still shows every tile with its numbers. */
const DRAWING_CELLS = 110;

export function pointLines(look: Look, shown: PointAmongOthers): readonly string[] {
  const { point, result, plan, unbuilt, own, objectives, isApart, neighbours, differences, trend, changes, intervals, otherBuild } = shown;
  const values = Object.entries(point.values).map(([name, value]) => `  ${cell(name, Math.max(24, visibleWidth(name)))} ${value}`);
  const seconds = point.durationMs === null ? "" : `, ${duration(point.durationMs / 1000)}`;
  const trial = trialText(point, shown.networks.length > 0);
  const head = [
    paint(look, `point ${point.id}: ${point.state}${trial === null ? "" : `, ${trial}`}${brokenText(shown)}`, "bold"),
    paint(look, `key ${point.key.slice(0, 16)}, attempt ${point.attempts}${seconds}`, "dim"),
    ...values,
    ...(unbuilt.length === 0 ? [] : [`  lanes built: ${unbuilt.map(unbuiltText).join(", ")}; others are neither built nor priced`]),
    ...(isApart ? ["", ...otherInputLines(changes)] : []),
    ...madeLines(look, shown),
    "",
  ];
  if (result === null)
    return [
      ...head,
      ...(point.code === null ? [] : [paint(look, point.code, "yellow")]),
      ...(point.reason ?? "no result is stored").split("\n"),
    ];
  const columns = objectives.map(({ metric, direction }) => ({ metric, direction, head: metric }));
  return [
    ...head,
    ...(plan === null || result.utilisation.cores.length === 0
      ? []
      : [...chipLines(look, plan, result, Math.min(DRAWING_CELLS, look.columns ?? DRAWING_CELLS)), ""]),
    ...sensitivityLines(look, own, neighbours, columns, differences),
    ...(trend === null ? [] : ["", ...trendLines(look, own, trend, columns, differences)]),
    "",
    ...resultLines(look, result, plan, [], 16, intervals),
    ...otherBuildLines(otherBuild),
  ];
}

/** Most epochs of a curve that are listed: the first, the last, and others at equal distances. */
const MOST_EPOCHS = 10;
const CURVE_CELLS = 40;

/** Accuracy on held-out data after each epoch; the loss if no data are held out. */
function curveLines(look: Look, curve: PointAmongOthers["networks"][number]["curve"]): readonly string[] {
  if (curve.length === 0) return [];
  const judged = curve.every(({ error }) => error !== null);
  const values = curve.map(({ loss, error }) => (error === null ? loss : 100 * (1 - error)));
  const shown = Math.min(MOST_EPOCHS, curve.length);
  const picked = Array.from({ length: shown }, (_, i) => Math.round((i * (curve.length - 1)) / Math.max(1, shown - 1)));
  const words = picked.map((at) => `${judged ? values[at].toFixed(1) : significant(values[at], 3)} (${curve[at].epoch})`);
  const line = curve.length < 3 ? "" : `${sparkline(look, values, CURVE_CELLS)}  `;
  return [`    ${judged ? "accuracy on held-out data [%]" : "loss"} (after epoch): ${line}${words.join(" ")}`];
}

/** How its network was trained, and its accuracy on the test set. */
function madeLines(look: Look, { networks, tested }: PointAmongOthers): readonly string[] {
  const made = networks.flatMap(({ model, name, key, epochs, seconds, error, reason, curve }, i) => {
    const right = error === null ? "" : `, ${percent(1 - error, 2)} correct on held-out data`;
    const learnt = reason === null ? counted(epochs, "epoch") : `${curve.length} of ${epochs} epochs`;
    return [
      `  ${i === 0 ? "network" : "started from"} ${model} (${name}), ${learnt} in ${duration(seconds)}${right}, ${key.slice(0, 12)}`,
      ...curveLines(look, curve),
      ...(reason === null ? [] : [`    given up: ${reason}`]),
    ];
  });
  const score = tested === null ? [] : [`  on the test set: ${testedText(tested)}`];
  return made.length + score.length === 0 ? [] : ["", ...made, ...score];
}

/** The inputs of a point with other inputs than the study has now, and how they differ. */
function otherInputLines(changes: readonly Change[]): readonly string[] {
  const lines = changeLines(changes, ["then", "now"]).map((text) => `  ${text}`);
  return ["computed with other inputs than the study has now, so it is on no front and not compared with other points:", ...lines];
}
