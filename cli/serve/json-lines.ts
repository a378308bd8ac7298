/** Splits a byte stream into lines with bounded length. Pure, except the stream. */

/** Bytes of each line without its end; null for a line that is too long, as soon as that is known. */
export async function* linesOf(stream: AsyncIterable<Buffer>, mostBytes: number): AsyncGenerator<Buffer | null> {
  let parts: Buffer[] = [];
  let length = 0;
  let isTooLong = false;
  const take = (part: Buffer): void => {
    length += part.length;
    if (!isTooLong) parts.push(part);
  };
  const whole = (): Buffer | null => {
    const line = isTooLong ? null : Buffer.concat(parts);
    [parts, length, isTooLong] = [[], 0, false];
    return line;
  };
  for await (const chunk of stream) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      take(chunk.subarray(from, end));
      const wasTold = isTooLong;
      if (length > mostBytes) isTooLong = true;
      const line = whole();
      if (!wasTold) yield line;
      from = end + 1;
    }
    take(chunk.subarray(from));
    if (length <= mostBytes || isTooLong) continue;
    isTooLong = true;
    parts = []; // the rest of the line is dropped
    yield null;
  }
  const last = whole();
  if (last !== null && last.length > 0) yield last;
}
