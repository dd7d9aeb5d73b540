import { type Said, say } from "../../drivers/core/message.js";
import { type AuditKind, NO_EPOCH } from "../core/audit.js";
import { AUDIT_MESSAGES as A } from "../core/messages.js";
import type { AuditParams } from "./audit-line.js";

export interface LastRun {
  /** Parameters of its `started`. */
  readonly params: AuditParams;
  readonly stopped: boolean;
}

/** What is to be said of the run before, and how this one differs from it. Pure. */
export function changesSince(
  last: LastRun | undefined,
  lastTime: string | undefined,
  now: AuditParams,
): readonly { readonly kind: AuditKind; readonly what: Said }[] {
  if (!last) return [];
  const changes: { kind: AuditKind; what: Said }[] = [];
  const { config = "", epoch = "", rev = 0, version = "" } = last.params;
  if (!last.stopped) changes.push({ kind: "gateway", what: say(A.cut_off, { last: lastTime ?? "?" }) });
  if (version !== now["version"]) {
    changes.push({
      kind: "gateway",
      what: say(A.version_changed, { old: version, new: now["version"] ?? "" }),
    });
  }
  const known = epoch !== NO_EPOCH && now["epoch"] !== NO_EPOCH;
  if (known && epoch !== now["epoch"]) {
    changes.push({ kind: "buffer", what: say(A.epoch_changed, { old: epoch, new: now["epoch"] ?? "" }) });
  }
  // A new epoch begins with its first revision again.
  if (config !== now["config"] || (rev !== now["rev"] && epoch === now["epoch"])) {
    const params = { old: config, new: now["config"] ?? "", old_rev: rev, rev: now["rev"] ?? 0 };
    changes.push({ kind: "configuration", what: say(A.configuration_changed, params) });
  }
  return changes;
}
