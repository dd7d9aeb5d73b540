/*
 * The polled side of the bench: Modbus TCP servers on ports that the kernel chooses, made to cost next to
 * nothing. Every unit id on every port is a device of its own. Registers 0-3 hold the time of the reply
 * (microseconds since 1970, 64 bits, highest register first); register n >= 4 holds reads + n, modulo 65536, so
 * that whoever receives them knows whether a reading is right and whether one is missing.
 *
 * bench-server <ports> <ledger>: prints the ports, one a line, then serves until SIGTERM. The ledger is a file of
 * three native 64-bit numbers that is kept up to date: replies, registers in them, requests refused.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_PORTS = 64, MOST_FDS = 1024, INPUT = 2048, OUTPUT = 65536, REQUEST = 12, HEADER = 9, MOST_REGISTERS = 125 };

struct connection {
  int port;
  int length;
  uint8_t input[INPUT];
};

static volatile uint64_t *ledger;
static uint16_t reads[MOST_PORTS][256];
static struct connection *connections[MOST_FDS];
static int port_of_listener[MOST_FDS];

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void put16(uint8_t *at, uint16_t value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

static uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

/* One reply (Modbus Application Protocol V1.1b3, 6.3 and 6.4; MBAP header in front); returns its length. */
static int answer(const uint8_t *request, int port, uint8_t *reply) {
  uint8_t unit = request[6], function = request[7];
  uint16_t address = get16(request + 8), count = get16(request + 10);
  memcpy(reply, request, 8);
  if ((function != 3 && function != 4) || count < 1 || count > MOST_REGISTERS) {
    put16(reply + 4, 3);
    reply[7] = function | 0x80;
    reply[8] = function == 3 || function == 4 ? 3 : 1;
    ledger[2]++;
    return 9;
  }
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  uint64_t us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
  uint16_t read = reads[port][unit]++;
  put16(reply + 4, (uint16_t)(3 + 2 * count));
  reply[8] = (uint8_t)(2 * count);
  for (int i = 0; i < count; i++) {
    int n = address + i;
    put16(reply + HEADER + 2 * i, n < 4 ? (uint16_t)(us >> (16 * (3 - n))) : (uint16_t)(read + n));
  }
  ledger[0]++;
  ledger[1] += count;
  return HEADER + 2 * count;
}

static void drop(int fd) {
  free(connections[fd]);
  connections[fd] = NULL;
  close(fd);
}

static void serve(int fd) {
  static uint8_t output[OUTPUT];
  struct connection *from = connections[fd];
  ssize_t got = read(fd, from->input + from->length, (size_t)(INPUT - from->length));
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    drop(fd);
    return;
  }
  from->length += (int)got;
  int at = 0, out = 0;
  while (from->length - at >= REQUEST && out + HEADER + 2 * MOST_REGISTERS <= OUTPUT) {
    if (get16(from->input + at + 4) != 6) {
      drop(fd);
      return;
    }
    out += answer(from->input + at, from->port, output + out);
    at += REQUEST;
  }
  memmove(from->input, from->input + at, (size_t)(from->length - at));
  from->length -= at;
  for (int sent = 0; sent < out;) {
    ssize_t n = write(fd, output + sent, (size_t)(out - sent));
    if (n < 0 && errno != EINTR) {
      drop(fd);
      return;
    }
    if (n > 0) sent += (int)n;
  }
}

static void watch(int epoll, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
}

static void listen_on(int epoll, int port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) < 0 || listen(fd, 64) < 0 ||
      getsockname(fd, (struct sockaddr *)&address, &size) < 0)
    fail("listen");
  port_of_listener[fd] = port + 1;
  watch(epoll, fd);
  printf("%d\n", ntohs(address.sin_port));
}

static void accept_on(int epoll, int listener) {
  int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (fd < 0) return;
  if (fd >= MOST_FDS) {
    close(fd);
    return;
  }
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  connections[fd] = calloc(1, sizeof(struct connection));
  if (!connections[fd]) fail("calloc");
  connections[fd]->port = port_of_listener[listener] - 1;
  watch(epoll, fd);
}

int main(int argc, char **argv) {
  int ports = argc == 3 ? atoi(argv[1]) : 0;
  if (ports < 1 || ports > MOST_PORTS) {
    fprintf(stderr, "usage: %s <ports> <ledger>\n", argv[0]);
    return 2;
  }
  int file = open(argv[2], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, 3 * sizeof(uint64_t)) < 0) fail(argv[2]);
  ledger = mmap(NULL, 3 * sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (ledger == MAP_FAILED) fail("mmap");
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) fail("epoll_create1");
  for (int port = 0; port < ports; port++) listen_on(epoll, port);
  fflush(stdout);
  for (;;) {
    struct epoll_event events[64];
    int n = epoll_wait(epoll, events, 64, -1);
    if (n < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      if (port_of_listener[fd]) accept_on(epoll, fd);
      else if (connections[fd]) serve(fd);
    }
  }
}
