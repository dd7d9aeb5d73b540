import t from "tap";
import { LAMPS, LampCircuit } from "./lamps.js";

t.test("a lamp that is dimmed to 0 is off: it takes nothing, burns no hours, and begins again", async (t) => {
  const lamp = new LampCircuit({ seed: 1, supply: { voltage: 230 }, lamps: 1, kind: LAMPS.led });
  const shown = (name: string): number | undefined => lamp.signals[name]?.read();
  const set = (name: string, value: number): void => lamp.inputs[name]?.write(value);
  set("on", 1);
  set("dim", 40);
  for (let at = 0; at < 60; at++) lamp.step(1);
  t.match([Math.round(shown("light") ?? 0), shown("burning"), shown("power")], [40, 1, 38]);
  const hours = shown("hours");
  set("dim", 0);
  for (let at = 0; at < 60; at++) lamp.step(1);
  t.match([shown("light"), shown("burning"), shown("power"), shown("hours")], [0, 0, 0, hours]);
  set("dim", 100);
  lamp.step(1);
  t.equal(shown("starts"), 2);
});
