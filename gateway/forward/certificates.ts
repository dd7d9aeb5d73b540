import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { asError } from "../../drivers/core/errors.js";
import type { Log } from "../../drivers/core/log.js";
import { say } from "../../drivers/core/message.js";
import type { CertificateStatus } from "../core/status.js";
import { FORWARD_MESSAGES as M } from "./messages.js";

const DAY_MS = 86_400_000;
/** How many days ahead the end is told; each step once. */
const STEPS = [30, 14, 3, 0] as const;
/** From here on it is an error and no warning. */
const URGENT_DAYS = 3;
const LOOK_EVERY_MS = 3_600_000;

/** What of a certificate matters here. */
export interface Certificate {
  readonly file: string;
  readonly fingerprint: string;
  readonly from: number;
  readonly until: number;
}

/** Every certificate of a PEM file, in its order. Throws where one cannot be read. Pure. */
export function certificatesIn(pem: string, file: string): readonly Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => {
    const { fingerprint256, validFrom, validTo } = new X509Certificate(block);
    return { file, fingerprint: fingerprint256, from: Date.parse(validFrom), until: Date.parse(validTo) };
  });
}

/** The smallest of the steps that is reached, undefined while there is more time than the largest. Pure. */
export function stepOf({ until }: Pick<Certificate, "until">, now: number): number | undefined {
  return [...STEPS].reverse().find((days) => until - now <= days * DAY_MS);
}

export interface CertificateWatchParts {
  readonly files: readonly string[];
  readonly clock: Clock;
  /** While it is not, dates say nothing. */
  readonly clockTrusted: () => boolean;
  readonly log: Log;
}

/**
 * Tells 30, 14 and 3 days ahead that a certificate of ours, or the authority's, ends. The files are read anew each
 * hour: a new one is taken by the next connection without a restart, and what was told of the old one is over.
 */
export class CertificateWatch {
  readonly #parts: CertificateWatchParts;
  readonly #told = new Set<string>();
  #certificates: readonly Certificate[] = [];
  #cancel: Cancel = () => {};

  constructor(parts: CertificateWatchParts) {
    this.#parts = parts;
  }

  /** Looks at once, and from then on every hour. */
  start(): void {
    void this.look();
    this.#cancel();
    this.#cancel = this.#parts.clock.after(LOOK_EVERY_MS, () => this.start());
  }

  stop(): void {
    this.#cancel();
  }

  /** The one of each file that ends first. */
  status(): readonly CertificateStatus[] {
    const { clock, clockTrusted, files } = this.#parts;
    const now = clock.now();
    return files.flatMap((file) => {
      const own = this.#certificates.filter((certificate) => certificate.file === file);
      if (own.length === 0) return [];
      const until = Math.min(...own.map((certificate) => certificate.until));
      const days = { daysLeft: Math.floor((until - now) / DAY_MS) };
      return [{ file, until: new Date(until).toISOString(), ...(clockTrusted() && days) }];
    });
  }

  async look(): Promise<void> {
    const { clock, clockTrusted, files, log } = this.#parts;
    const found = await Promise.all(
      files.map(async (file) => {
        try {
          return certificatesIn(await readFile(file, "utf8"), file);
        } catch (error) {
          log.warn(say(M.tls_file_unreadable, { file, problem: asError(error).message }));
          return [];
        }
      }),
    );
    this.#certificates = found.flat();
    if (!clockTrusted()) return;
    for (const certificate of this.#certificates) this.#tell(certificate, clock.now());
  }

  #tell(certificate: Certificate, now: number): void {
    const step = stepOf(certificate, now);
    const key = `${certificate.fingerprint} ${step}`;
    if (step === undefined || this.#told.has(key)) return;
    this.#told.add(key);
    const { file, until } = certificate;
    const date = new Date(until).toISOString().slice(0, 10);
    const { log } = this.#parts;
    const days = Math.max(0, Math.floor((until - now) / DAY_MS));
    if (step === 0) log.error(say(M.certificate_over, { file, date }));
    else if (step <= URGENT_DAYS) log.error(say(M.certificate_ends, { file, date, days }));
    else log.warn(say(M.certificate_ends, { file, date, days }));
  }
}
