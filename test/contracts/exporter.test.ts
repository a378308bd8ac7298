/**
 * What every exporter must do: units in every header, all points, provenance, an empty front without harm, files that
 * their readers accept.
 */
import { parquetReadObjects } from "hyparquet"; // the writer's own dependency
import { describe, expect, test } from "vitest";
import { exportFront, frontFigure } from "../../app/index.js";
import { COLUMNS } from "../../base/plot/spec.js";
import { frontPlot } from "../../sweeps/export/figures.js";
import { FORMATS, type FrontReport, frontReport, Store, studyRecord } from "../../sweeps/index.js";
import { COUNTERS, formula, setupOf, specOf } from "../sweeps/fake-study.js";

const OPTIONS = { x: null, y: null, column: "single", siunitx: false } as const;

/** A report of a stored study; the study's name and one value need escaping everywhere. */
function reportOf(points: number): FrontReport {
  const store = Store.inMemory();
  const setup = { ...setupOf(specOf()), name: `edge_<&%"x"`, provenance: { version: "1", gitHash: "0123456789abcdef", gitDirty: true } };
  store.begin(studyRecord(setup), 1, setup.provenance);
  const lanes = [1, 2, 4, 8, 16];
  for (let id = 1; id <= points; id++) {
    const values = {
      lanes: lanes[id % 5],
      word_bits: [8, 16, 32, 64][id % 4],
      bits: [2, 3, 4, 6][(id * 7) % 4],
      kind: id % 2 === 0 ? 'a,"b"|_%' : "mesh",
    };
    store.insert({ id, key: `key${id}`, values, fidelity: 1 }, values);
    const outcome = formula({
      "fake.lanes": values.lanes,
      "fake.word_bits": values.word_bits,
      "fake.bits": values.bits,
      "fake.kind": "mesh",
    });
    if (outcome.kind === "done") store.finish({ id }, outcome.result, COUNTERS, 0, 1);
  }
  const report = frontReport(store);
  store.close();
  return report;
}
const report = reportOf(60);
/** What stands across and up in the figure, and what the colour shows. */
const drawn = (of: FrontReport, x: "latency_us" | null = null): readonly (string | undefined)[] => {
  const [panel] = frontPlot(of, { ...OPTIONS, x }).panels;
  return [panel?.x.label, panel?.y.label, panel?.colour?.label].map((label) => label?.split(" ")[0]);
};
const render = async (name: string, of = report): Promise<string> => {
  const content = await FORMATS.demand(name, "test").render(of, OPTIONS);
  return typeof content === "string" ? content : Buffer.from(content).toString("latin1");
};

describe.each(FORMATS.names)("%s", (name) => {
  test("same report, same bytes", async () => {
    expect(await render(name)).toBe(await render(name));
  });

  test("a study without a feasible point is no error", async () => {
    const empty = await render(name, reportOf(0));
    expect(empty.length).toBeGreaterThan(20);
  });

  test("text formats are text and binary formats bytes, as they say", async () => {
    expect(typeof (await FORMATS.demand(name, "test").render(report, OPTIONS)) === "string").toBe(!FORMATS.demand(name, "test").binary);
  });
});

test("the report has several points, and a knee among them", () => {
  expect(report.rows.length).toBeGreaterThan(5);
  expect(report.rows.map((r) => r.id)).toContain(report.kneeId);
});

test("an objective with a few values is no axis where two others have many", () => {
  const levelled: FrontReport = {
    ...report,
    rows: report.rows.map((row, i) => ({ ...row, metrics: { ...row.metrics, accuracy_percent: 95 + (i % 2), latency_us: 10 + i } })),
  };
  expect(levelled.rows.length).toBeGreaterThan(5);
  expect(drawn(levelled)).toEqual(["energy", "latency", "accuracy"]);
});

test("what is the same for every point is no axis of the figure, and colours nothing, unless asked for", () => {
  const withConstant = (accuracy: number | null, latency: number | null): FrontReport => ({
    ...report,
    cloud: report.cloud.map(([a, e, l]) => [accuracy ?? a, e, latency ?? l]),
    rows: report.rows.map((row) => ({
      ...row,
      metrics: {
        ...row.metrics,
        accuracy_percent: accuracy ?? row.metrics.accuracy_percent,
        latency_us: latency ?? row.metrics.latency_us,
      },
    })),
  });
  expect(drawn(report)).toEqual(["energy", "accuracy", "latency"]);
  expect(drawn(withConstant(90, null))).toEqual(["energy", "latency", undefined]);
  expect(drawn(withConstant(null, 5))).toEqual(["energy", "accuracy", undefined]);
  expect(drawn(withConstant(90, 5))).toEqual(["energy", "accuracy", undefined]);
  expect(drawn(withConstant(90, 5), "latency_us")).toEqual(["latency", "energy", undefined]);
});

