/**
 * Pictures on paper: marks agree with the axes' labels, nothing leaves the page, no two labels touch, and SVG and PDF
 * have the same content.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { axisOver } from "../../../base/plot/axis.js";
import { type Shape, textWidth } from "../../../base/plot/drawing.js";
import { layout } from "../../../base/plot/layout.js";
import { pdf } from "../../../base/plot/pdf.js";
import { type PlotSpec, pointsOf, stairs } from "../../../base/plot/spec.js";
import { svg } from "../../../base/plot/svg.js";

type Pair = readonly [number, number];

function scatter(pairs: readonly Pair[], column: "single" | "double", fill: string | readonly number[] = "#ffffff"): PlotSpec {
  const points = pointsOf(pairs);
  const colour = typeof fill === "string" ? null : axisOver("power (mW)", [{ x: fill, y: fill, length: fill.length }], "x");
  return {
    title: 'a <b> & "c"',
    about: "seed 1",
    column,
    legend: "above",
    panels: [
      {
        heading: "",
        x: axisOver("latency (µs)", [points], "x"),
        y: axisOver("energy (µJ)", [points], "y"),
        colour,
        series: [
          { kind: "cloud", name: "others", points },
          { kind: "line", name: "", points: stairs(pairs), colour: "#222222", width: 0.6, dash: [2, 1.5], dotted: false },
          { kind: "marks", name: "front", points, fill, labels: pairs.map((_, i) => `mark ${i}`), ringed: { index: 0, name: "knee" } },
        ],
        notes: [],
      },
    ],
  };
}

const bars: PlotSpec = {
  title: "stacks",
  about: "",
  column: "single",
  legend: "above",
  panels: [
    {
      heading: "energy",
      x: { label: "energy (µJ)", scale: "linear", low: 0, high: 10 },
      y: { label: "", scale: "category", names: ["#1", "#2", "a very long name of a design point that cannot be shown in full here"] },
      colour: null,
      series: [
        { kind: "bars", name: "synapses", values: [1, 2, 0], colour: "#0072b2" },
        { kind: "bars", name: "clock", values: [4, 3, 9], colour: "#e69f00" },
      ],
      notes: [],
    },
  ],
};

const texts = (shapes: readonly Shape[]) => shapes.filter((shape) => shape.kind === "text");

/** Left, top, right, bottom of a text. */
function boxOf(shape: Extract<Shape, { kind: "text" }>): readonly [number, number, number, number] {
  const length = textWidth(shape.text, shape.size);
  const before = shape.anchor === "start" ? 0 : shape.anchor === "middle" ? length / 2 : length;
  return shape.turn === 0
    ? [shape.x - before, shape.y - shape.size * 0.72, shape.x - before + length, shape.y]
    : [shape.x - shape.size * 0.72, shape.y + before - length, shape.x, shape.y + before];
}

