/** The drawing of a chip shows the links that its topology has, and no others. */
import { expect, test } from "vitest";
import { floorPlanOf, parseArch } from "../../../arch/index.js";
import { chipLines } from "../../../cli/format/chip-drawing.js";
import { lookOf } from "../../../cli/format/style.js";
import type { Result } from "../../../sim/index.js";

const look = lookOf({ isTTY: false } as NodeJS.WriteStream, {});

function drawn(
  topology: string,
  links: readonly { router: number; port: string; flitsPerCycle: number }[],
  size = "width: 2, height: 2",
  width = 200,
): string {
  const { experiment } = parseArch(`version: 1\nnoc: { topology: ${topology}, ${size} }\n`, "d.yaml");
  const { chip } = experiment;
  const cores = chip.cores.map(({ id }) => ({ core: id, populations: [], neurons: 3, synapseBusy: 0.5, somaBusy: 0.25 }));
  return chipLines(look, floorPlanOf(experiment), { utilisation: { cores, links } } as unknown as Result, width).join("\n");
}
const flits = (text: string): string[] => text.match(/\d\.\d{3}/g) ?? [];

test("a mesh of 2 x 2 has two horizontal and two vertical links, each drawn by its busier direction", () => {
  const text = drawn("mesh", [
    { router: 0, port: "east", flitsPerCycle: 0.25 },
    { router: 1, port: "west", flitsPerCycle: 0.5 },
    { router: 2, port: "south", flitsPerCycle: 0.125 },
  ]);
  expect(flits(text).sort()).toEqual(["0.000", "0.000", "0.125", "0.500", "0.500"]);
  expect(text).toContain("hottest 0.500 flits per cycle");
});

test("a ring has links only along its rows, and a note says where it continues", () => {
  const text = drawn("ring", [{ router: 3, port: "west", flitsPerCycle: 0.75 }]);
  expect(flits(text).sort()).toEqual(["0.000", "0.750", "0.750"]);
  expect(text).toContain("continues with the next");
});

test("meshes of a tree lie one above the other without links between them, the tree's hottest link is said", () => {
  const links = [
    { router: 2, port: "south", flitsPerCycle: 0.25 },
    { router: 1, port: "north", flitsPerCycle: 0.75 },
    { router: 4, port: "down 1", flitsPerCycle: 0.5 },
  ];
  const text = drawn("mesh-tree", links, "width: 1, height: 2, tree: { arity: 2 }");
  // two meshes of one link each; routers 1 and 2 are neighbours on the drawing only
  expect(flits(text).sort()).toEqual(["0.000", "0.000", "0.500", "0.750"]);
  expect(text).toContain("1 x 4 mesh-tree");
  expect(text).toContain("of the tree 0.500");
});

test("a crossbar has no links between tiles, but a switch with a load", () => {
  const text = drawn("crossbar", [
    { router: 0, port: "core 1", flitsPerCycle: 0.25 },
    { router: 0, port: "core 3", flitsPerCycle: 0.5 },
  ]);
  expect(flits(text)).toEqual(["0.750", "0.500"]);
  expect(text).toContain("0.750 flits per cycle, 0.500 to its busiest port");
});

test("a chip too wide for boxes keeps its utilisation and its link heat, down to a character per core, and never exceeds the width", () => {
  const links = [
    { router: 0, port: "east", flitsPerCycle: 0.4 },
    { router: 1, port: "east", flitsPerCycle: 0.1 },
    { router: 8, port: "south", flitsPerCycle: 0.2 },
  ];
  for (const [width, row, column] of [
    [90, "++  50 ==", " |"],
    [30, "+=+-+", "|"],
  ] as const) {
    const lines = drawn("mesh", links, "width: 8, height: 2", width).split("\n");
    const tiles = lines.filter((line) => line.startsWith("+"));
    expect(tiles).toHaveLength(2);
    expect(tiles[1]?.startsWith(row)).toBe(true);
    expect(lines[lines.indexOf(tiles[0]) + 1]?.startsWith(column)).toBe(true);
    for (const line of tiles) expect(line.length).toBeLessThanOrEqual(width);
  }
});
