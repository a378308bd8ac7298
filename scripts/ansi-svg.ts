/**
 * Draws a captured terminal screen (text with SGR escape sequences) as SVG: text as text, braille as dots, blocks and
 * lines as shapes, so that it looks the same with every font. Pure.
 */

interface Style {
  readonly colour: string;
  readonly dim: boolean;
  readonly bold: boolean;
  readonly inverse: boolean;
}

interface Cell {
  readonly text: string;
  readonly style: Style;
}

const CELL = { width: 8.4, height: 18, baseline: 13 } as const;
const MARGIN = 14;
const BACKGROUND = "#14161b";
const FOREGROUND = "#d8dce4";

/** Eight colours, normal and bright, readable on the dark background. */
const PALETTE = ["#3b4048", "#ef6b73", "#8ecb6f", "#e8bf57", "#6aaefb", "#cf8df0", "#56c4cf", "#d8dce4"] as const;

const PLAIN: Style = { colour: FOREGROUND, dim: false, bold: false, inverse: false };

function styledBy(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 7) return { ...style, inverse: true };
  if (code === 27) return { ...style, inverse: false };
  if (code === 39) return { ...style, colour: FOREGROUND };
  if (code >= 30 && code <= 37) return { ...style, colour: PALETTE[code - 30] as string };
  if (code >= 90 && code <= 97) return { ...style, colour: PALETTE[code - 90] as string };
  return style;
}

