/** A panel's frame: edges, with a title on the upper one, and the content. */
import { Box } from "ink";
import type { ReactNode } from "react";
import { type Look, type Paint, paint } from "../../format/style.js";
import { cut, visibleWidth } from "../../format/text-table.js";
import { shortened } from "../text/exactly.js";
import { Lines } from "./lines.js";

/** Size of a panel. */
export interface Room {
  readonly look: Look;
  /** Including the edges. */
  readonly width: number;
  readonly height: number;
}

interface PanelProps extends Room {
  readonly title: string;
  /** Shown by `>` and bold type. */
  readonly focused?: boolean;
  readonly children?: ReactNode;
}

const INSIDE = 2;
export const inside = (cells: number): number => cells - INSIDE;

/** The lines that fit into a panel. */
export const fitted = (lines: readonly string[], { width, height }: Room): readonly string[] =>
  lines.slice(0, Math.max(0, inside(height))).map((line) => shortened(line, inside(width)));

export function Panel({ look, title, width, height, focused = false, children }: PanelProps): ReactNode {
  return (
    <Box flexDirection="column" flexShrink={0} width={width} height={height}>
      <Lines lines={[upperEdge(look, title, width, focused)]} />
      {/* A new box for other edges: Ink 6 adds an upper edge to a box whose edges change. */}
      <Box key={String(focused)} flexDirection="column" flexGrow={1} borderStyle={edges(look, focused)} borderTop={false}>
        {children}
      </Box>
    </Box>
  );
}

/** A panel that contains only lines. */
export function LinesPanel({ lines, ...panel }: PanelProps & { readonly lines: readonly string[] }): ReactNode {
  return (
    <Panel {...panel}>
      <Lines lines={fitted(lines, panel)} />
    </Panel>
  );
}

const characters = (look: Look): readonly string[] => (look.unicode ? [..."╭╮╰╯─│"] : [..."++++-|"]);
const edgePaint = (focused: boolean): Paint => (focused ? "cyan" : "dim");

function upperEdge(look: Look, title: string, width: number, focused: boolean): string {
  const [left, right, , , across = ""] = characters(look);
  const heading = ` ${cut(`${focused ? "> " : ""}${title}`, Math.max(0, width - 6))} `;
  const edge = (text: string): string => paint(look, text, edgePaint(focused));
  const name = paint(look, heading, ...(focused ? (["bold", "cyan"] as const) : (["bold"] as const)));
  return edge(`${left}${across}`) + name + edge(`${across.repeat(Math.max(0, width - 3 - visibleWidth(heading)))}${right}`);
}

type Edges = { readonly [place in "topLeft" | "top" | "topRight" | "right" | "bottomRight" | "bottom" | "bottomLeft" | "left"]: string };

const known = new Map<string, Edges>();

/**
 * The other edges, as painted characters that Ink repeats. Always the same object, because Ink computes the layout
 * again for a new one.
 */
function edges(look: Look, focused: boolean): Edges {
  const key = `${look.colour} ${look.unicode} ${focused}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const [topLeft, topRight, bottomLeft, bottomRight, across, up] = characters(look).map((one) => paint(look, one, edgePaint(focused)));
  const fresh = { topLeft, top: across, topRight, right: up, bottomRight, bottom: across, bottomLeft, left: up };
  known.set(key, fresh);
  return fresh;
}
