/** Front door: the cycle engine. */
export { ChipEngine } from "./chip-engine.js";
export { Pace } from "./pace.js";
export { isPacketIn, isPacketOut, type RecordedEvent, Recorder, type RecordingLimit } from "./recorder.js";
export { runTiming, type TimingRun } from "./run-timing.js";
