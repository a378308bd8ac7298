/** The works behind a study's numbers, as a paper cites them. Pure text. */
import { evaluatorOf } from "../inputs.js";
import type { ReportData } from "./data.js";
import { fpgasOf } from "./price-sentences.js";
import { settingValues } from "./searched.js";

/** Networks of this program's own cells, which multi-bit spikes and gated leaks belong to. */
const CELLS =
  "W. Ponghiran and K. Roy, Spiking Neural Networks with Improved Inherent Recurrence Dynamics for Sequential Learning, AAAI 2022.";

/** Words of a price's source, and the work that they stand for. */
const WORKS: readonly (readonly [words: RegExp, work: string])[] = [
  [
    /CACTI/,
    "R. Balasubramonian et al., CACTI 7: new tools for interconnect exploration in innovative off-chip memories, ACM TACO 14(2), 2017.",
  ],
  [/Horowitz/, "M. Horowitz, Computing's energy problem (and what we can do about it), ISSCC 2014."],
  [
    /DSENT/,
    "C. Sun et al., DSENT: a tool connecting emerging photonics with electronics for opto-electronic networks-on-chip modeling, NOCS 2012.",
  ],
  [
    /Stillmaker/,
    "A. Stillmaker and B. Baas, Scaling equations for the accurate prediction of CMOS device performance from 180 nm to 7 nm, Integration 58, 2017.",
  ],
  [/Aladdin/, "Y. S. Shao et al., Aladdin: a pre-RTL, power-performance accelerator simulator, ISCA 2014."],
  [/IHP/, "IHP PDK Authors, IHP-Open-PDK: SG13G2 standard cells and SRAM macros, 2024, github.com/IHP-GmbH/IHP-Open-PDK."],
  [/published cells/, "Areas of published SRAM cells, each with its source: arch/components/sram_cells.csv of snn-dse."],
  [
    /to silicon/,
    "Chips behind the factors to silicon: ODIN (C. Frenkel et al., IEEE TBioCAS 13(1), 2019), ReckOn (C. Frenkel and G. Indiveri, ISSCC 2022), MorphIC (C. Frenkel et al., IEEE TBioCAS 13(5), 2019), TrueNorth (F. Akopyan et al., IEEE TCAD 34(10), 2015; P. A. Merolla et al., Science 345, 2014), Tianjic (L. Deng et al., IEEE JSSC 55(8), 2020).",
  ],
  [/Davies/, "M. Davies et al., Loihi: a neuromorphic manycore processor with on-chip learning, IEEE Micro 38(1), 2018."],
  [/Tang/, "G. Tang et al., SENECA: building a fully digital neuromorphic processor, Front. Neurosci. 17:1187252, 2023."],
  [/Yao/, "M. Yao et al., Spike-based dynamic computing with asynchronous sensing-computing neuromorphic chip, Nat. Commun. 15, 2024."],
  [/Frady/, "E. P. Frady et al., Neuromorphic nearest neighbor search using Intel's Pohoiki Springs, NICE 2020."],
  [/SANA-FE/, "J. A. Boyle et al., SANA-FE: simulating advanced neuromorphic architectures for fast exploration, IEEE TCAD 44(8), 2025."],
  [
    /Qiao/,
    "N. Qiao and G. Indiveri, A clock-less ultra-low power bit-serial LVDS link for address-event multi-chip systems, arXiv:1908.06532, 2019.",
  ],
  [/sinabs/, "SynSense, sinabs: docs/speck/notebooks/power_monitoring.ipynb at 904eb89, github.com/synsense/sinabs."],
  [/Open Neuromorphic guide/, "Open Neuromorphic, guide to neuromorphic hardware at 28f5083, 2026, open-neuromorphic.org."],
  [
    /\bNIR\b/,
    "J. E. Pedersen et al., Neuromorphic intermediate representation: a unified instruction set for interoperable brain-inspired computing, Nat. Commun. 15, 2024; paper/03_rnn/xylo_apply.ipynb at 7232ada, github.com/neuromorphs/NIR.",
  ],
];

/** Endings of networks that other programs trained. */
const IMPORTED = /\.(nir|net)$/;

/** Tools behind the laws of an FPGA's look-up tables, flip-flops and clock. */
const FPGA_TOOLS = "D. Shah et al., Yosys+nextpnr: an open source framework from Verilog to bitstream for commercial FPGAs, FCCM 2019.";

/** Works of which the study's numbers come; none if another program told its results. */
export function citationsOf(data: ReportData): readonly string[] {
  const { inputs, sources } = data;
  if (evaluatorOf(inputs) !== null) return [];
  // a description of a coupled chip names its model, not a network
  const namesModel = settingValues(data, "model").length > 0;
  const models = settingValues(data, "network.model").map(String);
  const hasCells = !namesModel && (models.length === 0 || models.some((model) => !IMPORTED.test(model)));
  const works = WORKS.flatMap(([words, work]) => (sources.some((source) => words.test(source)) ? [work] : []));
  return [...(hasCells ? [CELLS] : []), ...(fpgasOf(data).length === 0 ? [] : [FPGA_TOOLS]), ...works];
}
