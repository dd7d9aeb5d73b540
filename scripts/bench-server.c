/*
 * The polled side of the bench: Modbus TCP servers on ports that the kernel chooses, made to cost next to
 * nothing. Every unit id on every port is a device of its own. Registers 0-3 hold the time of the reply
 * (microseconds since 1970, 64 bits, highest register first); register n >= 4 holds reads + n, modulo 65536, so
 * that whoever receives them knows whether a reading is right and whether one is missing.
 *
 * bench-server <ports> <ledger> [<microseconds>]: prints the ports, one a line, then serves until SIGTERM. Each reply
 * leaves so many microseconds after its request came, whatever else is under way. Commands on standard input, each
 * repeated on the output when it is done: "dead 8" (from now on unit 8 never answers, on any port), "alive 8". The
 * ledger is a file of native 64-bit numbers that is kept up to date: replies, registers in them, requests refused,
 * requests that were not answered.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { MOST_PORTS = 64, MOST_FDS = 1024, INPUT = 2048, OUTPUT = 65536, REQUEST = 12, HEADER = 9, MOST_REGISTERS = 125, MOST_WAITING = 4096, COMMAND = 64, LEDGER = 4 };

struct connection {
  int port;
  int length;
  uint64_t number;
  uint8_t input[INPUT];
};

/* A request whose reply is not due yet. The delay is the same for all: the first to come is the first to go. */
struct waiting {
  int fd;
  uint64_t number;
  int64_t due_ns;
  uint8_t request[REQUEST];
};

static volatile uint64_t *ledger;
static uint16_t reads[MOST_PORTS][256];
static struct connection *connections[MOST_FDS];
static int port_of_listener[MOST_FDS];
static int dead[256];
static int64_t delay_ns;
static struct waiting waiting[MOST_WAITING];
static unsigned first_waiting, count_waiting;
static int timer;

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

static int64_t mono_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int is_dead(const uint8_t *request) {
  if (!dead[request[6]]) return 0;
  ledger[3]++;
  return 1;
}

static void send_all(int fd, const uint8_t *bytes, int count) {
  for (int sent = 0; sent < count;) {
    ssize_t n = write(fd, bytes + sent, (size_t)(count - sent));
    if (n < 0 && errno != EINTR) {
      drop(fd);
      return;
    }
    if (n > 0) sent += (int)n;
  }
}

static void set_timer(void) {
  int64_t due = count_waiting ? waiting[first_waiting].due_ns : 0;
  struct itimerspec when = {.it_value = {due / 1000000000, due % 1000000000}};
  timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static int put_off(int fd, const uint8_t *request, int64_t due_ns) {
  if (count_waiting == MOST_WAITING) return 0;
  struct waiting *last = &waiting[(first_waiting + count_waiting++) % MOST_WAITING];
  *last = (struct waiting){.fd = fd, .number = connections[fd]->number, .due_ns = due_ns};
  memcpy(last->request, request, REQUEST);
  if (count_waiting == 1) set_timer();
  return 1;
}

static void send_due(void) {
  uint64_t times;
  if (read(timer, &times, sizeof times) < 0) return;
  while (count_waiting && waiting[first_waiting].due_ns <= mono_ns()) {
    struct waiting *next = &waiting[first_waiting];
    struct connection *to = connections[next->fd];
    first_waiting = (first_waiting + 1) % MOST_WAITING;
    count_waiting--;
    if (!to || to->number != next->number || is_dead(next->request)) continue;
    uint8_t reply[HEADER + 2 * MOST_REGISTERS];
    send_all(next->fd, reply, answer(next->request, to->port, reply));
  }
  set_timer();
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
  int64_t due_ns = delay_ns ? mono_ns() + delay_ns : 0;
  int at = 0, out = 0;
  while (from->length - at >= REQUEST && out + HEADER + 2 * MOST_REGISTERS <= OUTPUT) {
    const uint8_t *request = from->input + at;
    if (get16(request + 4) != 6 || (delay_ns && !put_off(fd, request, due_ns))) {
      drop(fd);
      return;
    }
    if (!delay_ns && !is_dead(request)) out += answer(request, from->port, output + out);
    at += REQUEST;
  }
  memmove(from->input, from->input + at, (size_t)(from->length - at));
  from->length -= at;
  send_all(fd, output, out);
}

/* Returns whether there may be more. */
static int take_commands(void) {
  static char line[COMMAND];
  static int used;
  char bytes[COMMAND];
  ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);
  for (ssize_t i = 0; i < got; i++) {
    if (bytes[i] != '\n') {
      if (used < COMMAND - 1) line[used++] = bytes[i];
      continue;
    }
    line[used] = 0;
    used = 0;
    int unit, is_known = 1;
    if (sscanf(line, "dead %d", &unit) == 1) dead[unit & 255] = 1;
    else if (sscanf(line, "alive %d", &unit) == 1) dead[unit & 255] = 0;
    else is_known = 0;
    if (is_known) printf("%s\n", line);
  }
  fflush(stdout);
  return got > 0;
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
  static uint64_t number;
  connections[fd]->port = port_of_listener[listener] - 1;
  connections[fd]->number = ++number;
  watch(epoll, fd);
}

int main(int argc, char **argv) {
  int ports = argc == 3 || argc == 4 ? atoi(argv[1]) : 0;
  if (argc == 4) delay_ns = atoll(argv[3]) * 1000;
  if (ports < 1 || ports > MOST_PORTS) {
    fprintf(stderr, "usage: %s <ports> <ledger> [<microseconds>]\n", argv[0]);
    return 2;
  }
  int file = open(argv[2], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, LEDGER * sizeof(uint64_t)) < 0) fail(argv[2]);
  ledger = mmap(NULL, LEDGER * sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (ledger == MAP_FAILED) fail("mmap");
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) fail("epoll_create1");
  timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (timer < 0) fail("timerfd_create");
  watch(epoll, timer);
  /* Nobody gives commands by way of a file. */
  struct epoll_event commands = {.events = EPOLLIN, .data.fd = STDIN_FILENO};
  epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &commands);
  signal(SIGPIPE, SIG_IGN);
  for (int port = 0; port < ports; port++) listen_on(epoll, port);
  fflush(stdout);
  for (;;) {
    struct epoll_event events[64];
    int n = epoll_wait(epoll, events, 64, -1);
    if (n < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      if (fd == STDIN_FILENO) {
        if (!take_commands()) epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL);
      } else if (fd == timer) send_due();
      else if (port_of_listener[fd]) accept_on(epoll, fd);
      else if (connections[fd]) serve(fd);
    }
  }
}
