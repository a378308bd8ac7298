/** Edges between two neurons, in both file formats. */
import { Attributes, ImportReport } from "./attributes.js";
import type { EdgeFields } from "./edge-fields.js";
import { checkDelay, MAX_DELAY_STEPS } from "./edges.js";
import { attributesByUnit, type Fields, type NetworkBuilder } from "./network.js";

/** Attributes of an edge, for synapse and dendrite, which read different ones. */
export function edgeAttributes(map: Fields, report: ImportReport, file: string, path: string): Attributes {
  const { synapse, dendrite } = attributesByUnit(map);
  return new Attributes({ ...synapse, ...dendrite }, report, file, path);
}

interface Said {
  readonly weight: number;
  readonly delay: number;
  readonly tap: number;
  readonly synapse: string;
}

function read(attributes: Attributes): Said {
  const said = {
    weight: attributes.number(["weight", "w"], 0),
    delay: attributes.number(["delay", "d"], 0),
    tap: attributes.number(["tap"], 0),
    synapse: attributes.text(["synapse_hw_name"], ""),
  };
  attributes.warnOfUnknown();
  return said;
}

/** Adds the edge that `attributes` describe; `source` and `target` are texts of the file. */
export function addEdge(builder: NetworkBuilder, source: string, target: string, attributes: Attributes): void {
  const from = builder.neurons(source, attributes.path);
  const to = builder.neurons(target, attributes.path);
  if (from.length > 1 || to.length > 1) {
    builder.report.problem(
      builder.file,
      attributes.path,
      "an edge joins one neuron to one neuron",
      "between groups add type: dense, sparse or conv2d",
    );
  }
  const { weight, delay, tap, synapse } = read(attributes);
  checkDelay(delay, builder, attributes.path);
  if (from.length === 1 && to.length === 1) builder.edges.push(from[0], to[0], weight, delay, tap, synapse);
}

/** Adds edges whose fields are given as numbers and a shape. */
export class ShapedEdges {
  /** Values of all edges of a shape; null: there is something to report about each of them. */
  private readonly shapes: (Said | null | undefined)[] = [];

  constructor(
    private readonly builder: NetworkBuilder,
    private readonly fields: EdgeFields,
  ) {}

  /** `from`, `to`: neuron numbers. Returns false, without adding the edge, if there is something to report about it. */
  add(from: number, to: number, weight: number, delay: number, shape: number): boolean {
    let said = this.shapes[shape];
    if (said === undefined) {
      said = this.read(shape);
      this.shapes[shape] = said;
    }
    if (said === null || delay > MAX_DELAY_STEPS) return false;
    this.builder.edges.push(from, to, weight, delay, said.tap, said.synapse);
    return true;
  }

  private read(shape: number): Said | null {
    const report = new ImportReport();
    const fields = this.fields.written(shape, 0, 0);
    const attributes = edgeAttributes(fields, report, "", "");
    if (attributes.has("type")) return null;
    const said = read(attributes);
    return report.hasProblems || report.warnings.length > 0 ? null : said;
  }
}