/** A colour over the background. */
function blended(colour: string, share: number): string {
  const channel = (of: string, at: number): number => Number.parseInt(of.slice(at, at + 2), 16);
  const mixed = [1, 3, 5].map((at) => Math.round(channel(colour, at) * share + channel(BACKGROUND, at) * (1 - share)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** Colour on the screen; dim is half-way to the background. */
function shade({ colour, dim }: Style): string {
  return dim ? blended(colour, 5 / 9) : colour;
}

/** The screen as rows of cells; a style continues across line ends. */
export function cellsOf(screen: string): readonly (readonly Cell[])[] {
  let style = PLAIN;
  return screen
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => {
      const row: Cell[] = [];
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with ESC
      for (const [piece] of line.matchAll(/\u001b\[[0-9;]*m|[\s\S]/gu)) {
        if (piece.startsWith("\u001b")) {
          for (const code of (piece.slice(2, -1) || "0").split(";")) style = styledBy(style, Number(code));
        } else row.push({ text: piece, style });
      }
      return row;
    });
}

const number = (value: number): string => String(Math.round(value * 10) / 10);
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Ends of the arms of a box-drawing character: up, right, down, left. */
const ARMS: { readonly [character: string]: readonly [number, number, number, number] } = {
  "─": [0, 1, 0, 1],
  "│": [1, 0, 1, 0],
  "╭": [0, 1, 1, 0],
  "╮": [0, 0, 1, 1],
  "╰": [1, 1, 0, 0],
  "╯": [1, 0, 0, 1],
  "┌": [0, 1, 1, 0],
  "┐": [0, 0, 1, 1],
  "┘": [1, 0, 0, 1],
  "└": [1, 1, 0, 0],
  "┴": [1, 1, 0, 1],
  "┤": [1, 0, 1, 1],
};
/** Filled part of a cell: x, y, width and height as shares of the cell. */
const BLOCKS: { readonly [character: string]: readonly [number, number, number, number] } = Object.fromEntries([
  ...[..."▁▂▃▄▅▆▇█"].map((character, i) => [character, [0, 1 - (i + 1) / 8, 1, (i + 1) / 8]]),
  ...[..."▏▎▍▌▋▊▉"].map((character, i) => [character, [0, 0, (i + 1) / 8, 1]]),
]);

/** Share of a cell that a shade covers. */
const SHADES: { readonly [character: string]: number } = { "░": 0.35, "▒": 0.55, "▓": 0.8 };

/** Shapes as SVG paths, by colour. */
class Shapes {
  readonly lines = new Map<string, string>();
  readonly dots = new Map<string, string>();
  readonly fills = new Map<string, string>();

  private static add(map: Map<string, string>, colour: string, path: string): void {
    map.set(colour, (map.get(colour) ?? "") + path);
  }

  /** Draws a cell as a shape if it is one. */
  take(cell: Cell, x: number, y: number): boolean {
    const colour = shade(cell.style);
    const code = cell.text.codePointAt(0) as number;
    const arms = ARMS[cell.text];
    const block = BLOCKS[cell.text];
    if (code > 0x2800 && code < 0x2900) {
      for (let bit = 0; bit < 8; bit++) {
        if ((((code - 0x2800) >> bit) & 1) === 0) continue;
        const column = bit < 6 ? Math.floor(bit / 3) : bit - 6;
        const row = bit < 6 ? bit % 3 : 3;
        Shapes.add(
          this.dots,
          colour,
          `M${number(x + CELL.width * (0.25 + column * 0.5))} ${number(y + CELL.height * (0.125 + row * 0.25))}h0`,
        );
      }
      return true;
    }
    if (arms !== undefined) {
      const [cx, cy] = [x + CELL.width / 2, y + CELL.height / 2];
      const ends = [
        `${number(cx)} ${number(y)}`,
        `${number(x + CELL.width)} ${number(cy)}`,
        `${number(cx)} ${number(y + CELL.height)}`,
        `${number(x)} ${number(cy)}`,
      ];
      ends.forEach((end, i) => {
        if (arms[i] === 1) Shapes.add(this.lines, colour, `M${number(cx)} ${number(cy)}L${end}`);
      });
      return true;
    }
    const shadeOf = SHADES[cell.text];
    if (block !== undefined || shadeOf !== undefined) {
      const [bx, by, bw, bh] = block ?? [0, 0, 1, 1];
      const paint =
        shadeOf === undefined
          ? colour
          : cell.style.colour === FOREGROUND || cell.style.colour === PALETTE[2]
            ? "#2a2e37"
            : blended(colour, shadeOf);
      const corner = `M${number(x + bx * CELL.width)} ${number(y + by * CELL.height)}`;
      Shapes.add(this.fills, paint, `${corner}h${number(bw * CELL.width)}v${number(bh * CELL.height)}h${number(-bw * CELL.width)}z`);
      return true;
    }
    return false;
  }
}

function textRuns(row: readonly Cell[], y: number, shapes: Shapes): { readonly back: string; readonly text: string } {
  let text = "";
  let back = "";
  for (let i = 0; i < row.length; ) {
    const first = row[i];
    const x = MARGIN + i * CELL.width;
    if (first.style.inverse) {
      let end = i;
      while (end < row.length && row[end].style.inverse) end++;
      back += `<path fill="${FOREGROUND}" d="M${number(x)} ${number(y)}h${number((end - i) * CELL.width)}v${CELL.height}h${number(-(end - i) * CELL.width)}z"/>`;
      text += textElement(row.slice(i, end), x, y, BACKGROUND);
      i = end;
      continue;
    }
    if (first.text === " " || shapes.take(first, x, y)) {
      i += 1;
      continue;
    }
    let end = i + 1;
    // A run ends at a change of style, at a shape, and at two blanks.
    while (end < row.length) {
      const cell = row[end];
      const shape =
        ARMS[cell.text] !== undefined ||
        BLOCKS[cell.text] !== undefined ||
        SHADES[cell.text] !== undefined ||
        /[\u2800-\u28ff]/.test(cell.text);
      if (shape || (cell.text === " " && (row[end + 1]?.text ?? " ") === " ")) break;
      if (shade(cell.style) !== shade(first.style) || cell.style.bold !== first.style.bold || cell.style.inverse) break;
      end += 1;
    }
    text += textElement(row.slice(i, end), x, y, shade(first.style));
    i = end;
  }
  return { back, text };
}

function textElement(cells: readonly Cell[], x: number, y: number, colour: string): string {
  const content = cells.map((cell) => cell.text).join("");
  if (content.trim() === "") return "";
  const weight = cells[0]?.style.bold === true ? ' font-weight="bold"' : "";
  const fill = colour === FOREGROUND ? "" : ` fill="${colour}"`;
  const length = cells.length > 1 ? ` textLength="${number(cells.length * CELL.width)}"` : "";
  return `<text x="${number(x)}" y="${number(y + CELL.baseline)}"${fill}${weight}${length}>${escaped(content)}</text>`;
}

/** The screen as SVG; `title` is its accessible name. */
export function svgOfScreen(screen: string, title: string): string {
  const rows = cellsOf(screen);
  const columns = Math.max(...rows.map((row) => row.length));
  const shapes = new Shapes();
  const runs = rows.map((row, i) => textRuns(row, MARGIN + i * CELL.height, shapes));
  const width = Math.ceil(2 * MARGIN + columns * CELL.width);
  const height = Math.ceil(2 * MARGIN + rows.length * CELL.height);
  const paths = (map: ReadonlyMap<string, string>, kind: "stroke" | "fill", more: string): string =>
    [...map].map(([colour, d]) => `<path ${kind}="${colour}"${more} d="${d}"/>`).join("");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>`,
    paths(shapes.fills, "fill", ""),
    paths(shapes.lines, "stroke", ' stroke-width="1"'),
    paths(shapes.dots, "stroke", ' stroke-width="2.6" stroke-linecap="round"'),
    runs.map((run) => run.back).join(""),
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" fill="${FOREGROUND}" xml:space="preserve" style="white-space:pre">`,
    ...runs.map((run) => run.text).filter((text) => text !== ""),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}
