/**
 * What a topology says about ports and links, and what its routers take: counted by hand, and DSENT's rows continued.
 */
import { describe, expect, test } from "vitest";
import { routerCosts } from "../../arch/dsent.js";
import {
  areaOf,
  BUILT_NEEDS,
  coresPerRouter,
  floorPlanOf,
  linkCounts,
  linkPrices,
  linksOf,
  nocTopology,
  parseArch,
  routerPorts,
  routerPrices,
  TOPOLOGY_NAMES,
} from "../../arch/index.js";

const chipOf = (noc: string, tile = "{ cores: 1 }") =>
  parseArch(`version: 1\nchip: { technology_nm: 45 }\nnoc: ${noc}\ntile: ${tile}\n`, "s.yaml").experiment;

describe("routers and links", () => {
  test("a ring closes over the tiles in order, whatever their rows: two links leave each router; one row is folded, of two tiles per link", () => {
    for (const [grid, length] of [
      ["width: 6, height: 1", 2],
      ["width: 1, height: 6", 2],
      ["width: 3, height: 2", 1],
    ] as const) {
      const { chip } = chipOf(`{ topology: ring, ${grid} }`, "{ cores: 2 }");
      expect(coresPerRouter(chip)).toEqual([2, 2, 2, 2, 2, 2]);
      expect(routerPorts(chip)).toEqual([4, 4, 4, 4, 4, 4]);
      expect([...linkCounts(chip)]).toEqual([[length, 12]]);
    }
    expect([...linkCounts(chipOf("{ topology: ring, width: 2, height: 1 }").chip)]).toEqual([[1, 4]]);
    expect([...linkCounts(chipOf("{ topology: ring, width: 1, height: 1 }").chip)]).toEqual([]);
  });

  test("a crossbar is one switch with a port for every core, and a wire to and from each", () => {
    const { chip } = chipOf("{ topology: crossbar, width: 3, height: 2 }", "{ cores: 2 }");
    expect(coresPerRouter(chip)).toEqual([12]);
    expect(routerPorts(chip)).toEqual([12]);
    expect([...linkCounts(chip)]).toEqual([[1, 24]]);
  });

  test("links counted over neighbours: 2 (w - 1) h + 2 (h - 1) w in a mesh, 4 w h in a torus", () => {
    expect([...linkCounts(chipOf("{ width: 5, height: 3 }").chip)]).toEqual([[1, 2 * 4 * 3 + 2 * 2 * 5]]);
    expect([...linkCounts(chipOf("{ topology: torus, width: 5, height: 3 }").chip)]).toEqual([[2, 4 * 15]]);
  });

  test("a torus is folded: no layout of a ring of up to 6 tiles in a row has a longest link below two tiles, so wires are as long; cycles are not", () => {
    const longest = (places: readonly number[]): number =>
      Math.max(...places.map((place, i) => Math.abs(place - places[(i + 1) % places.length])));
    const orders = (n: number): number[][] =>
      n === 1 ? [[0]] : orders(n - 1).flatMap((order) => Array.from({ length: n }, (_, at) => order.toSpliced(at, 0, n - 1)));
    for (let n = 2; n <= 6; n++) {
      const best = orders(n).reduce((least, order) => Math.min(least, longest(order)), n);
      const { chip } = chipOf(`{ topology: torus, width: ${n}, height: 1, link_cycles: 3, link_length_mm: 0.4 }`);
      const links = linksOf(chip);
      expect(links.map(({ lengthTiles }) => lengthTiles)).toEqual(links.map(() => best));
      expect(links.map(({ tiles }) => tiles)).toEqual(links.map(() => 1));
      const wires = areaOf(chip, chipOf("{}").precision, BUILT_NEEDS).rows.find(({ component }) => component === "link area");
      expect(wires?.areaMm2).toBeCloseTo(2 * links.length * linkPrices(chip, best).link_area_mm2.value, 12);
    }
    const mixed = chipOf("{ topology: torus, width: 2, height: 4 }").chip;
    expect([...linkCounts(mixed)].sort()).toEqual([
      [1, 16],
      [2, 16],
    ]);
  });
});

