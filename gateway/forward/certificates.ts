import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type DetailedPeerCertificate, TLSSocket } from "node:tls";
import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { asError } from "../../drivers/core/errors.js";
import type { Log } from "../../drivers/core/log.js";
import { say } from "../../drivers/core/message.js";
import type { UplinkConfig } from "../core/config.js";
import type { CertificateEnds } from "../core/event.js";
import type { PeerCertificate } from "../core/forwarder.js";
import type { CertificateStatus } from "../core/status.js";
import { FORWARD_MESSAGES as M } from "./messages.js";

const DAY_MS = 86_400_000;
/** How many days ahead the end is told; each step once. */
const STEPS = [30, 14, 3, 0] as const;
/** From here on it is an error and no warning. */
const URGENT_DAYS = 3;
const LOOK_EVERY_MS = 3_600_000;
/** Longer chains are not walked to their end. */
const MOST_SHOWN = 8;

/** What of a certificate matters here. */
export interface Certificate {
  /** Of the broker's: the URL of the uplink. */
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

/** The one that ends first of those that the other side of a TLS connection showed; undefined without TLS. */
export function peerOf(stream: object): PeerCertificate | undefined {
  if (!(stream instanceof TLSSocket)) return undefined;
  let first: PeerCertificate | undefined;
  let shown: DetailedPeerCertificate | undefined = stream.getPeerCertificate(true);
  // The last of a chain names itself.
  for (let left = MOST_SHOWN; left > 0 && shown?.valid_to !== undefined; left--) {
    const until = Date.parse(shown.valid_to);
    if (Number.isFinite(until) && (!first || until < first.until)) {
      first = { fingerprint: shown.fingerprint256, until };
    }
    shown = shown.issuerCertificate === shown ? undefined : shown.issuerCertificate;
  }
  return first;
}

export interface CertificateWatchParts {
  /** Of the uplink. */
  readonly uplink: Pick<UplinkConfig, "id" | "url">;
  readonly files: readonly { readonly file: string; readonly of: "ca" | "cert" }[];
  readonly clock: Clock;
  /** While it is not, dates say nothing. */
  readonly clockTrusted: () => boolean;
  readonly log: Log;
  readonly tell: (event: CertificateEnds) => void;
}

type Watched = Certificate & { readonly of: CertificateEnds["certificate"] };

/**
 * Tells 30, 14 and 3 days ahead that a certificate of ours, of the authority's or of the broker ends. The files are
 * read anew each hour: a new one is taken by the next connection without a restart, and what was told of the old one is
 * over.
 */
export class CertificateWatch {
  readonly #parts: CertificateWatchParts;
  /** By fingerprint, the step that was told last. */
  readonly #told = new Map<string, number>();
  #own: readonly Watched[] = [];
  #peer: Watched | undefined;
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

  /** What the broker showed on the connection that was just made. */
  met({ fingerprint, until }: PeerCertificate): void {
    const { clock, clockTrusted, uplink } = this.#parts;
    this.#peer = { file: uplink.url, of: "broker", fingerprint, from: 0, until };
    if (clockTrusted()) this.#tell(this.#peer, clock.now());
  }

  /** The one of each file that ends first, and the broker's. */
  status(): readonly CertificateStatus[] {
    const { clock, clockTrusted } = this.#parts;
    const now = clock.now();
    const firsts = new Map<string, Watched>();
    for (const one of this.#all) {
      if (one.until < (firsts.get(one.file)?.until ?? Number.POSITIVE_INFINITY)) firsts.set(one.file, one);
    }
    return [...firsts.values()].map(({ file, of, until }) => ({
      file,
      of,
      until: new Date(until).toISOString(),
      ...(clockTrusted() && { daysLeft: Math.floor((until - now) / DAY_MS) }),
    }));
  }

  get #all(): readonly Watched[] {
    return this.#peer ? [...this.#own, this.#peer] : this.#own;
  }

  async look(): Promise<void> {
    const { clock, clockTrusted, files, log } = this.#parts;
    const found = await Promise.all(
      files.map(async ({ file, of }) => {
        try {
          return certificatesIn(await readFile(file, "utf8"), file).map((one) => ({ ...one, of }));
        } catch (error) {
          log.warn(say(M.tls_file_unreadable, { file, problem: asError(error).message }));
          return [];
        }
      }),
    );
    this.#own = found.flat();
    if (!clockTrusted()) return;
    for (const certificate of this.#all) this.#tell(certificate, clock.now());
  }

  #tell(certificate: Watched, now: number): void {
    const step = stepOf(certificate, now);
    const { file, fingerprint, of, until } = certificate;
    const before = this.#told.get(fingerprint) ?? Number.POSITIVE_INFINITY;
    // A clock that was ahead and came back: what it made us tell comes again in its time.
    if (step === undefined) this.#told.delete(fingerprint);
    else this.#told.set(fingerprint, step);
    if (step === undefined || step >= before) return;
    const { log, tell, uplink } = this.#parts;
    const date = new Date(until).toISOString();
    const days = Math.max(0, Math.floor((until - now) / DAY_MS));
    const [over, ends] =
      of === "broker"
        ? [M.peer_certificate_over, M.peer_certificate_ends]
        : [M.certificate_over, M.certificate_ends];
    const facts = { file, date: date.slice(0, 10) };
    if (step === 0) log.error(say(over, facts));
    else if (step <= URGENT_DAYS) log.error(say(ends, { ...facts, days }));
    else log.warn(say(ends, { ...facts, days }));
    tell({ event: "certificate_ends", uplink: uplink.id, certificate: of, until: date, days });
  }
}
