/** The selected point in brief: parameters and metrics, in as many columns as fit. Pure. */

import { memo, type ReactNode } from "react";
import { labelWithUnit, parameterLabel } from "../../../app/nouns.js";
import { inUnit, parameterText } from "../../format/number.js";
import { plainly } from "../../format/plot.js";
import { paint } from "../../format/style.js";
import { cell } from "../../format/text-table.js";
import { valueAt } from "../points.js";
import type { FrontState } from "../text/front-table.js";
import type { Ui } from "../ui.js";
import { tableRows } from "../view.js";
import { samePoints } from "./front-panel.js";
import { inside, LinesPanel, type Room } from "./panel.js";

const COLUMN = 36;
const VALUE = 9;

type PointProps = Room & FrontState & { readonly ui: Ui };

/** The selected point, else the first of the table. */
export const PointPanel = memo(function PointPanel(props: PointProps): ReactNode {
  const { look, width, height } = props;
  return <LinesPanel {...{ look, width, height }} {...pointText(props)} />;
}, samePoints);

function pointText({ ui, ...state }: PointProps): { readonly title: string; readonly lines: readonly string[] } {
  const { look, points, study, started } = state;
  const width = inside(state.width);
  const height = inside(state.height);
  const row = (ui.selectedId === null ? undefined : points.rowOfId.get(ui.selectedId)) ?? tableRows(ui, state)[0];
  if (row === undefined || study === null || started === null) return { title: "point", lines: [paint(look, " none yet", "dim")] };
  const goals = new Set<string>(started.objectives.map((objective) => objective.metric));
  const entries: (readonly [string, string, boolean])[] = [
    ...study.metrics
      .filter(({ name }) => goals.has(name))
      .map(({ name, unit }) => [labelWithUnit(name, unit), inUnit(valueAt(points, name, row), unit), true] as const),
    ...Object.entries(points.values[row] ?? {}).map(([name, value]) => [parameterLabel(name), parameterText(value), false] as const),
    ...study.metrics
      .filter(({ name }) => !goals.has(name) && !Number.isNaN(valueAt(points, name, row)))
      .map(({ name, unit }) => [labelWithUnit(name, unit), inUnit(valueAt(points, name, row), unit), false] as const),
  ];
  const columns = Math.max(1, Math.floor(width / COLUMN));
  const name = Math.floor(width / columns) - VALUE - 3;
  const lines = Array.from({ length: Math.min(height, Math.ceil(entries.length / columns)) }, (_, line) =>
    Array.from({ length: columns }, (_, column) => entries[column * Math.min(height, Math.ceil(entries.length / columns)) + line])
      .map((entry) => {
        if (entry === undefined) return "";
        const [label, value, goal] = entry;
        return ` ${paint(look, cell(plainly(look, label), name), "dim")} ${paint(look, cell(value, VALUE, "right"), ...(goal ? (["bold"] as const) : []))} `;
      })
      .join(""),
  );
  return { title: `point #${points.ids[row]}   Enter: in full`, lines };
}
