import { type Language, render, renderText } from "../../drivers/core/message.js";
import type { FoundDevice, ScanEvent, ScannedUnits } from "../../drivers/core/prober.js";

/** A device as a scan tells of it: what can be put into gateway.yaml, and sentences for people. */
export interface ReportedDevice {
  readonly line: string;
  readonly driver: string;
  /** Keys of a connection. */
  readonly settings: Readonly<Record<string, string | number>>;
  readonly unit: number;
  readonly round_trip_ms: number;
  readonly identity?: string;
  readonly any_unit?: true;
  readonly candidates: readonly ReportedCandidate[];
}

export interface ReportedCandidate {
  readonly profile: string;
  readonly variant?: string;
  readonly title: string;
  /** Per cent. */
  readonly share: number;
  readonly reasons: readonly string[];
}

export interface ReportedText {
  readonly code: string;
  readonly text: string;
}

/** `1-10, 17` */
export interface ReportedUnits {
  readonly line: string;
  readonly units: string;
  readonly count: number;
}

/** What a scan says, as JSON: of the local API, and of `tram scan --json`. */
export type ScanReport =
  | {
      readonly event: "step";
      readonly line: string;
      readonly unit: number;
      readonly done: number;
      readonly total: number;
      readonly left_ms: number;
    }
  | { readonly event: "found" | "recognised"; readonly device: ReportedDevice }
  | ({ readonly event: "heard" } & ReportedText)
  | {
      readonly event: "end";
      readonly found: number;
      readonly questions: number;
      readonly tried: readonly ReportedUnits[];
      readonly untried: readonly ReportedUnits[];
      readonly findings: readonly ReportedText[];
    };

export function scanReport(event: ScanEvent, language: Language): ScanReport {
  switch (event.kind) {
    case "step": {
      const { done, leftMs, line, total, unit } = event;
      return { event: "step", line, unit, done, total, left_ms: Math.round(leftMs) };
    }
    case "found":
    case "recognised":
      return { event: event.kind, device: reportedDevice(event.device, language) };
    case "heard":
      return { event: "heard", code: event.said.message.code, text: render(event.said, language) };
    case "end": {
      const { findings, found, questions, tried, untried } = event.summary;
      return {
        event: "end",
        found,
        questions,
        tried: tried.map(reportedUnits),
        untried: untried.map(reportedUnits),
        findings: findings.map((said) => ({ code: said.message.code, text: render(said, language) })),
      };
    }
  }
}

function reportedDevice(device: FoundDevice, language: Language): ReportedDevice {
  const { anyUnit, candidates, identity, line, roundTripMs, unit } = device;
  return {
    line: line.name,
    driver: line.driver,
    settings: line.settings,
    unit,
    round_trip_ms: Math.round(roundTripMs),
    ...(identity !== undefined && { identity }),
    ...(anyUnit && { any_unit: anyUnit }),
    candidates: candidates.map(({ profile, reasons, share, title, variant }) => ({
      profile,
      ...(variant !== undefined && { variant }),
      title: title[language],
      share,
      reasons: reasons.map((said) => renderText(said, language)),
    })),
  };
}

function reportedUnits({ line, units }: ScannedUnits): ReportedUnits {
  return { line, units: rangesOf(units), count: units.length };
}

/** Ascending whole numbers as people write them: `1-10, 17`. */
export function rangesOf(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const n of numbers) {
    const last = runs.at(-1);
    if (last && last[1] === n - 1) last[1] = n;
    else runs.push([n, n]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
}
