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
      if (kind === "wire")
        expect(
          changes.filter(([, value], i) => value !== 1 - (i % 2)),
          name,
        ).toEqual([]);
      expect(
        changes.filter(([cycle], i) => i > 0 && !(cycle >= changes[i - 1][0])),
        name,
      ).toEqual([]);
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
        const time = Number(line.slice(1));
        if (time <= last) expect(time).toBeGreaterThan(last);
        last = time;
        continue;
      }
      const change = /^([01])(\S+)$/.exec(line) ?? /^b([01]+) (\S+)$/.exec(line);
      if (change === null) continue;
      const [, value, id] = change;
      if (shown.get(id) === undefined || shown.get(id) === value) expect(shown.get(id), id).not.toBeOneOf([undefined, value]);
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
    const isWhole = ({ ph, name, dur, s, args, ...event }: { readonly [field: string]: unknown }): boolean => {
      if (!["ts", "pid", "tid"].every((field) => Number.isFinite(event[field])) || !/\w/.test(String(name))) return false;
      if (ph === "X") return Number(dur) > 0;
      if (ph === "i") return s === "t";
      if (ph === "C") return (args as { words: number }).words >= 0;
      return ph === "M" && typeof (args as { name: unknown }).name === "string";
    };
    expect(traceEvents.filter((event) => !isWhole(event))).toEqual([]);
    const ended = signals.flatMap(({ kind, changes }) => (kind === "wire" ? changes.filter(([, value]) => value === 0) : []));
    expect(traceEvents.filter((event) => event.ph === "X")).toHaveLength(ended.length);
  });

  test("a CSV file equals the recorded trace", () => {
    expect([...coupledTraceFormats.csv.write(chip, trace)].join("")).toBe(trace);
  });
});
