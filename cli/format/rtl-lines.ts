/** What `rtl` wrote and ran, as text. Pure. */
import type { BenchRun, RtlRun, Verdict } from "../../app/rtl.js";
import { grouped } from "./number.js";

/** Shorter benches end within a minute. */
const LONG_CYCLES = 20_000;
/** One core of the example, 148,163 cycles: 220 s in Icarus Verilog, 23 s in Verilator, compilation included. */
const ICARUS_PER_SECOND = 700;

/** What to know before a long bench runs; nothing of a short one. */
export function benchLines({ simulator, cycles }: BenchRun): readonly string[] {
  if (cycles < LONG_CYCLES) return [];
  const head = `${grouped(cycles)} cycles in ${simulator}; nothing is heard until the end`;
  if (simulator === "verilator") return [head];
  const minutes = Math.ceil(cycles / ICARUS_PER_SECOND / 60);
  return [
    `${head}, at ${ICARUS_PER_SECOND} cycles per second, those of one core, after ${grouped(minutes)} ${minutes === 1 ? "minute" : "minutes"}; it is stopped after 60`,
    "ten times faster: --simulator verilator (apt-get install verilator); shorter: emit fewer utterances, --samples 1",
  ];
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
