import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isPair, isScalar, parseDocument, visit } from "yaml";

/** Names of keys whose values nobody else should see; also the packet by which a serial server is known. */
export const SECRET_KEY =
  /^(?:.*[._-])?(?:password|passwd|passphrase|pass|secret|token|psk|pin|apikey|api_key|identity)$/i;

export interface Secrets {
  /** Absolute paths of the files that `${file:...}` names. */
  readonly files: readonly string[];
  /** Names of the variables that `${env:...}` names. */
  readonly variables: readonly string[];
  /** What stands in the file itself under such keys. */
  readonly values: readonly string[];
}

/** The secrets of a gateway.yaml, also of one with mistakes. Never throws. */
export function secretsIn(file: string): Secrets {
  const files = new Set<string>();
  const variables = new Set<string>();
  const values = new Set<string>();
  try {
    const document = parseDocument(readFileSync(file, "utf8"));
    visit(document, {
      Scalar(_key, { value }) {
        for (const [, kind, name = ""] of String(value).matchAll(/\$\{(file|env):([^}]+)\}/g)) {
          if (kind === "file") files.add(resolve(dirname(file), name));
          else variables.add(name);
        }
      },
      Pair(_key, pair) {
        if (!isPair(pair) || !isScalar(pair.key) || !SECRET_KEY.test(String(pair.key.value))) return;
        if (isScalar(pair.value) && pair.value.value !== null && !/^\$\{/.test(String(pair.value.value))) {
          values.add(String(pair.value.value));
        }
      },
    });
  } catch {
    // A file that is no YAML names nothing that could be found.
  }
  return { files: [...files], variables: [...variables], values: [...values] };
}
