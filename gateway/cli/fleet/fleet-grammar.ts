import { defaulted, flag, grammar, optional, repeated, required } from "../grammar/command.js";
import { BROKER, duration, FILE, text, whole } from "../grammar/kinds.js";
import { FLEET_VERB_MESSAGES as M } from "./fleet-messages.js";

const MOST = 999_999_999;

/** `tram fleet URL`; fleet-run.ts says what it does. */
export const FLEET = grammar({
  name: "fleet",
  summary: M.summary,
  about: M.about,
  args: {
    url: required(BROKER, M.url_about),
    words: repeated(text("bom-"), M.words_about),
  },
  options: {
    once: flag(M.once_about),
    json: flag(M.json_about),
    top: optional(whole(0, MOST, "20"), M.top_about),
    backlog: defaulted(whole(0, MOST, "1000"), M.backlog_about, "1000"),
    wait: defaulted(duration("0", "1d", "15s"), M.wait_about, "15s"),
    ask: flag(M.ask_about),
    user: optional(text("viewer", M.word_user), M.user_about),
    "password-file": optional({ ...FILE, example: "secrets/viewer" }, M.password_about),
    ca: optional({ ...FILE, example: "ca.pem" }, M.ca_about),
    cert: optional({ ...FILE, example: "viewer.pem" }, M.cert_about),
    key: optional({ ...FILE, example: "viewer.key" }, M.key_about),
  },
  notes: M.notes,
  examples: [
    "fleet mqtt://127.0.0.1:1883",
    {
      vi: "fleet mqtts://mqtt.example.vn:8883 --user viewer --password-file secrets/viewer --ca ca.pem",
      en: "fleet mqtts://mqtt.example.com:8883 --user viewer --password-file secrets/viewer --ca ca.pem",
    },
  ],
});
