// A chip behind a serial line. The host sends the number of steps (2 bytes), then the features of each step, each in as many bytes as STATE needs; the
// chip runs the utterance and sends the scores of each step, each in as many bytes as SCORE needs. All numbers are signed, low byte first. A number of
// steps of 0 or above MOST_STEPS is ignored, and so is what comes while the chip runs or answers. A break on the line ends a message that is not complete:
// the next byte begins a number of steps. A reset while `runs` is set leaves sums in the state memory, which no reset clears.
module serial_chip #(
    parameter int TW = 16, UNITS = 1, STATE = 16, SCORE = 16, INPUTS = 1, CLASSES = 1, MOST_STEPS = 32, BAUD = 108
) (
    input logic clk, rst, rx,
    output logic tx,
    // a byte is received or sent; the chip runs
    output logic talks, runs
);
  localparam int BYTES = (STATE + 7) / 8, SCORE_BYTES = (SCORE + 7) / 8, VALUES = MOST_STEPS * INPUTS, ALL = MOST_STEPS * CLASSES;
  localparam int VW = $clog2(VALUES + 1), SW = $clog2(ALL + UNITS + 1), BW = BYTES == 1 ? 1 : $clog2(BYTES);
  localparam int OW = SCORE_BYTES == 1 ? 1 : $clog2(SCORE_BYTES);
  typedef enum logic [2:0] {STEPS_LOW, STEPS_HIGH, VALUE, BEGIN, CLEAR, RUN, SEND} phase_t;
  phase_t phase;

  // ---- the line
  logic came, broken, send, ready;
  logic [7:0] in, out;
  uart_rx #(.BAUD(BAUD)) receiver (.clk, .rst, .rx, .valid(came), .broken, .data(in));
  uart_tx #(.BAUD(BAUD)) sender (.clk, .rst, .send, .data(out), .ready, .tx);

  // ---- the chip
  logic go, frame_ask, start, finished;
  logic [15:0] steps;
  logic [TW-1:0] frame_neuron, score_class, wave;
  logic [UNITS*STATE-1:0] frame_values;
  logic [UNITS-1:0] score_valid;
  logic [UNITS*SCORE-1:0] scores;
  chip chip_0 (
      .clk, .rst, .go, .steps(TW'(steps)), .frame_ask, .frame_neuron, .frame_values, .score_valid, .score_class, .scores, .start, .finished, .wave
  );
  assign go = phase == BEGIN && !rst;

  // ---- features: those of step w enter in its first wave
  logic [STATE-1:0] values[0:VALUES-1];
  logic [VW-1:0] write_at, wanted, first, next_first;
  logic [BW-1:0] byte_at;
  logic [8*BYTES-1:0] value, value_so_far;
  assign value = {in, value_so_far[8*BYTES-1:8]};
  always_ff @(posedge clk) begin
    if (came && phase == VALUE) value_so_far <= value;
    if (came && phase == VALUE && byte_at == BW'(BYTES - 1)) values[write_at] <= STATE'(value);
  end
  always_ff @(posedge clk) begin
    if (go) next_first <= '0;
    else if (start) begin
      first <= next_first;
      next_first <= next_first + VW'(INPUTS);
    end
  end
  always_ff @(posedge clk)
    if (frame_ask) for (int u = 0; u < UNITS; u++) frame_values[u*STATE+:STATE] <= values[(start ? next_first : first)+VW'(frame_neuron)+VW'(u)];

  // ---- scores, in the order in which the chip gives them
  logic [SCORE-1:0] kept[0:ALL+UNITS-1];
  logic [SW-1:0] count, sent, more;
  logic [8*SCORE_BYTES-1:0] score;
  logic [OW-1:0] part;
  always_comb begin
    more = '0;
    for (int u = 0; u < UNITS; u++) more += SW'(score_valid[u]);
  end
  always_ff @(posedge clk) begin
    for (int u = 0; u < UNITS; u++) if (score_valid[u]) kept[count+SW'(u)] <= scores[u*SCORE+:SCORE];
    score <= (8 * SCORE_BYTES)'(signed'(kept[sent]));
    if (go) count <= '0;
    else count <= count + more;
  end

  // ---- whose turn it is to send
  logic unused, settled, is_last;
  assign unused = ^{score_class, wave};
  assign wanted = VW'(steps) * VW'(INPUTS);
  assign send = ready && phase == SEND && settled;
  assign is_last = part == OW'(SCORE_BYTES - 1);
  assign out = score[8*part+:8];
  assign talks = came || !ready;
  assign runs = phase == BEGIN || phase == CLEAR || phase == RUN;
  always_ff @(posedge clk) begin
    // a score is read a cycle after its number
    settled <= phase == SEND && !(send && is_last);
    if (rst || (broken && (phase == STEPS_HIGH || phase == VALUE))) phase <= STEPS_LOW;
    else
      case (phase)
        STEPS_LOW:
        if (came) begin
          steps[7:0] <= in;
          phase <= STEPS_HIGH;
        end
        STEPS_HIGH:
        if (came) begin
          steps[15:8] <= in;
          write_at <= '0;
          byte_at <= '0;
          phase <= {in, steps[7:0]} == '0 || {in, steps[7:0]} > 16'(MOST_STEPS) ? STEPS_LOW : VALUE;
        end
        VALUE:
        if (came) begin
          byte_at <= byte_at == BW'(BYTES - 1) ? '0 : byte_at + 1'b1;
          if (byte_at == BW'(BYTES - 1)) begin
            write_at <= write_at + 1'b1;
            if (write_at + 1'b1 == wanted) phase <= BEGIN;
          end
        end
        BEGIN: phase <= CLEAR;
        CLEAR: phase <= RUN;
        RUN:
        if (finished) begin
          sent  <= '0;
          part  <= '0;
          phase <= SEND;
        end
        default:
        if (send) begin
          part <= is_last ? '0 : part + 1'b1;
          if (is_last) begin
            sent <= sent + 1'b1;
            if (sent + 1'b1 == count) phase <= STEPS_LOW;
          end
        end
      endcase
  end
endmodule
