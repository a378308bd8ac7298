/**
 * TIMIT's 61 phones folded to 48 and 39 classes, and ARPAbet names of aligners. The usual folding drops the glottal
 * stop q; here every frame must have a class, so its frames count as silence.
 * Source: K.-F. Lee and H.-W. Hon, "Speaker-independent phone recognition using hidden Markov models", 1989.
 */
import { inputError } from "../../base/errors.js";
import { nextSegment, type Segment } from "./speech.js";

/** 61 -> [48, 39]. */
const FOLDING: Readonly<Record<string, readonly [string, string]>> = Object.fromEntries(
  `aa aa aa|ae ae ae|ah ah ah|ao ao aa|aw aw aw|ax ax ah|ax-h ax ah|axr er er|ay ay ay|b b b|bcl vcl sil|ch ch ch|d d d|dcl vcl sil|dh dh dh|dx dx dx
|eh eh eh|el el l|em m m|en en n|eng ng ng|epi epi sil|er er er|ey ey ey|f f f|g g g|gcl vcl sil|h# sil sil|hh hh hh|hv hh hh|ih ih ih|ix ix ih
|iy iy iy|jh jh jh|k k k|kcl cl sil|l l l|m m m|n n n|ng ng ng|nx n n|ow ow ow|oy oy oy|p p p|pau sil sil|pcl cl sil|q sil sil|r r r|s s s|sh sh sh
|t t t|tcl cl sil|th th th|uh uh uh|uw uw uw|ux uw uw|v v v|w w w|y y y|z z z|zh zh sh`
    .split("|")
    .map((line) => line.trim().split(" "))
    .map(([from, middle, to]) => [from, [middle, to]]),
);

/** Names of silences and noises in aligners; all are TIMIT's h#. */
const SILENCES = new Set(["", "sil", "sp", "spn", "nsn", "<eps>", "<sil>", "h#", "pau"]);

export type Folding = 61 | 48 | 39;

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

/** Class names of a folding, in the order of their labels. */
export const PHONES: Readonly<Record<Folding, readonly string[]>> = {
  61: sorted(Object.keys(FOLDING)),
  48: sorted(Object.values(FOLDING).map(([middle]) => middle)),
  39: sorted(Object.values(FOLDING).map(([, to]) => to)),
};

/** Class name of a phone; upper case and ARPAbet stress digits (AH0) are accepted. Null if it is no phone. */
export function foldPhone(phone: string, folding: Folding): string | null {
  const name = phone.toLowerCase().replace(/[0-2]$/, "");
  const known = SILENCES.has(name) && name !== "pau" ? "h#" : name;
  const folded = Object.hasOwn(FOLDING, known) ? FOLDING[known] : null;
  if (folded === null) return null;
  return folding === 61 ? known : folded[folding === 48 ? 0 : 1];
}

function label(phone: string, folding: Folding, where: string): number {
  const name = foldPhone(phone, folding);
  if (name === null) throw inputError(where, `unknown phone "${phone}"`);
  return PHONES[folding].indexOf(name);
}

/** Segments of a .PHN file: lines "start end phone" in samples. */
export function readPhn(text: string, folding: Folding, file: string): Segment[] {
  const segments: Segment[] = [];
  text.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() === "") return;
    const [start, end, phone] = line.trim().split(/\s+/);
    const [from, to] = [Number(start), Number(end)];
    if (phone === undefined || !Number.isInteger(from) || !Number.isInteger(to))
      throw inputError(`${file}:${i + 1}`, `expected "start end phone", got "${line}"`);
    if (to <= from) throw inputError(`${file}:${i + 1}`, `phone ends at ${to}, not after its start ${from}`);
    segments.push(nextSegment(segments, from, to, label(phone, folding, `${file}:${i + 1}`), `${file}:${i + 1}`));
  });
  if (segments.length === 0) throw inputError(file, "holds no phones");
  return segments;
}

/** Segments of the phone tier of a Praat TextGrid, long or short text form; times become samples. */
export function readTextGrid(text: string, folding: Folding, rateHz: number, file: string): Segment[] {
  // All values in order. Both text forms have the same values; the long form has names before them.
  const values = [...text.matchAll(/"((?:[^"]|"")*)"|(?<![\w[.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w\]])|<exists>/gi)].map((m) =>
    m[1] === undefined ? m[0] : { text: m[1].replaceAll('""', '"') },
  );
  const textAt = (i: number): string | null => {
    const v = values[i];
    return typeof v === "object" ? v.text : null;
  };
  for (let at = 0; at < values.length; at++) {
    if (textAt(at) !== "IntervalTier" || !/^phones?$/i.test(textAt(at + 1) ?? "")) continue;
    // header of a tier: name, xmin, xmax, count; then xmin, xmax and text of each interval
    const count = Number(values[at + 4]);
    const segments: Segment[] = [];
    for (let i = 0; i < count; i++) {
      const first = at + 5 + 3 * i;
      const [start, end] = [Number(values[first]), Number(values[first + 1])].map((seconds) => Math.round(seconds * rateHz));
      const phone = textAt(first + 2);
      if (!Number.isFinite(end) || phone === null) throw inputError(file, `interval ${i + 1} of the phone tier is broken`);
      const where = `${file}: interval ${i + 1}`;
      const before = segments.at(-1)?.endSample ?? 0;
      const isNear = Math.abs(start - before) <= 1; // two roundings of one time
      segments.push(nextSegment(segments, isNear ? before : start, end, label(phone, folding, where), where));
    }
    if (segments.length === 0) break;
    return segments;
  }
  throw inputError(file, 'has no interval tier "phones"');
}
