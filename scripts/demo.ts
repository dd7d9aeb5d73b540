import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { SystemClock } from "../drivers/core/clock.js";
import { asError, ConfigurationError } from "../drivers/core/errors.js";
import { render, renderText, say } from "../drivers/core/message.js";
import type { Point } from "../drivers/core/point.js";
import type { ModbusAddress } from "../drivers/modbus/point-schema.js";
import { loadConfigOrThrow } from "../gateway/config/load-config.js";
import type { GatewayConfig } from "../gateway/core/config.js";
import { isHealthDevice, writtenDown } from "../gateway/core/health.js";
import { type Account, account, chainOf } from "./demo-account.js";
import { type AccountDevice, AnswerBook } from "./demo-answers.js";
import { DemoCentre } from "./demo-centre.js";
import { writeDemoConfig } from "./demo-config.js";
import { DemoGateway } from "./demo-gateway.js";
import { DEMO_MESSAGES as M } from "./demo-messages.js";
import { type DemoOptions, parseDemoOptions } from "./demo-options.js";
import { DemoReport } from "./demo-report.js";
import { type RunningSite, startSite } from "./demo-site.js";
import { storedReadings } from "./demo-stored.js";

/** The repository: this file runs as dist/scripts/demo.js. */
const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
/** What `tram run` may take to stop, its own deadline included. */
const STOP_MS = 20_000;
/** How long the last messages may take from the broker to the centre. */
const ARRIVE_MS = 5_000;
/** Beyond the timeout of a request: what a busy machine adds. */
const LOOP_MS = 500;
/** Nothing was received for so long: something is wrong, and a person should be told. */
const SILENT_MS = 20_000;

