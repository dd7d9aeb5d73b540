import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IClientOptions } from "mqtt";
import { type Clock, SystemClock } from "../../../drivers/core/clock.js";
import { asError, ConfigurationError } from "../../../drivers/core/errors.js";
import { topicOf } from "../../contract/topics.js";
import type { AskedOf } from "../grammar/command.js";
import type { ExitCode, Io } from "../io.js";
import { writeOut } from "../write-out.js";
import { FleetBoard, type FleetRow } from "./fleet-board.js";
import type { FLEET } from "./fleet-grammar.js";
import { fleetLines, OTHER_LINES, plainWords } from "./fleet-lines.js";
import { FleetLink } from "./fleet-link.js";
import { FLEET_VERB_MESSAGES as M } from "./fleet-messages.js";

const REDRAW_MS = 500;
/** What is retained has come when nothing comes for so long. */
const QUIET_MS = 700;
/** Questions a second, and how long the last one waits for its answer. */
const ASK_MS = 20;
const ANSWER_MS = 5_000;
/** Who reads from a pipe has room. */
const PIPE_COLUMNS = 200;
/** Gateways with a backlog whose readings are listened to at a time. */
const MOST_BEHIND = 100;

type FleetAsked = AskedOf<typeof FLEET>;

/** Shows what a broker keeps and hears of its gateways, until Ctrl-C or once. */
export async function runFleet(asked: FleetAsked, io: Io): Promise<ExitCode> {
  const wish = wishOf(asked, io);
  const clock = new SystemClock("fleet");
  const board = new FleetBoard({
    backlog: wish.backlog,
    now: () => clock.now(),
    mono: () => clock.mono(),
  });
  let heardAt = clock.mono();
  const view = new View(wish, board, io, clock);
  const link = await FleetLink.open({
    url: wish.url,
    shownUrl: wish.shownUrl,
    mqtt: wish.mqtt,
    topics: ["status", "birth", "event", ...(wish.ask ? ["reply"] : [])].map((name) => `tram/v1/+/${name}`),
    onMessage: (topic, payload, retained) => {
      if (retained) heardAt = clock.mono();
      board.hear(topic, payload, retained);
    },
    onState: (state) => {
      view.connection = state;
    },
  });
  try {
    const until = clock.mono() + wish.waitMs;
    const quiet = (): boolean => clock.mono() - heardAt > QUIET_MS || clock.mono() > until;
    heardAt = clock.mono();
    if (view.kind === "screen") view.open();
    while (!io.signal.aborted && !quiet()) await pause(clock, 50, io.signal);
    if (wish.ask) {
      for (const id of board.online) {
        if (io.signal.aborted) break;
        const request = { id: `fleet-${randomBytes(6).toString("hex")}`, request: "diagnostics" };
        await link.publish(topicOf(id, "command"), JSON.stringify(request));
        await pause(clock, ASK_MS, io.signal);
      }
      const answeredBy = clock.mono() + ANSWER_MS;
      const isAnswered = (): boolean => view.rows.every((row) => !row.online || row.lostDevices);
      while (!io.signal.aborted && !isAnswered() && clock.mono() < answeredBy) {
        await pause(clock, 100, io.signal);
      }
    }
    while (view.kind === "screen" && !io.signal.aborted) {
      link.alsoRead(board.behind.slice(0, MOST_BEHIND).map((id) => topicOf(id, "data")));
      view.draw();
      await pause(clock, REDRAW_MS, io.signal);
    }
    view.close();
    if (view.kind !== "screen") await view.print();
  } finally {
    view.close();
    link.close();
  }
  const { rows } = view;
  return rows.length > 0 && rows.every(({ ills }) => ills.length === 0) ? 0 : 1;
}

interface Wish {
  readonly url: string;
  readonly shownUrl: string;
  readonly words: readonly string[];
  readonly output: "screen" | "once" | "json";
  readonly ask: boolean;
  readonly top: number | undefined;
  readonly backlog: number;
  readonly waitMs: number;
  readonly mqtt: IClientOptions;
}

