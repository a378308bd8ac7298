/**
 * Unpacks the frames that `scripts/event-frames.py FILE COUNT` wrote, and compares each with the SHA-256 of its
 * content: `npx tsx scripts/event-frames.ts FILE`.
 */
import { readFileSync } from "node:fs";
import { unpackLz4 } from "../arch/formats/events/lz4-frame.js";
import { unpackZstd } from "../arch/formats/events/zstd-frame.js";
import { MIB } from "../base/bytes.js";
import { sha256 } from "../base/hash.js";

const MOST = 64 * MIB;
const HEAD_BYTES = 44;
const KINDS = [
  { name: "Zstandard", unpack: unpackZstd },
  { name: "LZ4", unpack: unpackLz4 },
];

const bytes = readFileSync(process.argv[2] ?? "");
const counts = KINDS.map(() => ({ frames: 0, bytes: 0, differ: 0 }));
for (let at = 0; at < bytes.length; ) {
  const [kind, , length] = [0, 4, 8].map((offset) => bytes.readUInt32LE(at + offset));
  const digest = bytes.subarray(at + 12, at + HEAD_BYTES).toString("hex");
  const content = KINDS[kind].unpack(bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length), MOST, (message) => new Error(message));
  counts[kind].frames++;
  counts[kind].bytes += content.length;
  if (sha256(content) !== digest) counts[kind].differ++;
  at += HEAD_BYTES + length;
}
for (const [kind, { frames, bytes: total, differ }] of counts.entries())
  console.log(`${KINDS[kind].name}: ${frames} frames, ${total} bytes, ${differ} differ`);
if (counts.some(({ differ }) => differ > 0)) process.exitCode = 1;
