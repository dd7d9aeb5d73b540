import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { Check, DoctorContext } from "./check.js";
import { clockCheck } from "./clock-check.js";
import { diskCheck } from "./disk-check.js";
import { healthFindings } from "./disk-health.js";
import { kernelCheck } from "./kernel-check.js";
import { machineCheck } from "./machine-check.js";
import { mountsOf, mountUnder } from "./mounts.js";
import { powerCheck } from "./power-check.js";
import { codesOf, contextOf, findingsOf } from "./testing/doctor-bench.js";

/** A folder that stands for the root of a box, with these files in it. */
function box(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const YAML = "gateway: {id: g}\n";
const missing: DoctorContext["command"] = async () => ({ outcome: "missing", stdout: "", stderr: "" });
const prints =
  (program: string, stdout: string): DoctorContext["command"] =>
  async (asked) =>
    asked === program
      ? { outcome: "done", stdout, stderr: "" }
      : { outcome: "missing", stdout: "", stderr: "" };

async function codes(
  check: Check,
  folder: string,
  replaced: Partial<DoctorContext>,
): Promise<readonly string[]> {
  return codesOf(await findingsOf(check, contextOf(folder, YAML, { command: missing, ...replaced })));
}

t.test("power of a Raspberry Pi: every bit, now and since the start", async (t) => {
  const at = "sys/devices/platform/soc/soc:firmware/get_throttled";
  for (const [word, expected] of [
    ["0", ["ok power_good"]],
    ["50005", ["problem undervoltage_now", "problem throttled_now"]],
    ["50000", ["warning undervoltage_since", "warning throttled_since"]],
    ["e0008", ["warning capped_since", "warning throttled_since", "problem soft_limit_now"]],
    ["80002", ["problem capped_now", "warning soft_limit_since"]],
  ] as const) {
    const folder = t.testdir();
    t.same(await codes(powerCheck, folder, { system: box(folder, { [at]: `${word}\n` }) }), expected, word);
  }
  const folder = t.testdir();
  // vcgencmd get_throttled on Raspberry Pi OS.
  t.same(
    await codes(powerCheck, folder, { system: folder, command: prints("vcgencmd", "throttled=0x50000\n") }),
    ["warning undervoltage_since", "warning throttled_since"],
  );
  const hwmon = {
    "sys/class/hwmon/hwmon0/name": "cpu_thermal\n",
    "sys/class/hwmon/hwmon1/name": "rpi_volt\n",
  };
  for (const [alarm, expected] of [
    ["1", "problem undervoltage_now"],
    ["0", "ok power_good"],
  ] as const) {
    const system = box(t.testdir(), { ...hwmon, "sys/class/hwmon/hwmon1/in0_lcrit_alarm": `${alarm}\n` });
    t.same(await codes(powerCheck, folder, { system }), [expected]);
  }
  t.same(await codes(powerCheck, folder, { system: t.testdir() }), ["note power_unknown"]);
});

t.test("the clock, and what keeps it", async (t) => {
  const clock = new ManualClock(Date.UTC(2026, 10, 23, 12));
  const seconds = clock.now() / 1000;
  const rtc = (epoch: string) => ({
    "sys/class/rtc/rtc0/name": "rtc-ds1307 1-0068\n",
    ...(epoch && { "sys/class/rtc/rtc0/since_epoch": epoch }),
  });
  const good = async () => ({ trusted: true, source: "chrony" });
  const bad = async () => ({ trusted: false });
  const said = async () => ({ trusted: true });
  for (const [clockState, epoch, expected] of [
    [good, `${seconds - 3}\n`, ["ok clock_good", "ok rtc_good"]],
    [good, `${seconds - 300}\n`, ["ok clock_good", "warning rtc_apart"]],
    [good, "946684800\n", ["ok clock_good", "warning rtc_reset"]],
    [good, "", ["ok clock_good", "warning rtc_unreadable"]],
    [good, undefined, ["ok clock_good", "note no_rtc"]],
    [bad, undefined, ["problem clock_bad", "warning no_rtc_no_time"]],
    [bad, `${seconds - 300}\n`, ["problem clock_bad", "ok rtc_good"]],
    [said, `${seconds}\n`, ["note clock_by_config", "ok rtc_good"]],
  ] as const) {
    const folder = t.testdir();
    const system = box(folder, {
      "etc/timezone": "Asia/Ho_Chi_Minh\n",
      ...(epoch !== undefined && rtc(epoch)),
    });
    const found = await codes(clockCheck, folder, { system, clock, clockState });
    t.same([found[0], found[2]], expected);
    t.equal(found[1], "ok zone");
  }
  const folder = t.testdir();
  box(folder, { "usr/share/zoneinfo/Etc/UTC": "" });
  mkdirSync(join(folder, "etc"));
  symlinkSync("../usr/share/zoneinfo/Etc/UTC", join(folder, "etc/localtime"));
  t.equal(
    (await codes(clockCheck, folder, { system: folder, clock, clockState: good }))[1],
    "note zone_differs",
  );
});

t.test("memory, heat, watchdog, identity", async (t) => {
  const files = {
    "proc/uptime": "7260.11 20000.00\n",
    "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0",
    "proc/meminfo": "MemTotal:        3884376 kB\nMemFree:          100000 kB\nMemAvailable:    2000000 kB\n",
    "sys/class/thermal/thermal_zone0/temp": "61835\n",
    "sys/class/watchdog/watchdog0/state": "active\n",
    "etc/machine-id": "0123456789abcdef0123456789abcdef\n",
  };
  const look = async (more: Readonly<Record<string, string>>) => {
    const folder = t.testdir();
    return findingsOf(machineCheck, contextOf(folder, YAML, { system: box(folder, { ...files, ...more }) }));
  };
  const well = await look({});
  t.same(codesOf(well), ["ok machine", "ok memory", "ok temperature", "ok watchdog_active"]);
  t.match(well[0]?.said.params, { model: "Raspberry Pi 4 Model B Rev 1.4", hours: 2 });
  t.match(well[1]?.said.params, { free: 1953, total: 3793 });
  const poor = {
    "proc/meminfo": "MemTotal: 500000 kB\nMemAvailable: 30000 kB\n",
    "sys/class/thermal/thermal_zone1/temp": "86100\n",
    "sys/class/watchdog/watchdog0/state": "inactive\n",
    "etc/machine-id": "uninitialized\n",
  };
  t.same(codesOf(await look(poor)), [
    "ok machine",
    "warning machine_id_missing",
    "problem memory_low",
    "problem too_hot",
    "note watchdog_idle",
  ]);
  t.ok(codesOf(await look({ "sys/class/thermal/thermal_zone0/temp": "80000\n" })).includes("warning hot"));
});

t.test("the wear of cards and the errors of ext4", async (t) => {
  const card = (life: string, eol: string) => ({
    "sys/block/mmcblk0/device/type": "MMC\n",
    "sys/block/mmcblk0/device/name": "DF4032\n",
    "sys/block/mmcblk0/device/life_time": life,
    "sys/block/mmcblk0/device/pre_eol_info": eol,
  });
  const ext4 = (errors: string) => ({
    "sys/fs/ext4/mmcblk0p2/errors_count": errors,
    "sys/fs/ext4/mmcblk0p2/last_error_time": "1795402280\n",
  });
  for (const [files, expected] of [
    [{ ...card("0x01 0x02\n", "0x01\n"), ...ext4("0\n") }, ["ok card_good", "ok ext4_good"]],
    [card("0x09 0x03\n", "0x01\n"), ["warning card_wears"]],
    [card("0x03 0x03\n", "0x02\n"), ["warning card_wears"]],
    [card("0x0b 0x03\n", "0x01\n"), ["problem card_worn_out"]],
    [card("0x01 0x01\n", "0x03\n"), ["problem card_worn_out"]],
    [
      {
        "sys/block/mmcblk0/device/type": "SD\n",
        "sys/block/mmcblk0/device/name": "SC32G\n",
        "sys/block/sda/size": "1\n",
      },
      ["note card_mute"],
    ],
    [ext4("4\n"), ["problem ext4_errors"]],
  ] as const) {
    t.same(codesOf([...healthFindings(box(t.testdir(), files as Record<string, string>))]), expected);
  }
  const [used] = [...healthFindings(box(t.testdir(), card("0x02 0x04\n", "0x01\n")))];
  t.match(used?.said.params, { used: 40 }, "the worse of the two kinds of cells");
});

t.test("mounts", async (t) => {
  // proc_pid_mountinfo(5), of a box whose root went read-only.
  const system = box(t.testdir(), {
    "proc/self/mountinfo": [
      "25 1 179:2 / / ro,noatime shared:1 - ext4 /dev/mmcblk0p2 ro,errors=remount-ro",
      "30 25 0:25 / /run rw,nosuid shared:5 - tmpfs tmpfs rw,size=400000k",
      "41 25 8:1 / /mnt/my\\040disk rw shared:9 - ext4 /dev/sda1 rw",
      "42 25 8:2 / /mnt/frozen rw shared:9 - ext4 /dev/sdb1 ro",
      "",
    ].join("\n"),
  });
  const mounts = mountsOf(system);
  const at = (path: string) => mountUnder(mounts, path);
  t.match(at("/var/lib/tram"), { point: "/", type: "ext4", readOnly: true });
  t.match(at("/run/tram"), { point: "/run", type: "tmpfs", readOnly: false });
  t.match(at("/running"), { point: "/" });
  t.match(at("/mnt/my disk/a"), { source: "/dev/sda1", readOnly: false });
  t.match(at("/mnt/frozen"), { readOnly: true });

  const folder = t.testdir();
  const found = (line: string) =>
    findingsOf(
      diskCheck,
      contextOf(folder, YAML, { system: box(folder, { "proc/self/mountinfo": `${line}\n` }) }),
    );
  const codesAt = async (line: string) =>
    codesOf(await found(line)).filter((code) => !code.includes("disk_room") && !code.includes("disk_small"));
  t.same(await codesAt("25 1 179:2 / / rw - ext4 /dev/mmcblk0p2 rw"), ["ok disk_is"]);
  t.same(await codesAt("25 1 179:2 / / rw - tmpfs tmpfs rw"), ["warning in_memory"]);
  t.same(await codesAt("25 1 179:2 / / rw - nfs4 server:/x rw"), ["problem remote"]);
  t.same(await codesAt("25 1 179:2 / / ro - ext4 /dev/mmcblk0p2 rw"), [
    "problem read_only",
    "problem read_only",
    "problem read_only",
  ]);
});

t.test("what the kernel wrote", async (t) => {
  const text = `[    5.1] usb 1-1: new full-speed USB device number 3 using dwc_otg
[  100.2] usb 1-1: USB disconnect, device number 3
[  100.3] ftdi_sio ttyUSB0: FTDI USB Serial Device converter now disconnected from ttyUSB0
[  200.2] usb 1-1: USB disconnect, device number 4
[  300.1] hwmon hwmon1: Undervoltage detected!
[  400.1] blk_update_request: I/O error, dev mmcblk0, sector 3145728 op 0x1:(WRITE)
[  400.2] mmc0: card never left busy state, error -110
[  500.1] usb usb1-port2: over-current condition
[  600.1] Out of memory: Killed process 812 (node)
`;
  const folder = t.testdir();
  const found = await findingsOf(kernelCheck, contextOf(folder, YAML, { command: prints("dmesg", text) }));
  t.same(codesOf(found), [
    "warning kernel_usb",
    "warning kernel_overcurrent",
    "warning kernel_undervoltage",
    "problem kernel_disk",
    "warning kernel_card",
    "warning kernel_memory",
  ]);
  t.match(found[0]?.said.params, { count: 2, last: /device number 4$/ });
  t.same(await codes(kernelCheck, folder, { command: prints("journalctl", "[ 1.0] Linux version 6.1\n") }), [
    "ok kernel_good",
  ]);
  t.same(await codes(kernelCheck, folder, {}), ["note kernel_hidden"]);
});
