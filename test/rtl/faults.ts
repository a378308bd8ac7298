/** Faults to plant in the library: each changes one place of one module, and a random case notices it. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { libraryFolder } from "../../rtl/tools.js";

export interface Fault {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /**
   * Kind of random case that notices it: a core of dense rows, one whose rows name their targets, a network alone, a
   * chip of several cores, or one with a port.
   */
  readonly by: "core" | "row core" | "network" | "chip" | "port";
  readonly seed: number;
}

/** Makes faults that cases of one kind notice. */
export const faultFor =
  (by: Fault["by"]) =>
  (seed: number, name: string, file: string, from: string, to: string): Fault => ({ name, file: `${file}.sv`, from, to, by, seed });
const fault = faultFor("core");

export const CORE_FAULTS: readonly Fault[] = [
  fault(
    3,
    "tie of a bank goes to the synapse unit",
    "state_memory",
    "y_first = busy[1] && (!busy[0] || y_older)",
    "y_first = (busy[1] || req[1]) && (!busy[0] || y_older)",
  ),
  fault(3, "a later request overtakes an older one", "state_memory", "y_first = busy[1] &&", "y_first = 1'b0 &&"),
  fault(3, "words of a request in falling order", "state_memory", "row |= rows[i]", "row |= rows[K-1-i]"),
  fault(1, "a 1rw word takes one cycle", "state_memory", "(ONE_PORT == 0 ? begins : again) ? pick", "begins ? pick"),
  fault(
    3,
    "the soma's words are written before the sums",
    "state_memory",
    "y_written[b] = free && y_write[b]",
    "y_written[b] = free && y_write[b] && !s_write[b]",
  ),
  fault(5, "the mask is ignored", "state_memory", ": s_write_mask[b])", ": {NM{1'b1}})"),
  fault(
    3,
    "the queue shows a message a cycle late",
    "queue",
    "valid <= !rst && next_visible != '0;",
    "valid <= !rst && next_visible != '0 && visible != '0;",
  ),
  fault(
    1,
    "the queue is full one message early",
    "queue",
    "i + int'(next_stored) >= DEPTH",
    "i + int'(next_stored) >= (DEPTH > 1 ? DEPTH - 1 : 1)",
  ),
  fault(
    5,
    "a message that is taken makes no room",
    "queue",
    "makes_room = AFTER_POP != 0 && pop",
    "makes_room = AFTER_POP != 0 && pop && stored == 0",
  ),
  fault(3, "sums on their way are not found", "accumulate", "current[i] = found[i] ?", "current[i] = 1'b0 ?"),
  fault(3, "an older sum of a word is found", "write_queue", "takes | (latest & ~stale)", "takes | latest"),
  fault(
    7,
    "sums saturate at the other end",
    "clamp",
    ": {in[WIDTH-1], {(TO - 1) {!in[WIDTH-1]}}};",
    ": {!in[WIDTH-1], {(TO - 1) {in[WIDTH-1]}}};",
  ),
  fault(7, "sums wrap where they saturate", "accumulate", ": WRAP != 0 ? sum[ACC-1:0] : near", ": 1'b1 ? sum[ACC-1:0] : near"),
  fault(1, "a row's last word is lost", "accumulate", "fresh[i] && (WORDS_PER > 1 || ends ||", "fresh[i] && (WORDS_PER > 1 || 1'b0 ||"),
  fault(3, "the payload's sign is lost", "accumulate", "weight * payload_1;", "weight * (payload_1 < 0 ? -payload_1 : payload_1);"),
  fault(3, "rows begin one word late", "dense_rows", "AT'(row_first + neuron", "AT'(TW'(1) + row_first + neuron"),
  fault(3, "own rows are read in the last step", "dense_rows", "skip = SCAN != 2 && last &&", "skip = 1'b0 && last &&"),
  fault(
    3,
    "the other buffer collects",
    "core",
    ".buffer((SCAN == 2 && go) || !wave[0]), .queue_valid",
    ".buffer((SCAN == 2 && go) || wave[0]), .queue_valid",
  ),
  fault(3, "an event's overhead is a cycle off", "synapse", "WW'(OVERHEAD - 1)", "WW'(OVERHEAD > 1 ? OVERHEAD - 2 : OVERHEAD)"),
  fault(
    3,
    "weights are used a cycle early",
    "weight_memory",
    "flags #(.DEPTH(LATENCY)) arrival",
    "flags #(.DEPTH(LATENCY > 1 ? LATENCY - 1 : 0)) arrival",
  ),
  fault(
    1,
    "a scan has no drain of its own",
    "synapse",
    "ends_scan = SCAN != 0 && scan_over && any_set",
    "ends_scan = 1'b0 && scan_over && any_set",
  ),
  fault(25, "a chunk takes a cycle less", "scan", "loaded <= CHUNK_CYCLES == 1;", "loaded <= 1'b1;"),
  fault(10, "halves of states round toward zero", "rounded", "shift != '0 && !in[WIDTH-1]", "1'b0 && !in[WIDTH-1]"),
  fault(3, "sums are cut, not rounded", "requantise", "+ signed'(below)", "+ signed'(WIDE'(0))"),
  fault(5, "a spike fires at theta", "fire", "fires = size > WIDE'(theta)", "fires = size != 0 && size >= WIDE'(theta)"),
  fault(3, "a spike is not clamped to the limit", "fire", "size > WIDE'(limit) ? limit :", "1'b0 ? limit :"),
  fault(3, "the membrane keeps what it has sent", "fire", "gone = STATE'(sent) << SHIFT", "gone = '0"),
  fault(1, "states wrap where they clamp", "clamp", "assign out = in[", "assign out = 1'b1 ? in[TO-1:0] : in["),
  fault(
    36,
    "the leak cuts toward minus infinity",
    "leak",
    "assign gone = size >> unsigned'(factor);",
    "assign gone = (state < 0 ? size + (STATE'(1) << unsigned'(factor)) - STATE'(1) : size) >> unsigned'(factor);",
  ),
  fault(31, "the threshold leaks a step early", "update", ": b;", ": other_come[STATE-1:0];"),
  fault(1, "the candidate may be negative", "rec", "(pre_c < 0 ? '0 : pre_c)", "(pre_c)"),
  fault(1, "the sigmoid is read one entry off", "rec", "at = LUT'(index) ^", "at = LUT'(index + 1'b1) ^"),
  fault(3, "the first step keeps the last utterance's states", "soma", ".item(c_first ? '0 :", ".item(1'b0 ? '0 :"),
  fault(3, "accumulators are not cleared", "soma", "assign masks[k] = HELD != 0 &&", "assign masks[k] = 1'b0 && HELD != 0 &&"),
  fault(
    3,
    "the soma asks while a packet waits",
    "soma",
    "req = has && !outstanding && spaced && !waits && !held",
    "req = has && !outstanding && spaced && !held",
  ),
  fault(8, "a frozen soma asks", "core", ".held(FREEZE != 0 && queue_full)", ".held(1'b0)"),
  fault(5, "the interval is a cycle short", "soma", "IW'(INTERVAL - 1)", "IW'(INTERVAL > 1 ? INTERVAL - 2 : 0)"),
  fault(3, "populations work a wave longer", "soma", "+ steps > next_wave)", "+ steps >= next_wave)"),
  fault(3, "packets leave youngest first", "outlet", "assign first = left & (~left + 1'b1);", "assign first = left & ~(left >> 1);"),
  fault(3, "the barrier is a cycle short", "barrier", ": CW'(DELAY - 1);", ": CW'(DELAY > 2 ? DELAY - 2 : 1);"),
  fault(
    37,
    "a dense scan's first axon adds to the buffer of the last utterance",
    "core",
    ".buffer((SCAN == 2 && go) || !wave[0])",
    ".buffer(!wave[0])",
  ),
];

/** A copy of the library with the fault. @throws if the place does not occur exactly once */
export function planted({ file, from, to }: Fault): string {
  const folder = mkdtempSync(join(tmpdir(), "fault-"));
  cpSync(libraryFolder(), folder, { recursive: true });
  const parts = readFileSync(join(folder, file), "utf8").split(from);
  if (parts.length !== 2) throw new Error(`${file}: "${from}" is there ${parts.length - 1} times`);
  writeFileSync(join(folder, file), parts.join(to));
  return folder;
}
