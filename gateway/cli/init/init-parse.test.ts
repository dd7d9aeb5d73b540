import t from "tap";
import { defaultSize } from "./init-defaults.js";
import * as parse from "./init-parse.js";

t.test("answers, one by one", async (t) => {
  t.equal(parse.idFrom("Trạm bơm Mỹ Xuyên 01"), "bom-my-xuyen-01");
  t.equal(parse.idFrom("Đèn đường Nguyễn Huệ – lộ 3"), "den-duong-nguyen-hue-lo-3");
  t.equal(parse.idFrom("Trạm"), "tram");
  t.equal(parse.idFrom("!!!"), "gateway");
  t.equal(parse.kindFrom("Tủ đèn đường"), "streetlight-cabinet");
  t.equal(parse.kindFrom("Đo độ mặn Sông Hậu"), "salinity-station");
  const good = <T>(parsed: parse.Parsed<T>): T | string =>
    "value" in parsed ? parsed.value : parsed.wrong.message.code;
  t.same(good(parse.parsePlace("9.5563,105.9872")), { latitude: 9.5563, longitude: 105.9872 });
  t.same(good(parse.parsePlace("-9.5; 105")), { latitude: -9.5, longitude: 105 });
  for (const text of ["9.5", "a, b", "1,2,3", "91, 0", "0, 181", "1 2 3"])
    t.equal(good(parse.parsePlace(text)), "init.wrong_place", text);
  t.same(good(parse.parseFrame("1200 7o2")), { baud: 1200, dataBits: 7, parity: "odd", stopBits: 2 });
  for (const text of ["", "fast", "9600 9N1", "9600 8X1", "9600 8N3", "20", "99999999"])
    t.equal(good(parse.parseFrame(text)), "init.wrong_frame", text);
  t.equal(good(parse.parseSerial("ttyUSB0")), "init.wrong_port");
  t.equal(good(parse.parseSerial("/dev/a, /dev/a@19200")), "init.port_twice");
  t.same(good(parse.parseSerial("none")), []);
  for (const text of ["300.1.1.1", "1.2.3", "a b", "h:0", "h:99999", "-x", "http://h"])
    t.equal(good(parse.parseTcp(text)), "init.wrong_tcp", text);
  t.equal(good(parse.parseBroker("mqtt.x.vn:1234")), "mqtts://mqtt.x.vn:1234");
  t.equal(good(parse.parseBroker("mqtt://[::1]")), "mqtt://[::1]:1883");
  for (const text of ["http://x", "mqtts://", "mqtts://h/path", "a b", "mqtts://h?x=1"])
    t.equal(good(parse.parseBroker(text)), "init.wrong_broker", text);
  t.equal(good(parse.parseBroker("mqtts://u@h")), "init.broker_with_password");
  t.equal(good(parse.parseBufferSize("2 apples")), "init.wrong_size");
  t.equal(good(parse.parseBufferSize("10MB")), "init.wrong_size");
  t.same([1e12, 4e9, 3.3e9, 1.1e9, 10].map(defaultSize), ["2GB", "2GB", "1650MB", "550MB", "50MB"]);
});
