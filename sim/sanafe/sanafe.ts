/** A SANA-FE architecture and network: read, checked, bound and ready to run. */
import { type CsvText, csvRow } from "../../base/escape/csv.js";
import { joined } from "../../base/escape/filtered.js";
import { readArchitecture } from "./architecture.js";
import { ImportReport } from "./attributes.js";
import { type BoundNetwork, bind } from "./bind.js";
import { readNetlist } from "./netlist.js";
import { neuronName } from "./network.js";
import { readNetworkYaml } from "./network-yaml.js";
import type { SanafeRun } from "./run.js";

export interface SanafeImport {
  readonly bound: BoundNetwork;
  /** Attributes without effect here, one line each. */
  readonly warnings: readonly string[];
}

/** A named text; `file` is its name in errors. */
interface NamedText {
  readonly file: string;
  readonly text: string;
}
/**
 * A text in pieces of bytes, each valid until the next is requested, so a large network is never in memory as a whole.
 */
interface NamedPieces {
  readonly file: string;
  readonly pieces: Iterable<Uint8Array>;
}

/**
 * A network named .yaml or .yml is YAML, any other a netlist. Throws InputError with every problem found,
 * InfeasibleError if a core has too many neurons.
 */
export function importSanafe(architecture: NamedText, network: NamedText | NamedPieces): SanafeImport {
  const report = new ImportReport();
  const chip = readArchitecture(architecture.text, architecture.file, report);
  const { file } = network;
  const pieces = "pieces" in network ? network.pieces : [Buffer.from(network.text)];
  const read = /\.ya?ml$/i.test(file) ? readNetworkYaml : readNetlist;
  const bound = bind(chip, read(pieces, file, report), report);
  return { bound, warnings: report.warnings };
}

/** Rows of a piece of text. */
const PIECE_ROWS = 4096;

/** `neuron,timestep` rows of a run in pieces, for the neurons with `log_spikes`, or for all if none has it. */
export function* spikeRows(bound: BoundNetwork, run: SanafeRun): Generator<CsvText, void, undefined> {
  const logsAny = bound.logsSpikes.some((logs) => logs === 1);
  let rows = [csvRow(["neuron", "timestep"], "\n")];
  for (const [neuron, step] of run.eachSpike()) {
    if (logsAny && bound.logsSpikes[neuron] !== 1) continue;
    rows.push(csvRow([neuronName(bound.network, neuron), step], "\n"));
    if (rows.length < PIECE_ROWS) continue;
    yield joined(rows, "");
    rows = [];
  }
  yield joined(rows, "");
}
