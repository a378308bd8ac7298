/**
 * N-MNIST `.bin` and SLAYER `.bs2`: events of 40 bits, big endian: x (8), y (8), polarity (1), microseconds (23); no
 * header, recognised by name. In a `.bin`, an entry with y = 240 means that the clock has overflowed: 2^13 us are added
 * to all later times.
 * Source: G. Orchard et al., "Converting Static Image Datasets to Spiking Neuromorphic Datasets Using Saccades", Front.
 * Neurosci. 9:437 (2015), and its MATLAB reader `Read_Ndataset`; S. Shrestha, G. Orchard, SLAYER, `read2Dspikes`.
 */
import { inputError } from "../../../base/errors.js";
import { type CameraEvents, checkWhole, EventCollector } from "./event-list.js";
import type { EventFormat } from "./format.js";

const BYTES = 5;
const OVERFLOW_Y = 240;
const OVERFLOW_US = 8192;

function parse(bytes: Uint8Array, file: string, marksOverflows: boolean): CameraEvents {
  if (bytes.length === 0) throw inputError(file, "is empty", "copy the file again");
  checkWhole(file, bytes, 0, BYTES);
  const events = new EventCollector(file);
  let overflowUs = 0;
  for (let at = 0; at < bytes.length; at += BYTES) {
    const y = bytes[at + 1];
    const timeUs = (bytes[at + 2] & 127) * 65_536 + bytes[at + 3] * 256 + bytes[at + 4];
    if (marksOverflows && y === OVERFLOW_Y) overflowUs += OVERFLOW_US;
    else events.add(bytes[at], y, bytes[at + 2] >> 7, timeUs + overflowUs);
  }
  return events.events(null, null);
}

const named = (ending: string, about: string, marksOverflows: boolean): EventFormat => ({
  about,
  isOne: (_, name) => name.toLowerCase().endsWith(ending),
  read: (file, bytes) => parse(bytes(), file, marksOverflows),
});

export const nmnistBin = named(".bin", "N-MNIST .bin, 5 bytes per event; recognised by its name", true);
export const slayerBs2 = named(".bs2", "SLAYER .bs2, 5 bytes per event; recognised by its name", false);
