/** A chip as characters: tiles with their cores' utilisation, links with their heat. Pure. */
import type { Chip } from "../../arch/index.js";
import type { Result } from "../../sim/index.js";
import { type Look, type Paint, paint } from "./style.js";

const TILE_CELLS = 14;
const LINK_CELLS = 8;

/** Five steps from cold to hot, as characters and as colours: one says what the other says. */
const HEAT_UNICODE = [..." ░▒▓█"];
const HEAT_ASCII = [..." .:+#"];
const HEAT_PAINTS: readonly (readonly Paint[])[] = [["dim"], ["blue"], ["cyan"], ["yellow"], ["red", "bold"]];

/** Step 0..4 of a share of 1. */
export function heatStep(share: number): number {
  return share <= 0 ? 0 : Math.min(4, 1 + Math.floor(share * 4));
}

function heat(look: Look, share: number, cells: number): string {
  const step = heatStep(share);
  return paint(
    look,
    ((look.unicode ? HEAT_UNICODE : HEAT_ASCII)[step] as string).repeat(cells),
    ...(HEAT_PAINTS[step] as readonly Paint[]),
  );
}

const busyOf = (core: Result["utilisation"]["cores"][number]): number => Math.max(core.synapseBusy, core.somaBusy);

/** Lines at most `width` cells wide; large chips fall back to one character a core. */
export function chipLines(look: Look, chip: Chip, result: Result, width: number): readonly string[] {
  const { width: columns, height: rows } = chip.noc;
  const legend = (look.unicode ? HEAT_UNICODE : HEAT_ASCII).map((character, step) =>
    paint(look, character, ...(HEAT_PAINTS[step] as readonly Paint[])),
  );
  const head = `${chip.noc.width} x ${chip.noc.height} ${chip.noc.topology}; share of cycles busy: 0 [${legend.join("")}] 100 %`;
  const wide = columns * TILE_CELLS + (columns - 1) * LINK_CELLS <= width;
  return [head, "", ...(wide ? tiledLines(look, chip, result, columns, rows) : denseLines(look, chip, result, columns, rows))];
}

function linkOf(result: Result, router: number, port: string): number {
  return result.utilisation.links.find((link) => link.router === router && link.port === port)?.flitsPerCycle ?? 0;
}

/** Both directions of a link: the hotter one decides the colour, its flits a cycle are printed. */
function betweenOf(result: Result, from: number, to: number, forth: string, back: string): number {
  return Math.max(linkOf(result, from, forth), linkOf(result, to, back));
}

function coresOf(chip: Chip, result: Result, tile: number): readonly Result["utilisation"]["cores"][number][] {
  const ids = chip.cores.filter((core) => core.tile === tile).map((core) => core.id);
  return result.utilisation.cores.filter((core) => ids.includes(core.core));
}

function tiledLines(look: Look, chip: Chip, result: Result, columns: number, rows: number): readonly string[] {
  const lines: string[] = [];
  const most = Math.max(...chip.coresPerTile);
  const { topology } = chip.noc;
  const [tl, tr, bl, br, h, v] = look.unicode ? [..."┌┐└┘─│"] : ["+", "+", "+", "+", "-", "|"];
  // North is up: router y * width + x has its northern neighbour at y + 1.
  for (let y = rows - 1; y >= 0; y--) {
    const tiles = Array.from({ length: columns }, (_, x) => y * columns + x);
    const gap = " ".repeat(LINK_CELLS);
    const title = (tile: number): string => ` ${tile} `.padEnd(TILE_CELLS - 3, h);
    lines.push(tiles.map((tile) => `${tl}${h}${title(tile)}${tr}`).join(gap));
    for (let k = 0; k < most; k++) {
      lines.push(
        tiles
          .map((tile, x) => {
            const core = coresOf(chip, result, tile)[k];
            const inside = core === undefined ? " ".repeat(TILE_CELLS - 2) : coreText(look, core);
            if (x === columns - 1) return `${v}${inside}${v}`;
            const right = k === 0 && topology !== "crossbar" ? horizontal(look, betweenOf(result, tile, tile + 1, "east", "west")) : gap;
            return `${v}${inside}${v}${right}`;
          })
          .join(""),
      );
    }
    lines.push(tiles.map(() => `${bl}${h.repeat(TILE_CELLS - 2)}${br}`).join(gap));
    if (y === 0) continue;
    if (topology === "ring" || topology === "crossbar") {
      lines.push("");
      continue;
    }
    lines.push(
      tiles
        .map((tile) => {
          const flits = betweenOf(result, tile, tile - columns, "south", "north");
          return `${" ".repeat(4)}${heat(look, flits, 2)} ${flits.toFixed(3)}${" ".repeat(TILE_CELLS - 12)}`;
        })
        .join(gap),
    );
  }
  const links = {
    mesh: "a link: heat, flits a cycle of its busier direction",
    torus: "a link: heat, flits a cycle of its busier direction; those that wrap around are not drawn",
    ring: "a link: heat, flits a cycle of its busier direction; from the end of a row the ring goes on to the next",
    crossbar: `one switch joins all: ${switchLoad(result)}`,
  }[topology];
  lines.push(paint(look, `a core: heat, busiest unit, neurons; ${links}`, "dim"));
  return lines;
}

/** What a crossbar's switch passes. */
function switchLoad(result: Result): string {
  const flits = result.utilisation.links.map((link) => link.flitsPerCycle);
  return `${flits.reduce((sum, f) => sum + f, 0).toFixed(3)} flits a cycle, ${Math.max(0, ...flits).toFixed(3)} to its busiest port`;
}

/** Heat, busiest unit, neurons: 12 cells. */
function coreText(look: Look, core: Result["utilisation"]["cores"][number]): string {
  const busy = `${(busyOf(core) * 100).toFixed(0)} %`.padStart(5);
  return `${heat(look, busyOf(core), 3)} ${busy}${(core.neurons === 0 ? "--" : String(core.neurons)).padStart(3)}`;
}

function horizontal(look: Look, flits: number): string {
  return ` ${heat(look, flits, 1)}${flits.toFixed(3)}${heat(look, flits, 1)}`;
}

function denseLines(look: Look, chip: Chip, result: Result, columns: number, rows: number): readonly string[] {
  const lines: string[] = [];
  for (let y = rows - 1; y >= 0; y--) {
    const row = Array.from({ length: columns }, (_, x) => {
      const cores = coresOf(chip, result, y * columns + x);
      return cores.map((core) => heat(look, busyOf(core), 1)).join("");
    });
    lines.push(`  ${row.join(" ")}`);
  }
  lines.push(paint(look, "one character a core, tiles apart", "dim"));
  return lines;
}
