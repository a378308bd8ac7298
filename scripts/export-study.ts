/**
 * `npx tsx scripts/export-study.ts [points]`: processor time and memory that the export of all points of a large study
 * takes, per format. The points are drawn by seed; each has a breakdown of 33 rows, like those of a board. The table is
 * `docs/logs/export-study.txt`.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MIB } from "../base/bytes.js";
import { createRng } from "../base/rng.js";
import { POINT_FORMATS, type PointValues, Store, studyRecord } from "../sweeps/index.js";
import { program } from "../test/cli/small-sweep.js";
import { COUNTERS, list, resultOf, setupOf, specOf } from "../test/sweeps/fake-study.js";

const count = Number(process.argv[2] ?? 200_000);
const folder = mkdtempSync(join(tmpdir(), "snn-dse-export-"));
const file = (name: string): string => join(folder, name);

/** Makes `<points>.db`. */
function fill(points: number): string {
  const rng = createRng(7, "export study");
  const parameters = Array.from({ length: 12 }, (_, i) => list(`parameter_${i}`, i % 2 === 0 ? [1, 2, 4, 8] : [0.5, 0.7, 0.9]));
  const setup = setupOf(specOf({ parameters, constraints: [] }));
  const store = Store.open(file(`${points}.db`));
  store.begin(studyRecord(setup), 1, setup.provenance);
  store.describe(parameters.map(({ name }) => name));
  for (let first = 1; first <= points; first += 1000) {
    store.transaction(() => {
      for (let id = first; id < Math.min(points + 1, first + 1000); id++) {
        const values = Object.fromEntries(
          parameters.map(({ name }, i) => [name, i % 2 === 0 ? [1, 2, 4, 8][rng.int(0, 3)] : 0.5 + 0.2 * rng.int(0, 2)]),
        ) as PointValues;
        const metrics = { accuracy_percent: 90 * rng.float(), energy_uj_per_inference: rng.float(), latency_us: rng.float() };
        const result = resultOf(metrics);
        const breakdown = Array.from({ length: 33 }, (_, i) => ({
          ...result.breakdown[0],
          component: `component ${i}`,
          count: rng.float(),
          energyPj: rng.float(),
          source: `where the price of component ${i} comes from`,
        }));
        store.insert({ id, key: id.toString(16).padStart(64, "0"), values, fidelity: 1 }, values);
        store.finish({ id }, { ...result, breakdown }, COUNTERS, 0, 30);
      }
    });
  }
  store.end("finished", "budget");
  store.close();
  return file(`${points}.db`);
}

/** Measures one export: processor seconds, and peak memory in MiB, as the process reports them. */
const METER = `process.on("exit", () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const peak = /VmHWM:\\s*(\\d+)/.exec(require("node:fs").readFileSync("/proc/self/status", "utf8"))[1];
  console.error([(userCPUTime + systemCPUTime) / 1e6, peak / 1024].join(" "));
})`;

console.log(`$ npx tsx scripts/export-study.ts ${count}`);
console.log("points   format   processor s   memory MiB   file MiB");
for (const points of [Math.round(count / 10), count]) {
  const database = fill(points);
  for (const format of POINT_FORMATS.names) {
    const code = `${METER}; process.argv.splice(1, 0, ${JSON.stringify(program)}); import(${JSON.stringify(program)});`;
    const said = execFileSync(
      "sh",
      [
        "-c",
        '"$@" 2>&1 >/dev/null',
        "sh",
        process.execPath,
        "-e",
        code,
        "export",
        "points",
        database,
        "--format",
        format,
        "--out",
        file("out"),
      ],
      {
        encoding: "utf8",
      },
    );
    const [seconds, memory] = said.trim().split(" ").map(Number);
    const size = statSync(file("out")).size / MIB;
    console.log(`${points}   ${format}   ${seconds.toFixed(1)}   ${memory.toFixed(0)}   ${size.toFixed(0)}`);
  }
}
rmSync(folder, { recursive: true });
