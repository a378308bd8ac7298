/** The precision study as a picture: accuracy over bits, a line a width; below, one layer's weights at a time. Pure. */
import { axisOf, limitsOf } from "../arch/base/plot/axis.js";
import { NAMED } from "../arch/base/plot/colours.js";
import { PICTURE_FORMATS, type PictureFormat } from "../arch/base/plot/formats.js";
import { type Panel, type PlotSpec, pointsOf, type Series } from "../arch/base/plot/spec.js";
import { inputError } from "../arch/index.js";
import type { StudyRow } from "../sim/index.js";

export interface StudyTexts {
  readonly title: string;
  /** One line on where the numbers come from. */
  readonly about: string;
}

export function quantisePlot(texts: StudyTexts, rows: readonly StudyRow[], layers: readonly StudyRow[]): PlotSpec {
  const panels = [
    panelOf("", "bits", rows, (row) => row.axis.replaceAll("_", " ").replace(" bits", "")),
    panelOf("weights of one layer at a time", "weight bits", layers, (row) => row.layer ?? ""),
  ];
  return { ...texts, column: "single", legend: "above", panels: panels.filter((panel) => panel.series.length > 0) };
}

function panelOf(heading: string, label: string, rows: readonly StudyRow[], nameOf: (row: StudyRow) => string): Panel {
  const lines = new Map<string, StudyRow[]>();
  for (const row of rows) lines.set(nameOf(row), [...(lines.get(nameOf(row)) ?? []), row]);
  const series = [...lines].map(([name, own], index): Series => {
    const points = pointsOf([...own].sort((a, b) => a.bits - b.bits).map((row) => [row.bits, row.accuracyPercent] as const));
    return { kind: "line", name, points, colour: NAMED[index % NAMED.length], width: 1, dash: [], dotted: true };
  });
  return {
    heading,
    x: axisOf(label, limitsOf(rows.map((row) => row.bits)), false),
    y: axisOf("accuracy (%)", limitsOf(rows.map((row) => row.accuracyPercent)), false),
    colour: null,
    series,
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
