import { basename } from "node:path";
import { lockHolder } from "../../../drivers/core/lock.js";
import { type Language, type Message, renderText, type Said, say } from "../../../drivers/core/message.js";
import { type BufferContents, bufferContents } from "../../buffer/contents.js";
import type { Table } from "../../buffer/file-format.js";
import { machineId } from "../../host/machine.js";
import type { AskedOf } from "../grammar/command.js";
import type { ExitCode, Io } from "../io.js";
import { runSteps } from "../progress-bar.js";
import { cut, number, tableLines } from "../table.js";
import type { SHOW } from "./buffer-grammar.js";
import { BUFFER_VERB_MESSAGES as M } from "./buffer-messages.js";
import { bufferPlace } from "./buffer-place.js";

/** What `tram buffer show --json` prints. */
export interface Shown extends BufferContents {
  /** Process id of the gateway that uses the file. */
  readonly inUseBy: string | null;
  readonly thisMachine: boolean;
}

export async function show(asked: AskedOf<typeof SHOW>, io: Io): Promise<ExitCode> {
  const { identityPath, path } = await bufferPlace("show", asked, io);
  const contents = await runSteps(bufferContents(path, identityPath), io.signal, () => {});
  const inUseBy = (await lockHolder(path)) ?? null;
  const shown: Shown = { ...contents, inUseBy, thisMachine: contents.machine === machineId() };
  io.stdout.write(
    asked.options.json
      ? `${JSON.stringify(shown)}\n`
      : `${showLines(shown, io.language, io.columns).join("\n")}\n`,
  );
  return 0;
}

const PRIORITIES: Readonly<Record<Table, Message<never>>> = {
  low: M.priority_low,
  normal: M.priority_normal,
  high: M.priority_high,
  alarm: M.priority_alarm,
  event: M.priority_event,
};

const IDENTITY: Readonly<Record<NonNullable<BufferContents["identity"]>["state"], Message<never>>> = {
  agrees: M.identity_agrees,
  missing: M.identity_missing,
  other_epoch: M.identity_other_epoch,
  behind: M.identity_behind,
};

/** As lines of at most `columns`. */
export function showLines(shown: Shown, language: Language, columns: number): string[] {
  const text = (message: Message<never>): string => renderText(say(message), language);
  const told = (said: Said): string => cut(renderText(said, language), columns);
  const count = (value: number): string => number(value, language);
  const size = (bytes: number): string => sizeText(bytes, language);
  const about = shown.estimated ? "~" : "";
  const kept = shown.tables.filter(({ rows }) => rows > 0);
  const lines = [
    // A path that is cut is of no use.
    renderText(say(M.show_path, { path: shown.path }), language),
    told(
      say(M.show_format, { format: shown.format, size: size(shown.fileBytes), log: size(shown.logBytes) }),
    ),
    told(
      say(M.show_pages, {
        free: count(shown.freePages),
        pages: count(shown.pages),
        bytes: shown.pageBytes,
        disk: size(shown.diskFreeBytes),
      }),
    ),
    told(say(M.show_epoch, { epoch: shown.epoch, rev: shown.rev, epochs: shown.epochs.length })),
    told(say(M.show_numbers, { first: count(shown.first), last: count(shown.last) })),
    told(
      say(M.show_records, {
        records: count(shown.records),
        readings: `${about}${count(shown.readings)}`,
        bytes: shown.bytesAReading === undefined ? "-" : number(shown.bytesAReading, language, 1),
      }),
    ),
    told(say(shown.thisMachine ? M.show_this_machine : M.show_other_machine)),
  ];
  if (shown.identity) {
    const state = text(IDENTITY[shown.identity.state]);
    lines.push(told(say(M.show_identity, { state })));
  }
  lines.push(told(shown.inUseBy === null ? say(M.show_free) : say(M.show_used, { pid: shown.inUseBy })));
  if (kept.length > 0) {
    const head = [
      { title: text(M.label_priority) },
      { title: text(M.label_records), right: true },
      { title: text(M.label_readings), right: true },
      { title: text(M.label_numbers), right: true },
    ];
    const rows = kept.map(({ first, last, readings, records, table }) => {
      const numbers = `${count(first)}-${count(last)}`;
      return [text(PRIORITIES[table]), count(records), `${about}${count(readings)}`, numbers];
    });
    const times = kept.map(({ from, table, to }) => [
      text(PRIORITIES[table]),
      dateTime(from, language),
      dateTime(to, language),
    ]);
    lines.push("", ...tableLines(head, rows, columns));
    const timesHead = [head[0], { title: text(M.label_from) }, { title: text(M.label_to) }];
    lines.push(
      "",
      ...tableLines(
        timesHead.flatMap((column) => column ?? []),
        times,
        columns,
      ),
    );
  }
  if (shown.uplinks.length > 0) {
    const head = [
      { title: text(M.label_uplink) },
      { title: text(M.label_acknowledged), right: true },
      { title: text(M.label_pending), right: true },
      { title: text(M.label_pending_from), right: true },
    ];
    const rows = shown.uplinks.map(({ acknowledged, name, pending, pendingFrom }) => [
      name,
      count(acknowledged),
      count(pending),
      count(pendingFrom),
    ]);
    lines.push("", ...tableLines(head, rows, columns));
  }
  if (shown.beside.length > 0) {
    lines.push("", text(M.show_beside));
    for (const { bytes, file } of shown.beside)
      lines.push(cut(`  ${size(bytes)}  ${basename(file)}`, columns));
  }
  return lines;
}

function sizeText(bytes: number, language: Language): string {
  return bytes < 1e6 ? `${number(bytes / 1e3, language, 1)} kB` : `${number(bytes / 1e6, language, 1)} MB`;
}

/** Local date and time, to the minute. */
function dateTime(ms: number | undefined, language: Language): string {
  if (ms === undefined) return "-";
  const time = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, "0");
  const [year, month, day] = [String(time.getFullYear()), two(time.getMonth() + 1), two(time.getDate())];
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  return language === "vi" ? `${day}/${month}/${year} ${clock}` : `${year}-${month}-${day} ${clock}`;
}
