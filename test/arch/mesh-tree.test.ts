/**
 * A tree of meshes in a description: what it has of tiles, routers, ports and links, what they cost, what is refused.
 */
import { describe, expect, test } from "vitest";
import { linkCosts } from "../../arch/dsent.js";
import {
  areaOf,
  BUILT_NEEDS,
  coresPerRouter,
  linkCounts,
  linksOnWay,
  parseArch,
  portName,
  routerPorts,
  treeLinkCount,
} from "../../arch/index.js";
import { wiringSize } from "../../arch/network-end.js";
import { routerSize } from "../../arch/router-law.js";

const chipOf = (noc: string, tile = "{ cores: 1 }") =>
  parseArch(`version: 1\nchip: { technology_nm: 45 }\nprices: { basis: library }\nnoc: ${noc}\ntile: ${tile}\n`, "t.yaml").experiment;

test("arity^levels meshes of width x height tiles, and a router for every inner node: 2^2 meshes of 3 x 2 below 3 routers", () => {
  const { chip } = chipOf("{ topology: mesh-tree, width: 3, height: 2, tree: { arity: 2, levels: 2 } }", "{ cores: 2 }");
  expect(chip.cores.length).toBe(48);
  expect(coresPerRouter(chip)).toEqual([...new Array(24).fill(2), 0, 0, 0]);
  // corners have 2 neighbours, the middle ones 3; the gateway (1, 0) one more; inner nodes two children and a parent,
  // the root no parent
  const mesh = [4, 6, 4, 4, 5, 4];
  expect(routerPorts(chip)).toEqual([...mesh, ...mesh, ...mesh, ...mesh, 3, 3, 2]);
  expect([...linkCounts(chip)]).toEqual([[1, 4 * 2 * (2 * 2 + 3)]]);
  expect(treeLinkCount(chip)).toBe(2 * (4 + 2));
  expect([0, 4, 5, 6].map((port) => portName(chip, 1, port))).toEqual(["east", "core 0", "core 1", "up"]);
  expect([0, 1, 2].map((port) => portName(chip, 24, port))).toEqual(["down 0", "down 1", "up"]);
});

test("links on a way: within a mesh by rows and columns; else to the gateway, up and down as many levels as the meshes are apart, from the gateway", () => {
  const noc = { topology: "mesh-tree", width: 3, height: 3, tree: { arity: 2, levels: 3 }, own: null } as const;
  expect(linksOnWay(noc, 0, 8)).toEqual({ grid: 4, tree: 0 });
  expect(linksOnWay(noc, 0, 9 + 4)).toEqual({ grid: 2, tree: 2 });
  expect(linksOnWay(noc, 0, 9 * 2 + 8)).toEqual({ grid: 4, tree: 4 });
  expect(linksOnWay(noc, 9 * 3 + 4, 9 * 4 + 4)).toEqual({ grid: 0, tree: 6 });
});

test("area: every router by its own ports, links of meshes and of the tree by their lengths", () => {
  const { chip, precision } = chipOf(
    "{ topology: mesh-tree, width: 1, height: 1, link_length_mm: 1, tree: { arity: 3, levels: 1, link_length_mm: 7 } }",
  );
  const rows = new Map(areaOf(chip, precision, BUILT_NEEDS).rows.map((row) => [row.component, row.areaMm2]));
  const router = (ports: number, ends: number) =>
    routerSize({ ports, flitBits: 32, buffersPerVc: 4, virtualChannels: 2 }, false, 0, chip.technology).areaMm2 +
    wiringSize(chip, ports, ends).areaMm2;
  expect(rows.get("router area")).toBeCloseTo(3 * router(2, 1) + router(3, 0), 12);
  expect(rows.get("tree link area")).toBeCloseTo(6 * linkCosts(32, 7, chip.technology).areaMm2, 12);
  expect(rows.has("link area")).toBe(false);
});

describe("refused, with place and what to type", () => {
  const wrong = (noc: string) => () => chipOf(noc);
  test.each([
    ["{ topology: mesh, tree: { arity: 2 } }", "noc.tree: is given, but noc.topology is mesh"],
    ["{ topology: mesh-tree, tree: { arity: 1 } }", "noc.tree.arity"],
    ["{ topology: mesh-tree, tree: { levels: 0 } }", "noc.tree.levels"],
    ["{ topology: mesh-tree, tree: { link_cycles: 0 } }", "noc.tree.link_cycles"],
    ["{ topology: mesh-tree, tree: { depth: 2 } }", "noc.tree.depth"],
    ["{ topology: mesh-tree, width: 8, height: 8, tree: { arity: 9, levels: 2 } }", "9^2 meshes of 8 x 8 tiles are more than 4096 tiles"],
    ["{ topology: mesh-tree, routing: odd-even }", "odd-even needs a mesh, got topology mesh-tree"],
  ])("%s", (noc, message) => expect(wrong(noc)).toThrow(message));

  test("a selector beyond the last mesh names the whole product", () => {
    const text = "version: 1\nnoc: { topology: mesh-tree, width: 2, height: 1, tree: { arity: 2 } }\ntile[4]: { cores: 1 }\n";
    expect(() => parseArch(text, "t.yaml")).toThrow("gives tiles 0..3");
  });
});
