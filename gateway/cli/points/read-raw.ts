import { interpretations } from "../../../drivers/codec/interpret.js";
import type { Clock } from "../../../drivers/core/clock.js";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { render, renderText, say } from "../../../drivers/core/message.js";
import { CORE_MESSAGES } from "../../../drivers/core/messages.js";
import { portUsers } from "../../../drivers/line/port-users.js";
import type { RawAnswer, RawReadWish } from "../../core/point-access.js";
import type { ExitCode, Io } from "../io.js";
import { timeOfDay } from "../table.js";
import { writeOut } from "../write-out.js";
import { type Expectation, expectationOf } from "./expectation.js";
import { openSite, readConfig, type Site } from "./open-site.js";
import { type PlaceOption, placeOption, rawPlace, unitOption } from "./raw-options.js";
import { rawLines, spanOf } from "./raw-table.js";
import type { ReadAsked } from "./read-grammar.js";
import { paragraph } from "./read-lines.js";
import { READ_MESSAGES as M } from "./read-messages.js";

/** Between the two looks by which it is seen what moves. */
const APART_MS = 1_000;

interface RawWork {
  readonly wish: RawReadWish;
  readonly site: Site;
  /** A serial port that this process has opened itself. */
  readonly port?: string;
}

/** `tram read --raw`: registers as they are and all that they may mean. */
export async function readRaw(asked: ReadAsked, io: Io, clock: Clock): Promise<ExitCode> {
  const { every: everyMs, expect: expected, json } = asked.options;
  const expect = expected === undefined ? undefined : expectationOf(expected);
  const { port, site, wish } = await open(asked, io, clock);
  const once = asked.options.once || everyMs !== undefined;
  try {
    do {
      const startedMs = clock.mono();
      const first = await site.access.readRaw(wish, io.language, io.signal);
      const second = once || !first.words ? undefined : await again(site, wish, io, clock);
      if (io.signal.aborted) break;
      const show = json ? jsonLines : tableOf;
      const lines = [...show(first, second, expect, io), ...(await sharedLines(first, port, io))];
      await writeOut(io.stdout, `${lines.join("\n")}\n`, io.signal);
      if (everyMs === undefined) return first.words ? 0 : 1;
      await clock.sleep(Math.max(0, startedMs + everyMs - clock.mono()), io.signal).catch(() => {});
    } while (!io.signal.aborted);
  } finally {
    await site.close();
  }
  return everyMs === undefined ? 1 : 0;
}

async function again(site: Site, wish: RawReadWish, io: Io, clock: Clock): Promise<RawAnswer | undefined> {
  await clock.sleep(APART_MS, io.signal).catch(() => {});
  return io.signal.aborted ? undefined : site.access.readRaw(wish, io.language, io.signal);
}

async function open({ args, options }: ReadAsked, io: Io, clock: Clock): Promise<RawWork> {
  const place = placeOption(options);
  const unit = unitOption(options);
  if (place) return openPlace(place, args.words, unit, io, clock);
  const [of, ...rest] = args.words;
  if (of === undefined) throw new ConfigurationError(M.raw_of_whom);
  const wish: RawReadWish = {
    ...rawPlace(rest),
    of: unit === undefined ? { device: of } : { connection: of, unit },
  };
  const config = await readConfig("read", options.config, io);
  const connection = unit === undefined ? config.devices.get(of)?.connection : of;
  const site = await openSite({ config, connections: connection === undefined ? [] : [connection] }, io);
  const settings = config.connections.get(connection ?? "")?.settings;
  const port = site.via === "direct" ? portOf(settings) : undefined;
  return { wish, site, ...(port !== undefined && { port }) };
}

async function openPlace(
  { name, written }: PlaceOption,
  rest: readonly string[],
  unit: number | undefined,
  io: Io,
  clock: Clock,
): Promise<RawWork> {
  if (unit === undefined) throw new ConfigurationError(M.raw_of_whom);
  const wish: RawReadWish = { ...rawPlace(rest), of: { connection: name, unit } };
  const { adHocConnection } = await import("../../config/ad-hoc.js");
  const { DirectAccess } = await import("./direct-access.js");
  const connection = adHocConnection(name, written);
  const parts = { clock, audit: { note: () => {} }, connections: [connection], devices: new Map() };
  const access = await DirectAccess.open(parts, io.signal).catch((error: unknown) => {
    if (!(error instanceof ConfigurationError) || error.code !== CORE_MESSAGES.held_by_process.code)
      throw error;
    const pid = String(error.params["pid"]);
    throw new ConfigurationError(M.port_of_process, { port: name, pid, unit }, { cause: error });
  });
  const site: Site = { access, via: "direct", close: () => access.close() };
  const port = portOf(connection.settings);
  return { wish, site, ...(port !== undefined && { port }) };
}

/** Of a serial line; a TCP port is a number. */
function portOf(settings: unknown): string | undefined {
  const { port } = (settings ?? {}) as { readonly port?: unknown };
  return typeof port === "string" ? port : undefined;
}

function tableOf(
  first: RawAnswer,
  second: RawAnswer | undefined,
  expect: Expectation | undefined,
  { columns, language }: Io,
): readonly string[] {
  const { address, count, device, findings, function: code, problem, table, unit, words } = first;
  const times = [first, second].flatMap((one) => (one ? [timeOfDay(one.t)] : [])).join(", ");
  const facts = { device, unit, table, span: spanOf(address, count), function: code, times };
  const lines = paragraph("", renderText(say(M.raw_head, facts), language), columns, "  ");
  const told = [
    ...(problem ? [problem.text] : []),
    ...(second?.problem ? [second.problem.text] : []),
    ...findings,
  ];
  const wrong = told.flatMap((text) => paragraph("", text, columns, "  "));
  if (!words) return [...lines, ...wrong];
  const later = second?.words;
  const shown = rawLines({ table, address, words, ...(later && { later }) }, expect, language, columns);
  return [...lines, "", ...shown, ...wrong];
}

function jsonLines(
  first: RawAnswer,
  second: RawAnswer | undefined,
  expect: Expectation | undefined,
): readonly string[] {
  const { t, words, ...head } = first;
  const reads = [{ t, words }, ...(second ? [{ t: second.t, words: second.words }] : [])];
  const isBits = head.table === "coil" || head.table === "discrete";
  const values =
    !words || isBits
      ? []
      : interpretations(words, second?.words).map(({ at, order, value, ...one }) => ({
          address: head.address + at,
          order,
          ...one,
          value: typeof value === "bigint" ? value.toString() : value,
          ...(expect &&
            value !== null && { expected: Number(value) >= expect.least && Number(value) <= expect.most }),
        }));
  return [JSON.stringify({ ...head, reads, values })];
}

/** Nobody answered, and somebody else has the port open: that is why. */
async function sharedLines(
  { words }: RawAnswer,
  port: string | undefined,
  io: Io,
): Promise<readonly string[]> {
  if (words || port === undefined) return [];
  const users = await portUsers(port);
  if (users.length === 0) return [];
  const named = users.map(({ pid, program }) => `${program || "?"} (${pid})`).join(", ");
  return paragraph("", render(say(M.port_shared, { port, users: named }), io.language), io.columns, "  ");
}
