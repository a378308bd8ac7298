/**
 * Fields of one edge: weight and delay as numbers, all others as a shape that edges share. Edges of one shape have the
 * same fields in the same order, with the same values except weight and delay.
 */
import { type ByteScanner, isWordByte } from "./byte-scanner.js";
import type { Fields } from "./network.js";

/** Fields whose number is stored for each edge. */
const NUMBERS = ["weight", "w", "delay", "d"] as const;
const WEIGHTS = 2;
const OTHER = NUMBERS.length;
/** Number of codes for shapes with at most two numbers and no other field. */
const SHORT = (OTHER + 1) * (OTHER + 1);
const DOT = 0x2e;
const PLUS = 0x2b;
const MINUS = 0x2d;

/** [key, value]; null in place of the edge's own number. */
type Shape = readonly (readonly [string, string | null])[];

export class EdgeFields {
  weight = 0;
  delay = 0;
  private readonly shapes: Shape[] = [];
  private readonly byCode = new Int32Array(SHORT).fill(-1);
  private readonly byText = new Map<string, number>();
  private fields: [string, string | null][] = [];
  private code = 0;
  private isShort = true;
  private hasWeight = false;
  private hasDelay = false;

  /** Prepares for the fields of the next edge. */
  begin(): void {
    this.weight = 0;
    this.delay = 0;
    this.code = 0;
    this.isShort = true;
    this.hasWeight = false;
    this.hasDelay = false;
    if (this.fields.length > 0) this.fields = [];
  }

  /** Consumes the value after the key at `keyStart` to `keyEnd`; false if it is not plain, or given twice. */
  take(scanner: ByteScanner, keyStart: number, keyEnd: number): boolean {
    const kind = kindOf(scanner, keyStart, keyEnd);
    if (kind === OTHER) return this.takeOther(scanner, scanner.text(keyStart, keyEnd));
    if (!scanner.takeDecimal()) return false;
    if (kind < WEIGHTS) {
      if (this.hasWeight) return false;
      this.hasWeight = true;
      this.weight = scanner.value;
    } else {
      if (this.hasDelay || !Number.isInteger(scanner.value)) return false;
      this.hasDelay = true;
      this.delay = scanner.value;
    }
    if (this.isShort) this.code = this.code * (OTHER + 1) + kind + 1;
    else this.fields.push([NUMBERS[kind], null]);
    return true;
  }

  /** Number of the shape of the fields since `begin`. */
  shape(): number {
    if (!this.isShort) return this.placeOf(this.fields);
    if (this.byCode[this.code] < 0) this.byCode[this.code] = this.placeOf(this.numbersOf(this.code));
    return this.byCode[this.code];
  }

  /** The fields of an edge of this shape as text, with numbers in their shortest form. */
  written(shape: number, weight: number, delay: number): Fields {
    return Object.fromEntries(
      this.shapes[shape].map(([key, value]) => [key, value ?? String(key.startsWith("w") ? weight : delay)]),
    ) as Fields;
  }

  private takeOther(scanner: ByteScanner, key: string): boolean {
    const from = scanner.at;
    const first = scanner.byte;
    if (first === MINUS || first === PLUS || first === DOT) scanner.at++;
    if (!isWordByte(scanner.byte)) return false;
    for (let byte = scanner.byte; isWordByte(byte) || byte === MINUS || byte === PLUS || byte === DOT; byte = scanner.byte) scanner.at++;
    if (this.isShort) {
      this.fields = this.numbersOf(this.code);
      this.isShort = false;
    }
    if (this.fields.some(([said]) => said === key)) return false;
    this.fields.push([key, scanner.text(from, scanner.at)]);
    return true;
  }

  private numbersOf(code: number): [string, string | null][] {
    const kinds = code > OTHER ? [Math.floor(code / (OTHER + 1)), code % (OTHER + 1)] : code > 0 ? [code] : [];
    return kinds.map((kind) => [NUMBERS[kind - 1], null]);
  }

  private placeOf(shape: Shape): number {
    const text = JSON.stringify(shape);
    let place = this.byText.get(text);
    if (place === undefined) {
      place = this.shapes.push(shape) - 1;
      this.byText.set(text, place);
    }
    return place;
  }
}

/** Index of a key in `NUMBERS`, or `OTHER`. */
function kindOf(scanner: ByteScanner, start: number, end: number): number {
  const length = end - start;
  const first = scanner.byteAt(start);
  if (length === 1) return first === 0x77 ? 1 : first === 0x64 ? 3 : OTHER;
  if (length !== 5 && length !== 6) return OTHER;
  const kind = length === 6 ? 0 : 2;
  for (let i = 0; i < length; i++) if (scanner.byteAt(start + i) !== NUMBERS[kind].charCodeAt(i)) return OTHER;
  return kind;
}
