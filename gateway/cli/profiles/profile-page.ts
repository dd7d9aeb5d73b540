import { type Language, type Message, renderText, type Said, say } from "../../../drivers/core/message.js";
import type { Safety } from "../../../drivers/core/point.js";
import { categoryTitle, isCategory } from "../../../drivers/profiles/categories.js";
import type { Confidence } from "../../../drivers/profiles/common-schema.js";
import {
  type Fitting,
  type Profile,
  type ProfileVector,
  pointsOf,
} from "../../../drivers/profiles/profile.js";
import type { ProfileLink } from "../../../drivers/profiles/written-profile.js";
import { wrapText } from "../../core/wrap-text.js";
import { PROFILE_VERB_MESSAGES as M } from "./profile-messages.js";
import { meaningLines, pointLines } from "./profile-points.js";

export const CONFIDENCE_TEXTS: Readonly<Record<Confidence, Message<never>>> = {
  A: M.confidence_a,
  B: M.confidence_b,
  C: M.confidence_c,
};

export const SAFETY_TEXTS: Readonly<Record<Safety, Message<never>>> = {
  "read-only": M.safety_read_only,
  benign: M.safety_benign,
  actuator: M.safety_actuator,
  dangerous: M.safety_dangerous,
};

const ORIGINS: Readonly<Record<ProfileVector["origin"], Message<never>>> = {
  recorded: M.origin_recorded,
  printed: M.origin_printed,
  computed: M.origin_computed,
};

/** One profile as a person reads it: what it is, how it is wired and set, its points, how sure they are. */
export function profileLines(
  profile: Profile,
  fitting: Fitting,
  language: Language,
  columns: number,
): readonly string[] {
  const page = new Page(language, columns);
  const { addressing, category, confidence, safety, title } = profile;
  page.line(`${profile.id}: ${title[language]}`);
  page.line("");
  if (isCategory(category)) page.fact(M.label_category, categoryTitle(category)[language]);
  page.fact(M.label_confidence, page.text(CONFIDENCE_TEXTS[confidence]));
  page.fact(M.label_safety, page.text(SAFETY_TEXTS[safety]));
  page.fact(M.label_version, String(profile.version));
  if (profile.also.length > 0) page.fact(M.label_also, profile.also.join(", "));
  const [factory, ...others] = profile.links;
  if (factory) page.fact(M.label_links, linkText(factory, language));
  if (others.length > 0)
    page.fact(M.label_other_links, others.map((link) => linkText(link, language)).join("; "));
  if (addressing) page.fact(M.label_addressing, addressingText(addressing, language));
  if (profile.wiring) page.fact(M.label_wiring, profile.wiring[language]);
  if (profile.notes) page.fact(M.label_notes, profile.notes[language]);
  page.list(M.label_sources, profile.sources);
  page.list(M.label_options, optionTexts(profile, fitting, language));
  page.list(
    M.label_variants,
    Object.entries(profile.variants).map(([id, { [language]: name }]) =>
      id === fitting.variant ? `${id}: ${name} (${page.text(M.variant_shown)})` : `${id}: ${name}`,
    ),
  );
  page.list(M.label_setup, setupTexts(profile, language));
  const rules = Object.entries(profile.device).filter(([key]) => key !== "setup");
  if (rules.length > 0)
    page.fact(M.label_device, rules.map(([key, value]) => `${key} ${plain(value)}`).join(", "));
  if (profile.watchdog) page.fact(M.label_watchdog, watchdogText(profile.watchdog, language));
  page.list(M.label_commands, commandTexts(profile, language));
  page.list(
    M.label_identify,
    profile.identify.map(({ read, score, variant, ...expected }) => {
      const of = variant === undefined ? "" : ` [${variant}]`;
      return `${plain(read)}: ${plain(expected)} (+${score})${of}`;
    }),
  );
  const points = pointsOf(profile, profile.id);
  page.line("");
  page.lines.push(...pointLines(profile, points, language, columns));
  const meanings = meaningLines(points, language, columns);
  if (meanings.length > 0) page.lines.push("", `${page.text(M.label_meanings)}:`, ...meanings);
  page.line("");
  page.list(M.label_vectors, [
    ...profile.vectors.map((vector) => vectorText(vector, language)),
    ...(profile.noVectors ? [`${page.text(M.no_vectors)}: ${profile.noVectors[language]}`] : []),
  ]);
  return page.lines;
}

class Page {
  readonly lines: string[] = [];

  constructor(
    readonly language: Language,
    readonly columns: number,
  ) {}

  text(message: Message<never>): string {
    return renderText(say(message), this.language);
  }

  line(text: string): void {
    this.lines.push(...wrapText("", text, this.columns, "  "));
  }

  fact(label: Message<never>, text: string): void {
    this.lines.push(...wrapText("", `${this.text(label)}: ${text.trim()}`, this.columns, "  "));
  }

