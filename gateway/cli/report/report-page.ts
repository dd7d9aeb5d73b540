import {
  type Language,
  type Message,
  type ParamValue,
  renderText,
  say,
} from "../../../drivers/core/message.js";
import { qualityText } from "../quality-text.js";
import { number, withMeaning, withUnit } from "../table.js";
import type { ReportedDevice, ReportedReading, StationReport } from "./report-data.js";
import { localTime } from "./report-open.js";
import { REPORT_PAGE_MESSAGES as M } from "./report-page-messages.js";
import { REPORT_STYLE } from "./report-style.js";

/** Where the data of a page lie, so that both can be matched. */
export interface DataFile {
  readonly name: string;
  readonly sha256: string;
}

/** HTML that was made here; everything else is text and is escaped. */
class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | readonly Part[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Names may come from anywhere: no markup, no control characters, nothing that turns the direction of writing. */
function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, " ")
    .replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? "");
}

/** An id may be broken behind its dots. */
function breakable(id: string): Html {
  return new Html(escaped(id).replaceAll(".", ".<wbr>"));
}

function textOf(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === "string" || typeof part === "number") return escaped(String(part));
  return part.map(textOf).join("");
}

function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(
    strings.map((literal, at) => literal + (at < parts.length ? textOf(parts[at] as Part) : "")).join(""),
  );
}

/** The whole page: what is open comes first. */
export function reportPage(report: StationReport, data: DataFile): string {
  return new Page(report).whole(data).text;
}

class Page {
  readonly #report: StationReport;
  readonly #language: Language;

  constructor(report: StationReport) {
    this.#report = report;
    this.#language = report.language;
  }

