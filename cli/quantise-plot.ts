/** The precision study as a picture: error over bits, a line a width; below, one layer's weights at a time. Pure. */
import { axisOf, limitsOf } from "../arch/base/plot/axis.js";
import { CLOUD, NAMED } from "../arch/base/plot/colours.js";
import { PICTURE_FORMATS, type PictureFormat } from "../arch/base/plot/formats.js";
import { type Panel, type PlotSpec, pointsOf, type Series } from "../arch/base/plot/spec.js";
import { inputError } from "../arch/index.js";
import type { StudyRow } from "../sim/index.js";

export interface StudyTexts {
  readonly title: string;
  /** One line on where the numbers come from. */
  readonly about: string;
  /** Accuracy of the float network, percent; null: not known. */
  readonly float: number | null;
}

/** Errors on a logarithmic axis: a loss from 99 to 98 % is as visible as one from 90 to 80 %. */
export function quantisePlot({ title, about, float }: StudyTexts, rows: readonly StudyRow[], layers: readonly StudyRow[]): PlotSpec {
  const panels = [
    panelOf("", "bits", rows, float, [], (row) => row.axis.replaceAll("_", " ").replace(" bits", "").replace("lut", "table")),
    panelOf("weights of one layer at a time", "weight bits", layers, null, [3, 2], (row) => row.layer ?? ""),
  ];
  return { title, about, column: "single", legend: "above", panels: panels.filter((panel) => panel.series.length > 0) };
}

/** Percent; where nothing was wrong, half a decision, which a logarithmic axis can show. */
function errorOf({ correct, scored }: StudyRow): number {
  return (100 * Math.max(scored - correct, 0.5)) / scored;
}

function panelOf(
  heading: string,
  label: string,
  rows: readonly StudyRow[],
  float: number | null,
  dash: readonly number[],
  nameOf: (row: StudyRow) => string,
): Panel {
  const lines = new Map<string, StudyRow[]>();
  for (const row of rows) lines.set(nameOf(row), [...(lines.get(nameOf(row)) ?? []), row]);
  const series = [...lines].map(([name, own], index): Series => {
    const points = pointsOf([...own].sort((a, b) => a.bits - b.bits).map((row) => [row.bits, errorOf(row)] as const));
    return { kind: "line", name, points, colour: NAMED[index % NAMED.length], width: 1, dash, dotted: true };
  });
  const bits = limitsOf(rows.map((row) => row.bits));
  const floor = float === null || float >= 100 ? null : 100 - float;
  const across = (error: number): Series => ({
    kind: "line",
    name: "float32",
    points: pointsOf([
      [bits.low, error],
      [bits.high, error],
    ]),
    colour: CLOUD,
    width: 0.8,
    dash: [],
    dotted: false,
  });
  return {
    heading,
    x: axisOf(label, bits, false),
    y: axisOf("error (%)", limitsOf([...rows.map(errorOf), ...(floor === null ? [] : [floor])]), true),
    colour: null,
    series: [...(floor === null || rows.length === 0 ? [] : [across(floor)]), ...series],
    notes: [],
  };
}

/** The format that a file's name asks for. Throws: InputError with those there are. */
export function pictureFormat(file: string): PictureFormat {
  const found = Object.values(PICTURE_FORMATS).find(({ extension }) => file.toLowerCase().endsWith(`.${extension}`));
  if (found !== undefined) return found;
  const endings = Object.values(PICTURE_FORMATS).map(({ extension }) => `.${extension}`);
  throw inputError("--plot", `${file} ends in none of ${endings.join(", ")}`, "e.g. --plot bits.svg");
}