function wishOf({ args: { url, words }, options }: FleetAsked, io: Io): Wish {
  const { ask, backlog, json, once, top, wait } = options;
  return {
    url,
    shownUrl: url.replace(/\/\/[^@/]*@/, "//"),
    words: words.map(plainWords),
    output: json ? "json" : once || !io.isTerminal ? "once" : "screen",
    ask,
    top,
    backlog,
    waitMs: wait,
    mqtt: accessOf(options, io),
  };
}

function accessOf(options: FleetAsked["options"], io: Io): IClientOptions {
  const { TRAM_MQTT_PASSWORD, TRAM_MQTT_USERNAME } = io.env;
  const username = options.user ?? TRAM_MQTT_USERNAME;
  const file = options["password-file"];
  // An editor ends a file with a line break.
  const password = file === undefined ? TRAM_MQTT_PASSWORD : String(read(file)).replace(/\r?\n$/, "");
  const access: IClientOptions = { clientId: `tram-fleet-${randomBytes(6).toString("hex")}` };
  if (username) access.username = username;
  if (password) access.password = password;
  for (const name of ["ca", "cert", "key"] as const) {
    const path = options[name];
    if (path !== undefined) access[name] = read(path);
  }
  return access;
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const problem = asError(error).message;
    throw new ConfigurationError(M.file_unreadable, { file, problem }, { cause: error });
  }
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return clock.sleep(ms, signal).catch(() => {});
}

/** A table that is drawn in place, one that is printed, or JSON. */
class View {
  readonly kind: Wish["output"];
  connection: "up" | "down" = "up";
  readonly #wish: Wish;
  readonly #board: FleetBoard;
  readonly #io: Io;
  readonly #clock: Clock;
  #screen: "open" | "closed" = "closed";

  constructor(wish: Wish, board: FleetBoard, io: Io, clock: Clock) {
    this.kind = wish.output;
    this.#wish = wish;
    this.#board = board;
    this.#io = io;
    this.#clock = clock;
  }

  /** Those that were asked for. */
  get rows(): readonly FleetRow[] {
    const { words } = this.#wish;
    return this.#board.rows().filter(({ id, site = "" }) => {
      const text = plainWords(`${id} ${site}`);
      return words.every((word) => text.includes(word));
    });
  }

  open(): void {
    this.#screen = "open";
    this.#io.stdout.write("\u001b[?1049h\u001b[?25l");
  }

  /** Idempotent. */
  close(): void {
    if (this.#screen === "closed") return;
    this.#screen = "closed";
    this.#io.stdout.write("\u001b[?25h\u001b[?1049l");
  }

  draw(): void {
    const height = process.stdout.rows ?? 24;
    const room = Math.max(1, height - OTHER_LINES - 1);
    const lines = this.#lines(Math.min(this.#wish.top ?? room, room), this.#io.columns);
    const body = lines.slice(0, height - 1).map((line) => `${line}\u001b[K`);
    this.#io.stdout.write(`\u001b[H${body.join("\n")}\u001b[J`);
  }

  async print(): Promise<void> {
    const { signal, stdout } = this.#io;
    const top = this.#wish.top ?? Number.POSITIVE_INFINITY;
    const columns = this.#io.isTerminal ? this.#io.columns : PIPE_COLUMNS;
    const text = this.kind === "json" ? this.#json(top) : this.#lines(top, columns).join("\n");
    await writeOut(stdout, `${text}\n`, signal);
  }

  #lines(top: number, columns: number): string[] {
    return fleetLines({
      url: this.#wish.shownUrl,
      rows: this.rows,
      board: this.#board,
      connection: this.connection,
      language: this.#io.language,
      columns,
      top,
      now: this.#clock.now(),
    });
  }

  #json(top: number): string {
    const { rows } = this;
    const iso = (ms: number | undefined): string | undefined =>
      ms === undefined ? undefined : new Date(ms).toISOString();
    return JSON.stringify({
      url: this.#wish.shownUrl,
      at: iso(this.#clock.now()),
      gateways: rows.length,
      online: rows.filter(({ online }) => online).length,
      ill: rows.filter(({ ills }) => ills.length > 0).length,
      unreadable: this.#board.unreadable,
      beyond: this.#board.beyond,
      rows: rows.slice(0, top).map((row) => ({ ...row, since: iso(row.since), oldest: iso(row.oldest) })),
    });
  }
}