test("the port that a drawing names between two tiles is that of a link that joins them, in a column of tiles, too; of a mesh it names every link", () => {
  let named = 0;
  for (const topology of TOPOLOGY_NAMES)
    for (const [width, height] of [
      [1, 2],
      [1, 4],
      [4, 1],
      [3, 2],
    ]) {
      const tree = topology === "mesh-tree" ? ", tree: { arity: 2 }" : "";
      const { experiment } = parseArch(`version: 1\nnoc: { topology: ${topology}, width: ${width}, height: ${height}${tree} }\n`, "d.yaml");
      const { chip } = experiment;
      const { portTo } = floorPlanOf(experiment);
      const nameOf = (router: number, port: number): string => nocTopology(chip.noc).portName(chip.noc, router, port, 1);
      const ends = linksOf(chip).flatMap(({ from, fromPort, to, toPort }) => [
        { from, to, port: nameOf(from, fromPort) },
        { from: to, to: from, port: nameOf(to, toPort) },
      ]);
      const tiles = chip.cores.length;
      for (let from = 0; from < tiles; from++)
        for (let to = 0; to < tiles; to++) {
          const [dx, dy] = [Math.abs((from % width) - (to % width)), Math.abs(Math.floor(from / width) - Math.floor(to / width))];
          const port = dx + dy === 1 ? portTo(from, to) : null;
          const ports = ends.flatMap((end) => (end.from === from && end.to === to ? [end.port] : []));
          if (port !== null) expect(ports, `${topology} of ${width} x ${height}, ${from} to ${to}`).toContain(port);
          if (topology === "mesh") expect(ports).toEqual(port === null ? [] : [port]);
          if (port !== null) named++;
        }
    }
  expect(named).toBeGreaterThan(100);
});

describe("ends that a router has room for", () => {
  const refused =
    (noc: string, cores: number, inputs = "cores") =>
    () =>
      parseArch(`version: 1\nnoc: ${noc}\ntile: { cores: ${cores} }\ninputs: { at: ${inputs} }\n`, "s.yaml");

  test("the last core that a simulated router takes is taken, and the next is refused at tile.cores, before any run", () => {
    const mesh = "{ width: 2, height: 1 }";
    expect(refused(mesh, 250)).not.toThrow();
    expect(refused(mesh, 251)).toThrow(/tile\.cores: connects 251 ends \(cores\) to one router, which has room for 250/);
  });

  test("the port for spikes from off the chip is an end, too", () => {
    for (const noc of ["{ width: 1, height: 1 }", "{ topology: crossbar, width: 1, height: 1 }"]) {
      expect(refused(noc, 249, "port")).not.toThrow();
      expect(refused(noc, 250, "port")).toThrow(/connects 251 ends \(cores, and the port of inputs\.port\.tile\) to one router/);
    }
  });

  test("links of a flattened butterfly leave fewer ports to its cores", () => {
    const butterfly = "{ topology: flattened-butterfly, width: 16, height: 2 }";
    expect(refused(butterfly, 238)).not.toThrow();
    expect(refused(butterfly, 239)).toThrow(/has room for 238/);
  });
});

describe("routers of many ports", () => {
  const { chip } = chipOf("{ width: 2, height: 2 }");
  const at = (ports: number) => routerCosts({ ports, flitBits: 32, buffersPerVc: 4, virtualChannels: 2 }, chip.technology);

  test("energy of a flit through the crossbar grows with the ports, that of a buffer hardly", () => {
    expect(at(32).xbar_pj / at(16).xbar_pj).toBeGreaterThan(1.8);
    expect(at(32).buf_write_pj / at(16).buf_write_pj).toBeLessThan(1.05);
  });

  test("the switch of 64 cores takes more area than the wires of their mesh, and than its routers only with several virtual channels", () => {
    const rows = (topology: string, vcs = 2) => {
      const { chip: made, precision } = chipOf(`{ topology: ${topology}, width: 8, height: 8, virtual_channels: ${vcs} }`);
      return new Map(areaOf(made, precision, BUILT_NEEDS).rows.map((row) => [row.component, row.areaMm2]));
    };
    const [mesh, crossbar] = [rows("mesh"), rows("crossbar")];
    expect(crossbar.get("router area")).toBeCloseTo(
      routerPrices(chipOf("{ topology: crossbar, width: 8, height: 8 }").chip, 64, 64).router_area_mm2.value,
      12,
    );
    expect(crossbar.get("router area")).toBeGreaterThan(mesh.get("link area") as number);
    expect(crossbar.get("router area")).toBeGreaterThan(mesh.get("router area") as number);
    expect(rows("crossbar", 1).get("router area")).toBeLessThan(rows("mesh", 1).get("router area") as number);
  });
});
