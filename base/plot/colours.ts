/**
 * Colours of figures that can be told apart in grey print and by colour-blind readers. Values are coloured by cividis,
 * whose lightness rises evenly.
 * Source: Nunez, Anderton, Renslow, "Optimizing colormaps with consideration for color vision deficiency", PLoS ONE
 * 13(7), 2018 (cividis); Okabe, Ito, "Color universal design", 2008 (names).
 */

export const INK = "#222222";
export const GRID = "#dddddd";
export const CLOUD = "#9a9a9a";
/** Of error bars. */
export const BAR = "#808080";

/** Cividis at evenly spaced values: red, green, blue. */
export const CIVIDIS: readonly (readonly [number, number, number])[] = [
  [0, 32, 76],
  [65, 77, 107],
  [124, 123, 120],
  [188, 175, 111],
  [255, 234, 70],
];

/** For named series; consecutive colours differ most. */
export const NAMED: readonly string[] = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7", "#000000", "#f0e442", "#8c8c8c"];

/** Colour of a value between 0 and 1. */
export function cividis(share: number): string {
  const at = Math.min(1, Math.max(0, share)) * (CIVIDIS.length - 1);
  const i = Math.min(CIVIDIS.length - 2, Math.floor(at));
  const channel = (k: number): string => {
    const value = CIVIDIS[i][k] + (at - i) * (CIVIDIS[i + 1][k] - CIVIDIS[i][k]);
    return Math.round(value).toString(16).padStart(2, "0");
  };
  return `#${channel(0)}${channel(1)}${channel(2)}`;
}
