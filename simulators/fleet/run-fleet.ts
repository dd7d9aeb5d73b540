import { randomBytes } from "node:crypto";
import { cpus, loadavg } from "node:os";
import type { IClientOptions } from "mqtt";
import type { Clock } from "../../drivers/core/clock.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { type Language, render, say } from "../../drivers/core/message.js";
import { accountOf } from "./account.js";
import { accountLines, type FinalReport } from "./account-lines.js";
import { CheckerChild } from "./checker-child.js";
import { Fleet } from "./fleet.js";
import { forecast } from "./forecast.js";
import { FLEET_MESSAGES as M } from "./messages.js";
import { FleetMonitor } from "./monitor.js";
import type { BrokerAccess } from "./mqtt-link.js";
import { type OwnBroker, startOwnBroker } from "./own-broker.js";
import { probeBroker } from "./probe-broker.js";
import { mostFiles, onlyMosquitto } from "./usage.js";
import { type FleetView, plainLine, screenLines } from "./view.js";
import type { FleetWish } from "./wish.js";

/** What a run has of the process that it runs in. */
export interface FleetIo {
  readonly stdout: NodeJS.WritableStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly language: Language;
  readonly isTerminal: boolean;
  readonly columns: number;
  /** Aborted by Ctrl-C: everything is sent, then the account follows. */
  readonly signal: AbortSignal;
}

/** Everybody should be connected by then; the run goes on without those who are not. */
const READY_MS = 60_000;
/** How long an end may take. */
export interface Patience {
  /** For what waits in the gateways when the run is over. */
  readonly finishMs: number;
  /** For what the subscriber still misses then: it asks for it. */
  readonly settleMs: number;
  /** So long the broker may hold what the subscriber misses. */
  readonly graceMs: number;
}

const PATIENCE: Patience = { finishMs: 120_000, settleMs: 60_000, graceMs: 10_000 };
const PLAIN_MS = 10_000;
/** Files besides connections: libraries, pipes, the terminal. */
const OTHER_FILES = 64;
const FORECAST_GATEWAYS = 100_000;

/** `tram simulate fleet`: 0 nothing is missing, 1 something is. Throws ConfigurationError and LinkError. */
export async function runFleet(
  wish: FleetWish,
  io: FleetIo,
  clock: Clock,
  patience: Patience = PATIENCE,
): Promise<0 | 1> {
  mustFit(wish.fleet.gateways, mostFiles());
  const own = wish.broker === undefined ? await startOwnBroker(io.env["PATH"], clock) : undefined;
  try {
    return await simulate(wish, own, io, clock, patience);
  } finally {
    await own?.stop();
  }
}

/** A connection is an open file. Throws ConfigurationError with the remedy. */
export function mustFit(gateways: number, limit: number): void {
  const needed = gateways + OTHER_FILES;
  if (limit < needed) throw new ConfigurationError(M.too_few_files, { limit, gateways, needed });
}

async function simulate(
  wish: FleetWish,
  own: OwnBroker | undefined,
  io: FleetIo,
  clock: Clock,
  { finishMs, graceMs, settleMs }: Patience,
): Promise<0 | 1> {
  const { ca, centreAccess, gatewayAccess } = wish;
  const url = own?.url ?? wish.broker ?? "";
  const version = own?.version ?? (await probeBroker(url, clientOptions(wish), clock));
  const run = `f${randomBytes(6).toString("hex")}-`;
  const access: BrokerAccess = { url, version, ...gatewayAccess, ca };
  const fleet = new Fleet({ ...wish.fleet, run }, access, clock);
  const checker = await CheckerChild.start(
    {
      ...{ url, version, run, askEveryMs: wish.askEveryMs, graceMs },
      ...centreAccess,
      ca: ca?.toString("utf8"),
      ids: fleet.gateways.map(({ station }) => station.id),
    },
    clock,
  );
  const broker = own?.kind ?? `MQTT ${version === 5 ? "5" : "3.1.1"}`;
  const output = new Output(wish, io, clock);
  output.begin(url, broker);
  const isLocal = /^mqtts?:\/\/(?:[^@/]*@)?(?:127\.|localhost|\[::1\])/.test(url);
  const monitor = new FleetMonitor({
    ...{ fleet, checker, clock, url, broker },
    brokerPid: own ? own.pid : isLocal ? onlyMosquitto() : undefined,
    forMs: wish.forMs,
    spreadMs: wish.fleet.behaviour.spreadMs,
    show: (view) => output.show(view),
  });
  try {
    fleet.start();
    await running(fleet, wish, io.signal, clock);
    const measured = monitor.finishing();
    await fleet.finish(finishMs);
    await settled(checker, fleet, clock, settleMs);
    const report = await checker.report();
    const account = accountOf(fleet.gateways, report);
    await fleet.stop();
    monitor.stop();
    output.end({
      account,
      checked: report !== undefined,
      measured,
      ...(measured && { forecast: forecast(measured, FORECAST_GATEWAYS) }),
      machine: `${cpus().length} × ${cpus()[0]?.model ?? "?"}`,
      load: loadavg()[0] ?? 0,
    });
    return account.complete ? 0 : 1;
  } finally {
    monitor.stop();
    output.close();
    await fleet.stop();
    await checker.stop();
  }
}

