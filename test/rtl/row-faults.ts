/** Faults to plant in rows that name their targets, in stored kernels, and in neurons of imported networks. */
import { type Fault, faultFor } from "./faults.js";

const fault = faultFor("row core");

export const ROW_FAULTS: readonly Fault[] = [
  fault(
    3,
    "kernel index: the next channel's weights are those of the next row",
    "positions",
    ": !last_row ? to_row : to_channel;",
    ": to_row;",
  ),
  fault(
    5,
    "kernel index: a weight's word stays where columns go on",
    "positions",
    "word = word + to_word;",
    "word = word + (last_column ? to_word : '0);",
  ),
  fault(4, "kernel index: a word's last weight is taken for the next one's first", "positions", "place_bit >= used", "place_bit > used"),
  fault(
    2,
    "halo: a row of positions has one column less",
    "positions",
    "column + 1'b1 == columns",
    "column + 1'b1 >= columns - (columns > 1 ? 1'b1 : 1'b0)",
  ),
  fault(3, "halo: positions have one row more", "positions", "row + 1'b1 == rows", "row == rows"),
  fault(
    2,
    "stride: columns of positions meet neighbours of the kernel",
    "positions",
    "place_bit = place_bit + to_bit;",
    "place_bit = place_bit + (last_column ? to_bit : steps[0+:TW]);",
  ),
  fault(
    37,
    "stride: targets of the next row follow the last one's",
    "positions",
    "target + to_target, word",
    "target + (last_column && !last_row ? TW'(1) : to_target), word",
  ),
  fault(4, "windows are a word too long", "named_rows", "window_from + TW'(BANKS))", "window_from + TW'(BANKS) + TW'(1))"),
  fault(2, "the word at hand is read again", "named_rows", "at_hand_first = has_hand &&", "at_hand_first = 1'b0 &&"),
  fault(4, "weights of a group's first windows are lost", "named_rows", "if (pop) weights_kept", "if (done) weights_kept"),
  fault(2, "a target's number takes bits of its neighbour", "named_rows", "& ~({TW{1'b1}} << number_bits)", ""),
  fault(2, "the other buffer collects rows", "named_rows", "buffer ? base_1 : base_0", "buffer ? base_0 : base_1"),
  fault(2, "a group does not go on in the open word", "named_rows", "goes_on = opened &&", "goes_on = 1'b0 &&"),
  fault(2, "a row goes on in the last one's word", "named_rows", "(done ? !row_ends : opened)", "(done || opened)"),
  fault(2, "a group waits for its first window only", "synapse", "(!window_last || !((req", "(!window_last || 1'b1 || !((req"),
  fault(2, "scattered sums are a place off", "accumulate", "== LW'(p))", "== LW'(p + 1))"),
  fault(2, "sums beyond a group are added", "accumulate", "NW'(j) < n && place_of", "place_of"),
  fault(2, "the reciprocal is rounded down", "divided", " + WIDE'(BY) - 1)", ")"),
  fault(
    3,
    "a neuron fires at the threshold",
    "integrate",
    "above = spikes && (STATE + 1)'(v_here) >",
    "above = spikes && (STATE + 1)'(v_here) >=",
  ),
  fault(2, "a current is not filtered", "integrate", "(filtered ? TOTAL'(current)", "(1'b0 ? TOTAL'(current)"),
  fault(
    46,
    "a reset by subtraction keeps the voltage",
    "integrate",
    "(resets == 3'd1 || resets == 3'd2) ? v_left",
    "resets == 3'd1 ? v_left",
  ),
  fault(14, "a late reset comes at once", "integrate", "was && resets == 3'd4 ?", "above && resets == 3'd4 ?"),
  fault(3, "spikes that go nowhere are handed over", "soma", "fires[u] && goes[b_last]", "fires[u]"),
];
