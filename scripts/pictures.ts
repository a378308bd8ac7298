/**
 * Makes the pictures of docs/images: `npx tsx scripts/pictures.ts` (all), or `... run` (one): the dashboard in a
 * terminal, and pages of the shipped examples in a browser. Needs a built program, tmux and chromium.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../base/package-root.js";

const root = packageRoot();
const folder = mkdtempSync(join(tmpdir(), "snn-dse-pictures-"));
const image = (name: string): string => join(root, "docs/images", name);

function run(program: string, ...words: readonly string[]): void {
  execFileSync(program, words, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}
const snnDse = (...words: readonly string[]): void => run(process.execPath, join(root, "dist/main.js"), ...words);
const script = (name: string, ...words: readonly string[]): void =>
  run("npx", "--prefix", root, "tsx", join(root, "scripts", name), ...words);

/** A page as headless Chromium shows it, `columns` x `rows` pixels. */
function photograph(page: string, name: string, columns: number, rows: number): void {
  const looks = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=8000"];
  const words = [...looks, `--window-size=${columns},${rows}`, `--screenshot=${image(name)}`, `file://${join(folder, page)}`];
  // without a desktop, Chromium prints many messages about missing buses
  execFileSync("chromium", words, { cwd: folder, stdio: "ignore" });
}

const PICTURES: { readonly [name: string]: () => void } = {
  report: () => {
    snnDse("sweep", "edge", "--no-tui", "--workers", "2");
    snnDse("report", "edge.db");
    photograph("edge-report.html", "report.png", 1400, 2050);
  },
  /** Sixteen cores in the middle of their first digit. */
  run: () => {
    snnDse("sim", "mesh-scaling", "--set", "noc.width=4", "--set", "noc.height=4", "--set", "workload.timing_samples=2", "--trace", "html");
    photograph("mesh-scaling-trace.html#wave=14", "run.png", 1200, 920);
  },
  dashboard: () => script("screenshot.ts", "--out", image("dashboard.svg")),
  "dashboard-point": () => {
    const title = "A point in the dashboard: settings, chip, energy, what each parameter does";
    script("screenshot.ts", "--out", image("dashboard-point.svg"), "--size", "160x34", "--keys", "Enter", "--title", title);
  },
};

try {
  const names = process.argv.slice(2);
  for (const name of names.length > 0 ? names : Object.keys(PICTURES)) {
    if (!Object.hasOwn(PICTURES, name)) throw new Error(`${name} is none of ${Object.keys(PICTURES).join(", ")}`);
    PICTURES[name]();
    console.log(`made ${name}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
