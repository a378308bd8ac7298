/**
 * All formats of event files by name. A new one is a file beside this one and a line here; formats that are recognised
 * by their name come last.
 */
import { Registry } from "../../../base/registry.js";
import { aedat2 } from "./aedat2.js";
import { aedat3 } from "./aedat3.js";
import { aedat4 } from "./aedat4.js";
import { eventsCsv } from "./events-csv.js";
import { eventsHdf5 } from "./events-hdf5.js";
import { eventsNpy } from "./events-npy.js";
import type { EventFormat } from "./format.js";
import { nmnistBin, slayerBs2 } from "./nmnist-bin.js";
import { propheseeDat } from "./prophesee-dat.js";
import { propheseeRaw } from "./prophesee-raw.js";

export const EVENT_FORMATS = new Registry<EventFormat>("event format", {
  "aedat-2": aedat2,
  "aedat-3": aedat3,
  "aedat-4": aedat4,
  "prophesee-dat": propheseeDat,
  "prophesee-raw": propheseeRaw,
  npy: eventsNpy,
  hdf5: eventsHdf5,
  csv: eventsCsv,
  "nmnist-bin": nmnistBin,
  "slayer-bs2": slayerBs2,
});
