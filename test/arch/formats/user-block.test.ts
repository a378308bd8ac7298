/**
 * HDF5 files behind a user block are read as those without, by every reader, and larger blocks are named as the reason.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { binaryKind, START_BYTES } from "../../../arch/formats/binary-kind.js";
import { prepareEvents, readEvents } from "../../../arch/formats/events/read-events.js";
import { readNir } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";

const folder = mkdtempSync(join(tmpdir(), "snn-dse-user-block-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(prepareEvents);

const NETWORK = join(packageRoot(), "arch/examples/sanafe/quad.nir");
const EVENTS = join(packageRoot(), "test/arch/formats/events/dsec.h5");

/** The file behind `bytes` bytes of text. The HDF5 library takes the place of the superblock as its base address. */
function behind(file: string, bytes: number): string {
  const path = join(folder, `${bytes}.h5`);
  writeFileSync(path, Buffer.concat([Buffer.from("the user's notes ".repeat(bytes)).subarray(0, bytes), readFileSync(file)]));
  return path;
}

test.each([512, 1024, 2048, 4096, 16384, 65536])(
  "networks and events behind a user block of %d bytes are those of the file without it",
  async (bytes) => {
    expect(await readNir(behind(NETWORK, bytes))).toEqual(await readNir(NETWORK));
    const path = behind(EVENTS, bytes);
    expect(readEvents(path)).toEqual(readEvents(EVENTS));
    expect(binaryKind(readFileSync(path).subarray(0, START_BYTES))?.name).toBe("an HDF5 file");
  },
);

test("a signature that stands elsewhere is none, and the error says where it was looked for", async () => {
  for (const bytes of [256, 600, 5000, 131072]) {
    await expect(readNir(behind(NETWORK, bytes))).rejects.toThrow(
      "is not an HDF5 file, so not a NIR file: no signature at byte 0, 512, or a power of two up to 65536; if a larger user block is before it, take that off: h5unjam -i FILE -u BLOCK -o NEW",
    );
  }
});