  whole({ name, sha256 }: DataFile): Html {
    const { language, made, station } = this.#report;
    const facts = { time: this.#time(made), zone: station.timezone };
    const style = new Html(REPORT_STYLE);
    return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${this.#say(M.title)}: ${station.name}</title>
<style>${style}</style>
</head>
<body>
<h1>${this.#say(M.title)}</h1>
<p class="made">${station.name} (${station.id})<br>${this.#say(M.made, facts)}</p>
${this.#open()}
${this.#station()}
${this.#devices()}
${this.#readings()}
${this.#buses()}
${this.#signal()}
${this.#delivery()}
${this.#test()}
${this.#signatures()}
<p class="quiet">${this.#say(M.data, { file: name })}<br>sha256 ${sha256}</p>
</body>
</html>
`;
  }

  #open(): Html {
    const { open } = this.#report;
    const words = { problem: M.problem, warning: M.warning, todo: M.todo };
    const items = open.map(
      ({ level, text, where }) =>
        html`<li><b>${this.#say(words[level])}</b>${where === undefined ? "" : ` (${where})`}: ${text}</li>`,
    );
    const body = open.length === 0 ? html`<p>${this.#say(M.nothing_open)}</p>` : html`<ol>${items}</ol>`;
    return html`<section class="open"><h2>${this.#say(M.open)} (${open.length})</h2>${body}</section>`;
  }

  #station(): Html {
    const { box, station } = this.#report;
    const { codes, location } = station;
    const rows: readonly (readonly [Message<never>, string | undefined])[] = [
      [M.name, station.name],
      [M.id, station.id],
      [M.kind, station.kind],
      [M.owner, station.owner],
      [
        M.codes,
        codes &&
          Object.entries(codes)
            .map(([key, value]) => `${key}: ${value}`)
            .join(", "),
      ],
      [M.location, location && `${location.latitude}, ${location.longitude}`],
      [M.software, `tram ${station.version}`],
      [M.configuration, `${station.config}, rev ${station.rev}, ${station.hash.slice(0, 16)}…`],
      [M.started, this.#time(station.started)],
      [M.clock, this.#say(station.clock === "trusted" ? M.clock_trusted : M.clock_untrusted)],
      [M.box, box.join(" ")],
    ];
    const lines = rows.flatMap(([title, value]) =>
      value === undefined || value === ""
        ? []
        : [html`<tr><th>${this.#say(title)}</th><td>${value}</td></tr>`],
    );
    return html`<h2>${this.#say(M.station)}</h2><table class="facts">${lines}</table>`;
  }

  #devices(): Html {
    const head = [M.id, M.device, M.model, M.serial, M.place, M.state];
    const rows = this.#report.devices.map(
      (device) =>
        html`<tr><td>${device.id}</td><td>${device.name}</td><td>${this.#model(device)}</td><td>${this.#serial(device)}</td><td>${device.connection}${device.address === undefined ? "" : `, ${device.address}`}</td><td>${this.#state(device)}</td></tr>`,
    );
    return html`<h2>${this.#say(M.devices)}</h2>${this.#table(head, rows)}`;
  }

  #model({ model, name, profile, profile_version }: ReportedDevice): string {
    if (profile === undefined) return "–";
    const known = `${profile}, v${profile_version ?? "?"}`;
    return model === undefined || model === name ? known : `${model} (${known})`;
  }

  #serial({ serial, serial_read }: ReportedDevice): string {
    if (serial !== undefined) return serial;
    return serial_read === undefined ? "" : this.#say(M.serial_read, { serial: serial_read });
  }

  #state({ last_good, state }: ReportedDevice): Html {
    if (state === "answering")
      return html`${this.#say(M.answering, { time: last_good ? this.#time(last_good) : "-" })}`;
    return html`<span class="bad">${this.#say(state === "lost" ? M.lost : M.unknown)}</span>`;
  }

  #readings(): Html {
    const head = [M.point, M.name, M.value, M.quality, M.time, M.reference];
    const rows = this.#report.readings.map((reading) => this.#reading(reading));
    return html`<h2>${this.#say(M.readings)}</h2>${this.#table(head, rows)}`;
  }

  #reading(reading: ReportedReading): Html {
    const { device, name = "", point, quality, t } = reading;
    const words =
      quality === "none" ? this.#say(M.never) : qualityText({ ...reading, quality }, this.#language);
    const shown = quality === "good" ? html`${words}` : html`<span class="bad">${words}</span>`;
    return html`<tr><td>${breakable(`${device}.${point}`)}</td><td>${name}</td><td class="value">${this.#value(reading)}</td><td>${shown}</td><td class="time">${t === undefined ? "–" : this.#time(t)}</td><td class="reference"></td></tr>`;
  }

  #value({ meaning, unit, value }: ReportedReading): string {
    const plain =
      typeof value === "number" ? number(value, this.#language) : value === null ? "–" : String(value);
    return withMeaning(value === null ? plain : withUnit(plain, unit), meaning);
  }

  #buses(): Html {
    const head = [M.connection, M.state, M.requests, M.good, M.times, M.faults, M.busy];
    const count = (value: number): string => number(value, this.#language);
    const rows = this.#report.connections.map((bus) => {
      const share =
        bus.requests > 0
          ? `${number(Math.floor((bus.good / bus.requests) * 1000) / 10, this.#language)} %`
          : "–";
      const times =
        bus.median_ms === undefined
          ? "–"
          : `${count(Math.round(bus.median_ms))} / ${count(Math.round(bus.p99_ms ?? 0))} ms`;
      const faults = [bus.timeouts, bus.damaged, bus.late, bus.foreign, bus.exceptions]
        .map(count)
        .join(" / ");
      const notes = bus.findings.map((finding) => html`<br><span class="bad">${finding}</span>`);
      return html`<tr><td>${bus.id} (${bus.driver})<br><span class="quiet">${bus.line}</span>${notes}</td><td>${this.#link(bus.state)}</td><td class="number">${count(bus.requests)}</td><td class="number">${share}</td><td class="number">${times}</td><td class="number">${faults}</td><td class="number">${number(Math.round(bus.busy_share * 100), this.#language)} %</td></tr>`;
    });
    return html`<h2>${this.#say(M.buses)}</h2>${this.#table(head, rows)}`;
  }

  #signal(): Html {
    const own = this.#report.readings.filter(({ is_signal_strength }) => is_signal_strength);
    const lines = own.map(
      (reading) =>
        html`<p>${reading.device}.${reading.point}${reading.name === undefined ? "" : ` (${reading.name})`}: ${this.#value(reading)}</p>`,
    );
    const body = own.length === 0 ? html`<p>${this.#say(M.signal_unknown)}</p>` : html`${lines}`;
    return html`<h2>${this.#say(M.signal)}</h2>${body}`;
  }

  #delivery(): Html {
    const { buffer, uplinks } = this.#report;
    const head = [M.uplink, M.state, M.pending, M.acknowledged, M.round_trip, M.certificate];
    const rows = uplinks.map((uplink) => {
      const { round_trip_ms: roundTrip, certificate_until: until } = uplink;
      return html`<tr><td>${uplink.id}<br><span class="quiet">${uplink.url}</span></td><td>${this.#link(uplink.state)}</td><td class="number">${number(uplink.pending, this.#language)}</td><td class="number">${number(uplink.acknowledged_readings, this.#language)}</td><td class="number">${roundTrip === undefined ? "–" : `${number(Math.round(roundTrip), this.#language)} ms`}</td><td>${until === undefined ? "–" : this.#time(until)}</td></tr>`;
    });
    const facts = this.#say(M.buffer_facts, {
      path: buffer.path,
      size: number(Math.round(buffer.max_bytes / 1e6), this.#language),
      days: number(buffer.days_that_fit, this.#language),
      keep: number(buffer.keep_at_least_days, this.#language),
      window: number(buffer.commit_every_ms / 1000, this.#language),
    });
    return html`<h2>${this.#say(M.delivery)}</h2>${this.#table(head, rows)}<h2>${this.#say(M.buffer)}</h2><p>${facts}</p>`;
  }

  #test(): Html {
    const test = this.#report.buffer_test;
    const title = html`<h2>${this.#say(M.test)}</h2>`;
    if (test.result === "not_done") return html`${title}<p class="verdict">${this.#say(M.test_not_done)}</p>`;
    const count = (value: number): string => number(value, this.#language);
    const facts = this.#say(M.test_facts, {
      uplink: test.uplink,
      url: test.url,
      time: this.#time(test.cut_at),
      seconds: number(test.cut_ms / 1000, this.#language, 1),
      readings: count(test.kept_readings),
      records: count(test.kept_records),
      first: count(test.first),
      last: count(test.last),
    });
    const verdict =
      test.result === "passed"
        ? this.#say(M.test_passed, { seconds: number((test.drained_ms ?? 0) / 1000, this.#language, 1) })
        : this.#say(M.test_failed, { left: count(test.left_records), lost: count(test.lost_records) });
    return html`${title}<p>${facts}</p><p class="verdict">${verdict}</p>`;
  }

  #signatures(): Html {
    const { installer = "", place = ".......................", recipient = "" } = this.#report.people;
    const one = (title: Message<never>, name: string): Html =>
      html`<div><b>${this.#say(title)}</b><br><span class="quiet">${this.#say(M.sign)}</span><br><br><br><br>${name}</div>`;
    const both = html`${one(M.installer, installer)}${one(M.recipient, recipient)}`;
    return html`<section><h2>${this.#say(M.signatures)}</h2><p>${this.#say(M.date, { place })}</p><div class="signatures">${both}</div></section>`;
  }

  #link(state: "up" | "down" | "connecting"): Html {
    const word = this.#say({ up: M.up, down: M.down, connecting: M.connecting }[state]);
    return state === "up" ? html`${word}` : html`<span class="bad">${word}</span>`;
  }

  #table(head: readonly Message<never>[], rows: readonly Html[]): Html {
    const titles = head.map((title) => html`<th>${this.#say(title)}</th>`);
    return html`<div class="scroll"><table><thead><tr>${titles}</tr></thead><tbody>${rows}</tbody></table></div>`;
  }

  #time(iso: string): string {
    return localTime(iso, this.#report);
  }

  #say<P extends string>(
    message: Message<P>,
    ...params: [P] extends [never] ? [] : [Readonly<Record<P, ParamValue>>]
  ): string {
    return renderText(say(message, ...params), this.#language);
  }
}
