/**
 * Entries of a YAML list that take one line each, as a large network has millions of: `- a.0 -> b.1: {weight: 2}`, `-
 * 7: {bias: 1}` and `- a.0: {core: 0.1}`. Runs of them are stored in columns.
 */
import { ByteScanner, isDigit } from "./byte-scanner.js";
import { BlockColumn, REAL, WHOLE } from "./edge-columns.js";
import { EdgeFields } from "./edge-fields.js";
import type { Fields } from "./network.js";
import { Packed, type Tree } from "./tree.js";

const [BLANK, DASH, COLON, COMMA, DOT, GREATER, OPEN, CLOSE] = [0x20, 0x2d, 0x3a, 0x2c, 0x2e, 0x3e, 0x7b, 0x7d];
/** Name of an entry that is a bare index. */
const NO_NAME = 0;
/** Index of an edge's first name; edges with this name take no memory for it. */
export const FIRST_NAME = 1;

export type EntryKind = "edge" | "neuron";

/** All entries of a file, in the order of their lines. */
export class PlainEntries {
  readonly edgeFields = new EdgeFields();
  readonly sourceName = new BlockColumn(WHOLE);
  readonly source = new BlockColumn(WHOLE);
  readonly targetName = new BlockColumn(WHOLE);
  readonly target = new BlockColumn(WHOLE);
  readonly weight = new BlockColumn(REAL);
  readonly delay = new BlockColumn(WHOLE);
  /** Shape of an edge; for another entry the index of its fields. */
  readonly shape = new BlockColumn(WHOLE);
  /** Names before the dot; the first stands for no name. */
  readonly names: string[] = [""];
  readonly fields: Fields[] = [];
  count = 0;
  /** Spaces before the dash of the entry that `take` has read last. */
  indent = 0;
  private readonly scanner = new ByteScanner();
  private readonly namePlaces = new Map<string, number>();
  private readonly fieldPlaces = new Map<string, number>();
  private lastName: Uint8Array = new Uint8Array(0);
  private lastPlace = 0;
  private lastKind: EntryKind = "edge";

  /** Reads a line as the next entry; null, without any change, if it is not such a line. */
  take(bytes: Uint8Array, start: number, end: number): EntryKind | null {
    const { scanner } = this;
    scanner.begin(bytes, start, end);
    this.indent = scanner.takeSpaces();
    if (!scanner.take(DASH) || !scanner.take(BLANK)) return null;
    const name = this.takeName();
    const index = name < 0 ? -1 : scanner.takeIndex();
    if (index < 0) return null;
    return scanner.byte === COLON ? this.takeNeuron(name, index) : this.takeEdge(name, index);
  }

  /** The entry as a tree. */
  written(at: number, kind: EntryKind): Tree {
    const one = (name: number, index: number): string => (name === NO_NAME ? String(index) : `${this.names[name]}.${index}`);
    if (kind === "neuron") return { [one(this.sourceName.get(at), this.source.get(at))]: this.fields[this.shape.get(at)] };
    const source = one(this.sourceName.get(at) + FIRST_NAME, this.source.get(at));
    const target = one(this.targetName.get(at) + FIRST_NAME, this.target.get(at));
    return { [`${source} -> ${target}`]: this.edgeFields.written(this.shape.get(at), this.weight.get(at), this.delay.get(at)) };
  }

  /** The line of an entry, with numbers in their shortest form. */
  line(at: number, kind: EntryKind, indent: number): string {
    const [[key, fields]] = Object.entries(this.written(at, kind) as { readonly [key: string]: Fields });
    const inside = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
    return `${" ".repeat(indent)}- ${key}: {${inside.join(", ")}}`;
  }

  /** Removes the last entry, whose dash follows `indent` spaces; returns its line. */
  takeBack(indent: number): string {
    return this.line(--this.count, this.lastKind, indent);
  }

  /** Frees the memory of entries `from` to `to` that no other entry shares. */
  drop(from: number, to: number): void {
    for (const column of [this.sourceName, this.source, this.targetName, this.target, this.weight, this.delay, this.shape])
      column.drop(from, to);
  }

