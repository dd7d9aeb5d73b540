import type { AuditKind } from "../../core/audit.js";
import { defaulted, flag, grammar, optional, required } from "../grammar/command.js";
import { choice, DEVICE, FILE, NEW_FILE, POINT, UPLINK } from "../grammar/kinds.js";
import { MOMENT } from "../grammar/moment.js";
import { CONFIG, JSON_OUTPUT } from "../grammar/shared-options.js";
import { BUFFER_VERB_MESSAGES as M } from "./buffer-messages.js";

/** What can be written behind `tram buffer`; buffer.ts says what each part does. */

const KINDS = [
  "gateway",
  "configuration",
  "clock",
  "buffer",
  "audit",
  "command",
  "device",
] as const satisfies readonly AuditKind[];
const FILE_INSTEAD = { file: optional(FILE, M.file_about) };
const EXAMPLE_CONFIG = "-c config/examples/pump-station.yaml";

export const SHOW = grammar({
  name: "show",
  summary: M.show_summary,
  about: M.show_about,
  args: FILE_INSTEAD,
  options: { config: CONFIG, json: JSON_OUTPUT },
  examples: [`buffer show ${EXAMPLE_CONFIG}`],
});

export const VERIFY = grammar({
  name: "verify",
  summary: M.verify_summary,
  about: M.verify_about,
  args: FILE_INSTEAD,
  options: { config: CONFIG, json: JSON_OUTPUT },
  examples: [`buffer verify ${EXAMPLE_CONFIG}`, "buffer verify backup.db"],
});

export const EXPORT = grammar({
  name: "export",
  summary: M.export_summary,
  about: M.export_about,
  args: FILE_INSTEAD,
  options: {
    config: CONFIG,
    from: optional(MOMENT, M.export_from),
    to: optional(MOMENT, M.export_to),
    device: optional(DEVICE, M.export_device),
    point: optional({ ...POINT, example: "level", completes: "device-point" }, M.export_point),
    format: defaulted(choice("jsonl", "csv"), M.export_kind, "jsonl"),
    uplink: optional(UPLINK, M.export_of_uplink),
    out: optional({ ...FILE, example: "well.jsonl" }, M.export_out, { short: "o" }),
    force: flag(M.export_force),
    json: flag(M.export_json),
  },
  examples: ["buffer export --from 2026-11-23 --device well -o well.jsonl -c gateway.yaml"],
});

export const BACKUP = grammar({
  name: "backup",
  summary: M.backup_summary,
  about: M.backup_about,
  args: FILE_INSTEAD,
  options: {
    out: required({ ...NEW_FILE, example: "/media/usb/pump-01.db" }, M.backup_out, { short: "o" }),
    config: CONFIG,
    force: flag(M.backup_force),
    json: JSON_OUTPUT,
  },
  examples: ["buffer backup -o /media/usb/pump-01.db -c gateway.yaml"],
});

export const RESTORE = grammar({
  name: "restore",
  summary: M.restore_summary,
  about: M.restore_about,
  args: { file: required(FILE, M.restore_file) },
  options: { config: CONFIG, force: flag(M.restore_force), json: JSON_OUTPUT },
  examples: ["buffer restore /media/usb/pump-01.db -c gateway.yaml"],
});

export const AUDIT = grammar({
  name: "audit",
  summary: M.audit_summary,
  about: M.audit_about,
  args: { file: optional(FILE, M.audit_file) },
  options: {
    config: CONFIG,
    all: flag(M.audit_all),
    kind: optional(choice(...KINDS), M.audit_kind),
    json: JSON_OUTPUT,
  },
  examples: [`buffer audit ${EXAMPLE_CONFIG}`],
});
