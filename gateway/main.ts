import { existsSync, readFileSync } from "node:fs";
import { uptime } from "node:os";
import { type Clock, SystemClock } from "../drivers/core/clock.js";
import { asError, TramError } from "../drivers/core/errors.js";
import { SocketLock } from "../drivers/core/lock.js";
import { render, renderText, say } from "../drivers/core/message.js";
import type { Profile } from "../drivers/profiles/profile.js";
import { socketPath } from "./api/socket-path.js";
import { ConfigDesk } from "./change/config-desk.js";
import { type Pending, readPending, takeBackPending } from "./change/pending-file.js";
import type { ExitCode, Io } from "./cli/io.js";
import { CLI_MESSAGES } from "./cli/messages.js";
import { type LoadResult, loadConfig } from "./config/load-config.js";
import type { GatewayConfig } from "./core/config.js";
import { writtenDown } from "./core/health.js";
import { AUDIT_MESSAGES } from "./core/messages.js";
import { ClockTrust } from "./host/clock-trust.js";
import { readableLines } from "./host/log-lines.js";
import { bootId, machineId } from "./host/machine.js";
import { type ClosableLog, createLog, type LogOptions } from "./host/pino-log.js";
import { SystemdNotify } from "./host/systemd-notify.js";
import { Watchdog } from "./host/watchdog.js";
import { RunningGateway } from "./running-gateway.js";

export interface RunOptions {
  readonly file: string;
  readonly level: LogOptions["level"];
  /** Log lines as JSON. */
  readonly json: boolean;
  readonly io: Io;
}

/** SIGTERM ends within 5 s whatever the broker does: this leaves time for the process to end. */
const STOP_MS = 4_000;
/** A polling loop turns at least every two seconds; an exchange that hangs is ended by its own deadline. */
const STUCK_MS = 60_000;

/** `tram run`: one gateway, until a signal or a fault of ours. */
export async function runGateway(options: RunOptions): Promise<ExitCode> {
  const { file, io } = options;
  const load = (path: string): LoadResult =>
    loadConfig(path, { profilesDir: `${io.root}/config/profiles`, env: io.env });
  const takenBack = await takeBack(file);
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const { config, problems } = load(file);
  if (problems.length > 0) {
    const { renderProblems } = await import("./config/render-problems.js");
    io.stderr.write(`${renderProblems(problems, io.language, { width: io.columns, from: process.cwd() })}\n`);
  }
  if (!config) return 2;

  const clock = new SystemClock(bootId());
  const write = (text: string): void => {
    io.stdout.write(text);
  };
  const destination = options.json ? { write } : readableLines(write, io);
  const log = createLog({ level: options.level, language: io.language, clock, destination });
  try {
    return await runUntilStopped({ config, text, load, takenBack }, clock, log, io);
  } finally {
    log.close();
  }
}

/** A change that nobody confirmed before the process ended is taken back; one of a gateway that runs is its own. */
async function takeBack(file: string): Promise<Pending | undefined> {
  const pending = readPending(file);
  if (!pending) return undefined;
  try {
    const release = await new SocketLock().acquire(`buffer ${pending.buffer}`, pending.buffer);
    await release();
  } catch {
    return undefined;
  }
  return takeBackPending(file);
}

interface Begun {
  readonly config: GatewayConfig;
  /** Of the file. */
  readonly text: string;
  readonly load: (path: string) => LoadResult;
  readonly takenBack: Pending | undefined;
}

async function runUntilStopped(
  { config, load, takenBack, text }: Begun,
  clock: Clock,
  log: ClosableLog,
  io: Io,
): Promise<ExitCode> {
  let fail = (_error: Error): void => {};
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", (reason) => fail(asError(reason)));

  const trust = new ClockTrust({
    mode: config.gateway.clock,
    clock,
    log,
    env: io.env,
    onTrusted: () => gateway?.clockTrusted(),
  });
  await trust.start();
  const watchdog = new Watchdog(STUCK_MS);
  const notify = new SystemdNotify(io.env);
  let gateway: RunningGateway | undefined;
  try {
    gateway = await RunningGateway.start(config, {
      version: io.version,
      machineId: machineId(),
      clock,
      clockTrusted: () => trust.trusted,
      log,
      lock: new SocketLock(),
      random: Math.random,
      sinceBootMs: () => uptime() * 1_000,
      socketPath: socketPath(config.buffer.path, io.env),
      profiles: () => allProfiles(io.root),
      onTurn: (part) => watchdog.beat(part, clock.mono()),
      onGone: (part) => watchdog.forget(part),
      changes: (running) => new ConfigDesk({ gateway: running, file: config.file, text, load, clock, log }),
      onFatal: fail,
    });
    if (takenBack) {
      const said = say(AUDIT_MESSAGES.config_recovered, { by: takenBack.by, since: takenBack.since });
      gateway.audit.note("configuration", "gateway", said);
      log.warn(said);
    }
    const { devices } = writtenDown(config);
    const running = say(CLI_MESSAGES.running, {
      id: config.gateway.id,
      devices: devices.length,
      points: devices.reduce((sum, { points }) => sum + points.length, 0),
      uplinks: config.uplinks.size,
      file: config.file,
    });
    log.info(running);
    await notify.ready(renderText(running, io.language));
    notify.watch(clock, () => {
      const stuck = watchdog.stuck(clock.mono());
      if (stuck.length > 0) log.error(say(CLI_MESSAGES.stuck, { parts: stuck.join(", ") }));
      return stuck.length === 0;
    });
    const error = await Promise.race([failed, aborted(io.signal)]);
    log.info(say(CLI_MESSAGES.stopping));
    await notify.stopping();
    await gateway.stop(STOP_MS);
    log.info(say(CLI_MESSAGES.stopped));
    return error ? tell(error, log, io) : 0;
  } catch (error) {
    return tell(asError(error), log, io);
  } finally {
    trust.stop();
  }
}

async function allProfiles(root: string): Promise<readonly Profile[]> {
  const { ProfileLibrary } = await import("../drivers/profiles/library.js");
  const { DRIVER_FAMILIES } = await import("../drivers/registry.js");
  const library = new ProfileLibrary(`${root}/config/profiles`, DRIVER_FAMILIES);
  const profiles: Profile[] = [];
  for (const id of library.ids()) {
    const { profile } = library.get(id) ?? {};
    if (profile) profiles.push(profile);
    // A hundred files at once would hold up the polls.
    await new Promise(setImmediate);
  }
  return profiles;
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

/** What ended the gateway, in the log and for whoever stands before the terminal. */
function tell(error: Error, log: ClosableLog, io: Io): ExitCode {
  if (error instanceof TramError && error.class === "configuration") {
    io.stderr.write(`${render(error.said, io.language)}\n`);
    return 2;
  }
  log.error(say(CLI_MESSAGES.internal, { problem: error.message }), { err: error });
  return 70;
}