  private takeNeuron(name: number, index: number): EntryKind | null {
    const { scanner } = this;
    if (!this.takeOpening()) return null;
    const from = scanner.at;
    while (!scanner.isAtEnd && scanner.byte !== CLOSE) scanner.at++;
    const text = scanner.text(from, scanner.at);
    if (!this.takeClosing()) return null;
    let place = this.fieldPlaces.get(text);
    if (place === undefined) {
      const fields = fieldsOf(text);
      if (fields === null) return null;
      place = this.fields.push(fields) - 1;
      this.fieldPlaces.set(text, place);
    }
    const at = this.count++;
    this.sourceName.set(at, name);
    this.source.set(at, index);
    this.shape.set(at, place);
    this.lastKind = "neuron";
    return "neuron";
  }

  private takeEdge(sourceName: number, source: number): EntryKind | null {
    const { scanner, edgeFields } = this;
    if (sourceName === NO_NAME) return null;
    if (!(scanner.take(BLANK) && scanner.take(DASH) && scanner.take(GREATER) && scanner.take(BLANK))) return null;
    const targetName = this.takeName();
    const target = targetName <= NO_NAME ? -1 : scanner.takeIndex();
    if (target < 0 || !this.takeOpening()) return null;
    edgeFields.begin();
    scanner.takeSpaces();
    while (scanner.byte !== CLOSE) {
      const keyStart = scanner.at;
      if (scanner.takeWord() === 0) return null;
      const keyEnd = scanner.at;
      if (!scanner.take(COLON) || scanner.takeSpaces() === 0 || !edgeFields.take(scanner, keyStart, keyEnd)) return null;
      scanner.takeSpaces();
      if (scanner.byte === CLOSE) break;
      if (!scanner.take(COMMA)) return null;
      scanner.takeSpaces();
      if (scanner.byte === CLOSE) return null;
    }
    if (!this.takeClosing() || edgeFields.delay < 0 || edgeFields.delay > 255) return null;
    const at = this.count++;
    this.sourceName.set(at, sourceName - FIRST_NAME);
    this.source.set(at, source);
    this.targetName.set(at, targetName - FIRST_NAME);
    this.target.set(at, target);
    this.weight.set(at, edgeFields.weight);
    this.delay.set(at, edgeFields.delay);
    this.shape.set(at, edgeFields.shape());
    this.lastKind = "edge";
    return "edge";
  }

  /** Consumes `: {`. */
  private takeOpening(): boolean {
    const { scanner } = this;
    return scanner.take(COLON) && scanner.take(BLANK) && scanner.take(OPEN);
  }

  /** Consumes `}`, after which nothing may follow. */
  private takeClosing(): boolean {
    const { scanner } = this;
    if (!scanner.take(CLOSE)) return false;
    scanner.takeSpaces();
    return scanner.isAtEnd;
  }

  /**
   * Consumes the name before an index and its dot; returns the name's index, `NO_NAME` before a bare index, -1 if there
   * is neither.
   */
  private takeName(): number {
    const { scanner } = this;
    const from = scanner.at;
    if (isDigit(scanner.byte)) return NO_NAME;
    let dot = -1;
    while (scanner.takeWord() > 0 && scanner.byte === DOT) {
      dot = scanner.at;
      scanner.at++;
    }
    if (dot < 0) return -1;
    scanner.at = dot + 1;
    // usually it is the name of the line before
    if (scanner.isSame(from, dot, this.lastName)) return this.lastPlace;
    const name = scanner.text(from, dot);
    let place = this.namePlaces.get(name);
    if (place === undefined) {
      place = this.names.push(name) - 1;
      this.namePlaces.set(name, place);
    }
    [this.lastName, this.lastPlace] = [scanner.copy(from, dot), place];
    return place;
  }
}

/** Consecutive entries of a list. */
export class EntryRun extends Packed {
  readonly spreads = true;

  /** Entries `from` to `to` of `all`. */
  constructor(
    readonly all: PlainEntries,
    readonly kind: EntryKind,
    readonly from: number,
    readonly to: number,
  ) {
    super();
  }

  entries(): readonly Tree[] {
    return Array.from({ length: this.to - this.from }, (_, i) => this.all.written(this.from + i, this.kind));
  }
}

const FIELD = /^ *(\w+): +([-+.]?\w[-+\w.]*) *$/;

/** `a: 1, b: 2`; null if the text has another form. */
function fieldsOf(text: string): Fields | null {
  const fields = new Map<string, Tree>();
  for (const field of text.trim() === "" ? [] : text.split(",")) {
    const [, key, value] = FIELD.exec(field) ?? [];
    if (key === undefined || value === undefined || fields.has(key)) return null;
    fields.set(key, value);
  }
  return Object.fromEntries(fields);
}
