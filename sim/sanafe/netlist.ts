/**
 * SANA-FE's netlist: each line has a kind (`g`, `n`, `e`, `&`), its object, and `name=value` attributes. Groups are
 * named 0, 1, ...
 *
 * `#` begins a comment, except in quotes. A list is `[1, 0, 1]`; a value may be in double or single quotes; an edge or
 * a mapping may have spaces around its sign. The usual lines, `e 0.1->0.2 w=1`, `n 0.1 bias=1` and `& 0.1@2.3`, are
 * read byte by byte, all others word by word. Throws InputError with every problem.
 */
import { Attributes, ImportReport, numberOf } from "./attributes.js";
import { eachLine, textOf } from "./byte-lines.js";
import { ByteScanner } from "./byte-scanner.js";
import { EdgeFields } from "./edge-fields.js";
import { addEdge, edgeAttributes, ShapedEdges } from "./edge-reader.js";
import {
  attributesByUnit,
  type Fields,
  NetworkBuilder,
  type Placing,
  type SanafeGroup,
  type SanafeNetwork,
  type UnitAttributes,
} from "./network.js";
import { place } from "./placing.js";
import type { Tree } from "./tree.js";

/** Words of a line up to its comment; brackets and quotes keep a value together. */
function words(line: string): string[] {
  const found: string[] = [];
  const token = /\s+|#.*$|((?:"[^"]*"|'[^']*'|\[[^\]]*\]|[^\s#])+)/gy;
  for (const match of line.matchAll(token)) if (match[1] !== undefined) found.push(match[1]);
  return found;
}

function unquoted(text: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(text.trim());
  return quoted === null ? text.trim() : quoted[2];
}

function valueFrom(text: string): Tree {
  const list = /^\[(.*)\]$/.exec(text);
  if (list === null) return unquoted(text);
  return list[1]
    .split(/[\s,]+/)
    .filter((item) => item !== "")
    .map(unquoted);
}

function attributesOf(tokens: readonly string[], file: string, path: string, report: ImportReport): Fields {
  const fields = new Map<string, Tree>();
  for (const token of tokens) {
    const at = token.indexOf("=");
    const name = token.slice(0, at);
    if (at < 1) report.problem(file, path, `got ${JSON.stringify(token)}, expected name=value`);
    else if (fields.has(name)) report.warn(file, path, `${name} is given twice: the last one counts`);
    if (at >= 1) fields.set(name, valueFrom(token.slice(at + 1)));
  }
  return Object.fromEntries(fields);
}

const [LETTER_E, LETTER_N, AND, DOT, DASH, GREATER, AT, EQUALS] = [0x65, 0x6e, 0x26, 0x2e, 0x2d, 0x3e, 0x40, 0x3d];

class NetlistReader {
  private readonly builder: NetworkBuilder;
  /** Groups by number; null for a group with an invalid size. */
  private readonly groups: (SanafeGroup | null)[] = [];
  private readonly scanner = new ByteScanner();
  private readonly fields = new EdgeFields();
  private readonly edges: ShapedEdges;
  /** Attributes of `n` lines by their text; null: there is something to report about each such line. */
  private readonly ownByText = new Map<string, UnitAttributes | null>();
  private readonly placings = new Map<number, Placing>();
  private line = 0;

  constructor(
    private readonly file: string,
    private readonly report: ImportReport,
  ) {
    this.builder = new NetworkBuilder(file, report);
    this.edges = new ShapedEdges(this.builder, this.fields);
  }

  take(bytes: Uint8Array, start: number, end: number): void {
    this.line++;
    this.scanner.begin(bytes, start, end);
    if (!this.takePlain()) this.takeWords(textOf(bytes, start, end).replace(/\r$/, ""));
  }

  done(): SanafeNetwork {
    if (this.groups.length === 0)
      this.report.problem(this.file, "", "holds no group: this is not a SANA-FE netlist", "begin with: g NEURONS name=value ...");
    return this.builder.done("netlist");
  }

  /** Takes a plain line; returns false, without any change, if it is not plain. */
  private takePlain(): boolean {
    const { scanner } = this;
    scanner.takeBlanks();
    const kind = scanner.byte;
    if (kind !== LETTER_E && kind !== LETTER_N && kind !== AND) return false;
    scanner.at++;
    if (!scanner.takeBlanks()) return false;
    const neuron = this.takeNeuron();
    if (neuron < 0) return false;
    return kind === LETTER_E ? this.takeEdge(neuron) : kind === LETTER_N ? this.takeOwn(neuron) : this.takePlacing(neuron);
  }

