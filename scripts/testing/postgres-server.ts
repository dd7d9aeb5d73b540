import { execFile } from "node:child_process";
import { appendFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Debian keeps them away from the path, a folder for each version. */
const PROGRAMS = "/usr/lib/postgresql";

/** A real PostgreSQL with a database of its own in a temporary folder, on a Unix socket and nothing else. */
export class PostgresServer {
  readonly folder: string;
  readonly #programs: string;
  readonly #as: readonly string[];

  private constructor(folder: string, programs: string, as: readonly string[]) {
    this.folder = folder;
    this.#programs = programs;
    this.#as = as;
  }

  /** Rejects where PostgreSQL is not installed or does not start. `prepare` may put files and settings beside it. */
  static async start(
    prepare: (folder: string) => Promise<readonly string[]> = async () => [],
  ): Promise<PostgresServer> {
    const versions = (await readdir(PROGRAMS)).map(Number).sort((a, b) => a - b);
    // A Unix socket's path is short (108 bytes): not below the test's own folder.
    const folder = await mkdtemp(join(tmpdir(), "tram-postgres-"));
    // It refuses to run as root; the package made an account for it.
    const isRoot = userInfo().uid === 0;
    const as = isRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];
    const server = new PostgresServer(folder, join(PROGRAMS, String(versions.at(-1)), "bin"), as);
    try {
      if (isRoot) await run("chown", ["postgres", folder]);
      await server.#run("initdb", "-A", "trust", "-U", "centre", "-E", "UTF8", "--locale=C", "--no-sync");
      const settings = [
        `unix_socket_directories = '${folder}'`,
        "listen_addresses = ''",
        ...(await prepare(folder)),
      ];
      await appendFile(join(folder, "data", "postgresql.conf"), `${settings.join("\n")}\n`);
      if (isRoot) await run("chown", ["-R", "postgres", folder]);
      await server.start();
    } catch (error) {
      await server.remove();
      throw error;
    }
    return server;
  }

  url(database = "postgres", user = "centre"): string {
    return `postgres:///${database}?host=${this.folder}&user=${user}`;
  }

  /** On the same socket; resolves when it takes connections. */
  async start(): Promise<void> {
    await this.#run("pg_ctl", "start", "-w", "-l", join(this.folder, "log"));
  }

  /** `fast` rolls back what is under way and goes; `immediate` is a crash. */
  async stop(how: "fast" | "immediate"): Promise<void> {
    await this.#run("pg_ctl", "stop", "-w", "-m", how);
  }

  /** What psql says, without ornament. */
  async ask(sql: string, database = "postgres"): Promise<string> {
    const where = ["-h", this.folder, "-U", "centre", "-d", database];
    const { stdout } = await run(join(this.#programs, "psql"), [...where, "-X", "-A", "-t", "-c", sql]);
    return stdout.trim();
  }

  /** Stopped, if it runs, and gone from the disk. */
  async remove(): Promise<void> {
    await this.stop("immediate").catch(() => {});
    await rm(this.folder, { recursive: true, force: true });
  }

  async #run(program: string, ...args: readonly string[]): Promise<void> {
    const command = [...this.#as, join(this.#programs, program), "-D", join(this.folder, "data"), ...args];
    // Its children must not hold our pipes.
    await new Promise<void>((resolve, reject) => {
      const child = execFile(command[0] ?? "", command.slice(1), { cwd: this.folder });
      let said = "";
      child.stderr?.on("data", (text: string) => {
        said += text;
      });
      child.once("error", reject);
      child.once("exit", (code) =>
        code === 0 ? resolve() : reject(new Error(`${program}: ${code} ${said}`)),
      );
    });
  }
}
