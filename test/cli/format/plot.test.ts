/**
 * Plots in characters: every point lands in the cell that plain arithmetic gives it, marks tell by shape, no line is
 * too long.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { axisOver, position } from "../../../base/plot/axis.js";
import { type PlotPoints, pointsOf } from "../../../base/plot/spec.js";
import { canvasSize, plotLines, Raster, type TerminalPanel, Y_LABEL_CELLS } from "../../../cli/format/plot.js";
import { bar, sparkline } from "../../../cli/format/sparkline.js";
import { visibleWidth } from "../../../cli/format/text-table.js";

const PLAIN = { colour: false, unicode: true } as const;
const ASCII = { colour: false, unicode: false } as const;

test("each point sets exactly the braille dot of its place, and adding in two parts equals adding at once", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), {
        minLength: 2,
        maxLength: 50,
      }),
      (pairs) => {
        const cloud = pointsOf(pairs);
        const [x, y] = [axisOver("", [cloud], "x", false), axisOver("", [cloud], "y", false)];
        const once = new Raster();
        once.show(cloud, x, y, 30, 8);
        const twice = new Raster();
        twice.show({ ...cloud, length: pairs.length >> 1 }, x, y, 30, 8);
        twice.show(cloud, x, y, 30, 8);
        expect(twice.masks).toEqual(once.masks);
        const places = new Set(pairs.map((p) => `${Math.floor(position(x, p[0]) * 60)},${Math.floor((1 - position(y, p[1])) * 32)}`));
        const set = once.masks.reduce((sum, mask) => sum + mask.toString(2).replaceAll("0", "").length, 0);
        expect(set).toBe(places.size);
      },
    ),
    { seed: 11, numRuns: 100 },
  );
});

function panelOf(points: PlotPoints, more: TerminalPanel["series"] = []): TerminalPanel {
  return {
    heading: "",
    x: axisOver("energy (µJ)", [points], "x"),
    y: axisOver("accuracy (%)", [points], "y"),
    colour: null,
    series: [{ kind: "cloud", name: "", points }, ...more],
    notes: [],
  };
}

test("the plot has the size asked for, tells marks and the ringed one by shape, and names both axes", () => {
  const points = pointsOf([
    [1, 90],
    [10, 95],
    [100, 99],
  ]);
  const marked = { x: [1, 100], y: [90, 99], length: 2 };
  const marks = { kind: "marks", name: "front", points: marked, fill: "#ffffff", labels: [], ringed: { index: 1, name: "knee" } } as const;
  for (const look of [PLAIN, ASCII]) {
    const lines = plotLines(look, panelOf(points, [marks]), 60, 16);
    expect(lines).toHaveLength(16);
    for (const line of lines) expect(visibleWidth(line)).toBeLessThanOrEqual(60);
    const text = lines.join("\n");
    expect(text).toContain(look.unicode ? "energy (µJ), log" : "energy (uJ), log");
    expect(text).toContain("accuracy (%)");
    expect(text.match(look.unicode ? /●/g : /o(?= )/g)?.length).toBeGreaterThan(0);
    expect(text).toContain(look.unicode ? "◆" : "O");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about control characters
    if (!look.unicode) expect(/^[\x0a\x20-\x7e]*$/.test(text)).toBe(true);
    const labels = lines
      .at(-2)
      ?.slice(Y_LABEL_CELLS + 1)
      .trim()
      .split(/\s+/);
    expect(labels).toContain("10");
  }
});

test("a point on each end of each axis is drawn, in the outermost cells, and one beyond an end is not", () => {
  const axis = { label: "", scale: "linear", low: 0, high: 100 } as const;
  for (const scale of ["linear", "log"] as const) {
    const [x, y] = [axis, { ...axis, scale, low: 1 }];
    const corners = [0, 100].flatMap((px) => [1, 100].map((py) => [px, py] as const));
    const panel = (points: PlotPoints): TerminalPanel => ({ ...panelOf(points), x, y });
    const canvas = (points: PlotPoints, series: TerminalPanel["series"] = []): readonly string[] => {
      const size = canvasSize(40, 14);
      const lines = plotLines(ASCII, { ...panel(points), series: [...panel(points).series, ...series] }, 40, 14);
      return lines.slice(1, 1 + size.rows).map((line) => line.slice(Y_LABEL_CELLS + 1).padEnd(size.columns));
    };
    const ends = (rows: readonly string[]): readonly string[] => [rows[0], rows.at(-1) as string].map((row) => row[0] + row.at(-1));
    expect(ends(canvas(pointsOf(corners)))).toEqual(["..", ".."]);
    const front = { kind: "marks", name: "", points: pointsOf(corners), fill: "#ffffff", labels: [], ringed: null } as const;
    expect(ends(canvas(pointsOf([]), [front]))).toEqual(["oo", "oo"]);
    const beyond = pointsOf(corners.map(([px, py]) => [px === 0 ? -0.01 : 100.01, py]));
    expect(canvas(beyond).join("").trim()).toBe("");
  }
});

test.each([
  ["a large count", 1234560, 1234580],
  ["a narrow range", 123456.1, 123456.4],
  ["small values", 1.05e-10, 1.25e-10],
  ["small values that differ little", 0.001234, 0.001238],
])("y labels of %s are whole numbers that read back inside the axis: none is cut", (_, low, high) => {
  const points = pointsOf([
    [1, low],
    [2, high],
  ]);
  const panel = panelOf(points);
  for (const width of [30, 60]) {
    const lines = plotLines(ASCII, panel, width, 16);
    for (const line of lines) expect(visibleWidth(line)).toBeLessThanOrEqual(width);
    const numbers = lines.slice(1, 13).flatMap((line) => /^ *([-\d.e]+)\+/.exec(line)?.[1] ?? []);
    expect(numbers.length).toBeGreaterThan(1);
    for (const text of numbers) {
      expect(Number(text)).toBeGreaterThanOrEqual(panel.y.low);
      expect(Number(text)).toBeLessThanOrEqual(panel.y.high);
    }
    expect(new Set(numbers).size).toBe(numbers.length);
  }
});

test("a line is drawn through every column between its ends, level where its ends are level", () => {
  const points = pointsOf([
    [0, 0],
    [10, 10],
  ]);
  const level = {
    kind: "line",
    name: "",
    points: pointsOf([
      [0, 5],
      [10, 5],
    ]),
    colour: "#000000",
    width: 1,
    dash: [],
    dotted: false,
  } as const; // prettier
  const [width, height] = [48, 14];
  const lines = plotLines(ASCII, panelOf(points, [level]), width, height);
  const canvas = lines.slice(1, 1 + canvasSize(width, height).rows).map((line) => line.slice(Y_LABEL_CELLS + 1));
  const drawn = canvas.filter((line) => line.includes("-"));
  expect(drawn).toHaveLength(1);
  // From the first to the last data column, without a gap.
  expect(drawn[0]?.trim()).toMatch(/^-+$/);
  expect(drawn[0].trim().length).toBeGreaterThan(0.9 * canvasSize(width, height).columns);
});

test("a sparkline spans from its lowest to its highest value, a bar is as long as its share", () => {
  expect(sparkline(PLAIN, [0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe("▁▂▃▄▅▆▇█");
  expect(sparkline(PLAIN, [5, 5, 5], 8)).toBe("███");
  expect(sparkline(PLAIN, [7.947444240166337, 7.947444240166337, 7.947444240166338], 8)).toBe("███");
  expect(sparkline(PLAIN, [7.94744424, 7.94744426], 8)).toBe("▁█");
  expect(sparkline(PLAIN, [], 8)).toBe("");
  expect([
    ...sparkline(
      ASCII,
      Array.from({ length: 1000 }, (_, i) => i),
      20,
    ),
  ]).toHaveLength(20);
  expect(bar(ASCII, 0.5, 10)).toBe("#####-----");
  expect(bar(PLAIN, 0.25, 10)).toBe("██▌░░░░░░░");
  for (let share = 0; share <= 1.001; share += 0.01) expect([...bar(PLAIN, share, 13)]).toHaveLength(13);
});
