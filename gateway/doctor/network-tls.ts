import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { checkServerIdentity, connect, type DetailedPeerCertificate, type TLSSocket } from "node:tls";
import { asError } from "../../drivers/core/errors.js";
import { say } from "../../drivers/core/message.js";
import type { UplinkConfig } from "../core/config.js";
import { certificatesIn } from "../forward/certificates.js";
import type { DoctorContext, Finding } from "./check.js";
import { choose } from "./choose.js";
import type { Target } from "./network-target.js";
import { TLS_MESSAGES as M } from "./tls-messages.js";

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;
const MOST_SHOWN = 8;

interface TlsFiles {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Step four: the files of ours, then the handshake. Gives whether a login makes sense. */
export async function* tlsStep(
  context: DoctorContext,
  target: Target,
  address: string,
  signal: AbortSignal,
): AsyncGenerator<Finding, boolean> {
  const files = yield* readFiles(context, target.uplink);
  if (!files) return false;
  const { host, port, uplink } = target;
  const outcome = await handshake(context, target, address, files, signal);
  const params = { uplink: uplink.id, host, port };
  if ("problem" in outcome) {
    // OpenSSL's words for an answer that is no TLS: the port speaks MQTT in the clear, or HTTP.
    const plain = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/i.test(outcome.problem);
    const entry = outcome.problem === "ETIMEDOUT" ? M.tls_silent : plain ? M.tls_not_spoken : M.tls_failed;
    const said = choose(entry, { ...params, problem: outcome.problem });
    yield { level: "problem", said, facts: { uplink: uplink.id, code: outcome.problem } };
    return false;
  }
  const judged = yield* judge(context, target, outcome);
  return judged;
}

async function* readFiles(
  { clock, clockState }: DoctorContext,
  { id: uplink, tls }: UplinkConfig,
): AsyncGenerator<Finding, TlsFiles | undefined> {
  const files: { ca?: Buffer; cert?: Buffer; key?: Buffer } = {};
  for (const name of ["ca", "cert", "key"] as const) {
    const file = tls?.[name];
    if (file === undefined) continue;
    try {
      const bytes = readFileSync(file);
      files[name] = bytes;
      if (name === "key") {
        createPrivateKey(bytes);
        continue;
      }
      const [first] = certificatesIn(bytes.toString("utf8"), file);
      if (!first) {
        yield {
          level: "problem",
          said: say(M.tls_no_certificate, { uplink, file }),
          facts: { uplink, file },
        };
        return undefined;
      }
      const days = Math.floor((first.until - clock.now()) / DAY_MS);
      const date = new Date(first.until).toISOString().slice(0, 10);
      const facts = { uplink, file, until: date, days };
      if ((await clockState()).trusted && days < SOON_DAYS) {
        yield days < 0
          ? { level: "problem", said: say(M.own_certificate_over, { uplink, file, date }), facts }
          : { level: "warning", said: say(M.own_certificate_ends, { uplink, file, date, days }), facts };
      }
    } catch (thrown) {
      const params = { uplink, file, problem: asError(thrown).message };
      yield { level: "problem", said: say(M.tls_file, params), facts: { uplink, file } };
      return undefined;
    }
  }
  if (
    files.cert &&
    files.key &&
    !new X509Certificate(files.cert).checkPrivateKey(createPrivateKey(files.key))
  ) {
    const params = { uplink, cert: tls?.cert ?? "", key: tls?.key ?? "" };
    yield { level: "problem", said: say(M.tls_key_of_another, params), facts: { uplink } };
    return undefined;
  }
  return files;
}

interface Shaken {
  readonly ms: number;
  readonly version: string;
  /** OpenSSL's verdict on the chain; undefined where it is accepted. */
  readonly refused: string | undefined;
  readonly chain: readonly DetailedPeerCertificate[];
}

/** Certificates are judged afterwards, not by ending the handshake: so that all that is wrong can be told. */
function handshake(
  { clock, patience }: DoctorContext,
  { host, port }: Target,
  address: string,
  files: TlsFiles,
  signal: AbortSignal,
): Promise<Shaken | { readonly problem: string }> {
  return new Promise((resolve) => {
    const began = clock.mono();
    const servername = isIP(host) ? {} : { servername: host };
    const socket = connect({ host: address, port, ...servername, ...files, rejectUnauthorized: false });
    const finish = (outcome: Shaken | { readonly problem: string }): void => {
      cancel();
      signal.removeEventListener("abort", stop);
      socket.destroy();
      resolve(outcome);
    };
    const stop = (): void => finish({ problem: "ECANCELED" });
    const cancel = clock.after(patience.tlsMs, () => finish({ problem: "ETIMEDOUT" }));
    signal.addEventListener("abort", stop, { once: true });
    socket.once("secureConnect", () => {
      const { authorizationError } = socket;
      finish({
        ms: Math.round(clock.mono() - began),
        version: socket.getProtocol() ?? "",
        refused: authorizationError ? String(codeOf(authorizationError)) : undefined,
        chain: chainOf(socket),
      });
    });
    socket.on("error", (error: NodeJS.ErrnoException) => finish({ problem: error.code ?? error.message }));
  });
}

/** Node gives the code as a text, and types it as an Error. */
function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : error;
}

