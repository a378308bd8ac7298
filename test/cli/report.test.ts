/** The report page of a real sweep: whole in one file, small, and alive in a real browser. */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sha256 } from "../../base/hash.js";
import { chromium, Page } from "./browser.js";
import { runHere } from "./in-process.js";
import { isBuilt, sweepFolder } from "./small-sweep.js";

if (!isBuilt) console.log("report tests skipped: dist is not built");
if (chromium === null) console.log("report in a browser skipped: no chromium is installed");

let folder = "";
const run = async (...words: readonly string[]): Promise<string> => {
  const { code, out, err } = await runHere(folder, ...words);
  expect(code, err).toBe(0);
  return out;
};

beforeAll(async () => {
  if (!isBuilt) return;
  folder = sweepFolder(24);
  await run("sweep", "small.yaml", "--workers", "1");
  await run("report", "small.db", "--run", "knee");
}, 60_000);
afterAll(() => {
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!isBuilt)("the report page", () => {
  test("is one file that names no address to load from, and holds methods, sources and provenance", () => {
    const page = readFileSync(join(folder, "small-report.html"), "utf8");
    expect(page).not.toMatch(/<(script|link|img|iframe)[^>]+(src|href)=/);
    const policy = /content="(default-src 'none'; script-src [^"]*)"/.exec(page)?.[1] ?? "";
    expect(policy.match(/'sha256-[^']+'/g)).toHaveLength(6);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(page).not.toMatch(/ style=/);
    for (const text of ["Methods", "Provenance", "CACTI", "Horowitz", "SHA-256", "seed 3", "MAP_SYNAPSE_MEMORY_FULL"])
      expect(page).toContain(text);
    expect(statSync(join(folder, "small-report.html")).size).toBeLessThan(1.25 * 2 ** 20);
  });

  test("holds the description as it is typed: swept again, it gives the same points and results, bit for bit", {
    tags: ["long"],
  }, async () => {
    const page = readFileSync(join(folder, "small-report.html"), "utf8");
    const [, written = ""] = /<pre id="description">(.*?)<\/pre>/s.exec(page) ?? [];
    expect(written).toContain("\n");
    expect(page).toContain("clock_mhz (chip.clock_mhz: 50 to 200 in steps of 1)");
    expect(page).toContain("lanes (tile.core.lanes: 8, 16, 32)");
    const marks: { readonly [mark: string]: string } = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };
    const text = written.replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (mark) => marks[mark] ?? mark);
    mkdirSync(join(folder, "again"), { recursive: true });
    writeFileSync(join(folder, "again", "small.yaml"), text);
    await run("sweep", "again/small.yaml", "--db", "again/small.db", "--workers", "1");
    const said = async (db: string): Promise<readonly string[]> =>
      (JSON.parse(await run("export", "points", db, "--format", "json")) as { points: { durationMs: number }[] }).points.map((point) =>
        sha256(JSON.stringify({ ...point, durationMs: 0 })),
      );
    const before = await said("small.db");
    expect(await said("again/small.db")).toEqual(before);
    expect(before).toHaveLength(24);
  });

  test("carries the same front and hypervolume as pareto", async () => {
    const data = JSON.parse(await run("report", "small.db", "--json")) as {
      hypervolume: number;
      history: { hypervolume: number }[];
      points: { id: number[]; front: number[] };
    };
    const pareto = JSON.parse(await run("pareto", "small.db", "--json")) as { hypervolume: number; front: { id: number }[] };
    expect(data.hypervolume).toBe(pareto.hypervolume);
    expect(data.history.at(-1)?.hypervolume).toBeCloseTo(pareto.hypervolume, 9);
    expect(data.points.id.filter((_, i) => data.points.front[i] === 1).sort((a, b) => a - b)).toEqual(
      pareto.front.map((row) => row.id).sort((a, b) => a - b),
    );
  });

  test("says how sure the front is as pareto --confidence does, and with --confidence 0 nothing of it", async () => {
    const { certainty, points } = JSON.parse(await run("report", "small.db", "--json")) as {
      certainty: {
        robust: number[];
        frontKept: number;
        points: { id: number; onFront: number; intervals: { [metric: string]: [number, number] } }[];
      };
      points: { id: number[]; columns: { on_front_percent: number[] } };
    };
    const said = JSON.parse(await run("pareto", "small.db", "--confidence", "--json")) as {
      robust: number[];
      frontKept: number;
      points: { id: number; onFront: number; intervals: { [metric: string]: { low: number; high: number } } }[];
    };
    expect([certainty.robust, certainty.frontKept]).toEqual([said.robust, said.frontKept]);
    expect(certainty.points.map(({ id, onFront }) => [id, onFront])).toEqual(said.points.map(({ id, onFront }) => [id, onFront]));
    const [first] = said.points;
    const { low, high } = first.intervals.area_mm2;
    expect(low).toBeLessThan(high);
    // the same ends, rounded outwards
    const [least, most] = certainty.points[0].intervals.area_mm2;
    expect([least <= low, most >= high]).toEqual([true, true]);
    expect(Math.max(low / least, most / high)).toBeLessThan(1.001);
    expect(points.columns.on_front_percent[points.id.indexOf(first.id)]).toBeCloseTo(100 * first.onFront, 3);
    const bare = await run("report", "small.db", "--json", "--confidence", "0");
    expect(JSON.parse(bare)).toMatchObject({ certainty: null });
    expect(bare).not.toContain("on_front_percent");
  });

  test.skipIf(chromium === null)("draws every plot in a browser, links selections, makes no request and no complaint", async () => {
    const page = await Page.open(join(folder, "small-report.html"), 1400, 1000);
    try {
      await page.until('document.body?.dataset.ready === "yes"');
      for (const chart of ["scatter", "parallel", "importance", "breakdown", "chip", "history"]) {
        const painted = await page.value<number>(
          `(() => { const c = document.querySelector("#${chart} canvas"); const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data; const seen = new Set(); for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 0) seen.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]); return seen.size; })()`,
        );
        expect(painted, chart).toBeGreaterThan(3);
      }
      expect(await page.value<string>('document.getElementById("chosen").textContent')).toBe("nothing selected");
      const bars = await page.value<[number, number, number]>(
        '(() => { const one = errorBars().length; document.getElementById("bars").click(); const all = errorBars().length; document.getElementById("bars").click(); return [one, all, rows.filter((row) => row.front).length]; })()',
      );
      expect(bars[0]).toBeGreaterThan(0);
      expect(bars[1]).toBeGreaterThan(bars[0]);
      expect(bars[1]).toBeLessThanOrEqual(2 * bars[2]);
      const box = await page.value<{ x: number; y: number; width: number; height: number }>(
        '(() => { const r = document.querySelector("#scatter canvas").getBoundingClientRect(); return { x: r.x, y: r.y, width: r.width, height: r.height }; })()',
      );
      await page.drag(box.x + box.width * 0.12, box.y + 12, box.x + box.width * 0.8, box.y + box.height * 0.8);
      await page.until('/^[1-9]\\d* selected$/.test(document.getElementById("chosen").textContent)');
      const selected = await page.value<number>("S.chosen.size");
      expect(await page.value<number>('document.querySelectorAll("tr.chosen").length')).toBe(selected);
      expect(await page.value<number>('Object.keys(views.parallel.signal("chosen")).filter((key) => !key.startsWith("#")).length')).toBe(
        selected,
      );
      await page.key("Escape");
      await page.until('document.getElementById("chosen").textContent === "nothing selected"');
      await page.value("document.querySelector('#body tr').focus()");
      await page.key("Enter");
      await page.until("S.chosen.size === 1");
      expect(await page.value<boolean>('views.scatter.signal("any")')).toBe(true);
      const focus = await page.value<number>("S.focus");
      expect(await page.value<string>('document.getElementById("point-title").textContent')).toContain(`#${focus}`);
      const search = (words: string): Promise<unknown> =>
        page.value(
          `(() => { const s = document.getElementById("search"); s.value = ${JSON.stringify(words)}; s.dispatchEvent(new Event("input")); })()`,
        );
      const listed = '[...document.querySelectorAll("#body tr")].map((tr) => rowOf.get(Number(tr.dataset.id)))';
      await search("lanes=8 latency_us < 300");
      expect(await page.value<number>(`${listed}.length`)).toBeGreaterThan(0);
      expect(await page.value<boolean>(`${listed}.every((row) => row.lanes === 8 && row.latency_us < 300)`)).toBe(true);
      await page.value('document.getElementById("pick").click()');
      await page.until("S.chosen.size === shown().filter((row) => row.lanes === 8 && row.latency_us < 300).length");
      await search("");
      // The lower half of the axis of lanes: 8 and 16 of 8, 16, 32.
      const axis = await page.value<{ x: number; top: number; height: number }>(
        '(() => { const r = document.querySelector("#parallel canvas").getBoundingClientRect(); scrollTo(0, r.y + scrollY - 200); const b = document.querySelector("#parallel canvas").getBoundingClientRect(); const v = views.parallel; return { x: b.x + v.origin()[0] + v.scale("x")(label("lanes")), top: b.y + v.origin()[1], height: v.height() }; })()',
      );
      await page.drag(axis.x + 3, axis.top + axis.height * 0.55, axis.x + 3, axis.top + axis.height + 4);
      await page.until("S.ranges.size === 1 && S.chosen.size === shown().filter((row) => row.lanes < 32).length");
      expect(await page.value<number>('views.parallel.data("ranges").length')).toBe(1);
      await page.key("Escape");
      await page.until("S.ranges.size === 0 && S.chosen.size === 0");
      await page.value(
        '(() => { const s = document.getElementById("x"); s.value = "area_mm2"; s.dispatchEvent(new Event("change")); document.getElementById("theme").click(); })()',
      );
      await page.until('document.documentElement.dataset.theme === "dark"');
      await page.until('document.querySelector("#scatter canvas") !== null');
      // On paper: light, and the front in one table.
      await page.value('dispatchEvent(new Event("beforeprint"))');
      expect(await page.value<string>("S.theme")).toBe("light");
      await page.until('/^The front/.test(document.getElementById("found").textContent)');
      expect(await page.value<boolean>(`${listed}.every((row) => row.front)`)).toBe(true);
      await page.value('dispatchEvent(new Event("afterprint"))');
      expect(await page.value<string>("S.theme")).toBe("dark");
      // The run over time: by keyboard, by a tap on a core, by itself.
      const said = 'document.getElementById("run-said").textContent';
      await page.until('document.documentElement.dataset.run === "drawn"');
      expect(await page.value<string>(said)).toContain("Utterance 0, wave 0 (1 of ");
      await page.value('document.getElementById("run-at").focus()');
      for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft"]) await page.key(key);
      await page.until(`${said}.includes("wave 1 (2 of ")`);
      await page.value('document.querySelectorAll("#run-chip .core")[1].dispatchEvent(new MouseEvent("click"))');
      expect(await page.value<string>('document.getElementById("run-followed").textContent')).toMatch(/^Core 1\b/);
      await page.value('document.getElementById("run-speed").value = "30"; document.getElementById("run-play").click()');
      await page.until(`Number(/\\((\\d+) of/.exec(${said})[1]) >= 6`);
      for (const width of [390, 820, 1400]) {
        await page.resize(width, 900);
        expect(await page.value<number>("document.documentElement.scrollWidth"), `a screen ${width} pixels wide`).toBe(width);
      }
      expect(page.complaints).toEqual([]);
      expect(page.requests.filter((url) => !url.endsWith("small-report.html"))).toEqual([]);
    } finally {
      page.close();
    }
  });
});
