/** Checksum of zip archives and PNG: CRC-32, polynomial 0xEDB88320 (ISO 3309), least bit first. */

let table: Uint32Array | null = null;

function entries(): Uint32Array {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
    return rest;
  });
  return table;
}

export function crc32(bytes: Uint8Array): number {
  const of = entries();
  let sum = 0xffffffff;
  for (const byte of bytes) sum = of[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