/** Until the time is over or somebody wants it to end. */
async function running(fleet: Fleet, wish: FleetWish, signal: AbortSignal, clock: Clock): Promise<void> {
  const readyBy = clock.mono() + wish.fleet.rampMs + READY_MS;
  const STEP_MS = 100;
  const pause = (): Promise<void> => clock.sleep(STEP_MS, signal).catch(() => {});
  while (!signal.aborted && fleet.readyAt === undefined && clock.mono() < readyBy) await pause();
  const until = (fleet.readyAt ?? clock.mono()) + (wish.forMs ?? Number.POSITIVE_INFINITY);
  while (!signal.aborted && clock.mono() < until) await pause();
}

/** Until the subscriber has what the gateways know to be delivered, or nothing more comes. */
async function settled(checker: CheckerChild, fleet: Fleet, clock: Clock, settleMs: number): Promise<void> {
  const until = clock.mono() + settleMs;
  const STEP_MS = 250;
  for (;;) {
    const report = await checker.report();
    if (!report || accountOf(fleet.gateways, report).complete || clock.mono() > until) return;
    await clock.sleep(STEP_MS);
  }
}

function clientOptions({ ca, centreAccess }: FleetWish): IClientOptions {
  const { password, user } = centreAccess;
  return {
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password }),
    ...(ca && { ca }),
  };
}

/** A screen that is drawn in place, plain lines, or lines of JSON. */
class Output {
  readonly #wish: FleetWish;
  readonly #io: FleetIo;
  readonly #clock: Clock;
  readonly #screen: "screen" | "lines" | "json";
  #open = false;
  #plainAt = Number.NEGATIVE_INFINITY;
  #phase: FleetView["phase"] | undefined;

  constructor(wish: FleetWish, io: FleetIo, clock: Clock) {
    this.#wish = wish;
    this.#io = io;
    this.#clock = clock;
    this.#screen = wish.json ? "json" : io.isTerminal ? "screen" : "lines";
  }

  begin(url: string, broker: string): void {
    const { gateways, station } = this.#wish.fleet;
    const { everyMs, points, seed } = station;
    if (this.#screen === "json") return;
    const every = everyMs / 1000;
    const said = say(M.running, { gateways, points, every, url: bare(url), broker, seed });
    this.#line(render(said, this.#io.language));
    if (this.#screen === "lines") return;
    this.#open = true;
    this.#io.stdout.write("\u001b[?1049h\u001b[?25l");
  }

  show(view: FleetView): void {
    const { columns, language, stdout } = this.#io;
    const shown = { ...view, url: bare(view.url) };
    if (this.#screen === "screen") {
      if (!this.#open) return;
      const lines = screenLines(shown, language, columns).map((line) => `${line}\u001b[K`);
      stdout.write(`\u001b[H${lines.join("\n")}\u001b[J`);
      return;
    }
    const now = this.#clock.mono();
    if (now - this.#plainAt < PLAIN_MS && view.phase === this.#phase) return;
    this.#phase = view.phase;
    this.#plainAt = now;
    this.#line(this.#screen === "json" ? JSON.stringify(shown) : plainLine(shown, language));
  }

  end(report: FinalReport): void {
    this.close();
    if (this.#screen === "json") this.#line(JSON.stringify(report));
    else for (const line of accountLines(report, this.#io.language)) this.#line(line);
  }

  /** The terminal as it was. Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#io.stdout.write("\u001b[?25h\u001b[?1049l");
  }

  #line(text: string): void {
    this.#io.stdout.write(`${text}\n`);
  }
}

/** Without credentials. */
function bare(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}
