import { statSync } from "node:fs";
import { renderHint, renderText, say } from "../../drivers/core/message.js";
import { writtenDown } from "../core/health.js";
import type { Check, DoctorContext, Finding } from "./check.js";
import { CONFIG_MESSAGES as M } from "./config-messages.js";
import { secretsIn } from "./secrets.js";

/** The configuration as `tram check` sees it, and who may read the secrets that it names. */
export const configCheck: Check = {
  name: "config",
  title: M.config_title,
  deadlineMs: 20_000,
  async *run(context) {
    const { config, file, problems } = context;
    if (file === undefined) {
      yield { level: "problem", said: say(M.no_config_file) };
      return;
    }
    for (const problem of problems) yield problemFinding(context, problem);
    if (config) {
      const params = {
        file,
        connections: writtenDown(config).connections.length,
        uplinks: config.uplinks.size,
      };
      yield { level: "ok", said: say(M.config_good, params), facts: { ...params, hash: config.hash } };
    }
    yield* secretFindings(file, config);
  },
};

function problemFinding({ language }: DoctorContext, problem: DoctorContext["problems"][number]): Finding {
  const { column, file, line, said, severity } = problem;
  const hint = problem.hint ? renderText(problem.hint, language) : renderHint(said, language);
  const text = hint === undefined ? renderText(said, language) : `${renderText(said, language)} ${hint}`;
  return {
    level: severity === "error" ? "problem" : "warning",
    said: say(M.config_problem, { place: `${file}:${line}:${column}`, text }),
    facts: { file, line, column, code: said.message.code },
  };
}

function* secretFindings(file: string, config: DoctorContext["config"]): Generator<Finding, void> {
  const keys = [...(config?.uplinks.values() ?? [])].flatMap(({ tls }) => tls?.key ?? []);
  for (const secret of [...secretsIn(file).files, ...keys]) {
    try {
      const { mode } = statSync(secret);
      const octal = (mode & 0o777).toString(8);
      if ((mode & 0o007) !== 0) {
        yield {
          level: "warning",
          said: say(M.secret_open, { file: secret, mode: octal }),
          facts: { file: secret, mode: octal },
        };
      } else
        yield {
          level: "ok",
          said: say(M.secret_closed, { file: secret, mode: octal }),
          facts: { file: secret, mode: octal },
        };
    } catch {
      // That it cannot be read stands among the problems of the configuration.
    }
  }
}
