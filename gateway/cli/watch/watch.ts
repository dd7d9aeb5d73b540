import type { Language } from "../../../drivers/core/message.js";
import type { ApiReading } from "../../api/reading-json.js";
import { isHealthDevice } from "../../core/health.js";
import { pointMatcher } from "../../core/point-pattern.js";
import { flag, repeated } from "../grammar/command.js";
import { PATTERN } from "../grammar/kinds.js";
import { CONFIG } from "../grammar/shared-options.js";
import { verb } from "../grammar/verb.js";
import { localGateway } from "../local-gateway.js";
import { CLI_MESSAGES as M } from "../messages.js";
import { qualityText } from "../quality-text.js";
import { AlarmChanges } from "../status/alarm-lines.js";
import { withMeaning, withUnit } from "../table.js";
import { BUS_OPTIONS, busWish, watchBus } from "./bus-watch.js";
import { WatchScreen } from "./watch-screen.js";

export const watch = verb(
  {
    name: "watch",
    summary: M.watch_summary,
    about: M.watch_about,
    args: { patterns: repeated(PATTERN, M.watch_pattern) },
    options: { config: CONFIG, ...BUS_OPTIONS, json: flag(M.watch_json) },
    forms: [
      ["patterns", "config?", "json?"],
      ["bus", "record?", "seconds?", "config?", "json?"],
    ],
    examples: [
      'watch "well.*" -c config/examples/pump-station.yaml',
      "watch --bus rs485 --record bus.txt --seconds 60",
    ],
  },
  async ({ args, options }, io) => {
    const wish = busWish(args.patterns, options);
    const { json } = options;
    if (wish) return watchBus(await localGateway("watch", { options }, io), wish, json, io);
    const patterns = args.patterns.flatMap((pattern) => [pattern, `${pattern}.*`]);
    const matches = pointMatcher(patterns);
    // How the buses are is shown by `status`, and here to whoever asks for it.
    const wanted = (device: string, point: string): boolean =>
      patterns.length > 0 ? matches(device, point) : !isHealthDevice(device);
    const gateway = await localGateway("watch", { options }, io);
    const alarms = new AlarmChanges(json, io.language);
    const screen = !json && io.isTerminal ? new WatchScreen(io) : undefined;
    try {
      for await (const seen of gateway.watch(io.language, io.signal)) {
        if (seen.event === "alarms") {
          const own = seen.alarms.filter(({ device, point }) => wanted(device, point));
          if (screen) screen.showAlarms(own);
          else for (const line of alarms.linesFor(own)) io.stdout.write(`${line}\n`);
          continue;
        }
        const own = seen.readings.filter(({ device, point }) => wanted(device, point));
        if (screen) screen.show(own);
        else for (const reading of own) io.stdout.write(`${lineOf(reading, json, io.language)}\n`);
      }
    } catch (error) {
      if (!io.signal.aborted) throw error;
    } finally {
      screen?.close();
    }
    return 0;
  },
);

function lineOf(reading: ApiReading, json: boolean, language: Language): string {
  if (json) return JSON.stringify(reading);
  const { device, meaning, point, t, unit, value } = reading;
  const shown = value === null ? "-" : withUnit(String(value), unit);
  return `${t} ${device}.${point} ${withMeaning(shown, meaning)} ${qualityText(reading, language)}`;
}
