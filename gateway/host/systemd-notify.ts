import { execFile } from "node:child_process";
import type { Cancel, Clock } from "../../drivers/core/clock.js";

/**
 * sd_notify(3) through the systemd-notify command: Node has no datagram Unix sockets. The unit needs
 * `NotifyAccess=all`. Without NOTIFY_SOCKET nothing is done.
 */
export class SystemdNotify {
  readonly #env: Readonly<Record<string, string | undefined>>;
  #cancel: Cancel = () => {};

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  /** The watchdog's period, when systemd asks for one (`WatchdogSec=`). */
  get watchdogMs(): number | undefined {
    const micros = Number(this.#env["WATCHDOG_USEC"]);
    return this.#env["NOTIFY_SOCKET"] && micros > 0 ? micros / 1000 : undefined;
  }

  ready(status: string): Promise<void> {
    return this.#send("READY=1", `STATUS=${status}`);
  }

  stopping(): Promise<void> {
    this.#cancel();
    return this.#send("STOPPING=1");
  }

  /** Tells systemd twice a period that the gateway lives, as long as `isAlive` says so. */
  watch(clock: Clock, isAlive: () => boolean): void {
    const periodMs = this.watchdogMs;
    if (periodMs === undefined) return;
    const turn = (): void => {
      if (isAlive()) void this.#send("WATCHDOG=1");
      this.#cancel = clock.after(periodMs / 2, turn);
    };
    turn();
  }

  #send(...assignments: string[]): Promise<void> {
    const socket = this.#env["NOTIFY_SOCKET"];
    if (!socket) return Promise.resolve();
    const args = [`--pid=${process.pid}`, ...assignments];
    return new Promise((resolve) => {
      // A failure leaves systemd to its own timeouts; there is nobody else to tell.
      execFile("systemd-notify", args, { timeout: 2_000, env: { ...this.#env } }, () => resolve());
    });
  }
}
