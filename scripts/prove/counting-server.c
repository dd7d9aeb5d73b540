/*
 * A Modbus TCP server on libmodbus whose registers count up by one at each read, with a ledger of every answer.
 *
 *   counting-server LEDGER [PORT]     PORT 0 (the default): any free one; it is printed on the first line
 *
 * Every pair of unit id and start address has a counter. A read of n registers from there gives
 *   register 0: the counter's low word, register 1: its high word, register i >= 2: mark(unit, start, counter, i)
 * so that each reply says of itself which request it answers. The ledger has a line for each answer:
 *   wall_ms unit start count counter
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <modbus/modbus.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define UNITS 32
#define REGISTERS 1024

static uint32_t counters[UNITS][REGISTERS];
static volatile sig_atomic_t stopping = 0;

static void on_signal(int signal_number) {
  (void)signal_number;
  stopping = 1;
}

/* The same arithmetic stands in chain.py. */
static uint16_t mark(uint32_t unit, uint32_t start, uint32_t counter, uint32_t i) {
  uint32_t x = counter * 2654435761u + unit * 40503u + start * 977u + i * 131u;
  x ^= x >> 15;
  return (uint16_t)(x * 2246822519u >> 16);
}

static int64_t wall_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * Ends the connections so that what was answered arrives: to close a socket with requests in it that nobody has read
 * makes the kernel throw away what is on its way (RFC 1122, 4.2.2.13).
 */
static void hang_up(const fd_set *all, int listener, int highest) {
  const struct timeval patience = {.tv_sec = 0, .tv_usec = 500000};
  close(listener);
  for (int fd = 0; fd <= highest; fd++)
    if (fd != listener && FD_ISSET(fd, all)) shutdown(fd, SHUT_WR);
  for (int fd = 0; fd <= highest; fd++) {
    if (fd == listener || !FD_ISSET(fd, all)) continue;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    char unread[4096];
    while (read(fd, unread, sizeof unread) > 0) continue;
    close(fd);
  }
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: counting-server LEDGER [PORT]\n");
    return 2;
  }
  int ledger = open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (ledger < 0) {
    perror(argv[1]);
    return 1;
  }
  signal(SIGTERM, on_signal);
  signal(SIGINT, on_signal);
  signal(SIGPIPE, SIG_IGN);

  modbus_t *context = modbus_new_tcp("127.0.0.1", argc > 2 ? atoi(argv[2]) : 0);
  modbus_mapping_t *mapping = modbus_mapping_new(0, 0, REGISTERS, 0);
  int listener = modbus_tcp_listen(context, 16);
  if (listener < 0 || !mapping) {
    fprintf(stderr, "listen: %s\n", modbus_strerror(errno));
    return 1;
  }
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);

  fd_set all;
  FD_ZERO(&all);
  FD_SET(listener, &all);
  int highest = listener;
  while (!stopping) {
    fd_set ready = all;
    if (select(highest + 1, &ready, NULL, NULL, NULL) < 0) continue;
    for (int fd = 0; fd <= highest; fd++) {
      if (!FD_ISSET(fd, &ready)) continue;
      if (fd == listener) {
        int client = accept(listener, NULL, NULL);
        if (client < 0) continue;
        FD_SET(client, &all);
        if (client > highest) highest = client;
        continue;
      }
      uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
      modbus_set_socket(context, fd);
      int length = modbus_receive(context, query);
      if (length < 0) {
        close(fd);
        FD_CLR(fd, &all);
        continue;
      }
      if (length < 12) continue;
      uint32_t unit = query[6];
      uint32_t start = (uint32_t)query[8] << 8 | query[9];
      uint32_t count = (uint32_t)query[10] << 8 | query[11];
      int counts = query[7] == 3 && unit < UNITS && count >= 2 && start + count <= REGISTERS;
      uint32_t counter = 0;
      if (counts) {
        counter = ++counters[unit][start];
        mapping->tab_registers[start] = (uint16_t)counter;
        mapping->tab_registers[start + 1] = (uint16_t)(counter >> 16);
        for (uint32_t i = 2; i < count; i++) mapping->tab_registers[start + i] = mark(unit, start, counter, i);
      }
      if (modbus_reply(context, query, length, mapping) < 0 || !counts) continue;
      char line[96];
      int used = snprintf(line, sizeof line, "%lld %u %u %u %u\n", (long long)wall_ms(), unit, start, count, counter);
      if (write(ledger, line, (size_t)used) != used) {
        perror("ledger");
        return 1;
      }
    }
  }
  hang_up(&all, listener, highest);
  modbus_mapping_free(mapping);
  modbus_free(context);
  close(ledger);
  return 0;
}
