#!/usr/bin/python3
"""An independent subscriber: writes every message of tram/v1/+/# as a JSON line, through broker restarts.

    subscriber.py HOST PORT OUTPUT

Prints "subscribed" when the first subscription stands. A persistent session keeps what comes while the broker
or this program is away. A message is acknowledged after it was written. What is compressed is unpacked.
"""

import gzip
import json
import signal
import sys
import time

import paho.mqtt.client as mqtt


def main() -> int:
    host, port, output = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    out = open(output, "a", buffering=1, encoding="utf-8")

    def on_connect(client, _data, _flags, code):
        if code == 0:
            client.subscribe("tram/v1/+/#", qos=1)

    def on_subscribe(_client, _data, _mid, _granted):
        print("subscribed", flush=True)

    def on_message(_client, _data, message):
        payload = message.payload
        if payload[:2] == b"\x1f\x8b":
            payload = gzip.decompress(payload)
        payload = payload.decode("utf-8", "replace")
        out.write(
            json.dumps({"at": time.time(), "topic": message.topic, "retain": bool(message.retain), "payload": payload})
            + "\n"
        )

    client = mqtt.Client(client_id="prove-subscriber", clean_session=False)
    client.on_connect = on_connect
    client.on_subscribe = on_subscribe
    client.on_message = on_message
    client.reconnect_delay_set(min_delay=1, max_delay=1)
    signal.signal(signal.SIGTERM, lambda *_: (client.disconnect(), sys.exit(0)))
    client.connect(host, port, keepalive=10)
    client.loop_forever(retry_first_connection=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
