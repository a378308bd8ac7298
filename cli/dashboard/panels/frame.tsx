/** Places the panels on a screen of `columns` x `rows`, whose last row stays free; below 80 x 24 a plain list. */
import { Box } from "ink";
import { type ReactNode, useMemo } from "react";
import type { Look } from "../../format/style.js";
import type { Shown } from "../model.js";
import { briefly, briefRows } from "../text/history.js";
import { keyLines } from "../text/keys.js";
import { settle } from "../ui.js";
import { FailuresPanel } from "./failures.js";
import { Footer } from "./footer.js";
import { FrontPanel } from "./front-panel.js";
import { HEADER_ROWS, Header } from "./header.js";
import { HypervolumePanel } from "./hypervolume.js";
import { OverlayPanel } from "./overlay.js";
import { inside, type Room } from "./panel.js";
import { PlainFrame } from "./plain.js";
import { PointPanel } from "./point-panel.js";
import { ScatterPanel } from "./scatter.js";
import { WorkersPanel } from "./workers.js";

export interface FrameProps extends Shown {
  readonly look: Look;
  readonly columns: number;
  readonly rows: number;
}

export function Frame({ state, ui: choice, nowMs, look, columns, rows }: FrameProps): ReactNode {
  const { x, y, sortBy, sortDescending } = settle(choice, state);
  const ui = useMemo(() => ({ ...choice, x, y, sortBy, sortDescending }), [choice, x, y, sortBy, sortDescending]);
  const height = Math.max(1, rows - 1);
  const whole = { look, width: columns, height, state, ui, nowMs };
  if (columns < 80 || rows < 24) return <PlainFrame {...whole} />;
  const readOnly = state.study?.readOnly === true;
  const middle = { ...whole, height: height - HEADER_ROWS - 1 - keyLines(readOnly, columns).length };
  const { study, started, status, startedMs, endedMs, counts, cached, running, progress } = state;
  return (
    <Box flexDirection="column" width={columns} height={height}>
      <Header {...{ study, started, status, startedMs, endedMs, counts, cached, running, progress, look, nowMs }} width={columns} />
      {ui.overlay === "none" ? <Panels {...middle} /> : <OverlayPanel {...middle} />}
      <Footer look={look} width={columns} ui={ui} log={state.log} readOnly={readOnly} />
    </Box>
  );
}

function Panels({ look, width, height, state, ui, nowMs }: Room & Shown): ReactNode {
  const { study, started, points, front, frontSize, revision, counts, violating, failures } = state;
  const { hypervolume, sampler, referencePoint, endedMs, hosts, running, residentBytes, workerCount, durationsMs } = state;
  // When no worker runs any more, the selected point takes the workers' place; a wide screen has room for both.
  const idle = endedMs !== null && hosts.length === 0;
  const spacious = width >= 150;
  const wanted = Math.max(idle ? 5 : workerCount, failures.length, spacious ? 10 : 0) + 3;
  const lower = Math.max(5, Math.min(Math.floor(height * 0.32), wanted));
  const upper = height - lower;
  // A narrow screen makes the plot a little smaller to show the last objective in the table.
  const left = Math.round(width * (width < 100 ? 0.55 : 0.58));
  const right = width - left;
  const history = { study, started, hypervolume, sampler, referencePoint, endedMs, counts, violating, front };
  const most = Math.max(5, Math.floor(upper * 0.4));
  const side = briefRows(briefly(look, history, inside(right)), inside(most)) + 2;
  const table = { study, started, points, front, frontSize, revision };
  const workersWidth = idle ? 0 : spacious ? Math.round(width * 0.36) : left;
  const pointWidth = idle ? left : spacious ? Math.round(width * 0.38) : 0;
  const rest = width - workersWidth - pointWidth;
  return (
    <>
      <Box height={upper} flexShrink={0}>
        <ScatterPanel {...{ ...table, counts, violating, look, ui }} width={left} height={upper} />
        <Box flexDirection="column">
          <FrontPanel {...{ ...table, look, ui }} width={right} height={upper - side} />
          <HypervolumePanel {...{ ...history, look }} width={right} height={side} />
        </Box>
      </Box>
      <Box height={lower} flexShrink={0}>
        {idle ? null : (
          <WorkersPanel
            {...{ hosts, running, residentBytes, workerCount, durationsMs, endedMs, nowMs, look }}
            width={workersWidth}
            height={lower}
          />
        )}
        {pointWidth === 0 ? null : <PointPanel {...{ ...table, look, ui }} width={pointWidth} height={lower} />}
        <FailuresPanel {...{ look, failures }} pane={ui.pane} failureIndex={ui.failureIndex} width={rest} height={lower} />
      </Box>
    </>
  );
}
