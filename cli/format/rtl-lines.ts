/** What `rtl` wrote and ran, as text. Pure. */
import type { BenchRun, RtlRun, Verdict } from "../../app/rtl.js";
import { clock, grouped } from "./number.js";

/** Shorter benches end within a minute. */
const LONG_CYCLES = 20_000;
/** One core of the example, 148,163 cycles: 220 s in Icarus Verilog, 23 s in Verilator, compilation included. */
const ICARUS_PER_SECOND = 700;

/** Minutes of a bench in Icarus Verilog, rounded up. */
const icarusMinutes = (cycles: number): number => Math.ceil(cycles / ICARUS_PER_SECOND / 60);
const minutesText = (minutes: number): string => `${grouped(minutes)} ${minutes === 1 ? "minute" : "minutes"}`;

/** What to know before a long bench runs; nothing of a short one. */
export function benchLines({ simulator, cycles }: BenchRun): readonly string[] {
  if (cycles < LONG_CYCLES) return [];
  const head = `${grouped(cycles)} cycles in ${simulator}`;
  if (simulator === "verilator") return [head];
  return [
    `${head}, at ${ICARUS_PER_SECOND} cycles per second, those of one core, ${minutesText(icarusMinutes(cycles))}; it is stopped after 60`,
    "ten times faster: --simulator verilator (apt-get install verilator); shorter: emit fewer utterances, --samples 1",
  ];
}

/** `2:00 of about 34 minutes in iverilog`: how long a bench runs already. */
export function runningText({ simulator, cycles }: BenchRun, seconds: number): string {
  const whole = simulator === "verilator" ? "" : ` of about ${minutesText(icarusMinutes(cycles))}`;
  return `${clock(seconds)}${whole} in ${simulator}`;
}

export function rtlLines({ folder, files, verdict, edited }: RtlRun): readonly string[] {
  return [
    ...(files === null ? [] : [`${folder}: ${files} files written; manifest.json has their hashes`]),
    ...(edited.length === 0 ? [] : [`changed since they were written: ${edited.join(", ")}`]),
    ...(verdict === null ? [] : verdictLines(verdict)),
  ];
}

function verdictLines({ isEqual, compared, differences }: Verdict): readonly string[] {
  const counts = Object.entries(compared).map(([kind, count]) => `${count} ${kind}`);
  if (isEqual) return [`equal to the simulator: ${counts.join(", ")}`];
  return [`differs from the simulator; compared: ${counts.join(", ")}`, ...differences.map((difference) => `  ${difference}`)];
}
