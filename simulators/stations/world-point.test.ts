import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { SimulatedDevice } from "../modbus/device.js";
import { Drive } from "../process/drive.js";
import { Pump } from "../process/pump.js";
import { Tank } from "../process/tank.js";
import { Boundary } from "../process/water.js";
import { World } from "../process/world.js";
import { worldPoint } from "./world-point.js";

t.test(
  "a device's points are signals and inputs by name: writing a coil starts the pump, and the level falls",
  async (t) => {
    const clock = new ManualClock();
    const world = new World({ clock, seed: 1, speed: 60 });
    const well = world.add("well", new Tank({ areaM2: 40, depthM: 4, levelM: 3 }));
    const motor = world.add("drive", new Drive());
    world.add(
      "pump",
      new Pump({ from: well, to: new Boundary({ surfaceM: 4 }), motor, ratedFlow: 0.3, ratedHead: 4 }),
    );
    const device = new SimulatedDevice({
      id: "plc",
      unit: 1,
      points: [
        worldPoint(world, "well.level", { table: "input", address: 0, type: "u16", scale: 0.001 }),
        worldPoint(world, "pump.flow", {
          id: "flow",
          table: "input",
          address: 1,
          type: "u16",
          factor: 3_600,
        }),
        worldPoint(world, "drive.run", { table: "coil", address: 0, type: "bool" }),
        worldPoint(world, "drive.setpoint", { table: "holding", address: 0, type: "u16", scale: 0.01 }),
        worldPoint(world, "drive.running", { table: "discrete", address: 0, type: "bool" }),
      ],
      refresh: () => world.advance(),
    });
    t.same(device.read("input", 0, 2), [3_000, 0]);
    t.same(device.read("coil", 0, 1), [0]);
    t.equal(device.write("holding", 0, [5_000]), undefined);
    t.equal(device.write("coil", 0, [1]), undefined);
    await clock.advance(1_000);
    const [level = 0, flow = 0] = device.read("input", 0, 2) ?? [];
    t.ok(level > 2_300 && level < 2_900, `${level} mm`);
    t.ok(flow > 800 && flow < 1_600, `${flow} m³/h`);
    t.same(
      [device.read("coil", 0, 1), device.read("discrete", 0, 1), device.read("holding", 0, 1)],
      [[1], [1], [5_000]],
    );
    device.write("holding", 0, [6_500]);
    t.same(device.read("holding", 0, 1), [5_000], "clamped to the plate's 50 Hz");
    t.equal(device.write("coil", 0, [0]), undefined);
    await clock.advance(2_000);
    const still = device.read("input", 0, 2);
    await clock.advance(2_000);
    t.same(device.read("input", 0, 2), still);
    t.equal(still?.[1], 0);
    t.throws(
      () => worldPoint(world, "well.colour", { table: "input", address: 9, type: "u16" }),
      /no well.colour/,
    );
    t.equal(worldPoint(world, "well.level", { table: "input", address: 9, type: "u16" }).write, undefined);
  },
);
