/** The works behind a study's numbers, as a paper cites them. Pure text. */
import type { Json } from "../../base/hash.js";
import { evaluatorOf } from "../inputs.js";
import type { ReportData } from "./data.js";

/** Networks of this program's own cells, which multi-bit spikes and gated leaks belong to. */
const CELLS =
  "W. Ponghiran and K. Roy, Spiking Neural Networks with Improved Inherent Recurrence Dynamics for Sequential Learning, AAAI 2022.";

/** Words of a price's source, and the works that they stand for. */
const WORKS: readonly (readonly [words: RegExp, works: readonly string[]])[] = [
  [
    /CACTI/,
    [
      "R. Balasubramonian, A. B. Kahng, N. Muralimanohar, A. Shafiee and V. Srinivas, CACTI 7: new tools for interconnect exploration in innovative off-chip memories, ACM Trans. Archit. Code Optim. 14(2), 2017.",
    ],
  ],
  [/Horowitz/, ["M. Horowitz, Computing's energy problem (and what we can do about it), ISSCC 2014."]],
  [
    /DSENT/,
    [
      "C. Sun et al., DSENT: a tool connecting emerging photonics with electronics for opto-electronic networks-on-chip modeling, NOCS 2012.",
    ],
  ],
  [
    /Stillmaker/,
    [
      "A. Stillmaker and B. Baas, Scaling equations for the accurate prediction of CMOS device performance from 180 nm to 7 nm, Integration 58, 2017.",
    ],
  ],
  [/Aladdin/, ["Y. S. Shao, B. Reagen, G.-Y. Wei and D. Brooks, Aladdin: a pre-RTL, power-performance accelerator simulator, ISCA 2014."]],
  [/IHP/, ["IHP PDK Authors, IHP-Open-PDK: SG13G2 standard cells and SRAM macros, 2024, https://github.com/IHP-GmbH/IHP-Open-PDK."]],
  [/published cells/, ["Areas of published SRAM cells, each with its source: arch/components/sram_cells.csv of snn-dse."]],
  [
    /to silicon/,
    [
      "C. Frenkel, M. Lefebvre, J.-D. Legat and D. Bol, A 0.086-mm2 12.7-pJ/SOP 64k-synapse 256-neuron online-learning digital spiking neuromorphic processor in 28-nm CMOS (ODIN), IEEE Trans. Biomed. Circuits Syst. 13(1), 2019.",
      "C. Frenkel and G. Indiveri, ReckOn: a 28nm sub-mm2 task-agnostic spiking recurrent neural network processor enabling on-chip learning over second-long timescales, ISSCC 2022.",
      "C. Frenkel, J.-D. Legat and D. Bol, MorphIC: a 65-nm 738k-synapse/mm2 quad-core binary-weight digital neuromorphic processor with stochastic spike-driven online learning, IEEE Trans. Biomed. Circuits Syst. 13(5), 2019.",
      "F. Akopyan et al., TrueNorth: design and tool flow of a 65 mW 1 million neuron programmable neurosynaptic chip, IEEE Trans. Comput.-Aided Design 34(10), 2015.",
      "P. A. Merolla et al., A million spiking-neuron integrated circuit with a scalable communication network and interface (TrueNorth), Science 345, 2014.",
      "L. Deng et al., Tianjic: a unified and scalable chip bridging spike-based and continuous neural computation, IEEE J. Solid-State Circuits 55(8), 2020.",
    ],
  ],
  [/Davies/, ["M. Davies et al., Loihi: a neuromorphic manycore processor with on-chip learning, IEEE Micro 38(1), 2018."]],
  [/Tang/, ["G. Tang et al., SENECA: building a fully digital neuromorphic processor, Front. Neurosci. 17:1187252, 2023."]],
  [/Yao/, ["M. Yao et al., Spike-based dynamic computing with asynchronous sensing-computing neuromorphic chip, Nat. Commun. 15, 2024."]],
  [/Frady/, ["E. P. Frady et al., Neuromorphic nearest neighbor search using Intel's Pohoiki Springs, NICE 2020."]],
];

/** Endings of networks that other programs trained. */
const IMPORTED = /\.(nir|net)$/;

/** Works of which the study's numbers come; none if another program told its results. */
export function citationsOf({ inputs, document, sources }: ReportData): readonly string[] {
  if (evaluatorOf(inputs) !== null) return [];
  const { model, network } = (document ?? {}) as { readonly model?: Json; readonly network?: { readonly model?: Json } };
  // a description of a coupled chip names its model, not a network
  const hasCells = model === undefined && !IMPORTED.test(String(network?.model ?? ""));
  const works = WORKS.flatMap(([words, named]) => (sources.some((source) => words.test(source)) ? named : []));
  return [...(hasCells ? [CELLS] : []), ...works];
}
