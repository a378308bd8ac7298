/**
 * Progress of the search in brief: the hypervolume, its history as a curve if there is room, the sampler, constraints.
 */
import { memo, type ReactNode } from "react";
import { briefly, curveRows, type HypervolumeState, historyFigure } from "../text/history.js";
import { Lines } from "./lines.js";
import { fitted, inside, Panel, type Room } from "./panel.js";
import { Plot } from "./plot-panel.js";

export const HypervolumePanel = memo(function HypervolumePanel({ look, width, height, ...state }: Room & HypervolumeState): ReactNode {
  const brief = briefly(look, state, inside(width));
  const rows = curveRows(brief, inside(height));
  const figure = rows === 0 ? null : historyFigure(state);
  const room = { look, width, height };
  const line = brief.line === null ? [] : [brief.line];
  return (
    <Panel title="hypervolume, sampler" {...room}>
      {figure === null ? (
        <Lines lines={fitted([brief.head, ...line, ...brief.words], room)} />
      ) : (
        <>
          <Lines lines={fitted([brief.head], room)} />
          <Plot look={look} figure={figure} width={inside(width)} height={rows} />
          <Lines lines={fitted(brief.words, room)} />
        </>
      )}
    </Panel>
  );
});
