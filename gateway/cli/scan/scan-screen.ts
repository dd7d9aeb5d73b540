import { renderText, type Said, say } from "../../../drivers/core/message.js";
import type { ReportedDevice, ReportedUnits, ScanReport } from "../../core/scan-report.js";
import { wrapText } from "../../core/wrap-text.js";
import type { Io } from "../io.js";
import { ProgressBar } from "../progress-bar.js";
import { SCAN_VERB_MESSAGES as M } from "./scan-messages.js";

const NAMED_LINES = 3;
const SHOWN_CANDIDATES = 3;
/** Below it a second candidate is not worth a line. */
const WORTH_SHOWING = 3;
/** Below the title that stands behind a share. */
const HANGING = "         ";

/** Shows a scan to a person: a bar while it goes on, what is found above it. */
export class ScanScreen {
  readonly #io: Io;
  readonly #bar: ProgressBar;

  constructor(io: Io) {
    this.#io = io;
    this.#bar = new ProgressBar(io);
  }

  show(report: ScanReport): void {
    switch (report.event) {
      case "step": {
        const { done, left_ms, line, total, unit } = report;
        this.#bar.show(this.#text(say(M.step, { line, unit })), { done, total, leftMs: left_ms });
        return;
      }
      case "found":
        this.#bar.end();
        this.say(say(M.found, { line: report.device.line, unit: report.device.unit }));
        return;
      case "recognised":
        this.#bar.end();
        this.#device(report.device);
        return;
      case "heard":
        this.#bar.end();
        this.#lines(report.text);
        return;
      case "end":
        this.#end(report);
    }
  }

  say(said: Said): void {
    this.#bar.end();
    this.#lines(this.#text(said));
  }

  /** Takes the bar away. */
  end(): void {
    this.#bar.end();
  }

  #device({ any_unit, candidates, identity, line, round_trip_ms, unit }: ReportedDevice): void {
    const extra = [
      ...(any_unit ? [this.#text(say(M.any_unit))] : []),
      ...(identity === undefined ? [] : [this.#text(say(M.says, { identity }))]),
    ];
    const head = this.#text(say(M.recognised, { line, unit, ms: round_trip_ms }));
    this.#lines([head, ...extra].join("; "));
    const [first, ...others] = candidates;
    if (!first) this.#lines(this.#text(say(M.nothing_fits)), "    ");
    const shown = first ? [first, ...others.filter(({ share }) => share >= WORTH_SHOWING)] : [];
    for (const [at, { profile, reasons, share, title, variant }] of shown
      .slice(0, SHOWN_CANDIDATES)
      .entries()) {
      const name = variant === undefined ? profile : `${profile} ${variant}`;
      this.#lines(
        this.#text(say(M.candidate, { share: String(share).padStart(3), title, profile: name })),
        "  ",
        HANGING,
      );
      if (at === 0 && reasons.length > 0) {
        this.#lines(this.#text(say(M.because, { reasons: reasons.join("; ") })), HANGING, HANGING);
      }
    }
  }

  #end(report: ScanReport & { readonly event: "end" }): void {
    this.#bar.end();
    const { findings, found, questions, tried, untried } = report;
    const counts = { found, questions };
    this.say(this.#io.signal.aborted ? say(M.interrupted, counts) : say(M.ended, counts));
    for (const { lines, units } of this.#together(tried)) this.say(say(M.tried, { lines, units }));
    for (const { lines, units } of this.#together(untried)) this.say(say(M.untried, { lines, units }));
    this.say(untried.length === 0 ? say(M.all_tried) : say(M.look_further));
    for (const { text } of findings) this.#lines(text);
  }

  /** Lines of which the same units were tried are told together. */
  #together(
    scanned: readonly ReportedUnits[],
  ): readonly { readonly lines: string; readonly units: string }[] {
    const byUnits = new Map<string, string[]>();
    for (const { line, units } of scanned) byUnits.set(units, [...(byUnits.get(units) ?? []), line]);
    return [...byUnits].map(([units, lines]) => {
      const named = lines.slice(0, NAMED_LINES).join(", ");
      const count = lines.length - NAMED_LINES;
      return { units, lines: count > 0 ? this.#text(say(M.and_more, { lines: named, count })) : named };
    });
  }

  #text(said: Said): string {
    return renderText(said, this.#io.language);
  }

  #lines(text: string, indent = "", next = `${indent}  `): void {
    const width = this.#io.isTerminal ? this.#io.columns - 1 : Number.POSITIVE_INFINITY;
    this.#io.stdout.write(`${wrapText(indent, text, width, next).join("\n")}\n`);
  }
}
