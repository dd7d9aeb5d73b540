/*
 * Several clients that ask one Modbus TCP server as fast as it answers, in one process that costs little: each
 * connection keeps so many requests under way, taking the stretches in turn. Every reply is checked: transaction, unit
 * and function (Modbus Application Protocol V1.1b3, 6.3 and 6.4; MBAP header in front), and that it is as long as what
 * was asked.
 *
 * bench-ask <port> <unit> <function> <connections> <in flight> <seconds> <address:count>...: asks for one second that
 * is not counted, then for <seconds>; prints "<replies> <exceptions> <wrong> <nanoseconds>" of the counted time.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 256, MOST_IN_FLIGHT = 64, MOST_STRETCHES = 64, REQUEST = 12, INPUT = 65536, MOST_MS = 60000 };

struct stretch {
  uint16_t address, count;
};

struct connection {
  int fd;
  /* Of the oldest request that is not answered; the next one has the number `next`. */
  uint16_t oldest, next;
  uint32_t turn;
  int length;
  struct stretch asked[MOST_IN_FLIGHT];
  uint8_t input[INPUT];
};

static struct stretch stretches[MOST_STRETCHES];
static int count_stretches, unit, function, in_flight;
static uint64_t replies, exceptions, wrong;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void put16(uint8_t *at, uint16_t value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

static uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

static int64_t mono_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* As many requests as may be under way, in one write. */
static void ask(struct connection *of) {
  static uint8_t output[MOST_IN_FLIGHT * REQUEST];
  int out = 0;
  while ((uint16_t)(of->next - of->oldest) < in_flight) {
    struct stretch next = stretches[of->turn++ % (uint32_t)count_stretches];
    uint8_t *request = output + out;
    of->asked[of->next % MOST_IN_FLIGHT] = next;
    put16(request, of->next++);
    put16(request + 2, 0);
    put16(request + 4, 6);
    request[6] = (uint8_t)unit;
    request[7] = (uint8_t)function;
    put16(request + 8, next.address);
    put16(request + 10, next.count);
    out += REQUEST;
  }
  for (int sent = 0; sent < out;) {
    ssize_t n = write(of->fd, output + sent, (size_t)(out - sent));
    if (n < 0 && errno != EINTR) fail("write");
    if (n > 0) sent += (int)n;
  }
}

static void take(struct connection *of) {
  ssize_t got = read(of->fd, of->input + of->length, (size_t)(INPUT - of->length));
  if (got < 0 && errno == EINTR) return;
  if (got <= 0) {
    fprintf(stderr, "the server has closed a connection\n");
    exit(1);
  }
  of->length += (int)got;
  int at = 0;
  while (of->length - at >= 9 && of->length - at >= 6 + get16(of->input + at + 4)) {
    const uint8_t *reply = of->input + at;
    int length = get16(reply + 4);
    int bytes = 2 * of->asked[of->oldest % MOST_IN_FLIGHT].count;
    if (get16(reply) != of->oldest || reply[6] != unit) wrong++;
    else if (reply[7] == (function | 0x80)) exceptions++;
    else if (reply[7] != function || reply[8] != bytes || length != 3 + bytes) wrong++;
    else replies++;
    of->oldest++;
    at += 6 + length;
  }
  memmove(of->input, of->input + at, (size_t)(of->length - at));
  of->length -= at;
  ask(of);
}

int main(int argc, char **argv) {
  int connections = argc > 7 ? atoi(argv[4]) : 0;
  in_flight = argc > 7 ? atoi(argv[5]) : 0;
  if (connections < 1 || connections > MOST_CONNECTIONS || in_flight < 1 || in_flight > MOST_IN_FLIGHT ||
      argc - 7 > MOST_STRETCHES) {
    fprintf(stderr, "usage: %s <port> <unit> <function> <connections> <in flight> <seconds> <address:count>...\n", argv[0]);
    return 2;
  }
  unit = atoi(argv[2]);
  function = atoi(argv[3]);
  double seconds = atof(argv[6]);
  for (int i = 7; i < argc; i++) {
    int address, count;
    if (sscanf(argv[i], "%d:%d", &address, &count) != 2) return 2;
    stretches[count_stretches++] = (struct stretch){(uint16_t)address, (uint16_t)count};
  }
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) fail("epoll_create1");
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  for (int i = 0; i < connections; i++) {
    struct connection *one = calloc(1, sizeof *one);
    if (!one) fail("calloc");
    one->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    one->turn = (uint32_t)i;
    if (one->fd < 0 || connect(one->fd, (struct sockaddr *)&server, sizeof server) < 0) fail("connect");
    int on = 1;
    setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = one};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, one->fd, &event) < 0) fail("epoll_ctl");
    ask(one);
  }
  int64_t from = mono_ns() + 1000000000, end = from + (int64_t)(seconds * 1e9);
  int counting = 0;
  for (;;) {
    struct epoll_event events[64];
    int n = epoll_wait(epoll, events, 64, MOST_MS);
    if (n < 0 && errno != EINTR) fail("epoll_wait");
    if (n == 0) {
      fprintf(stderr, "no answer for %d ms\n", MOST_MS);
      return 1;
    }
    for (int i = 0; i < n; i++) take(events[i].data.ptr);
    int64_t now = mono_ns();
    if (!counting && now >= from) {
      counting = 1;
      from = now;
      replies = exceptions = wrong = 0;
    }
    if (counting && now >= end) break;
  }
  printf("%llu %llu %llu %lld\n", (unsigned long long)replies, (unsigned long long)exceptions, (unsigned long long)wrong,
         (long long)(mono_ns() - from));
  return 0;
}
