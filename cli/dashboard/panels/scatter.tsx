/** The points in the plane of the chosen axes. */
import { memo, type ReactNode } from "react";
import { type ScatterState, scatterOf, scatterTitle } from "../text/scatter-figure.js";
import type { Ui } from "../ui.js";
import { Lines } from "./lines.js";
import { fitted, inside, Panel, type Room } from "./panel.js";
import { Plot } from "./plot-panel.js";

type ScatterProps = Room & ScatterState & { readonly ui: Ui };

export const ScatterPanel = memo(function ScatterPanel({ look, width, height, ui, ...state }: ScatterProps): ReactNode {
  const room = { look, width, height };
  const scatter = scatterOf(state, ui);
  return (
    <Panel title={scatterTitle(look, state, ui, width - 6)} {...room}>
      {scatter.kind === "words" ? (
        <Lines lines={fitted([...scatter.lines, ...scatter.keys], room)} />
      ) : (
        <Plot {...scatter} look={look} width={inside(width)} height={inside(height)} />
      )}
    </Panel>
  );
});