async function main(): Promise<number> {
  const options = parseDemoOptions(process.argv.slice(2), process.env);
  const { language } = options;
  if (options.wrong !== undefined) {
    process.stderr.write(`${render(say(M.wrong_option, { option: options.wrong }), language)}\n`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(`${renderText(say(M.usage), language)}\n`);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), "tram-demo-"));
  try {
    return await runDemo(options, folder);
  } finally {
    if (options.keep) process.stderr.write(`${renderText(say(M.kept, { folder }), language)}\n`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

async function runDemo(options: DemoOptions, folder: string): Promise<number> {
  const boot = createHash("sha256").update(folder).digest("hex").slice(0, 8);
  const { language, seed, site: name, speed } = options;
  const site = await startSite({
    site: name,
    clock: new SystemClock(boot),
    root: ROOT,
    folder,
    language,
    ...(seed !== undefined && { seed }),
    ...(speed !== undefined && { speed }),
  });
  const closers: (() => Promise<unknown>)[] = [() => site.stop()];
  try {
    const centre = await DemoCentre.connect(site.brokerUrl);
    closers.push(() => centre.close());
    const file = writeDemoConfig(folder, site);
    const config = loadConfigOrThrow(file, { profilesDir: join(ROOT, "config/profiles"), env: process.env });
    const logFile = join(folder, "gateway.log");
    const gateway = new DemoGateway(join(ROOT, "dist/gateway/cli/main.js"), file, logFile);
    // However this process ends, the gateway does not stay behind.
    process.once("exit", () => gateway.kill());
    closers.push(() => gateway.stop(STOP_MS));
    return await watch({ options, site, centre, config, gateway, logFile });
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

interface Stage {
  readonly options: DemoOptions;
  readonly site: RunningSite;
  readonly centre: DemoCentre;
  readonly config: GatewayConfig;
  readonly gateway: DemoGateway;
  readonly logFile: string;
}

async function watch(stage: Stage): Promise<number> {
  const { options, site, centre, config, gateway, logFile } = stage;
  const { ledger } = site;
  const { language } = options;
  const devices = accountDevices(config);
  const toleranceMs = longestTimeout(config) + LOOP_MS;
  const measured = new Set(devices.map(({ id }) => id));
  const answers = new AnswerBook(devices);
  let taken = 0;
  const settle = (stoppedAt: number, running: boolean): Account => {
    answers.take(ledger.since(taken));
    taken = ledger.total;
    // What the gateway tells of its own buses no simulated device has answered.
    const records = [...centre.inOrder()].filter(
      ({ device }) => device === undefined || !isHealthDevice(device),
    );
    return account({ devices, answers, records, stoppedAt, running, toleranceMs });
  };
  const report = new DemoReport(options, {
    site,
    centre,
    config,
    settle,
    stored: () => storedReadings(config.buffer.path, measured),
    out: process.stdout,
  });
  let code = 0;
  let seconds = 0;
  try {
    site.begin();
    seconds = await untilDone(stage, report, performance.now());
  } finally {
    report.leaveScreen();
  }
  if (!gateway.running) {
    const said = say(M.gateway_ended, { code: await gateway.ended, last: gateway.lastLine });
    process.stderr.write(`${render(said, language)}\n${options.keep ? "" : readFileSync(logFile, "utf8")}`);
    return 1;
  }
  if (!options.json) process.stderr.write(`${renderText(say(M.stopping), language)}\n`);
  const stoppedAt = Date.now();
  const exit = await gateway.stop(STOP_MS);
  const stored = storedReadings(config.buffer.path, measured);
  await centre.receivedAll(stored.records, ARRIVE_MS);
  const result = settle(stoppedAt, false);
  const chain = chainOf(centre.inOrder());
  report.summary({ result, chain, stored, seconds, exit });
  const nothing = result.delivered === 0;
  if (nothing) {
    process.stderr.write(`${render(say(M.gateway_silent, { seconds, log: logFile }), language)}\n`);
  }
  const good =
    result.missing === 0 &&
    result.wrong === 0 &&
    centre.changed + centre.offences === 0 &&
    chain === "complete";
  if (!good || nothing || exit !== 0 || ledger.dropped > 0) code = 1;
  return code;
}

/**
 * Until the time is over, somebody wants to stop, the gateway ends, or nothing ever comes. The time asked for is
 * counted from the first record on: how long the gateway takes to start is the machine's affair. Resolves with
 * the whole seconds that it took.
 */
function untilDone(
  { options, centre, gateway, logFile }: Stage,
  report: DemoReport,
  started: number,
): Promise<number> {
  return new Promise((resolve) => {
    let silenceTold = false;
    let first: number | undefined;
    const end = (): void => {
      clearInterval(ticker);
      process.off("SIGINT", end);
      process.off("SIGTERM", end);
      resolve(Math.round((performance.now() - (first ?? started)) / 1000));
    };
    const ticker = setInterval(() => {
      const elapsedMs = performance.now() - started;
      report.tick(Math.floor(elapsedMs / 1000));
      if (elapsedMs > SILENT_MS && centre.recordCount === 0 && !silenceTold && !options.json) {
        silenceTold = true;
        const seconds = Math.round(elapsedMs / 1000);
        process.stderr.write(
          `${render(say(M.gateway_silent, { seconds, log: logFile }), options.language)}\n`,
        );
      }
      if (centre.recordCount > 0) first ??= performance.now();
      const latest = first ?? started + SILENT_MS;
      const isOver = options.seconds > 0 && performance.now() - latest >= options.seconds * 1000;
      if (!gateway.running || isOver) end();
    }, report.tickMs);
    process.on("SIGINT", end);
    process.on("SIGTERM", end);
  });
}

function accountDevices(config: GatewayConfig): readonly AccountDevice[] {
  return writtenDown(config).devices.map(({ id, connection, points }) => ({
    id,
    connection,
    points: points as readonly Point<ModbusAddress>[],
  }));
}

function longestTimeout(config: GatewayConfig): number {
  const timeouts = [...config.connections.values()].map(({ settings }) => {
    const timeout = (settings as { readonly timeout?: unknown }).timeout;
    return typeof timeout === "number" ? timeout : 0;
  });
  return Math.max(...timeouts);
}

process.exitCode = await main().catch((error: unknown) => {
  const thrown = asError(error);
  const { language } = parseDemoOptions(process.argv.slice(2), process.env);
  if (!(thrown instanceof ConfigurationError)) throw thrown;
  process.stderr.write(`${render(thrown.said, language)}\n`);
  return 2;
});
