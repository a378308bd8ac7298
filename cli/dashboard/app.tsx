/** The Ink root: subscribes to the state, turns key presses into choices and wishes, shows the frame. */
import { Text, Transform, useInput } from "ink";
import { useEffect, useReducer } from "react";
import type { Look } from "../format/style.js";
import { frameLines } from "./frame.js";
import type { DashboardModel } from "./model.js";
import type { KeyName } from "./ui.js";

export interface AppProps {
  readonly model: DashboardModel;
  readonly look: Look;
  readonly size: () => { readonly columns: number; readonly rows: number };
}

interface InkKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageDown: boolean;
  readonly pageUp: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
}

/** Characters that stand for keys when several arrive in one read: key repeat over a slow line, a paste. */
const CONTROL_KEYS: { readonly [character: string]: KeyName } = {
  "\u007f": "backspace",
  "\b": "backspace",
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
};

/** What Ink read as names of keys; other control characters are dropped. */
export function keyNames(input: string, key: InkKey): readonly KeyName[] {
  const named = keyName(input, key);
  if (named !== input) return [named];
  return [...input].map((character) => CONTROL_KEYS[character] ?? (character < " " ? "" : character)).filter((name) => name !== "");
}

function keyName(input: string, key: InkKey): KeyName {
  if (key.ctrl) return `ctrl-${input}`;
  if (key.upArrow) return "up";
  if (key.downArrow) return "down";
  if (key.leftArrow) return "left";
  if (key.rightArrow) return "right";
  if (key.pageUp) return "pageup";
  if (key.pageDown) return "pagedown";
  if (key.return) return "enter";
  if (key.escape) return "escape";
  if (key.tab) return "tab";
  if (key.backspace || key.delete) return "backspace";
  return input;
}

export function App({ model, look, size }: AppProps): React.ReactNode {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => model.subscribe(redraw), [model]);
  useInput((input, key) => {
    for (const name of keyNames(input, key)) model.press(name);
  });
  const { columns, rows } = size();
  const lines = frameLines(model.state(), model.ui(), look, columns, rows, model.nowMs());
  // Ink measures and remembers every text it lays out, for ever: it lays out a blank page of the right size, and the lines are put in
  // when it writes. A long sweep would otherwise grow by some ten megabytes an hour.
  return (
    <Transform transform={(_, row) => lines[row] ?? ""}>
      <Text>{blankPage(columns, lines.length)}</Text>
    </Transform>
  );
}

function blankPage(columns: number, rows: number): string {
  return Array.from({ length: rows }, () => ".".repeat(columns)).join("\n");
}
