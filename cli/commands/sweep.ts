/** `snn-dse sweep arch.yaml`: searches the design space, with dashboard, plain lines or NDJSON. */
import { basename } from "node:path";
import { type Command, Option } from "commander";
import { inputError } from "../../base/errors.js";
import { shellWord } from "../../base/escape/shell.js";
import type { SweepOptions } from "../options/command-options.js";
import { milliseconds, SECRETS_HELP, wholeNumber, withExamples, withJson, withNotes } from "../options/help.js";
import { OutputOption } from "../options/output.js";
import { withPlugins } from "../options/plugins.js";
import { withRules } from "../options/together.js";

export function registerSweep(program: Command): void {
  const command = program
    .command("sweep")
    .argument("<arch.yaml>", "description with a sweep section, or a shipped one by name (snn-dse examples)")
    .addOption(new OutputOption("--db <file>", "result database (default: the description's name + .db, in this folder)"))
    .option("--workers <n>", "points that run at the same time (default: the usable cores)", wholeNumber(1))
    .option("--budget <n>", "number of points, instead of the description's sampler.budget", wholeNumber(1))
    .option("--time <t>", "stop cleanly after this long, e.g. 90s, 10m, 1.5h; the same command continues", milliseconds)
    .option("--patience <n>", "stop cleanly when the hypervolume has not grown for this many points", wholeNumber(1))
    .option("--resume", "continue the stored study (the default); says so if there is none")
    .option("--retries <n>", "further attempts for a point whose worker died (default: 2; with bullmq 4)", wholeNumber(0))
    .option("--fail-fast", "stop at the first point that fails or times out (exit 1); infeasible points are no failures")
    .option("--retry-failed", "run failed and timed-out points again")
    .option("--rerun", "if an input has changed (model, data, description, program): run every point again, keep the old results apart")
    .option("--warm-start <file>", "begin with the results of another sweep over the same parameters (nsga2, tpe, gp)")
    .option("--shard <i/n>", "only the i-th of n parts of a grid, random or sobol search; put them together with merge")
    .option("--no-tui", "plain progress lines instead of the dashboard")
    .addOption(new Option("--engine <name>", "what runs the points").choices(["local", "bullmq"]).default("local"))
    .option("--redis <url>", "with bullmq: the server (default: the environment's SNN_DSE_REDIS)")
    .option(
      "--redis-file <file>",
      "with bullmq: file with the server's address, so that no other user sees its password in the process list",
    )
    .option("--key-file <file>", "with bullmq: the key that signs jobs and answers (default: SNN_DSE_CLUSTER_KEY); needed beyond this host")
    .option("--redis-prefix <text>", "with bullmq: first part of every key on the server", "snn-dse")
    .option("--shared-dir <dir>", "with bullmq: a folder that all hosts see, instead of sending files through the server")
    .option("--lease-seconds <n>", "with bullmq: a worker that is silent for this time, at most 3600, loses its points", wholeNumber(1), 30)
    .addOption(new Option("--set <path=value>").hideHelp())
    .description("search the design space; the same command continues an interrupted or extended sweep")
    .action(async (file: string, options: SweepOptions) => {
      if (options.set !== undefined) throw settingError(file);
      const { runSweep } = await import("../runs/run-sweep.js");
      process.exitCode = await runSweep(file, options);
    });
  withPlugins(
    command,
    "a plug-in with samplers, data sets, price models, topologies or cells; those that the description names itself are loaded too",
  );
  withRules<SweepOptions>(
    command,
    (["redis", "redisFile", "keyFile", "redisPrefix", "sharedDir", "leaseSeconds"] as const).map((name) => [
      name,
      "only with",
      "--engine bullmq",
      ({ engine }) => engine === "bullmq",
    ]),
  );
  withJson(command, "print every event as one JSON object per line on stdout");
  withExamples(command, [
    ["snn-dse sweep edge", "leaves edge.db here; stop and continue at will"],
    ["snn-dse sweep edge --workers 8 --budget 1000", "more points: stored ones are not run again"],
    ["snn-dse sweep edge-45nm.yaml --warm-start edge.db", "begin with the results of a similar chip"],
    ["snn-dse sweep edge --no-tui > log.txt", "plain lines"],
    ["snn-dse sweep edge --json | jq .type", "NDJSON for scripts"],
    ["openssl rand -hex 32 > cluster.key; chmod 600 cluster.key", "a key for the sweep and all its workers"],
    ["snn-dse sweep edge --engine bullmq --redis redis://head:6379 --key-file cluster.key", "many hosts: `snn-dse worker` on each"],
  ]);
  withNotes(
    command,
    "A database belongs to one study. Running the same study again continues it: stored points are not run again, points that were running when it stopped are run again. Another study in the same database is an error (exit 2). So is a changed input: a model, data set, label, case or base description with other content, or another build of the program. --rerun runs every point again with it; a point with the same key is not computed twice.\nExit code 130: stopped before its end (q, Q, Ctrl-C, SIGTERM); all finished points are stored.",
    SECRETS_HELP,
  );
}

/** A study has the name, the database and the description of its file, by which later commands find it. */
function settingError(file: string): Error {
  const isShipped = !/\.ya?ml$/.test(file);
  const extended = isShipped ? `${file}.yaml` : basename(file);
  const first = isShipped ? `snn-dse init --example ${shellWord(file)}; then ` : "";
  return inputError(
    "--set",
    "a search runs its description as it is written, so that the same command continues it",
    `${first}write a file beside it with \`extends: ${extended}\` and the keys that differ, and sweep that`,
  );
}
