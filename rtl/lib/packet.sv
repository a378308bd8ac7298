// Packets of a core: what its message is as bits of a packet, lowest first destination, last step, population, neuron (NEURON bits), payload; and back.
// FLITS: by population, 8 bits each; all of them hold the whole message.
module packet #(
    parameter int NP = 3, TW = 16, PAYLOAD = 9, NEURON = 8, DEST = 2, WIDTH = 16, MOST = 2,
    parameter logic [NP*8-1:0] FLITS = '0,
    localparam int PW = NP <= 2 ? 1 : $clog2(NP),
    localparam int MESSAGE = 1 + PW + TW + PAYLOAD,
    localparam int FB = $clog2(MOST + 1)
) (
    input logic [MESSAGE-1:0] message,
    input logic [DEST-1:0] destination,
    output logic [MOST*WIDTH-1:0] bits,
    output logic [FB-1:0] flits,
    input logic [MOST*WIDTH-1:0] come,
    output logic [MESSAGE-1:0] delivered
);
  logic last, come_last, unused;
  logic [PW-1:0] population, come_population;
  logic [TW-1:0] neuron;
  logic [NEURON-1:0] come_neuron;
  logic [PAYLOAD-1:0] payload, come_payload;
  logic [DEST-1:0] come_destination;
  logic [7:0] length;
  assign {last, population, neuron, payload} = message;
  assign bits = (MOST * WIDTH)'({payload, NEURON'(neuron), population, last, destination});
  lookup #(.COUNT(NP), .WIDTH(8), .TABLE(FLITS)) of_population (.index(population), .record(length));
  assign flits = FB'(length);
  assign {come_payload, come_neuron, come_population, come_last, come_destination} = (PAYLOAD + NEURON + PW + 1 + DEST)'(come);
  assign delivered = {come_last, come_population, TW'(come_neuron), come_payload};
  assign unused = ^{neuron, length, come, come_destination};
endmodule
