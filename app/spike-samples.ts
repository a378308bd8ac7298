/** The reader of spike files, a part that is loaded for one only. */
export { readEventSamples, readSpikeSamples } from "../training/index.js";
