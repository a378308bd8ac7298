/**
 * The module that finds weights and targets of rows (`rtl/lib/named_rows.sv`) as gates of a cell library, within a chip
 * that is otherwise the emitted text: the bench compares spikes, scores, cycles and counters with the simulator's, and
 * the changes of the gates' nets are counted. Only this module is mapped, so that a shape takes seconds.
 * Effects: writes the folder of an emitted chip, starts Yosys and Icarus Verilog.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Activity } from "../../rtl/gates/gate-energy.js";
import { type GateGraph, gateGraph } from "../../rtl/gates/gate-graph.js";
import type { Library } from "../../rtl/gates/liberty.js";
import { modulesOf, type YosysModule } from "../../rtl/gates/netlist.js";
import { runTool } from "../../rtl/gates/run-tool.js";
import { activityIn, begun } from "../../rtl/gates/simulate-netlist.js";
import { DRIVER_FILE, drivers, LEFT, LIBRARY_FILE, yosysScript } from "../../rtl/gates/yosys-scripts.js";
import { type Emission, judge } from "../../rtl/index.js";

const MODULE = "named_rows";
const SCOPE = "bench.tb.dut.core_0.synapses.named.reader.gates";
const DUMP = "gates.vcd";
const QUIET = { onStage: () => {}, signal: null };

interface ReaderRun extends Activity {
  readonly graph: GateGraph;
  readonly cycles: number;
  readonly isEqual: boolean;
}

/** The script of a chip, cut down to the module; its ports become bits, so that their changes are dumped by name. */
function moduleScript(sources: readonly string[]): string {
  const lines = yosysScript("liberty", sources).split("\n");
  const whole = lines.findIndex((line) => line.startsWith("delete -output"));
  lines.splice(whole + 1, 0, "setattr -mod -unset top *", `setattr -mod -set top 1 *${MODULE}`, "hierarchy", "rename -top chip");
  return lines.map((line) => (line === "splitnets" ? "splitnets -ports" : line)).join("\n");
}

/**
 * A module with the library's name, parameters and ports, which holds the netlist. The
 * clock is connected directly: an assignment would delay it, and registers would see what others have just written.
 */
function wrapper(source: string, module: YosysModule): string {
  const head = source.slice(source.indexOf(`module ${MODULE}`), source.indexOf(");\n", source.indexOf("input logic clk")) + 3);
  const widths = new Map<string, { readonly isOutput: boolean; bits: number }>();
  for (const [port, { direction }] of Object.entries(module.ports)) {
    const name = port.replace(/\[\d+\]$/, "");
    const known = widths.get(name) ?? { isOutput: direction === "output", bits: 0 };
    known.bits++;
    widths.set(name, known);
  }
  const wires = [...widths].map(([name, { isOutput, bits }]) => {
    const flat = `  wire [${bits - 1}:0] flat_${name}`;
    return isOutput ? `${flat};\n  assign ${name} = flat_${name};` : `${flat} = ${name};`;
  });
  const bits = Object.keys(module.ports).map((port) => {
    if (port === "clk") return "      .clk (clk)";
    return `      .\\${port} (flat_${port.endsWith("]") ? port : `${port}[0]`})`;
  });
  return `${head}${wires.join("\n")}
  ${MODULE}_gates gates (
${bits.join(",\n")}
  );
  initial begin
    $dumpfile("${DUMP}");
    $dumpvars(1, gates);
  end
endmodule
`;
}

export async function readerRun(folder: string, emission: Emission, liberty: string, library: Library): Promise<ReaderRun> {
  const driver = drivers(library);
  if (driver === null) throw new Error("the library has neither a buffer nor an inverter");
  writeFileSync(join(folder, LIBRARY_FILE), liberty);
  writeFileSync(join(folder, DRIVER_FILE), driver);
  const texts = readdirSync(join(folder, "lib"))
    .sort()
    .map((name) => `lib/${name}`);
  writeFileSync(join(folder, "synth.ys"), moduleScript([...texts, "chip.sv"]));
  await runTool("yosys", ["-s", "synth.ys"], { folder, log: "yosys.log", makes: [], ...QUIET });
  const modules = modulesOf(readFileSync(join(folder, LEFT.gates), "utf8"), LEFT.gates);
  const graph = gateGraph(modules.chip, library, LEFT.gates);
  const netlist = readFileSync(join(folder, LEFT.netlist), "utf8").replace(/^module chip\(/m, `module ${MODULE}_gates(`);
  writeFileSync(join(folder, LEFT.netlist), begun(netlist));
  writeFileSync(join(folder, LEFT.models), begun(readFileSync(join(folder, LEFT.models), "utf8")));
  const source = join(folder, "lib", `${MODULE}.sv`);
  writeFileSync(join(folder, "reader.sv"), wrapper(readFileSync(source, "utf8"), modules.chip));
  const sources = [
    ...texts.filter((name) => name !== `lib/${MODULE}.sv`),
    "chip.sv",
    "tb.sv",
    "bench.sv",
    "reader.sv",
    LEFT.netlist,
    LEFT.models,
  ];
  await runTool("iverilog", ["-g2012", "-s", "bench", "-o", "gates.vvp", ...sources], {
    folder,
    log: "iverilog.log",
    makes: ["gates.vvp"],
    ...QUIET,
  });
  await runTool("vvp", ["-n", "gates.vvp"], { folder, log: "vvp.log", makes: [], ...QUIET });
  const verdict = judge([readFileSync(join(folder, "vvp.log"), "utf8")], emission.expected);
  if (!verdict.isEqual) console.error(verdict.differences.join("\n"));
  // a dump writes names with brackets as escaped ones
  const netOfName = new Map(
    [...graph.netOfName].flatMap(([name, net]) => [
      [name, net],
      [`\\${name}`, net],
    ]),
  );
  const activity = activityIn(join(folder, DUMP), { ...graph, netOfName }, SCOPE);
  return { graph, ...activity, cycles: emission.bench.counters.cycles, isEqual: verdict.isEqual };
}
