import type { ExchangeStats } from "../../drivers/core/exchange-stats.js";
import type { GatewayStatus } from "../core/status.js";

type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly samples: readonly (readonly [Labels, number])[];
}

/** OpenMetrics 1.0, as Prometheus, Telegraf and the OpenTelemetry collector read it. */
export const METRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** The gateway's own counters as OpenMetrics text. Times in seconds, sizes in bytes, shares from 0 to 1. Pure. */
export function metricsText(status: GatewayStatus): string {
  return `${[...busFamilies(status), ...uplinkFamilies(status), ...ownFamilies(status)].map(familyText).join("")}# EOF\n`;
}

function busFamilies({ connections, devices }: GatewayStatus): readonly Family[] {
  const each = connections.flatMap(({ id: connection, stats }) => [
    { labels: { connection } as Labels, stats: stats as ExchangeStats },
    ...Object.entries(stats.devices).map(([device, own]) => ({ labels: { connection, device }, stats: own })),
  ]);
  const counter = (name: string, help: string, of: (stats: ExchangeStats) => number): Family => ({
    name: `tram_bus_${name}`,
    type: "counter",
    help,
    samples: each.map(({ labels, stats }) => [labels, of(stats)]),
  });
  const gauge = (name: string, help: string, of: (stats: ExchangeStats) => number | undefined): Family => ({
    name: `tram_bus_${name}`,
    type: "gauge",
    help,
    samples: each.flatMap(({ labels, stats }) => {
      const value = of(stats);
      return value === undefined ? [] : [[labels, value] as const];
    }),
  });
  return [
    {
      name: "tram_connection_up",
      type: "gauge",
      help: "1 while the connection is open",
      samples: connections.map(({ id, state }) => [{ connection: id }, Number(state === "up")]),
    },
    {
      name: "tram_device_answering",
      type: "gauge",
      help: "1 while the device answers",
      samples: devices.map(({ connection, id, state }) => [
        { connection, device: id },
        Number(state === "answering"),
      ]),
    },
    counter("requests", "requests that were put on the wire", ({ requests }) => requests),
    counter("good", "good answers", ({ good }) => good),
    counter("timeouts", "requests without an answer", ({ timeouts }) => timeouts),
    counter("damaged", "frames with a wrong checksum or cut short", ({ damaged }) => damaged),
    counter("foreign", "whole frames that answered nothing", ({ foreign }) => foreign),
    counter("late", "answers after their deadline", ({ late }) => late),
    {
      name: "tram_bus_exceptions",
      type: "counter",
      help: "exceptions of the protocol by code",
      samples: each.flatMap(({ labels, stats }) =>
        Object.entries(stats.exceptionCodes).map(([code, count]) => [{ ...labels, code }, count] as const),
      ),
    },
    gauge("round_trip_median_seconds", "end of request to end of answer, median", ({ roundTrip }) =>
      inSeconds(roundTrip?.medianMs),
    ),
    gauge("round_trip_p99_seconds", "end of request to end of answer, 99th percentile", ({ roundTrip }) =>
      inSeconds(roundTrip?.p99Ms),
    ),
    gauge(
      "busy_ratio",
      "share of the last five minutes in which the wire was busy",
      ({ busyShare }) => busyShare,
    ),
    gauge("last_good_timestamp_seconds", "when the last good answer came", ({ lastGoodT }) =>
      inSeconds(lastGoodT),
    ),
  ];
}