describe("a scatter", () => {
  test("has every mark where its axes' tick labels say, by interpolation between two gridlines", () => {
    const pairs: readonly Pair[] = [
      [2, 900],
      [5, 300],
      [7, 40],
      [11, 8],
    ];
    const { shapes } = layout(scatter(pairs, "double"));
    const labels = texts(shapes).filter((shape) => /^[\d.]+$/.test(shape.text));
    const ys = labels.filter((shape) => shape.anchor === "end").map((shape) => [Math.log(Number(shape.text)), shape.y - 2.5] as const);
    const xs = labels.filter((shape) => shape.anchor === "middle").map((shape) => [Number(shape.text), shape.x] as const);
    const line = ([a, b]: readonly (readonly [number, number])[], value: number): number =>
      a[1] + ((value - a[0]) / (b[0] - a[0])) * (b[1] - a[1]);
    const marks = shapes.filter((shape) => shape.kind === "circle").filter((shape) => shape.label !== "");
    expect(marks).toHaveLength(pairs.length);
    pairs.forEach(([x, y], i) => {
      expect(marks[i].x).toBeCloseTo(line(xs, x), 6);
      expect(marks[i].y).toBeCloseTo(line(ys, Math.log(y)), 6);
      expect(marks[i].label).toBe(`mark ${i}`);
    });
  });

  test("notes of crowded marks touch neither each other nor a mark, and stay in the frame", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 40, max: 60 }), fc.integer({ min: 40, max: 60 })), { minLength: 2, maxLength: 5 }),
        (pairs) => {
          const spec = scatter([...pairs, [0, 0], [100, 100]], "double");
          const panel = { ...spec.panels[0], notes: pairs.map(([x, y], i) => ({ x, y, text: `note ${i}` })) };
          const { shapes } = layout({ ...spec, panels: [panel] });
          const boxes = texts(shapes)
            .filter(({ text }) => text.startsWith("note"))
            .map(boxOf);
          const marks = shapes.flatMap((shape) => (shape.kind === "circle" && shape.label.startsWith("mark") ? [shape] : []));
          expect(boxes).toHaveLength(pairs.length);
          expect(marks).toHaveLength(pairs.length + 2);
          boxes.forEach((a, i) => {
            for (const b of boxes.slice(i + 1)) expect(a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1]).toBe(true);
            for (const { x, y, radius } of marks)
              expect(a[2] <= x - radius || x + radius <= a[0] || a[3] <= y - radius || y + radius <= a[1]).toBe(true);
          });
        },
      ),
      { seed: 5, numRuns: 200 },
    );
  });

  test("keeps everything on the page and no two texts touch, whatever the data and the column", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 1e-5, max: 1e7, noNaN: true }), fc.double({ min: -1e4, max: 1e4, noNaN: true })), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.constantFrom("single" as const, "double" as const),
        fc.boolean(),
        (pairs, column, coloured) => {
          const { width, height, shapes } = layout(scatter(pairs, column, coloured ? pairs.map(([x]) => x) : "#ffffff"));
          const boxes = texts(shapes).map((shape) => ({ text: shape.text, box: boxOf(shape) }));
          for (const { text, box } of boxes) {
            expect(box[0], text).toBeGreaterThanOrEqual(0);
            expect(box[1], text).toBeGreaterThanOrEqual(0);
            expect(box[2], text).toBeLessThanOrEqual(width);
            expect(box[3], text).toBeLessThanOrEqual(height);
          }
          boxes.forEach((a, i) => {
            for (const b of boxes.slice(i + 1)) {
              const apart = a.box[2] <= b.box[0] || b.box[2] <= a.box[0] || a.box[3] <= b.box[1] || b.box[3] <= a.box[1];
              expect(apart, `'${a.text}' touches '${b.text}'`).toBe(true);
            }
          });
        },
      ),
      { seed: 3, numRuns: 80 },
    );
  });
});

test("stacked bars are as long as their values, follow each other, and a long name is cut to its room", () => {
  const { shapes } = layout(bars);
  const boxes = shapes.filter((shape) => shape.kind === "box").filter((shape) => shape.height > 7);
  expect(boxes).toHaveLength(5);
  const unit = boxes[0].width;
  expect(boxes.map((box) => box.width / unit)).toEqual([1, 2, 4, 3, 9].map((value) => expect.closeTo(value, 9)));
  expect(boxes[2].x).toBeCloseTo(boxes[0].x + boxes[0].width, 9);
  expect(boxes[2].y).toBe(boxes[0].y);
  const long = texts(shapes).find((shape) => shape.text.startsWith("a very"));
  expect(long?.text.endsWith("..")).toBe(true);
  expect(boxOf(long!)[0]).toBeGreaterThanOrEqual(0);
});

test("the staircase holds each value until the next point", () => {
  const { x, y } = stairs([
    [1, 9],
    [2, 5],
    [4, 1],
  ]);
  expect([x, y]).toEqual([
    [1, 2, 2, 4, 4],
    [9, 9, 5, 5, 1],
  ]);
});

test("SVG is well-formed with names escaped, and PDF holds the same texts in the same order", () => {
  for (const spec of [
    scatter(
      [
        [1, 2],
        [3, 1],
      ],
      "single",
    ),
    bars,
    { ...bars, panels: [] },
  ]) {
    // prettier
    const picture = svg(spec);
    const open: string[] = [];
    for (const [, close, name, self] of picture.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (close === "/") expect(open.pop()).toBe(name);
      else if (self === "") open.push(name);
    }
    expect(open).toEqual([]);
    expect(picture).not.toMatch(/&(?!amp;|lt;|gt;|quot;)/);
    const drawn = texts(layout(spec).shapes).map((shape) => shape.text);
    const page = Buffer.from(pdf(spec)).toString("latin1");
    const printed = [...page.matchAll(/\(((?:\\.|[^\\)])*)\) Tj/g)].map(([, text]) =>
      text.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))).replace(/\\(.)/g, "$1"),
    );
    expect(printed).toEqual(drawn);
  }
});
