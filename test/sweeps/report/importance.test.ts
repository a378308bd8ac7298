/**
 * Importances agree with variances in closed form, whichever values the search preferred; rank correlations agree with
 * direct computation.
 */
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { importances, rankCorrelation, ranksOf, type Setting } from "../../../sweeps/report/importance.js";

type Row = { readonly x: number; readonly y: number; readonly z: string };
const SEED = 21;
const grid = (times: number): Row[] =>
  Array.from({ length: times }, () =>
    [1, 2, 3, 4, 5, 6].flatMap((x) => [0, 1, 2, 3].flatMap((y) => ["p", "q", "r"].map((z) => ({ x, y, z })))),
  ).flat();
function found(rows: readonly Row[], metric: (row: Row) => number) {
  const columns = { x: rows.map(({ x }) => x), y: rows.map(({ y }) => y), z: rows.map(({ z }) => z) };
  const all = importances(columns, { metric: rows.map(metric) });
  return Object.fromEntries(all.map((entry) => [entry.parameter, entry]));
}
/**
 * Main effects of a metric over the whole grid in closed form: variance of the means by value, over the whole variance.
 */
function exact(metric: (row: Row) => number): { readonly [name in keyof Row]: number } {
  const rows = grid(1);
  const variance = (values: readonly number[]): number => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  };
  const share = (name: keyof Row): number => {
    const values = [...new Set(rows.map((row) => row[name]))];
    const means = values.map((value) => {
      const own = rows.filter((row) => row[name] === value).map(metric);
      return own.reduce((a, b) => a + b, 0) / own.length;
    });
    return variance(means) / variance(rows.map(metric));
  };
  return { x: share("x"), y: share("y"), z: share("z") };
}
const kind = { p: 1, q: 4, r: 2 } as const;
const additive = ({ x, y, z }: Row): number => 2 * x + 3 * y + 2 * kind[z as keyof typeof kind];

test("a parameter that decides a metric explains all of it, one that does not explains none, and the forest states how well it fits", () => {
  const { x, y, z } = found(grid(3), (row) => 3 * row.x * row.x);
  expect(x.share).toBeGreaterThan(0.97);
  expect(x.total).toBeGreaterThan(0.97);
  for (const other of [y, z]) expect(Math.max(other.share ?? 1, other.total ?? 1)).toBeLessThan(0.02);
  expect(x.fit).toBeGreaterThan(0.98);
  const rng = createRng(SEED, "noise");
  expect(found(grid(3), () => rng.float()).x.fit).toBeLessThan(0.2);
});

test("shares of an additive metric are those of the closed form within 4 points, and sum to nearly one", () => {
  const shares = found(grid(3), additive);
  const want = exact(additive);
  for (const name of ["x", "y", "z"] as const) expect(Math.abs((shares[name].share ?? 0) - want[name])).toBeLessThan(0.04);
  expect(Object.values(shares).reduce((sum, { share }) => sum + (share ?? 0), 0)).toBeCloseTo(1, 1);
});

test("a search that favours some values and moves parameters together does not shift the shares, as it shifts group means", {
  tags: ["long"],
}, () => {
  const rng = createRng(SEED, "favoured");
  // Small x is drawn mostly with small y, so x alone would seem to explain the effect of y.
  const rows = grid(60).filter(({ x, y }) => rng.float() < (Math.abs(x - 1 - y) <= 1 ? 0.5 : 0.03));
  const metric = ({ x, y }: Row): number => 5 * y + 0.2 * x;
  const { x, y } = found(rows, metric);
  expect(
    Math.abs(
      rankCorrelation(
        rows.map((row) => row.x),
        rows.map(metric),
      ) ?? 0,
    ),
  ).toBeGreaterThan(0.5);
  expect(x.share).toBeLessThan(0.06);
  expect(y.share).toBeGreaterThan(0.9);
});

