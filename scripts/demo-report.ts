import type { WriteStream } from "node:tty";
import { renderText, say } from "../drivers/core/message.js";
import type { GatewayConfig } from "../gateway/core/config.js";
import { isHealthDevice } from "../gateway/core/health.js";
import type { Account } from "./demo-account.js";
import type { DemoCentre } from "./demo-centre.js";
import { DEMO_MESSAGES as M } from "./demo-messages.js";
import type { DemoOptions } from "./demo-options.js";
import { type DemoCounters, type DemoView, type LinkState, renderScreen } from "./demo-screen.js";
import type { RunningSite } from "./demo-site.js";
import type { Stored } from "./demo-stored.js";

export interface ReportParts {
  readonly site: RunningSite;
  readonly centre: DemoCentre;
  readonly config: GatewayConfig;
  /** The account up to that wall time; `running`: what came later may still be on its way. */
  readonly settle: (stoppedAt: number, running: boolean) => Account;
  /** What the buffer file holds now. */
  readonly stored: () => Stored;
  readonly out: WriteStream;
}

export interface Outcome {
  readonly result: Account;
  readonly chain: "complete" | "broken";
  readonly stored: Stored;
  readonly seconds: number;
  /** Exit code of the gateway. */
  readonly exit: number;
}

/** Readings younger than this may still be on their way. */
const ON_THE_WAY_MS = 2_500;
/** An account over everything costs more with time: it may take a twentieth of it. */
const SHARE = 20;
/** The simulated devices live in this process: beyond this the counters rest until the end. */
const MOST_COST_MS = 200;
const LINK_QUIET_MS = 3_000;
const MARK = { enter: "\x1b[?1049h\x1b[?25l", home: "\x1b[H", leave: "\x1b[?25h\x1b[?1049l" };

/** Shows what goes on: a screen on a terminal, a line a second on a pipe, nothing with --json. */
export class DemoReport {
  readonly tickMs: number;
  readonly #options: DemoOptions;
  readonly #parts: ReportParts;
  readonly #screen: boolean;
  #onScreen = false;
  #lastSecond = -1;
  #account: Account | undefined;
  #stored: Stored = { records: 0, readings: 0 };
  #nextAccount = 0;
  #rate = 0;
  #deliveredBefore: { readonly at: number; readonly delivered: number } | undefined;
  readonly #leave = (): void => this.leaveScreen();

  constructor(options: DemoOptions, parts: ReportParts) {
    this.#options = options;
    this.#parts = parts;
    this.#screen = !options.json && parts.out.isTTY === true;
    this.tickMs = this.#screen ? 250 : 100;
  }