  list(label: Message<never>, items: readonly string[]): void {
    if (items.length === 0) return;
    this.line(`${this.text(label)}:`);
    for (const item of items) this.lines.push(...wrapText("  - ", item.trim(), this.columns, "    "));
  }
}

/** `9600 8N1, unit id 1` */
export function linkText(link: ProfileLink, language: Language): string {
  const { baud, data_bits = 8, parity = "none", port, stop_bits = 1, timeout, unit_id } = link;
  const told = (said: Said): string => renderText(said, language);
  const parts = [
    ...(baud === undefined ? [] : [`${baud} ${data_bits}${parity.charAt(0).toUpperCase()}${stop_bits}`]),
    ...(port === undefined ? [] : [told(say(M.link_port, { port }))]),
    ...(unit_id === undefined ? [] : [told(say(M.link_unit, { unit: unit_id }))]),
    ...(timeout === undefined ? [] : [`timeout ${timeout} ms`]),
  ];
  return parts.join(", ");
}

function addressingText(addressing: NonNullable<Profile["addressing"]>, language: Language): string {
  const { any, broadcast, how, range, set } = addressing;
  const [least = 0, most = 0] = range ?? [];
  const parts = [
    ...(range ? [say(M.addressing_range, { least, most })] : []),
    ...(any === undefined ? [] : [say(M.addressing_any, { unit: any })]),
    ...(broadcast ? [say(M.addressing_broadcast, { units: broadcast.join(", ") })] : []),
  ].map((said) => renderText(said, language));
  const setting = set ? [`${set.point}${set.effect === undefined ? "" : ` (${set.effect})`}`] : [];
  return [[...parts, ...setting].join("; "), ...(how ? [how[language]] : [])]
    .filter((part) => part)
    .join(". ");
}

function optionTexts({ options }: Profile, fitting: Fitting, language: Language): readonly string[] {
  return Object.entries(options).map(([id, { default: usual, title, values }]) => {
    const chosen = fitting.options?.[id] ?? usual;
    const words = Object.entries(values).map(([value, { [language]: name }]) => {
      const word = `${value} ${name}`;
      return value === chosen ? renderText(say(M.option_default, { value: word }), language) : word;
    });
    return `${id} (${title[language]}): ${words.join(", ")}`;
  });
}

function setupTexts({ device }: Profile, language: Language): readonly string[] {
  const setup = (device["setup"] ?? []) as readonly Readonly<Record<string, unknown>>[];
  return setup.map(({ address, is, table = "holding", text }) => {
    const words = (text as Readonly<Record<Language, string>>)[language];
    const params = { where: `${String(table)} ${String(address)}`, value: String(is), text: words };
    return renderText(say(M.setup_line, params), language);
  });
}

function watchdogText({ does, point, within }: NonNullable<Profile["watchdog"]>, language: Language): string {
  const [least, most] = within ?? [];
  if (point === undefined || least === undefined || most === undefined) return does[language];
  return renderText(say(M.watchdog_line, { does: does[language], point, least, most }), language);
}

function commandTexts({ commands }: Profile, language: Language): readonly string[] {
  const text = (message: Message<never>): string => renderText(say(message), language);
  return Object.entries(commands).map(([id, { effect, local, raw, safety, steps, title }]) => {
    const how = raw
      ? `PDU ${raw.pdu}`
      : (steps ?? [])
          .map(({ point, value, wait }) => `${point} = ${value}${wait ? `, ${wait} ms` : ""}`)
          .join(", ");
    const marks = [
      ...(safety === "actuator" ? [text(M.safety_word_actuator)] : []),
      ...(safety === "dangerous" ? [text(M.safety_word_dangerous)] : []),
      ...(effect === "irreversible" ? [text(M.command_irreversible)] : []),
      ...(local ? [text(M.command_local)] : []),
    ];
    const about = marks.length > 0 ? ` (${marks.join("; ")})` : "";
    return `${id}: ${title[language]}${about}: ${how}`;
  });
}

/** Point names of a vector that are shown. */
const MOST_NAMES = 6;

function vectorText(vector: ProfileVector, language: Language): string {
  const { command, expect, origin, source, variant, writes } = vector;
  const names = (of: object): string => {
    const all = Object.keys(of);
    return all.length > MOST_NAMES ? `${all.slice(0, MOST_NAMES).join(", ")} ...` : all.join(", ");
  };
  const what =
    command !== undefined
      ? say(M.vector_command, { command })
      : Object.keys(writes).length > 0
        ? say(M.vector_writes, { points: names(writes) })
        : say(M.vector_reads, { points: names(expect) });
  const line = say(M.vector_line, {
    origin: renderText(say(ORIGINS[origin]), language),
    what: renderText(what, language),
    source,
  });
  return `${variant === undefined ? "" : `[${variant}] `}${renderText(line, language)}`;
}

/** A value of a file on one line, as YAML people would write it. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plain).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${plain(inner)}`)
    .join(" ");
}
