import type { Language } from "../../drivers/core/message.js";

/** 0 done, 1 failed, 2 wrong use or configuration, 70 our fault (sysexits' EX_SOFTWARE). */
export type ExitCode = 0 | 1 | 2 | 70;

/** The reason of an aborted signal where nobody reads standard output any more: an end, not an interruption. */
export const READER_LEFT = "reader left";

/** What a verb has of the process that runs it. */
export interface Io {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Absent: the process's own. */
  readonly stdin?: NodeJS.ReadableStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly language: Language;
  /** Standard output is a terminal: colours, tables that are redrawn. NO_COLOR is respected by `colours`. */
  readonly isTerminal: boolean;
  readonly colours: boolean;
  readonly columns: number;
  /** Aborted by Ctrl-C or SIGTERM, or with READER_LEFT: end cleanly. */
  readonly signal: AbortSignal;
  /** The folder of the installation: config/ and package.json lie in it. */
  readonly root: string;
  readonly version: string;
}