test("a pure interaction of two parameters counts in the total of both and in the share of none", () => {
  const { x, y, z } = found(grid(3), (row) => (row.x - 3.5) * (row.y - 1.5));
  for (const { share, total } of [x, y]) {
    expect(share).toBeLessThan(0.1);
    expect(total).toBeGreaterThan(0.8);
  }
  expect(z.total).toBeLessThan(0.05);
});

test("nothing is known of a metric that is noise: no shares, and a fit of 0; with an effect as large as the noise there are shares", () => {
  const rng = createRng(SEED, "told");
  for (let run = 0; run < 8; run++) {
    const rows = rng.shuffle(grid(1)).slice(0, 36);
    for (const { share, total, fit } of Object.values(found(rows, () => rng.float()))) {
      if (fit === 0) expect([share, total]).toEqual([null, null]);
      else expect(fit).toBeLessThan(0.5);
    }
  }
  const seen = found(grid(1), ({ x }) => x + 3.4 * rng.float());
  expect(seen.x.fit).toBeGreaterThan(0.2);
  expect(seen.x.share).toBeGreaterThan(0.5);
});

test("alone a parameter never explains more than with its interactions, and no share is above 1", { tags: ["long"] }, () => {
  const rng = createRng(SEED, "alone");
  let known = 0;
  for (let run = 0; run < 12; run++) {
    const [a, b, c, noise] = [rng.float(), rng.float(), rng.float(), 0.5 * rng.float()];
    const rows = rng.shuffle(grid(1)).slice(0, 24 + 4 * run);
    const shares = found(rows, ({ x, y, z }) => a * x + b * x * y + c * kind[z as keyof typeof kind] * y + noise * rng.normal());
    for (const { share, total } of Object.values(shares)) {
      if (share === null || total === null) continue;
      known++;
      expect(share >= 0 && share <= total && total <= 1, `run ${run}: ${share} of ${total}`).toBe(true);
    }
  }
  expect(known).toBeGreaterThan(20);
});

test("shares do not change when the metric is shifted or stretched, and are the same every time", () => {
  const rows = grid(2);
  const plain = found(rows, additive);
  const again = found(rows, additive);
  const stretched = found(rows, (row) => 7 + 4 * additive(row));
  expect(again).toEqual(plain);
  for (const name of ["x", "y", "z"]) expect(stretched[name].share).toBeCloseTo(plain[name].share ?? 0, 6);
});

/** Points of a skewed metric, in which two parameters act together. */
function skewed(count: number) {
  const rng = createRng(SEED, "skewed");
  return Array.from({ length: count }, () => {
    const [a, b, c, d] = [rng.int(1, 5), rng.int(1, 4), (["p", "q", "r"] as const)[rng.int(0, 2)], rng.int(1, 3)];
    return { a, b, c, d, metric: 40 / (a * b) + 2 * kind[c] + rng.float() };
  });
}

test("importances do not depend on the order of the points", () => {
  const importancesOf = (rows: ReturnType<typeof skewed>) =>
    importances(Object.fromEntries((["a", "b", "c", "d"] as const).map((name) => [name, rows.map((row) => row[name])])), {
      metric: rows.map(({ metric }) => metric),
    });
  const rows = skewed(60);
  const found = importancesOf(rows);
  const rng = createRng(SEED, "orders");
  for (let order = 0; order < 2; order++) expect(importancesOf(rng.shuffle([...rows]))).toEqual(found);
  // merged parts of a search: point 1, 4, 7, ... first, then 2, 5, 8, ..., then 3, 6, 9, ...
  expect(importancesOf([0, 1, 2].flatMap((part) => rows.filter((_, i) => i % 3 === part)))).toEqual(found);
});