  /** Called every `tickMs`. */
  tick(seconds: number): void {
    if (this.#options.json) return;
    if (this.#screen) {
      this.#count();
      this.#draw(seconds);
    } else if (seconds > this.#lastSecond && seconds > 0) {
      this.#count();
      const { sampled, delivered, missing, wrong, rate } = this.#counters();
      const said = say(M.line, { seconds, sampled, delivered, missing, wrong, rate });
      this.#parts.out.write(`${renderText(said, this.#options.language)}\n`);
    }
    this.#lastSecond = seconds;
  }

  /** Gives the terminal back as it was. Idempotent. */
  leaveScreen(): void {
    if (!this.#onScreen) return;
    this.#onScreen = false;
    process.off("exit", this.#leave);
    this.#parts.out.write(MARK.leave);
  }

  summary({ result, chain, stored, seconds, exit }: Outcome): void {
    const { centre, out, site } = this.#parts;
    const { samples, ...counts } = result;
    const records = centre.recordCount;
    if (this.#options.json) {
      const line = {
        ...counts,
        stored: stored.readings,
        records,
        seconds,
        chain,
        duplicates: centre.duplicates,
      };
      out.write(`${JSON.stringify({ ...line, ledger_dropped: site.ledger.dropped, exit })}\n`);
    } else {
      const good = counts.missing === 0 && counts.wrong === 0 && chain === "complete";
      const numbers = { ...counts, seconds, records, chain };
      const said = good ? say(M.summary_good, numbers) : say(M.summary_bad, numbers);
      const lines = [renderText(said, this.#options.language)];
      const also = [
        counts.told_bad > 0 && say(M.told_bad, { count: counts.told_bad }),
        counts.spoiled > 0 && say(M.spoiled, { count: counts.spoiled }),
        counts.after_stop > 0 && say(M.after_stop, { count: counts.after_stop }),
      ];
      for (const line of also) if (line) lines.push(renderText(line, this.#options.language));
      out.write(`${lines.join("\n")}\n`);
    }
    for (const sample of samples) process.stderr.write(`  ${sample}\n`);
  }

  #count(): void {
    const now = performance.now();
    if (now < this.#nextAccount) return;
    this.#account = this.#parts.settle(Date.now() - ON_THE_WAY_MS, true);
    this.#stored = this.#parts.stored();
    const cost = performance.now() - now;
    this.#nextAccount = cost > MOST_COST_MS ? Number.POSITIVE_INFINITY : now + Math.max(900, cost * SHARE);
    const { delivered } = this.#account;
    const before = this.#deliveredBefore;
    if (before && now > before.at) {
      this.#rate = Math.round(((delivered - before.delivered) * 1000) / (now - before.at));
    }
    this.#deliveredBefore = { at: now, delivered };
  }

  #counters(): DemoCounters {
    const { centre } = this.#parts;
    const counts = this.#account ?? {
      sampled: 0,
      delivered: 0,
      unchanged: 0,
      missing: 0,
      wrong: 0,
      after_stop: 0,
    };
    const { sampled, delivered, unchanged, missing, wrong } = counts;
    const given = centre.highestSeq;
    return {
      sampled: sampled + counts.after_stop,
      delivered,
      unchanged,
      missing,
      wrong,
      rate: this.#rate,
      stored: this.#stored.readings,
      backlog: Math.max(0, given - centre.recordCount),
    };
  }

  #draw(seconds: number): void {
    const { out, config, centre, site } = this.#parts;
    if (!this.#onScreen) {
      this.#onScreen = true;
      process.once("exit", this.#leave);
      out.write(MARK.enter);
    }
    const { NO_COLOR } = process.env;
    const lines = renderScreen({
      station: config.gateway.name,
      language: this.#options.language,
      colours: !NO_COLOR,
      columns: Math.min(out.columns || 80, 100),
      rows: out.rows || 24,
      now: Date.now(),
      seconds,
      links: this.#links(),
      // Counters of minutes are nothing to watch for seconds.
      births: new Map([...centre.births].filter(([device]) => !isHealthDevice(device))),
      shown: centre.shown,
      counters: this.#counters(),
      world: { now: site.scene.world.now, speed: site.scene.world.speed },
      news: site.said.at(-1) ?? "",
    });
    // One write, each line cleared to its end: nothing flickers.
    out.write(`${MARK.home}${lines.map((line) => `${line}\x1b[K`).join("\r\n")}\x1b[J`);
  }

  #links(): DemoView["links"] {
    const { site, config, centre } = this.#parts;
    const latest = new Map<string, number>();
    for (const entry of site.ledger.latest(50)) {
      const connection = config.devices.get(entry.device)?.connection;
      if (connection) latest.set(connection, Math.max(latest.get(connection) ?? 0, entry.mono));
    }
    const state = (connection: string): LinkState => {
      const mono = latest.get(connection);
      return mono === undefined ? "waiting" : performance.now() - mono > LINK_QUIET_MS ? "down" : "up";
    };
    const heard = centre.recordCount > 0;
    return {
      connections: [...site.places.keys()].map((id) => [id, state(id)] as const),
      centre: centre.online ? "up" : heard ? "down" : "waiting",
    };
  }
}
