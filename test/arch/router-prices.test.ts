/**
 * Prices of routers, links and queues over all shapes that a description may have, also far outside of DSENT's grid.
 */
import { expect, test } from "vitest";
import { num, table } from "../../arch/component-tables.js";
import { fifoPj, linkCosts, type RouterShape, routerCosts } from "../../arch/dsent.js";
import { technology } from "./technology.js";

const AXES = {
  ports: [1, 2, 3, 5, 9, 64],
  flitBits: [4, 15, 16, 32, 64, 128, 192, 1024],
  buffersPerVc: [1, 2, 3, 4, 8, 9, 64, 4096],
  virtualChannels: [1, 2, 3, 4, 5, 8, 20, 30],
} as const;
/** Axes along which no price may fall. */
const GROWS = ["flitBits", "buffersPerVc", "virtualChannels"] as const;

function shapes(ofPorts: readonly number[]): readonly RouterShape[] {
  const all: RouterShape[] = [];
  for (const ports of ofPorts)
    for (const flitBits of AXES.flitBits)
      for (const buffersPerVc of AXES.buffersPerVc)
        for (const virtualChannels of AXES.virtualChannels) all.push({ ports, flitBits, buffersPerVc, virtualChannels });
  return all;
}

for (const [nodeNm, ofPorts, ...tags] of [
  [22, AXES.ports, "long"],
  [28, AXES.ports, "long"],
  [45, AXES.ports, "long"],
  [130, [2, 5, 64]],
  [130, AXES.ports, "long"],
] as const)
  test(`every price of routers of ${ofPorts} ports at ${nodeNm} nm is above 0, and none falls with flit bits, buffers or virtual channels`, {
    tags: [...tags],
  }, () => {
    const at = technology({ nodeNm });
    const known = new Map<string, ReturnType<typeof routerCosts>>();
    const costsOf = (shape: RouterShape): ReturnType<typeof routerCosts> => {
      const key = Object.values(shape).join();
      const costs = known.get(key) ?? routerCosts(shape, at);
      known.set(key, costs);
      return costs;
    };
    const found: string[] = [];
    let compared = 0;
    for (const shape of shapes(ofPorts)) {
      const costs = costsOf(shape);
      for (const [name, value] of Object.entries(costs)) if (!(value > 0)) found.push(`${name} ${JSON.stringify(shape)}: ${value}`);
      for (const axis of GROWS) {
        const steps: readonly number[] = AXES[axis];
        const next = steps[steps.indexOf(shape[axis]) + 1];
        if (next === undefined) continue;
        const more = Object.entries(costsOf({ ...shape, [axis]: next }));
        for (const [name, value] of more) {
          compared++;
          const before = costs[name as keyof typeof costs];
          if (value < before * (1 - 1e-9)) found.push(`${name} ${JSON.stringify(shape)}, ${axis} ${next}: ${value} < ${before}`);
        }
      }
    }
    expect(compared).toBeGreaterThan(5_000 * ofPorts.length);
    expect(found.slice(0, 5)).toEqual([]);
  });

test("a router's prices in DSENT's grid are its rows, and change by no jump where they leave it", () => {
  const at = technology();
  const rows = table("noc").filter((row) => row.kind === "router" && row.tech_nm === "45");
  expect(rows.length).toBe(72);
  for (const row of rows) {
    const shape: RouterShape = {
      ...{ ports: num(row, "ports"), flitBits: num(row, "flit_bits") },
      ...{ buffersPerVc: num(row, "buffers_per_vc"), virtualChannels: num(row, "vcs") },
    };
    const costs = routerCosts(shape, at);
    for (const [column, value] of Object.entries(costs))
      expect(value, `${column} ${JSON.stringify(shape)}`).toBeCloseTo(num(row, column), 9);
    for (const axis of GROWS)
      for (const [column, value] of Object.entries(routerCosts({ ...shape, [axis]: shape[axis] * (1 + 1e-9) }, at)))
        expect(value / costs[column as keyof typeof costs], `${column} ${axis} ${JSON.stringify(shape)}`).toBeCloseTo(1, 6);
  }
});

test("every price of a link and of a queue is above 0 and falls neither with bits nor with length or entries", () => {
  const at = technology();
  const bits = [1, 4, 16, 64, 128, 264, 1024];
  const grows = (of: (bits: number, other: number) => number, others: readonly number[]): void => {
    for (const [i, wide] of bits.entries())
      for (const [k, long] of others.entries()) {
        const value = of(wide, long);
        expect(value).toBeGreaterThan(0);
        if (i > 0) expect(value).toBeGreaterThanOrEqual(of(bits[i - 1] ?? 0, long) * (1 - 1e-9));
        if (k > 0) expect(value).toBeGreaterThanOrEqual(of(wide, others[k - 1] ?? 0) * (1 - 1e-9));
      }
  };
  for (const cost of ["flitPj", "leakageMw", "areaMm2"] as const)
    grows((wide, mm) => linkCosts(wide, mm, at)[cost], [0.01, 0.3, 0.5, 1, 2, 3, 50, 1280]);
  for (const column of ["buf_write_pj", "buf_read_pj"] as const)
    grows((wide, entries) => fifoPj(column, entries, wide, at), [1, 2, 3, 4, 8, 16, 32]);
});