test("the stated error of a share is its standard deviation over forests: eight orders of the parameters give each another one", {
  tags: ["long"],
}, () => {
  const rows = skewed(60);
  const names = ["a", "b", "c", "d"] as const;
  const orders = names.flatMap((_, k) => [[...names.slice(k), ...names.slice(0, k)], [...names.slice(k), ...names.slice(0, k)].reverse()]);
  const forests = orders.map((order) =>
    importances(Object.fromEntries(order.map((name) => [name, rows.map((row) => row[name])])), {
      metric: rows.map(({ metric }) => metric),
    }),
  );
  expect(forests).toHaveLength(8);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  for (const name of ["a", "b", "c"]) {
    const own = forests.map((found) => found.find(({ parameter }) => parameter === name));
    const shares = own.map((entry) => entry?.share ?? Number.NaN);
    const deviation = Math.sqrt(mean(shares.map((share) => (share - mean(shares)) ** 2)));
    const stated = mean(own.map((entry) => entry?.error ?? Number.NaN));
    expect(deviation, name).toBeGreaterThan(0.002);
    expect(stated / deviation, name).toBeGreaterThan(0.7);
    expect(stated / deviation, name).toBeLessThan(2.5);
  }
});

test("rank correlation is 1 for any rising curve, -1 for any falling one, with ties at their mean rank", () => {
  const x = [1, 2, 3, 4, 5, 6];
  expect(
    rankCorrelation(
      x,
      x.map((value) => Math.exp(value)),
    ),
  ).toBeCloseTo(1, 12);
  expect(
    rankCorrelation(
      x,
      x.map((value) => -(value ** 3)),
    ),
  ).toBeCloseTo(-1, 12);
  expect(ranksOf([10, 20, 20, 30])).toEqual([0, 1.5, 1.5, 3]);
  expect(rankCorrelation(x, [1, 1, 1, 1, 1, 1])).toBeNull();
});

test("a metric that does not vary, or too few points, have no importance instead of a false one", () => {
  const few = importances({ lanes: [1, 2, 4] }, { some: [1, 2, 3], flat: [5, 5, 5] });
  for (const { share, total } of few) expect([share, total]).toEqual([null, null]);
});

/** Points with `mode` on have a `depth`, those of them with depth above 4 a `width`; no point has `never`. */
function conditional(
  metric: (row: { readonly mode: string; readonly depth: number; readonly width: number; readonly lanes: number }) => number,
) {
  const rng = createRng(SEED, "conditional");
  const rows = Array.from({ length: 600 }, () => {
    const [mode, depth, width, lanes] = [rng.float() < 0.5 ? "on" : "off", rng.int(1, 8), rng.int(1, 4), 2 ** rng.int(0, 3)];
    return { mode, depth, width, lanes };
  });
  const parameters = {
    mode: rows.map(({ mode }) => mode),
    depth: rows.map(({ mode, depth }) => (mode === "on" ? depth : null)),
    width: rows.map(({ mode, depth, width }) => (mode === "on" && depth > 4 ? width : null)),
    never: rows.map(() => null),
    lanes: rows.map(({ lanes }) => lanes),
  };
  const has = (setting: Setting, name: string): boolean =>
    name !== "never" &&
    (name === "depth" || name === "width" ? setting.mode === "on" && (name === "depth" || Number(setting.depth) > 4) : true);
  const when = { depth: 'mode == "on"', width: "depth > 4", never: "lanes > 8" };
  const found = importances(parameters, { metric: rows.map(metric) }, { when, has });
  return Object.fromEntries(found.map((entry) => [entry.parameter, entry]));
}

test("a conditional parameter takes no part of the effect of the parameters that decide whether it is there", () => {
  const { mode, depth, width, lanes } = conditional((row) => (row.mode === "on" ? 10 : 0) + 0.3 * row.lanes);
  expect(mode.share).toBeGreaterThan(0.9);
  // among the points that have them only lanes matter, and the forest knows by how much
  for (const { share, total } of [depth, width]) expect(Math.max(share ?? 0, total ?? 0)).toBeLessThan(0.03);
  expect(lanes.share).toBeLessThan(0.1);
  expect(depth.fit).toBeGreaterThan(0.9);
  const deep = conditional((row) => (row.mode === "on" && row.depth > 4 ? 10 : 0));
  expect(deep.depth.share).toBeGreaterThan(0.95);
  expect(deep.width).toMatchObject({ share: null, total: null });
});

