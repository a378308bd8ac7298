#!/usr/bin/env node
/** The program as a process: its command line, its streams, its exit code. */
import { isAllWritten, watchStreams } from "./process/standard-streams.js";
import { runProgram } from "./program.js";

// React reads this when the dashboard is loaded: its development build takes three times as long and stores every
// measured time.
process.env.NODE_ENV = "production";
watchStreams();
const exitCode = await runProgram(process.argv);
// Without this call Node would collect garbage before it ends, 4 % of the time of `check`. Output that is not yet
// written must first be sent.
if (isAllWritten()) process.exit(exitCode);
process.exitCode = exitCode;