test.each(["md", "tex", "svg", "pdf", "pgfplots"] as const)(
  "%s: every axis or column has its unit, and the source is named",
  async (name) => {
    const text = (await render(name)).replaceAll("Â", "");
    const units = {
      md: ["(%)", "(µJ)", "(µs)"],
      svg: ["(%)", "(µJ)", "(µs)"],
      tex: ["(\\%)", "($\\mu$J)", "($\\mu$s)"],
      pgfplots: ["(\\%)", "($\\mu$J)", "($\\mu$s)"],
      pdf: ["(%\\))", "\\265J", "\\265s"],
    }[name];
    for (const unit of units) expect(text).toContain(name === "pdf" ? unit.replace("(%\\))", "%") : unit);
    expect(text).toMatch(/snn-dse 1/);
    expect(text).toContain("0123456789ab");
  },
);

test("csv: a header with units in its names, every point with every value in full, quotes doubled", async () => {
  const lines = (await render("csv")).trimEnd().split("\r\n");
  expect(lines[0]).toMatch(/^id,lanes,word_bits,bits,kind,accuracy_percent,energy_uj_per_inference,latency_us,/);
  expect(lines.length).toBe(report.rows.length + 1);
  const row = report.rows.find((r) => r.values.kind !== "mesh");
  const line = lines.find((l) => l.startsWith(`${row?.id},`)) ?? "";
  expect(line).toContain('"a,""b""|_%"');
  expect(line).toContain(String(row?.metrics.latency_us));
});

test("json: objectives with units and directions, the front, hypervolume and reference", async () => {
  const value = JSON.parse(await render("json"));
  expect(value.objectives[1]).toEqual({ metric: "energy_uj_per_inference", direction: "min", unit: "uJ" });
  expect(value.front.length).toBe(report.rows.length);
  expect(value.hypervolume).toBe(report.hypervolume);
});

test("md: every row has as many cells as the header, pipes in values are escaped", async () => {
  const rows = (await render("md")).split("\n").filter((line) => line.startsWith("|"));
  const cells = rows.map((line) => line.replaceAll("\\|", "").split("|").length);
  expect(new Set(cells).size).toBe(1);
});

test.each(["tex", "pgfplots"] as const)("%s: braces balance, special characters are escaped, rules and rows are there", async (name) => {
  const text = await render(name);
  const bare = text.replace(/\\[{}]/g, "");
  expect(bare.split("{").length).toBe(bare.split("}").length);
  const body = text.split("\n").filter((line) => !line.startsWith("%"));
  expect(body.join("\n")).not.toMatch(/(^|[^\\])(%(?!$)|_(?!\w*\}))/m);
  expect(text).not.toMatch(/[µ²–·]/);
  if (name === "tex") {
    for (const rule of ["\\toprule", "\\midrule", "\\bottomrule"]) expect(text).toContain(rule);
    const columns = /\\begin\{tabular\}\{@\{\}([rl]+)@\{\}\}/.exec(text)?.[1].length;
    const rows = body.map((line) => line.replace(/\\shortstack\{.*?\}(?= &| \\\\$)/g, "title")).filter((line) => line.endsWith("\\\\"));
    expect(rows.length).toBe(report.rows.length + 1);
    for (const row of rows) expect(row.split(/(?<!\\)&/).length).toBe(columns);
  }
});

test("a figure is as wide as IEEEtran's columns, 252 and 516 TeX points, and never wider", () => {
  const inTex = (["single", "double"] as const).map((name) => (COLUMNS[name].width / 72) * 72.27);
  expect(inTex.map((width) => Math.ceil(width))).toEqual([252, 516]);
});

