/**
 * The models of ODIN and tinyODIN write the same files as the simulated Verilog, byte for byte, on random cases.
 *
 * `aer-verilog.json` holds the digest of the Verilog's files of every case. They come from a simulation (Verilator
 * 5.032) of ChFrenkel/ODIN 1781931 and ChFrenkel/tinyODIN 1865653 without the SPI slave, the Izhikevich neuron, the
 * burst FIFOs and the monitoring mode, with the memories loaded by a back door. The same test bench reproduces every
 * row of the 14 recorded cases. Registers: SPI_MONITOR_NEUR_ADDR is 0.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { odinOutputs } from "../../../sim/recorded/odin.js";
import { recordedChip } from "../../../sim/recorded/shipped-chip.js";
import { tinyOdinOutputs } from "../../../sim/recorded/tinyodin.js";
import { usualAndLong } from "../../usual.js";
import { type Design, outputDigest, verilogCase } from "./aer-verilog.js";

const DIGESTS = JSON.parse(readFileSync(new URL("aer-verilog.json", import.meta.url), "utf8")) as { readonly [design in Design]: string[] };
function outputsOf(design: Design, seed: number): Map<string, string> {
  const files = verilogCase(design, seed);
  return design === "odin" ? odinOutputs(recordedChip("odin"), files) : tinyOdinOutputs(recordedChip("tinyodin"), files);
}

const STATES: { readonly [design in Design]: readonly string[] } = {
  odin: ["TREF", "BIST", "SYNAPSE", "PUSH", "POP_NEUR", "POP_VIRT", "WAIT_REQDN", "WAIT"],
  tinyodin: ["TREF", "PUSH", "POP_NEUR", "POP_VIRT", "AER_POP", "WAIT_REQDN", "WAIT"],
};

for (const [some, options] of usualAndLong(["odin", "tinyodin"] as const, (design) => design === "tinyodin"))
  test.each(some)("%s: every file of 48 random cases is that of the simulated Verilog", options, (design) => {
    const reached = new Set<string>();
    const differing: number[] = [];
    DIGESTS[design].forEach((digest, seed) => {
      const outputs = outputsOf(design, seed);
      if (outputDigest(outputs) !== digest) differing.push(seed);
      for (const row of (outputs.get("trace.csv") as string).split("\n")) {
        const [, event = "", first = ""] = row.split(",");
        reached.add(event === "STATE" || event === "PUSH" ? `${event} ${first}` : event);
      }
    });
    expect(differing).toEqual([]);
    expect(DIGESTS[design]).toHaveLength(48);
    // the cases reach every state, pushes of both sources, and drops
    for (const state of STATES[design]) expect(reached).toContain(`STATE ${state}`);
    for (const event of ["PUSH aer", "PUSH neur", "PUSH_DROP", "SPIKE", "OUT_ACK_DN"]) expect(reached).toContain(event);
  });
