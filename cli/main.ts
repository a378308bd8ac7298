#!/usr/bin/env node
/** The program as a process: its command line, its streams, its exit code. */
import { isAllWritten, watchStreams } from "./process/standard-streams.js";
import { runProgram } from "./program.js";

// React reads it when the dashboard is loaded: its development build takes three times as long and remembers each time
// that it took.
process.env.NODE_ENV = "production";
watchStreams();
const exitCode = await runProgram(process.argv);
// Left to itself Node would collect the garbage of what has ended: 4 % of `check`. Output that is still on its way is
// waited for.
if (isAllWritten()) process.exit(exitCode);
process.exitCode = exitCode;