function chainOf(socket: TLSSocket): readonly DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  let shown: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  // The last of a chain names itself.
  while (shown?.valid_to !== undefined && chain.length < MOST_SHOWN) {
    chain.push(shown);
    shown = shown.issuerCertificate === shown ? undefined : shown.issuerCertificate;
  }
  return chain;
}

async function* judge(
  { clock, clockState }: DoctorContext,
  { host, port, uplink: { id: uplink, tls } }: Target,
  { chain, ms, refused, version }: Shaken,
): AsyncGenerator<Finding, boolean> {
  const { trusted } = await clockState();
  const [own] = chain;
  const until = Math.min(...chain.map(({ valid_to }) => Date.parse(valid_to)));
  const from = Math.max(...chain.map(({ valid_from }) => Date.parse(valid_from)));
  const days = Math.floor((until - clock.now()) / DAY_MS);
  const dates = { from: dateOf(from), until: dateOf(until), now: dateOf(clock.now()) };
  const names = own?.subjectaltname ?? nameOf(own?.subject?.CN) ?? "-";
  const issuer = nameOf(chain.at(-1)?.issuer?.CN) ?? nameOf(own?.issuer?.CN) ?? "-";
  const facts = { uplink, host, names, issuer, until: dates.until, days, version, ms, code: refused ?? null };
  const bad = (said: Finding["said"]): Finding => ({ level: "problem", said, facts });
  const params = { uplink, host, port, names, issuer, ...dates, code: refused ?? "", ca: tls?.ca ?? "-" };
  let good = true;
  if (refused === "CERT_NOT_YET_VALID" || refused === "CERT_HAS_EXPIRED") {
    good = false;
    if (!trusted) yield bad(say(M.tls_dates_or_clock, params));
    else yield bad(choose(refused === "CERT_HAS_EXPIRED" ? M.tls_expired : M.tls_not_yet, params));
  } else if (refused !== undefined && refused !== "ERR_TLS_CERT_ALTNAME_INVALID") {
    good = false;
    yield bad(choose(tls?.ca === undefined ? M.tls_unknown_authority : M.tls_other_authority, params));
  }
  if (own && checkServerIdentity(host, own) !== undefined) {
    good = false;
    yield bad(say(M.tls_other_name, params));
  }
  if (!good) return false;
  yield { level: "ok", said: say(M.tls_good, { ...params, version, ms }), facts };
  if (trusted && days < SOON_DAYS)
    yield { level: "warning", said: say(M.tls_ends, { ...params, days }), facts };
  return true;
}

function nameOf(name: string | string[] | undefined): string | undefined {
  return Array.isArray(name) ? name.join(", ") : name;
}

function dateOf(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 10) : "-";
}