test.each(["single", "double"] as const)("svg, %s column: well-formed, of the column's width, one marker a front point", async (column) => {
  const text = (await FORMATS.demand("svg", "test").render(report, { ...OPTIONS, column })) as string;
  expect(text).toContain(`width="${column === "single" ? 251 : 514}pt"`);
  const open: string[] = [];
  for (const [, close, name, self] of text.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (close === "/") expect(open.pop()).toBe(name);
    else if (self === "") open.push(name);
  }
  expect(open).toEqual([]);
  expect(text.match(/r="2.6"[^>]*><title>#\d+/g)?.length).toBe(report.rows.length);
  expect(text).toContain("edge_&lt;&amp;%&quot;x&quot;");
});

test("pdf: every cross-reference points at its object, and the stream is as long as it says", async () => {
  const text = await render("pdf");
  const offsets = [...text.matchAll(/^(\d{10}) 00000 n $/gm)].map((m) => Number(m[1]));
  offsets.forEach((offset, i) => {
    expect(text.slice(offset)).toMatch(new RegExp(`^${i + 1} 0 obj\n`));
  });
  const start = Number(/startxref\n(\d+)/.exec(text)?.[1]);
  expect(text.slice(start, start + 4)).toBe("xref");
  const [, length, stream] = /\/Length (\d+) >>\nstream\n([\s\S]*?)\nendstream/.exec(text) ?? [];
  expect(stream.length).toBe(Number(length));
});

test("png: signature, and 300 dots an inch of a column of 252 TeX points", async () => {
  const bytes = Buffer.from((await FORMATS.demand("png", "test").render(report, OPTIONS)) as Uint8Array);
  expect(bytes.subarray(0, 8).toString("hex")).toBe("89504e470d0a1a0a");
  expect(bytes.readUInt32BE(16)).toBe(Math.round((252 / 72.27) * 300));
});

test("parquet: another reader finds every value", async () => {
  const bytes = (await FORMATS.demand("parquet", "test").render(report, OPTIONS)) as Uint8Array;
  const file = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(file).set(bytes);
  const rows = (await parquetReadObjects({ file })) as { [name: string]: unknown }[];
  expect(rows.map((row) => [row.id, row.lanes, row.kind, row.latency_us])).toEqual(
    report.rows.map((row) => [row.id, row.values.lanes, row.values.kind, row.metrics.latency_us]),
  );
});

test("one point is counted as one, in every text", async () => {
  const one = reportOf(1);
  expect(one.rows).toHaveLength(1);
  for (const format of ["md", "tex", "csv", "json", "svg", "pgfplots"])
    expect(String(await exportFront(one, format)), format).not.toMatch(/\b1 points\b/);
  expect(String(await exportFront(one, "md"))).toContain("1 point on the front");
});

test("an axis is an objective, by its name or as tables show it, in every figure; else it is refused with what there is", async () => {
  for (const name of ["x", "y"] as const) {
    expect(frontFigure(report, { [name]: "latency" })).toEqual(frontFigure(report, { [name]: "latency_us" }));
    for (const of of [report, reportOf(0)])
      for (const wrong of ["nope", "lanes", "throughput_per_s", ""]) {
        expect(() => frontFigure(of, { [name]: wrong }), wrong).toThrow(new RegExp(`^--${name}: unknown objective '${wrong}'`));
        for (const format of ["svg", "pgfplots", "png", "pdf"])
          await expect(exportFront(of, format, { [name]: wrong })).rejects.toThrow(`unknown objective '${wrong}'`);
      }
    expect(frontFigure(report, { [name]: undefined as never })).toEqual(frontFigure(report));
    expect(() => frontFigure(report, { [name]: "lanes" })).toThrow(/the page of snn-dse report draws any column/);
    expect(() => frontFigure(report, { [name]: "throughput_per_s" })).toThrow(/--objectives .*,throughput_per_s makes it one; the page/);
    const chosen = report.objectives.map(({ metric }) => ({ metric, direction: "max" as const }));
    const reversed: FrontReport = { ...report, objectives: chosen, view: { ...report.view, objectives: chosen } };
    const typed = chosen.map(({ metric }) => `${metric}:max`).join(",");
    expect(() => frontFigure(reversed, { [name]: "throughput_per_s" })).toThrow(`--objectives ${typed},throughput_per_s makes it one`);
  }
  expect(() => frontFigure(report, { column: "sinlge" as never })).toThrow(
    /^frontFigure: column: got 'sinlge'[\s\S]*did you mean single\?/,
  );
});
