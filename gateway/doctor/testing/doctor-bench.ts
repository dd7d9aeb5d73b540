import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { render } from "../../../drivers/core/message.js";
import { loadConfig } from "../../config/load-config.js";
import type { Check, DoctorContext, Finding } from "../check.js";
import { createContext } from "../context.js";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

/** Short enough for what never answers, long enough for a busy machine with what does. */
export const SHORT = { lookupMs: 3_000, tcpMs: 3_000, tlsMs: 3_000, mqttMs: 3_000, echoMs: 3_000 };

/** A context for a gateway.yaml with this content, on this machine but for what is replaced. */
export function contextOf(
  folder: string,
  yaml: string,
  replaced: Partial<DoctorContext> = {},
): DoctorContext {
  const file = join(folder, "gateway.yaml");
  writeFileSync(file, yaml);
  const { config, problems } = loadConfig(file, { profilesDir: `${ROOT}config/profiles`, env: {} });
  const parts = {
    file,
    config,
    problems,
    language: "en",
    env: { PATH: process.env["PATH"] },
    login: "when_free",
  } as const;
  const known = { patience: SHORT, clockState: async () => ({ trusted: true, source: "test" }) };
  return createContext(parts, { gateway: async () => ({ state: "absent" }), ...known, ...replaced });
}

export async function findingsOf(check: Check, context: DoctorContext): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of check.run(context, new AbortController().signal)) {
    // In both languages every parameter has a value.
    for (const language of ["vi", "en"] as const) {
      if (/\{\w+\}/.test(render(finding.said, language)))
        throw new RangeError(render(finding.said, language));
    }
    findings.push(finding);
  }
  return findings;
}

/** `level code` of each. */
export function codesOf(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ level, said }) => `${level} ${said.message.code.replace(/^doctor\./, "")}`);
}
