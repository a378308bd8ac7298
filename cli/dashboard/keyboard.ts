/** The keyboard, as Ink reads it: escape sequences, pastes and key repeat become names of keys. */
import { useInput } from "ink";
import type { KeyName } from "./press.js";

interface InkKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageDown: boolean;
  readonly pageUp: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly meta: boolean;
  readonly ctrl: boolean;
  readonly tab: boolean;
  readonly shift: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
}

/** Characters of keys when several arrive in one read: key repeat over a slow line, or a paste. */
const CONTROL_KEYS: { readonly [character: string]: KeyName } = {
  "\u007f": "backspace",
  "\b": "backspace",
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\u0003": "ctrl-c",
};

/** Names of the keys that Ink read; other control characters are dropped. */
function keyNames(input: string, key: InkKey): readonly KeyName[] {
  const named = keyName(input, key);
  if (named !== input) return [named];
  // Escape and another key in one read look like Alt with that key.
  if (key.meta && input !== "") return ["escape", input];
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
  if (key.tab) return key.shift ? "shift-tab" : "tab";
  if (key.backspace || key.delete) return "backspace";
  return input;
}

/** Calls `press` for every key that Ink reads. */
export function useKeys(press: (key: KeyName) => void): void {
  useInput((input, key) => {
    for (const name of keyNames(input, key)) press(name);
  });
}
