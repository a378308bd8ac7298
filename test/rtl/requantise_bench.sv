// The requantiser's results for every sum, multiplier, bias and shift of small widths.
module bench;
  logic clk = 0;
  logic signed [3:0] sum, bias;
  logic signed [2:0] multiplier;
  logic [5:0] shift;
  logic signed [3:0] out;
  logic signed [1:0] index;
  requantise #(.ACC(4), .MULT(3), .BIAS(4), .PRE(4), .INDEX(2), .DEPTH(0)) dut (.clk, .sum, .multiplier, .bias, .shift, .out, .index);
  initial begin
    for (int by = 0; by < 12; by++)
      for (int s = -8; s < 8; s++)
        for (int m = -4; m < 4; m++)
          for (int b = -8; b < 8; b++) begin
            shift = by == 11 ? 6'd63 : 6'(by);
            sum = 4'(s);
            multiplier = 3'(m);
            bias = 4'(b);
            #1 $display("%0d %0d %0d %0d %0d %0d", s, m, b, shift, out, index);
          end
    $finish(0);
  end
endmodule