  /** Consumes `group.index`; returns the neuron's number, -1 if there is no such neuron. */
  private takeNeuron(): number {
    const { scanner } = this;
    const number = scanner.takeIndex();
    const group = number < 0 || number >= this.groups.length ? null : this.groups[number];
    if (group === null || !scanner.take(DOT)) return -1;
    const index = scanner.takeIndex();
    return index < 0 || index >= group.size ? -1 : group.first + index;
  }

  private takeEdge(source: number): boolean {
    const { scanner, fields } = this;
    if (!(scanner.take(DASH) && scanner.take(GREATER))) return false;
    const target = this.takeNeuron();
    if (target < 0) return false;
    fields.begin();
    for (;;) {
      const isParted = scanner.takeBlanks();
      if (scanner.isAtEnd) break;
      const keyStart = scanner.at;
      if (!isParted || scanner.takeWord() === 0) return false;
      const keyEnd = scanner.at;
      if (!scanner.take(EQUALS) || !fields.take(scanner, keyStart, keyEnd)) return false;
    }
    return fields.delay >= 0 && this.edges.add(source, target, fields.weight, fields.delay, fields.shape());
  }

  private takeOwn(neuron: number): boolean {
    const { scanner } = this;
    const from = scanner.at;
    if (!scanner.takeBlanks()) return scanner.isAtEnd;
    const text = scanner.text(from, scanner.end);
    let own = this.ownByText.get(text);
    if (own === undefined) {
      const report = new ImportReport();
      const byUnit = attributesByUnit(attributesOf(words(text), this.file, "", report));
      own = report.findings > 0 ? null : byUnit;
      this.ownByText.set(text, own);
    }
    if (own === null) return false;
    this.builder.addAttributes(neuron, own);
    return true;
  }

  private takePlacing(neuron: number): boolean {
    const { scanner } = this;
    const tile = scanner.take(AT) ? scanner.takeIndex() : -1;
    const offset = tile >= 0 && scanner.take(DOT) ? scanner.takeIndex() : -1;
    scanner.takeBlanks();
    if (offset < 0 || !scanner.isAtEnd) return false;
    // both have at most nine digits
    const key = tile * 1e6 + offset;
    let placing = offset < 1e6 ? this.placings.get(key) : undefined;
    if (placing === undefined) {
      placing = { tile, offset, soma: "", dendrite: "", synapse: "" };
      if (offset < 1e6) this.placings.set(key, placing);
    }
    this.builder.place(neuron, placing);
    return true;
  }

  private takeWords(text: string): void {
    const { builder, report, file } = this;
    const path = `line ${this.line}`;
    const [kind, said = "", ...rest] = words(text.replace(/^(\s*[e&]\s[^=#]*?)\s*(->|@)\s*/, "$1$2"));
    if (kind === undefined) return;
    const first = unquoted(said);
    const values = attributesOf(rest, file, path, report);
    if (kind === "g") {
      const size = numberOf(first) ?? Number.NaN;
      const isSize = Number.isInteger(size) && size >= 0;
      if (!isSize) report.problem(file, path, `got ${JSON.stringify(first)}, expected the number of neurons`);
      this.groups.push(isSize ? builder.addGroup(String(this.groups.length), size, attributesByUnit(values)) : null);
    } else if (kind === "n") {
      const byUnit = attributesByUnit(values);
      for (const neuron of builder.neurons(first, path)) builder.addAttributes(neuron, byUnit);
    } else if (kind === "e") {
      const [source = "", target = ""] = first.split("->");
      if (target === "") report.problem(file, path, "expected e source->target");
      else addEdge(builder, source, target, edgeAttributes(values, report, file, path));
    } else if (kind === "&") {
      const [neurons = "", core = ""] = first.split("@");
      place(builder, neurons, core, new Attributes(values, report, file, path));
    } else report.problem(file, path, `line kind ${JSON.stringify(kind)} is unknown; known: g, n, e, &`);
  }
}

export function readNetlist(pieces: Iterable<Uint8Array>, file: string, report: ImportReport): SanafeNetwork {
  const reader = new NetlistReader(file, report);
  eachLine(pieces, file, (bytes, start, end) => reader.take(bytes, start, end));
  return reader.done();
}
