import { type Language, type Message, renderText, say } from "../../../drivers/core/message.js";
import type { GatewayStatus } from "../../core/status.js";
import { wrapText } from "../../core/wrap-text.js";
import { flag } from "../grammar/command.js";
import { CONFIG, JSON_OUTPUT } from "../grammar/shared-options.js";
import { verb } from "../grammar/verb.js";
import { localGateway } from "../local-gateway.js";
import { CLI_MESSAGES as M } from "../messages.js";
import { cut, dateOf, number, tableLines, timeOfDay } from "../table.js";
import { alarmLines } from "./alarm-lines.js";
import { busHealthLines } from "./bus-health.js";
import { statusFindings, verdictLines } from "./status-findings.js";
import { STATUS_MESSAGES as S } from "./status-messages.js";
import { auditLines, cardLines } from "./store-lines.js";

export const status = verb(
  {
    name: "status",
    summary: M.status_summary,
    about: M.status_about,
    args: {},
    options: { config: CONFIG, json: JSON_OUTPUT, metrics: flag(M.status_metrics), check: flag(S.check) },
    examples: ["status -c config/examples/pump-station.yaml"],
  },
  async ({ options }, io) => {
    const gateway = await localGateway("status", { options }, io);
    if (options.metrics) {
      io.stdout.write(await gateway.metrics());
      return 0;
    }
    const answer = (await gateway.get(`/v1/status?lang=${io.language}`)) as GatewayStatus;
    io.stdout.write(
      options.json
        ? `${JSON.stringify(answer)}\n`
        : `${statusLines(answer, io.language, io.columns, io.colours).join("\n")}\n`,
    );
    return options.check && statusFindings(answer, io.language).length > 0 ? 1 : 0;
  },
);

const STATES: Readonly<Record<string, Message<never>>> = {
  up: M.state_up,
  down: M.state_down,
  connecting: M.state_connecting,
  answering: M.state_answering,
  lost: M.state_lost,
  unknown: M.state_unknown,
};

/** The whole status as lines of at most `columns`. */
export function statusLines(
  gateway: GatewayStatus,
  language: Language,
  columns: number,
  colours = false,
): string[] {
  const text = (message: Message<never>): string => renderText(say(message), language);
  const state = (word: string): string => stateText(word, language);
  const clock = text(gateway.clock === "trusted" ? M.clock_trusted : M.clock_untrusted);
  const lines = [
    cut(
      `${text(M.label_gateway)}: ${gateway.name} (${gateway.id}), tram ${gateway.version}, pid ${gateway.pid}`,
      columns,
    ),
    cut(`${text(M.label_config)}: ${gateway.config}, rev ${gateway.rev}`, columns),
    `${text(M.label_clock)}: ${clock}`,
    "",
    ...tableLines(
      [
        { title: text(M.label_connection) },
        { title: text(M.label_state) },
        { title: text(M.label_requests), right: true },
        { title: text(M.label_failed), right: true },
      ],
      gateway.connections.map(({ id, state: word, stats }) => {
        const failed = stats.requests - stats.good;
        return [id, state(word), number(stats.requests, language), number(failed, language)];
      }),
      columns,
    ),
    "",
    ...tableLines(
      [
        { title: text(M.label_device) },
        { title: "" },
        { title: text(M.label_state) },
        { title: text(M.label_points), right: true },
        { title: text(M.label_bad), right: true },
        { title: text(M.label_last_good), right: true },
      ],
      gateway.devices.map((device) => {
        const last = device.lastGood ? timeOfDay(device.lastGood) : "-";
        return [device.id, device.name, state(device.state), `${device.points}`, `${device.badPoints}`, last];
      }),
      columns,
    ),
    "",
    ...uplinkLines(gateway, language, columns),
    "",
    ...titled(text(M.label_alarms), alarmLines(gateway.alarms, language, columns - 2)),
    ...bufferLines(gateway, language, columns),
    ...spaced(busHealthLines(gateway.connections, language, columns)),
  ];
  return [...lines, "", ...verdictLines(gateway, { colours, columns, language })];
}

function uplinkLines({ uplinks }: GatewayStatus, language: Language, columns: number): readonly string[] {
  const text = (message: Message<never>): string => renderText(say(message), language);
  if (uplinks.length === 0) return wrapText(`${text(M.label_uplink)}: `, text(S.no_uplinks), columns, "  ");
  return tableLines(
    [
      { title: text(M.label_uplink) },
      { title: "" },
      { title: text(M.label_state) },
      { title: text(M.label_backlog), right: true },
      { title: text(M.label_sent), right: true },
    ],
    uplinks.map((uplink) => {
      const sent = number(uplink.acknowledgedReadings, language);
      return [
        uplink.id,
        uplink.url,
        stateText(uplink.state, language),
        number(uplink.pending, language),
        sent,
      ];
    }),
    columns,
  );
}

function stateText(word: string, language: Language): string {
  return renderText(say(STATES[word] ?? M.state_unknown), language);
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? [`${title}:`, ...lines.map((line) => `  ${line}`), ""] : [];
}

function spaced(lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? ["", ...lines] : [];
}

function bufferLines({ audit, buffer }: GatewayStatus, language: Language, columns: number): string[] {
  const label = renderText(say(M.label_buffer), language);
  const line = say(M.buffer_line, {
    durable: number(buffer.durableSeq, language),
    age: number(buffer.uncommittedMs / 1000, language, 1),
    size: number(buffer.fileBytes / 1e6, language, 1),
    worst: number(Math.round(buffer.worstCommitMs), language),
  });
  const { keptSince, limitBytes, usedBytes } = buffer;
  const fill = say(M.buffer_fill, {
    fill: number(limitBytes > 0 ? Math.round((usedBytes / limitBytes) * 1000) / 10 : 0, language),
    limit: number(Math.round(limitBytes / 1e6), language),
    kept: number(buffer.keptFrom, language),
    since:
      keptSince === undefined
        ? renderText(say(M.buffer_since_unknown), language)
        : dateOf(keptSince, language),
    dropped: number(buffer.dropped, language),
  });
  const state = buffer.durable ? ` (${renderText(say(M.buffer_durable), language)})` : "";
  return [
    cut(`${label}: ${buffer.path}${state}`, columns),
    ...wrapText("  ", renderText(line, language), columns, "  "),
    ...wrapText("  ", renderText(fill, language), columns, "  "),
    ...cardLines(buffer.card, language, columns),
    ...auditLines(audit, language, columns),
  ];
}
