import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, type WriteStream } from "node:fs";

/**
 * Closes every file descriptor above 2 before the program starts: the simulated serial port's would be inherited
 * otherwise (see simulators/pty.ts), and the gateway could not see it vanish. The program keeps the process id.
 */
const WITHOUT_INHERITED =
  'for f in /proc/self/fd/*; do n=$(basename "$f"); if [ "$n" -gt 2 ]; then eval "exec $n>&-"; fi; done; exec "$@"';

/** `tram run` as an ordinary process of its own; what it prints goes to a log file. */
export class DemoGateway {
  /** Resolves with the exit code (128 for a signal). */
  readonly ended: Promise<number>;
  lastLine = "";
  readonly #child: ChildProcess;
  #exited = false;

  constructor(main: string, config: string, logFile: string) {
    const log = createWriteStream(logFile);
    // A group of its own: Ctrl-C reaches the demonstration alone, which then stops the gateway in order.
    this.#child = spawn("bash", ["-c", WITHOUT_INHERITED, "bash", process.execPath, main, "run", config], {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.#child.stdout?.on("data", (chunk: Buffer) => this.#keep(chunk, log));
    this.#child.stderr?.on("data", (chunk: Buffer) => this.#keep(chunk, log));
    this.ended = new Promise((resolve) => {
      const end = (code: number): void => {
        this.#exited = true;
        log.end(() => resolve(code));
      };
      this.#child.once("error", () => end(127));
      this.#child.once("close", (code) => end(code ?? 128));
    });
  }

  get running(): boolean {
    return !this.#exited;
  }

  /** Asks it to stop; kills it after `deadlineMs`. Resolves with the exit code. */
  async stop(deadlineMs: number): Promise<number> {
    this.#child.kill("SIGTERM");
    const killer = setTimeout(() => this.kill(), deadlineMs);
    const code = await this.ended;
    clearTimeout(killer);
    return code;
  }

  /** At once; for when the demonstration itself must go. */
  kill(): void {
    if (this.running) this.#child.kill("SIGKILL");
  }

  #keep(chunk: Buffer, log: WriteStream): void {
    log.write(chunk);
    const line = chunk.toString("utf8").trimEnd().split("\n").at(-1);
    if (line) this.lastLine = line;
  }
}
