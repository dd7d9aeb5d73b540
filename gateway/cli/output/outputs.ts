import type { TSchema } from "@sinclair/typebox";
import {
  BufferAuditOutput,
  BufferBackupOutput,
  BufferExportOutput,
  BufferRestoreOutput,
  BufferShowOutput,
  BufferVerifyOutput,
} from "./buffer-output.js";
import { CheckOutput } from "./check-output.js";
import { ConfigApplyOutput, ConfigDiffOutput, ConfigEndedOutput, ConfigShowOutput } from "./config-output.js";
import { ErrorOutput } from "./error-output.js";
import { ExportAuditOutput, ExportOutput } from "./export-output.js";
import { FleetOutput } from "./fleet-output.js";
import { ProfilesCheckOutput, ProfilesOutput, ProfilesShowOutput } from "./profiles-output.js";
import { ReportFile, ReportOutput } from "./report-output.js";
import { SimulateFleetOutput, SimulateOutput } from "./simulate-output.js";
import { DoctorOutput, InitOutput, ReadOutput, ScanOutput, WriteOutput } from "./site-output.js";
import { MaintainOutput, StatusOutput } from "./status-output.js";
import { WatchOutput } from "./watch-output.js";

/**
 * What each verb prints with `--json`, by the name of its file in config/schema/cli. For the generator and for tests:
 * no verb loads this.
 */
export const OUTPUTS = {
  check: CheckOutput,
  init: InitOutput,
  doctor: DoctorOutput,
  read: ReadOutput,
  write: WriteOutput,
  scan: ScanOutput,
  status: StatusOutput,
  watch: WatchOutput,
  maintain: MaintainOutput,
  "buffer-show": BufferShowOutput,
  "buffer-verify": BufferVerifyOutput,
  "buffer-export": BufferExportOutput,
  "buffer-backup": BufferBackupOutput,
  "buffer-restore": BufferRestoreOutput,
  "buffer-audit": BufferAuditOutput,
  profiles: ProfilesOutput,
  "profiles-show": ProfilesShowOutput,
  "profiles-check": ProfilesCheckOutput,
  "config-show": ConfigShowOutput,
  "config-diff": ConfigDiffOutput,
  "config-apply": ConfigApplyOutput,
  "config-confirm": ConfigEndedOutput,
  "config-revert": ConfigEndedOutput,
  export: ExportOutput,
  "export-audit": ExportAuditOutput,
  report: ReportOutput,
  "report-file": ReportFile,
  fleet: FleetOutput,
  simulate: SimulateOutput,
  "simulate-fleet": SimulateFleetOutput,
  error: ErrorOutput,
} as const satisfies Readonly<Record<string, TSchema>>;

export type OutputName = keyof typeof OUTPUTS;

/** Outputs that are a line of JSON each time. */
export const LINES: ReadonlySet<OutputName> = new Set<OutputName>([
  ...(["watch", "buffer-audit", "doctor", "read", "scan", "simulate", "simulate-fleet"] as const),
]);
