import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import type { Cancel, Clock } from "../../drivers/core/clock.js";
import type { Log } from "../../drivers/core/log.js";
import { say } from "../../drivers/core/message.js";
import { HOST_MESSAGES } from "./messages.js";

export interface ClockTrustOptions {
  /** `trusted`: the user says so (a battery clock); `auto`: the system is asked. */
  readonly mode: "auto" | "trusted";
  readonly clock: Clock;
  readonly log: Log;
  /** The environment of the commands that are asked: PATH counts. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** systemd-timesyncd's mark (systemd-timesyncd.service(8), "Files"). */
  readonly timesyncMark?: string;
  /** Called once, when the clock becomes trusted after it was not. */
  readonly onTrusted: () => void;
}

const ASK_EVERY_MS = 10_000;
const ANSWER_MS = 3_000;

/** Who keeps the time is asked in turn; the first that says yes is believed. Never the look of the year. */
const SOURCES: readonly { name: string; command: string; args: readonly string[]; yes: RegExp }[] = [
  { name: "timedatectl", command: "timedatectl", args: ["show", "-p", "NTPSynchronized"], yes: /=yes$/m },
  { name: "chrony", command: "chronyc", args: ["-n", "tracking"], yes: /^Leap status\s*:\s*Normal$/m },
  { name: "ntpd", command: "ntpq", args: ["-c", "rv 0 leap,stratum"], yes: /leap=0[012]\b|leap_none/ },
];

/** Whether wall time may be believed. Once trusted, always trusted: the system keeps it so. */
export class ClockTrust {
  readonly #options: ClockTrustOptions;
  #trusted: boolean;
  #cancel: Cancel = () => {};
  #stopped = false;

  constructor(options: ClockTrustOptions) {
    this.#options = options;
    this.#trusted = options.mode === "trusted";
  }

  get trusted(): boolean {
    return this.#trusted;
  }

  /** Asks once, and then every ten seconds until the answer is yes. Settles after the first round. */
  async start(): Promise<void> {
    if (this.#trusted) return;
    if (!(await this.#ask())) {
      this.#options.log.warn(say(HOST_MESSAGES.clock_not_trusted));
      this.#askLater();
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #askLater(): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.after(ASK_EVERY_MS, () => {
      void this.#ask().then((yes) => {
        if (yes) this.#options.onTrusted();
        else this.#askLater();
      });
    });
  }

  async #ask(): Promise<boolean> {
    const source = await this.#source();
    if (source === undefined) return false;
    this.#trusted = true;
    this.#options.log.info(say(HOST_MESSAGES.clock_trusted, { source }));
    return true;
  }

  async #source(): Promise<string | undefined> {
    const mark = this.#options.timesyncMark ?? "/run/systemd/timesync/synchronized";
    if (existsSync(mark)) return "systemd-timesyncd";
    for (const { args, command, name, yes } of SOURCES) {
      if (yes.test(await this.#output(command, args))) return name;
    }
    return undefined;
  }

  /** What a command prints; nothing when it is missing, fails or takes too long. */
  #output(command: string, args: readonly string[]): Promise<string> {
    const env = { ...this.#options.env, LC_ALL: "C" };
    return new Promise((resolve) => {
      execFile(command, [...args], { timeout: ANSWER_MS, env, maxBuffer: 65_536 }, (error, stdout) => {
        resolve(error ? "" : stdout);
      });
    });
  }
}
