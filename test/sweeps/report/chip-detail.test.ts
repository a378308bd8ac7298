/** The page draws each link of a chip on the side where its tile's neighbour is, or says that it does not. */
import { expect, test } from "vitest";
import { floorPlanOf, linksOf, nocTopology, parseArch, TOPOLOGY_NAMES } from "../../../arch/index.js";
import type { Result } from "../../../sim/index.js";
import { detailOf } from "../../../sweeps/report/chip-detail.js";

/** Both ends of every link, and what the page draws of them. */
function drawn(topology: string, width: number, height: number) {
  const tree = topology === "mesh-tree" ? ", tree: { arity: 2 }" : "";
  const { experiment } = parseArch(`version: 1\nnoc: { topology: ${topology}, width: ${width}, height: ${height}${tree} }\n`, "d.yaml");
  const { noc } = experiment.chip;
  const nameOf = (router: number, port: number): string => nocTopology(noc).portName(noc, router, port, 1);
  const ends = linksOf(experiment.chip)
    .flatMap(({ from, fromPort, to, toPort }) => [
      { router: from, to, port: nameOf(from, fromPort) },
      { router: to, to: from, port: nameOf(to, toPort) },
    ])
    .filter(({ port }) => !port.startsWith("core"));
  const links = ends.map(({ router, port }) => ({ router, port, flitsPerCycle: 0.5 }));
  const detail = detailOf(1, { utilisation: { cores: [], links }, breakdown: [] } as unknown as Result, floorPlanOf(experiment));
  return { detail, ends, tiles: experiment.chip.cores.length };
}

const STEPS = { east: [1, 0], west: [-1, 0], north: [0, 1], south: [0, -1] } as const;

test("a link between tiles beside each other points at the tile that it leads to, in every topology, also in a column of tiles", () => {
  const seen = { between: 0, stubs: 0, left: 0 };
  for (const topology of TOPOLOGY_NAMES)
    for (const [width, height] of [
      [1, 2],
      [1, 4],
      [4, 1],
      [3, 3],
    ]) {
      const { detail, ends, tiles } = drawn(topology, width, height);
      const said = `${topology} of ${width} x ${height}`;
      const pairs = new Set<string>();
      for (const [i, { x, y, towards, wraps, port, router }] of detail.links.entries()) {
        const { to } = ends[i];
        if (towards === "") {
          seen.left++;
          continue;
        }
        const [dx, dy] = STEPS[towards];
        const isInside = x + dx >= 0 && x + dx < width && y + dy >= 0 && (y + dy) * width < tiles;
        if (wraps) {
          expect(isInside, `${said} ${router} ${port}`).toBe(false);
          seen.stubs++;
          continue;
        }
        expect((y + dy) * width + x + dx, `${said} ${router} ${port}`).toBe(to);
        pairs.add(`${router} ${to}`);
        seen.between++;
      }
      // no two tiles beside each other have a link and no line
      for (const { router, to } of ends)
        if (
          router < tiles &&
          to < tiles &&
          Math.abs((router % width) - (to % width)) + Math.abs(Math.floor(router / width) - Math.floor(to / width)) === 1
        )
          expect(pairs.has(`${router} ${to}`), `${said} ${router} to ${to}`).toBe(true);
      const left = detail.links.filter(({ towards }) => towards === "").length;
      expect(detail.linksNote, said).toMatch(
        topology === "crossbar" ? /^One switch joins all cores\.$/ : left === 0 ? /^$/ : new RegExp(`^Not drawn: ${left} links? `),
      );
    }
  expect(Math.min(seen.between, seen.stubs, seen.left)).toBeGreaterThan(20);
});

test("a flattened butterfly of 3 x 3 has 24 lines between neighbours, and 12 links that are not drawn", () => {
  const { detail } = drawn("flattened-butterfly", 3, 3);
  expect(detail.links.filter(({ towards }) => towards !== "")).toHaveLength(24);
  expect(detail.linksNote).toBe("Not drawn: 12 links that do not join tiles beside each other.");
});
