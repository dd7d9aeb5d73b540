/*
 * What a client on libmodbus does, for comparison: reads holding registers of units 1 to N in turn, one request after
 * the other, with a fixed pause before each (0: none).
 *
 * bench-libmodbus <port> <baud> <parity N|E|O> <units> <registers> <gap us> <seconds>: prints "<good> <failed>".
 */
#include <errno.h>
#include <modbus/modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc != 8) {
    fprintf(stderr, "usage: %s <port> <baud> <parity> <units> <registers> <gap us> <seconds>\n", argv[0]);
    return 2;
  }
  int units = atoi(argv[4]), registers = atoi(argv[5]);
  useconds_t gap = (useconds_t)atoi(argv[6]);
  modbus_t *client = modbus_new_rtu(argv[1], atoi(argv[2]), argv[3][0], 8, 1);
  if (!client || modbus_set_slave(client, 1) < 0 || modbus_connect(client) < 0) {
    fprintf(stderr, "%s: %s\n", argv[1], modbus_strerror(errno));
    return 1;
  }
  uint16_t values[125];
  long good = 0, failed = 0;
  for (double end = now_s() + atof(argv[7]); now_s() < end;) {
    modbus_set_slave(client, 1 + (int)((good + failed) % units));
    if (gap) usleep(gap);
    if (modbus_read_registers(client, 0, registers, values) == registers) good++;
    else failed++;
  }
  printf("%ld %ld\n", good, failed);
  modbus_close(client);
  modbus_free(client);
  return 0;
}
