/** Drawings of coupled chips' traces: files show what the recorded RTL runs say, and other tools can read them. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../../base/package-root.js";
import { caseFiles } from "../../../sim/recorded/read-case.js";
import { recordedChip } from "../../../sim/recorded/shipped-chip.js";
import { coupledPerfetto, coupledSignals, coupledTraceFormats, coupledVcd } from "../../../sim/recorded/trace-formats.js";
import { traceEventFaults } from "../observe/trace-event-format.js";

const RECORDED = [
  ["tinyodin", "tinyodin/cases/rec64_closed"],
  ["tinyodin", "tinyodin/cases/fifo_overflow"],
  ["odin", "odin/cases/closed_bist"],
  ["ranc", "ranc/cases/hotspot"],
  ["snn-dse", "snndse_fc/cases/fc_chunks"],
] as const;
const hasReader = spawnSync("which", ["vcd2fst"]).status === 0;

describe.each(RECORDED)("%s, %s", (model, folder) => {
  const files = caseFiles(join(packageRoot(), "test/conformance", folder));
  const chip = recordedChip(model);
  const trace = files.get("trace.csv") as string;
  const rows = trace
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((row) => row.split(","));
  const summary = JSON.parse(files.get("summary.json") as string) as { [key: string]: number };
  const signals = coupledSignals(chip, trace);
  const vcd = [...coupledVcd(chip, trace)].join("");

  test("there is a pulse per event, wires alternate, and the queue level stays within its bounds", () => {
    const named = model === "ranc" ? 2 : 1;
    const pulses = signals.reduce((sum, signal) => sum + signal.pulses.length, 0);
    const events = rows.filter((row) => !/^(STATE|PENC|ITER|TICK_START|TICK_END|(IN|OUT)_(REQ|ACK)_(UP|DN))$/.test(row[named]));
    expect(pulses).toBe(events.length);
    for (const { kind, changes, name } of signals) {
      if (kind === "wire") for (const [i, [, value]] of changes.entries()) expect(value, name).toBe(1 - (i % 2));
      for (let i = 1; i < changes.length; i++) expect(changes[i]?.[0], name).toBeGreaterThanOrEqual(changes[i - 1]?.[0]);
    }
    const level = signals.find((signal) => signal.name === "occupancy");
    if (level === undefined) return;
    expect(Math.max(...level.changes.map(([, value]) => value))).toBe(summary.fifo_max_occupancy);
    expect(Math.min(...level.changes.map(([, value]) => value))).toBeGreaterThanOrEqual(0);
  });

  test("there is one state at a time, over the whole run", () => {
    for (const scope of ["controller", "encoder", "iterator"]) {
      const changes = signals.filter((signal) => signal.scope === scope).flatMap((signal) => signal.changes);
      const net = new Map<number, number>();
      for (const [cycle, value] of changes) net.set(cycle, (net.get(cycle) ?? 0) + (value === 1 ? 1 : -1));
      const steps = [...net].sort((a, b) => a[0] - b[0]).map(([, change]) => change);
      // one state is up at the start; then for every state entered one is left
      if (changes.length > 0) expect(steps).toEqual([1, ...steps.slice(1).map(() => 0)]);
    }
  });

  test("in a VCD file times ascend, every identifier is declared, and a value is written only if it changes", () => {
    const shown = new Map(Array.from(vcd.matchAll(/\$var wire \d+ (\S+) /g), ([, id]) => [id, ""]));
    let last = -1;
    for (const line of vcd.slice(vcd.indexOf("$enddefinitions")).split("\n")) {
      if (/^#\d+$/.test(line)) {
        expect(Number(line.slice(1))).toBeGreaterThan(last);
        last = Number(line.slice(1));
        continue;
      }
      const change = /^([01])(\S+)$/.exec(line) ?? /^b([01]+) (\S+)$/.exec(line);
      if (change === null) continue;
      const [, value, id] = change;
      expect(shown.has(id), id).toBe(true);
      expect(shown.get(id), id).not.toBe(value);
      shown.set(id, value);
    }
    expect([...shown.values()]).not.toContain("");
  });

  test.skipIf(!hasReader)(
    `GTKWave's own reader accepts it${hasReader ? "" : " (skipped: vcd2fst of the Debian package gtkwave is not installed)"}`,
    () => {
      const here = mkdtempSync(join(tmpdir(), "vcd-"));
      writeFileSync(join(here, "run.vcd"), vcd);
      execFileSync("vcd2fst", [join(here, "run.vcd"), join(here, "run.fst")]);
      rmSync(here, { recursive: true });
    },
  );

  test("in a Perfetto file every event has its phase's fields, and there is a slice for every state that ended", () => {
    expect(traceEventFaults([...coupledPerfetto(chip, trace)].join(""))).toEqual([]);
    const { traceEvents } = JSON.parse([...coupledPerfetto(chip, trace)].join("")) as { traceEvents: { [field: string]: unknown }[] };
    for (const event of traceEvents) {
      for (const field of ["ts", "pid", "tid"]) expect(Number.isFinite(event[field]), field).toBe(true);
      expect(event.name).toMatch(/\w/);
      if (event.ph === "X") expect(event.dur).toBeGreaterThan(0);
      else if (event.ph === "i") expect(event.s).toBe("t");
      else if (event.ph === "C") expect((event.args as { words: number }).words).toBeGreaterThanOrEqual(0);
      else expect([event.ph, typeof (event.args as { name: unknown }).name]).toEqual(["M", "string"]);
    }
    const ended = signals.flatMap(({ kind, changes }) => (kind === "wire" ? changes.filter(([, value]) => value === 0) : []));
    expect(traceEvents.filter((event) => event.ph === "X")).toHaveLength(ended.length);
  });

  test("a CSV file equals the recorded trace", () => {
    expect([...coupledTraceFormats.csv.write(chip, trace)].join("")).toBe(trace);
  });
});
