import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Clock } from "../../drivers/core/clock.js";
import { LinkError } from "../../drivers/core/errors.js";
import type { CheckedGateway, CheckerCounts } from "./checker.js";
import type { Asked, CheckerTask, FromChecker, ToChecker } from "./checker-process.js";
import { FLEET_MESSAGES as M } from "./messages.js";
import { within } from "./within.js";

export interface CheckerReport {
  readonly gateways: readonly CheckedGateway[];
  readonly counts: CheckerCounts & Asked;
}

const READY_MS = 20_000;
const ANSWER_MS = 20_000;
const STOP_MS = 2_000;

/** The subscriber that follows the fleet, in a process of its own: what it costs is not the fleet's. */
export class CheckerChild {
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  readonly #gone: Promise<"gone">;
  #counts: (CheckerCounts & Asked) | undefined;
  #problem = "";
  #onSubscribed: (() => void) | undefined;
  #onReport: ((report: CheckerReport) => void) | undefined;

  private constructor(clock: Clock) {
    this.#clock = clock;
    const file = fileURLToPath(new URL("./checker-process.js", import.meta.url));
    this.#child = fork(file, [], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    this.#gone = new Promise((resolve) => this.#child.once("exit", () => resolve("gone")));
    this.#child.on("message", (message) => this.#heard(message as FromChecker));
  }

  /** Resolves when it is subscribed. Throws LinkError when it is not in time; nothing runs then. */
  static async start(task: CheckerTask, clock: Clock): Promise<CheckerChild> {
    const checker = new CheckerChild(clock);
    const subscribed = new Promise<"subscribed">((resolve) => {
      checker.#onSubscribed = () => resolve("subscribed");
    });
    checker.#tell({ task });
    const outcome = await within(clock, READY_MS, Promise.race([subscribed, checker.#gone]));
    if (outcome === "subscribed") return checker;
    await checker.stop();
    throw new LinkError(M.not_followed, { url: task.url, problem: checker.#problem || "?" });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** What it had counted a moment ago; asks anew. */
  get counts(): (CheckerCounts & Asked) | undefined {
    this.#tell({ say: "counts" });
    return this.#counts;
  }

  /** Undefined where it does not answer any more. */
  async report(): Promise<CheckerReport | undefined> {
    const report = new Promise<CheckerReport>((resolve) => {
      this.#onReport = resolve;
    });
    this.#tell({ say: "report" });
    const outcome = await within(this.#clock, ANSWER_MS, Promise.race([report, this.#gone]));
    return typeof outcome === "object" ? outcome : undefined;
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const outcome = await within(this.#clock, STOP_MS, this.#gone);
    if (outcome !== "gone") this.#child.kill("SIGKILL");
  }

  #tell(message: ToChecker): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #heard(message: FromChecker): void {
    if ("subscribed" in message) this.#onSubscribed?.();
    else if ("problem" in message) this.#problem = message.problem;
    else {
      this.#counts = message.counts;
      if ("report" in message) this.#onReport?.({ gateways: message.report, counts: message.counts });
    }
  }
}
