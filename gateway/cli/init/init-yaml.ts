import { stringify } from "yaml";
import { type Language, type Message, renderText, say } from "../../../drivers/core/message.js";
import type { InitAnswers } from "./init-answers.js";
import { INIT_YAML_MESSAGES as M } from "./init-yaml-messages.js";

/** Where comments begin beside a value. */
const COMMENT_COLUMN = 36;

export interface YamlOptions {
  readonly language: Language;
  /** For completion in an editor; a path or URL. */
  readonly schema: string;
  /** secrets/mqtt is there, or will be. */
  readonly hasPassword: boolean;
}

/** The answers as a gateway.yaml with a word about each line. Pure. */
export function initYaml(answers: InitAnswers, { hasPassword, language, schema }: YamlOptions): string {
  const text = (message: Message<never>): string => renderText(say(message), language);
  const line = (indent: number, written: string, about?: Message<never>): string => {
    const own = `${" ".repeat(indent)}${written}`;
    return about ? `${own.padEnd(COMMENT_COLUMN)} # ${text(about)}` : own;
  };
  const remark = (about: Message<never>, indent = 0): string[] =>
    text(about)
      .split("\n")
      .map((row) => `${" ".repeat(indent)}# ${row}`.trimEnd());
  const { bufferPath, bufferSize, id, kind, location, name, timezone } = answers;
  const lines = [
    `# yaml-language-server: $schema=${schema}`,
    "#",
    ...remark(M.file_head),
    "",
    "gateway:",
    line(2, `id: ${scalar(id)}`, M.about_id),
    line(2, `name: ${scalar(name)}`, M.about_name),
    ...(location
      ? [line(2, `location: {latitude: ${location.latitude}, longitude: ${location.longitude}}`)]
      : [line(2, "# location: {latitude: 9.5563, longitude: 105.9872}", M.about_location)]),
    line(2, `timezone: ${scalar(timezone)}`, M.about_timezone),
    line(2, "site:"),
    line(4, `kind: ${scalar(kind)}`, M.about_kind),
    "",
    ...connectionLines(answers, line, remark),
    "",
    ...remark(M.devices_head),
    ...deviceExample(answers),
    "",
    ...uplinkLines(answers, hasPassword, line, remark),
    "",
    "buffer:",
    line(2, `path: ${scalar(bufferPath)}`, M.about_buffer_path),
    line(2, "keep_at_least: 60d", M.about_keep),
    line(2, `max_size: ${bufferSize}`, M.about_size),
    line(2, "commit_every: 1s", M.about_commit),
    "",
  ];
  return lines.join("\n");
}

type Line = (indent: number, written: string, about?: Message<never>) => string;
type Remark = (about: Message<never>, indent?: number) => string[];

function connectionLines({ serial, tcp }: InitAnswers, line: Line, remark: Remark): string[] {
  if (serial.length + tcp.length === 0) return remark(M.no_connections);
  const lines = ["connections:"];
  for (const [index, { baud, dataBits, parity, port, stopBits }] of serial.entries()) {
    lines.push(
      line(2, `${numbered("rs485", index)}:`),
      line(4, "driver: modbus-rtu"),
      line(4, `port: ${scalar(port)}`),
      line(4, `baud: ${baud}`, M.about_baud),
      line(4, `data_bits: ${dataBits}`),
      line(4, `parity: ${parity}`),
      line(4, `stop_bits: ${stopBits}`),
      line(4, "timeout: 500ms", M.about_timeout),
    );
  }
  for (const [index, { host, port }] of tcp.entries()) {
    lines.push(
      line(2, `${numbered("plc", index)}:`),
      line(4, "driver: modbus-tcp"),
      line(4, `host: ${scalar(host)}`),
      line(4, `port: ${port}`),
    );
  }
  return lines;
}

/** A device as it would be written, as a comment: what is on the bus only a scan can tell. */
function deviceExample({ serial }: InitAnswers): string[] {
  const connection = serial.length > 0 ? "rs485" : "plc";
  return [
    "# devices:",
    "#   meter:",
    `#     connection: ${connection}`,
    "#     unit_id: 1",
    "#     profile: eastron/sdm630",
    "#     every: 5s",
  ];
}

function uplinkLines(
  { broker, ca, id, user }: InitAnswers,
  hasPassword: boolean,
  line: Line,
  remark: Remark,
): string[] {
  const off = broker === undefined;
  const lines = [
    "uplinks:",
    line(2, "centre:"),
    line(4, `url: ${scalar(broker ?? "mqtts://mqtt.example.vn:8883")}`, M.about_url),
  ];
  lines.push(user === id ? line(4, `# user: ${scalar(id)}`, M.about_user) : line(4, `user: ${scalar(user)}`));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference in gateway.yaml looks like this
  const password = "password: ${file:secrets/mqtt}";
  lines.push(line(4, hasPassword ? password : `# ${password}`, M.about_password));
  if (ca !== undefined) lines.push(line(4, "tls:"), line(6, `ca: ${scalar(ca)}`, M.about_ca));
  else lines.push(line(4, "# tls: {ca: ca.pem}", M.about_ca));
  return off ? [...remark(M.no_uplinks), ...lines.map((one) => `# ${one}`)] : lines;
}

function numbered(name: string, index: number): string {
  return index === 0 ? name : `${name}-${index + 1}`;
}

/** A text as it must be written so that YAML reads the same text again. */
function scalar(text: string): string {
  return stringify(text, { lineWidth: 0 }).trimEnd();
}
