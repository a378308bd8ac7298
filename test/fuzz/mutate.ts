/** Damages bytes and texts the way disks, editors and enemies do; the same seed gives the same damage. */
import type { createRng } from "../../base/rng.js";

type Rng = ReturnType<typeof createRng>;

const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** One to four changes of bytes. */
export function damagedBytes(bytes: Uint8Array, rng: Rng): Uint8Array {
  let result = Uint8Array.from(bytes);
  for (let n = rng.int(1, 4); n > 0; n--) {
    const at = rng.int(0, Math.max(0, result.length - 1));
    // Headers decide most: half of all damage goes there.
    const place = rng.float() < 0.5 ? Math.min(at, rng.int(0, Math.min(256, Math.max(0, result.length - 1)))) : at;
    switch (rng.int(0, 6)) {
      case 0:
        result[place] ^= 1 << rng.int(0, 7);
        break;
      case 1:
        result[place] = rng.int(0, 255);
        break;
      case 2:
        result = result.slice(0, place); // cut
        break;
      case 3: {
        const view = new DataView(result.buffer);
        const value = EXTREMES[rng.int(0, EXTREMES.length - 1)];
        if (place + 4 <= result.length) view.setUint32(place, value, rng.float() < 0.5);
        break;
      }
      case 4: {
        const length = rng.int(1, 64);
        result = Uint8Array.from([...result.subarray(0, place), ...result.subarray(place, place + length), ...result.subarray(place)]);
        break;
      }
      case 5:
        result.fill(rng.float() < 0.5 ? 0 : 255, place, place + rng.int(1, 64));
        break;
      default: {
        const length = rng.int(1, 32);
        result = Uint8Array.from([...result.subarray(0, place), ...result.subarray(place + length)]);
      }
    }
  }
  return result;
}

const WORDS = [
  ..."0 -1 1e999 1e-400 .nan .inf -.inf 9007199254740993 0x7fffffff 2147483648 null true '' [] {} ~ __proto__ constructor prototype".split(
    " ",
  ),
  ...[
    "../../etc/passwd",
    "/dev/zero",
    "&a",
    "*a",
    "<<: *a",
    "{a: [",
    "- - - -",
    "\u0000",
    "\ud800",
    "a".repeat(300),
    "? ",
    "!!js/function x",
    "%TAG",
    "|",
    ">",
    "#",
    "\t",
    ": ",
  ],
];

/** One to three changes of a text: words for words, lines twice or gone, brackets left open. */
export function damagedText(text: string, rng: Rng): string {
  let result = text;
  for (let n = rng.int(1, 3); n > 0; n--) {
    const word = WORDS[rng.int(0, WORDS.length - 1)];
    const lines = result.split("\n");
    const at = rng.int(0, lines.length - 1);
    const place = rng.int(0, result.length);
    switch (rng.int(0, 5)) {
      case 0: {
        const tokens = lines[at].split(/(?<=[\s,:[\]{}])/);
        tokens[rng.int(0, tokens.length - 1)] = word;
        lines[at] = tokens.join("");
        result = lines.join("\n");
        break;
      }
      case 1:
        lines.splice(at, 1);
        result = lines.join("\n");
        break;
      case 2:
        lines.splice(at, 0, lines[rng.int(0, lines.length - 1)]);
        result = lines.join("\n");
        break;
      case 3:
        result = result.slice(0, place) + word + result.slice(place);
        break;
      case 4:
        result = result.slice(0, place);
        break;
      default:
        result = result.slice(0, place) + String.fromCharCode(rng.int(0, 0x2ff)) + result.slice(place + rng.int(0, 3));
    }
  }
  return result;
}