function uplinkFamilies({ uplinks }: GatewayStatus): readonly Family[] {
  const of = (
    name: string,
    type: Family["type"],
    help: string,
    value: (uplink: GatewayStatus["uplinks"][number]) => number,
  ): Family => ({
    name: `tram_uplink_${name}`,
    type,
    help,
    samples: uplinks.map((uplink) => [{ uplink: uplink.id }, value(uplink)]),
  });
  return [
    of("up", "gauge", "1 while the uplink is connected", ({ state }) => Number(state === "up")),
    of("pending_records", "gauge", "records that are not acknowledged, at most", ({ pending }) => pending),
    of(
      "oldest_in_flight_seconds",
      "gauge",
      "age of the oldest message in flight",
      ({ oldestInFlightMs }) => oldestInFlightMs / 1000,
    ),
    of("sent_messages", "counter", "messages sent", ({ sentMessages }) => sentMessages),
    of("sent_bytes", "counter", "payload of the messages sent", ({ sentBytes }) => sentBytes),
    of(
      "sent_today_bytes",
      "gauge",
      "sent since midnight, with what is reckoned for its way",
      ({ sentTodayBytes }) => sentTodayBytes,
    ),
    of("dead_letters", "counter", "records refused for good", ({ deadLetters }) => deadLetters?.records ?? 0),
    of("acknowledged_records", "counter", "records acknowledged", (uplink) => uplink.acknowledgedRecords),
    of("acknowledged_readings", "counter", "readings acknowledged", (uplink) => uplink.acknowledgedReadings),
    of("rejected_messages", "counter", "messages refused for good", (uplink) => uplink.rejectedMessages),
  ];
}

const YEAR_SECONDS = 365.25 * 86_400;

function ownFamilies({ audit, buffer, memory }: GatewayStatus): readonly Family[] {
  const one = (name: string, type: Family["type"], help: string, value: number): Family => ({
    name: `tram_${name}`,
    type,
    help,
    samples: [[{}, value]],
  });
  return [
    one("buffer_durable", "gauge", "1 while records reach the disk", Number(buffer.durable)),
    one(
      "buffer_uncommitted_seconds",
      "gauge",
      "age of the oldest record not on the disk",
      buffer.uncommittedMs / 1000,
    ),
    one("buffer_file_bytes", "gauge", "size of the file", buffer.fileBytes),
    one("buffer_used_bytes", "gauge", "of the file what is in use", buffer.usedBytes),
    one("buffer_limit_bytes", "gauge", "what the file may become", buffer.limitBytes),
    one("buffer_disk_full", "gauge", "1 while others have filled the disk", Number(buffer.disk === "full")),
    one(
      "buffer_below_keep_at_least",
      "gauge",
      "1 while less is kept than keep_at_least promises",
      Number(buffer.belowKeepAtLeastUntil !== 0),
    ),
    one("buffer_written_bytes", "counter", "bytes handed to the file system", buffer.bytesWritten),
    one("card_own_bytes", "counter", "the same over all runs", buffer.card.ownBytes),
    ...(buffer.card.deviceBytes === undefined
      ? []
      : [one("card_device_bytes", "counter", "written on the disk by everybody", buffer.card.deviceBytes)]),
    ...(buffer.card.yearsLeft === undefined
      ? []
      : [
          one(
            "card_seconds_left",
            "gauge",
            "what is left of the endurance",
            buffer.card.yearsLeft * YEAR_SECONDS,
          ),
        ]),
    one("audit_entries_waiting", "gauge", "entries of the audit not on the disk", audit.waiting),
    one("audit_entries_missing", "counter", "entries of the audit that found no room", audit.missing),
    one("buffer_commits", "counter", "commits", buffer.commits),
    one("buffer_records", "counter", "records appended", buffer.records),
    one("buffer_readings", "counter", "readings appended", buffer.readings),
    one(
      "buffer_dropped_records",
      "counter",
      "records dropped from memory before they were stored",
      buffer.dropped,
    ),
    one("memory_resident_bytes", "gauge", "resident memory of the process", memory.rssBytes),
  ];
}

function inSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

function familyText({ help, name, samples, type }: Family): string {
  const suffix = type === "counter" ? "_total" : "";
  const lines = samples.map(([labels, value]) => `${name}${suffix}${labelText(labels)} ${value}\n`);
  return `# TYPE ${name} ${type}\n# HELP ${name} ${help}\n${lines.join("")}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(",")}}` : "";
}

function escaped(value: string): string {
  return value.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n");
}