test("a conditional parameter is judged among the points that have it, and its condition is named", () => {
  const { mode, depth, width, never } = conditional((row) =>
    row.mode === "on" ? 100 + row.depth + (row.depth > 4 ? 5 * row.width : 0) : 0,
  );
  expect(mode.share).toBeGreaterThan(0.9);
  expect(depth.share).toBeGreaterThan(0.5);
  expect(width.share).toBeGreaterThan(0.85);
  for (const { rank } of [depth, width]) expect(rank).toBeGreaterThan(0.6);
  expect(never).toMatchObject({ when: "lanes > 8", share: null, total: null, rank: null });
  expect([mode.when, depth.when, width.when]).toEqual([null, 'mode == "on"', "depth > 4"]);
});

test("a value that many points share leaves no level without a value: every chip that is asked about exists", () => {
  const rng = createRng(SEED, "ties");
  for (const tied of [0, 0.3, 0.6]) {
    const rows = Array.from({ length: 600 }, () => {
      const x = rng.float() < tied ? 1 : rng.float();
      return { x, depth: x > 0.5 ? rng.int(1, 4) : null };
    });
    let asked = 0;
    const has = (setting: Setting, name: string): boolean => {
      if (!Object.values(setting).every((value) => typeof value === "number")) expect(setting).toBe("numbers");
      asked++;
      return name !== "depth" || Number(setting.x) > 0.5;
    };
    const columns = { x: rows.map(({ x }) => x), depth: rows.map(({ depth }) => depth) };
    const metric = rows.map(({ depth }) => (depth === null ? 25 : 10 * depth));
    const [x] = importances(columns, { metric }, { when: { depth: "x > 0.5" }, has });
    expect(asked).toBeGreaterThan(1000);
    // 32 levels of equal numbers of points; p of those that are filled have a depth, whose effect varies by x in 1 - p
    const levels = Math.ceil(32 * (1 - tied)) + (tied > 0 ? 1 : 0);
    const p = (levels - 16 * (1 - tied)) / levels;
    expect(Math.abs((x.total ?? 0) - (1 - p)), `${tied}`).toBeLessThan(0.13);
  }
});

test("a parameter without effect explains nothing and noise gives no fit: conditional and continuous, or one of many texts", {
  tags: ["long"],
}, () => {
  const rng = createRng(SEED, "kinds");
  const rows = Array.from({ length: 200 }, () => {
    const [isOn, depth] = [rng.float() < 0.7, rng.float()];
    return {
      lanes: 2 ** rng.int(0, 3),
      x: rng.float(),
      mode: isOn ? "on" : "off",
      depth: isOn ? depth : null,
      text: `t${rng.int(0, 59)}`,
      noise: rng.normal(),
    };
  });
  expect(new Set(rows.map(({ depth }) => depth)).size).toBeGreaterThan(100);
  const { lanes, x, mode, depth, text, noise } = Object.fromEntries(
    Object.keys(rows[0]).map((name) => [name, rows.map((row) => row[name as keyof (typeof rows)[0]])]),
  );
  const effect = rows.map((row) => row.lanes + 6 * row.x);
  for (const idle of [depth, text]) {
    const isOn = idle === depth ? { when: { idle: "on" }, has: ({ mode: at }: Setting) => at === "on" } : undefined;
    const found = importances({ lanes, x, mode, idle }, { effect, noise: noise as number[] }, isOn);
    const [of, without] = ["effect", "noise"].map((metric) => found.filter((entry) => entry.metric === metric));
    expect(of[3].total).toBeLessThan(0.03);
    expect(of[3].fit).toBeGreaterThan(0.9);
    expect(without[0].fit).toBeLessThan(0.2);
  }
});
