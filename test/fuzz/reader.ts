/** A reader of foreign input as the fuzzer sees it, and the ways to damage what it reads. */
import type { createRng } from "../../base/rng.js";
import { damagedBytes, damagedText } from "./mutate.js";
import { damagedTree, type Tree } from "./trees.js";

export type Rng = ReturnType<typeof createRng>;
export type Input = Uint8Array | string;

export interface Reader {
  readonly name: string;
  /** Cases of `npm test`; `npm run fuzz` takes 10,000. */
  readonly share: number;
  /** Inputs that are read without complaint. */
  readonly sound: readonly Input[];
  /** Ways to damage them. */
  readonly damages: readonly ((rng: Rng) => Input | Promise<Input>)[];
  readonly read: (input: never) => unknown;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** JSON as files hold it; what JSON has no word for is written as null. */
export const jsonOf = (tree: Tree): string =>
  JSON.stringify(tree, (_, value) => (typeof value === "bigint" ? Number(value) : value)) ?? "null";

export const bytesDamage =
  (sound: Uint8Array) =>
  (rng: Rng): Uint8Array =>
    damagedBytes(sound, rng);

export const textDamage =
  (sound: string) =>
  (rng: Rng): string =>
    damagedText(sound, rng);

/** A container that begins with the length of a JSON header: values of the header change, its length stays right. */
export function headerDamage(sound: Uint8Array, shape: HeaderShape) {
  const { lengthAt, lengthBytes, headerAt, padded } = shape;
  const isLittle = !shape.isBigEndian;
  const view = new DataView(sound.buffer, sound.byteOffset, sound.byteLength);
  const length = view.getUint32(lengthAt, isLittle);
  const tree = JSON.parse(new TextDecoder().decode(sound.subarray(headerAt, headerAt + length))) as Tree;
  const round = (bytes: number): number => (padded ? Math.ceil(bytes / 8) * 8 : bytes);
  const bodyAt = padded && !shape.lengthHasPadding ? round(headerAt + length) : headerAt + length;
  return (rng: Rng): Uint8Array => {
    const json = utf8(jsonOf(damagedTree(tree, rng)));
    const end = round(headerAt + json.length);
    const bytes = new Uint8Array(end + sound.length - bodyAt);
    bytes.set(sound.subarray(0, headerAt));
    bytes.fill(0x20, headerAt, end);
    bytes.set(json, headerAt);
    bytes.set(sound.subarray(bodyAt), end);
    const out = new DataView(bytes.buffer);
    out.setUint32(lengthAt, shape.lengthHasPadding ? end - headerAt : json.length, isLittle);
    if (lengthBytes === 8) out.setUint32(lengthAt + 4, 0, true);
    return rng.float() < 0.85 ? bytes : damagedBytes(bytes, rng);
  };
}

export interface HeaderShape {
  readonly lengthAt: number;
  readonly lengthBytes: 4 | 8;
  readonly headerAt: number;
  /** The header ends at a multiple of 8 bytes of the file. */
  readonly padded: boolean;
  readonly lengthHasPadding: boolean;
  readonly isBigEndian?: true;
}
