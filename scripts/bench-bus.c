/*
 * The serial side of the bench: an RS-485 bus with Modbus RTU devices on a pseudo-terminal, written without a look at
 * the code that it measures. A pseudo-terminal has no speed, so the speed is made here:
 *
 * - A request is on the wire from the moment its first byte can be read, for as long as its characters take.
 * - The reply begins max(3.5 characters, turnaround) after that. Each of its bytes is handed over when its last bit
 *   would have passed; the last one, from which silence counts, to the microsecond.
 * - The silence before a request is measured from the end of the last byte on the wire, in either direction (of a
 *   reply: when it was handed over indeed), to its first byte. Below 3.5 characters, or 1.75 ms above 19200 baud,
 *   it is broken (Modbus over Serial Line V1.02, 2.5.1.1). Such a request is answered all the same.
 *
 * bench-bus [options] <link> <ledger>: makes the symbolic link to the port, prints the port, then serves until
 * SIGTERM or the end of its standard input.
 *   -b baud (9600)   -c bits a character (11)   -u units, 1 to this (1)   -t turnaround in microseconds (0)
 *   -d unit that never answers; may be repeated      -l file for what is heard: plug, CLOCK_MONOTONIC in ns, bytes
 * Commands on standard input, each repeated on the output when it is done: "dead 8", "alive 8", "unplug", "plug".
 *
 * Registers 0-3 hold the time at which the reply ends (microseconds since 1970, 64 bits, highest register first);
 * register n >= 4 holds reads + n, modulo 65536, where reads counts those of the unit. Register 999 can be written
 * (function 6), and then holds that instead.
 *
 * The ledger is a file of native signed 64-bit numbers, kept up to date: `struct ledger`. Nothing is computed here.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST = 8, MOST_REGISTERS = 125, MOST_REPLY = 5 + 2 * MOST_REGISTERS, WRITABLE = 999, INPUT = 4096, COMMAND = 64 };

static const int64_t NS = 1000000000, NEVER = INT64_MAX;
/* A sleep ends late by less than this; the rest of a wait is spun. */
static const int64_t SPIN_NS = 200000;
/*
 * A good client asks so soon after the silence, and the wait for it is spun as well. No longer: where there are fewer
 * processors than work, this one would keep from the client the one that it needs. A request that comes later is
 * noticed some ten microseconds late, which costs the client, and hides no broken silence.
 */
static const int64_t ALERT_NS = 250000;
/* Bytes of one write can be handed over in two parts on a busy machine. */
static const int64_t PATIENCE_NS = 20000000;

struct ledger {
  int64_t requests, replies, registers, refused, unanswered;
  /* Bytes that were no request. */
  int64_t garbage;
  /* Requests after too short a silence; the smallest silence, negative for a request into a reply. */
  int64_t broken, smallest_ns;
  /* Time of all characters; when the first request began and the last reply ended. */
  int64_t busy_ns, started_ns, ended_ns;
  /* By how much last bytes of replies were handed over late, which is this machine's doing: sum and worst. */
  int64_t late_ns, worst_late_ns;
  /* Bytes that nobody came to read. */
  int64_t dropped;
  int64_t plugs;
  struct {
    int64_t requests, replies;
  } units[256];
};

static volatile struct ledger *ledger;
static const char *link_path;
static FILE *heard;
static int64_t character_ns, silence_ns, turnaround_ns;
static int units = 1, dead[256];
static uint16_t reads[256], written[256];
static uint8_t is_written[256];
static int master = -1, port = -1;

static uint8_t input[INPUT];
static int length;
/* When the first and the last of `input` came; end of the last byte on the wire. */
static int64_t first_ns, last_ns, wire_end_ns;
static volatile sig_atomic_t stopping;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void stop(int signal_number) {
  (void)signal_number;
  stopping = 1;
}

static int64_t clock_ns(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * NS + now.tv_nsec;
}

static int64_t mono_ns(void) { return clock_ns(CLOCK_MONOTONIC); }

static void put16(uint8_t *at, uint16_t value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

static uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

/* V1.02, 6.2.2; low byte first on the wire. */
static uint16_t crc16(const uint8_t *bytes, int count) {
  uint16_t crc = 0xffff;
  for (int i = 0; i < count; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? (uint16_t)(crc >> 1 ^ 0xa001) : (uint16_t)(crc >> 1);
  }
  return crc;
}

static void unplug(void) {
  if (master < 0) return;
  unlink(link_path);
  close(master);
  close(port);
  master = port = -1;
  length = 0;
}

/* The port's own end stays open here, so that whoever uses it may come and go. */
static void plug(void) {
  if (master >= 0) return;
  char path[64], fresh[4096];
  master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 || ptsname_r(master, path, sizeof path)) fail("pty");
  port = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  struct termios raw;
  if (port < 0 || tcgetattr(port, &raw) < 0) fail(path);
  cfmakeraw(&raw);
  if (tcsetattr(port, TCSANOW, &raw) < 0) fail(path);
  length = 0;
  wire_end_ns = mono_ns() - silence_ns;
  ledger->plugs++;
  snprintf(fresh, sizeof fresh, "%s.new", link_path);
  unlink(fresh);
  if (symlink(path, fresh) < 0 || rename(fresh, link_path) < 0) fail(link_path);
}

static void obey(char *command) {
  int unit = 0;
  if (sscanf(command, "dead %d", &unit) == 1 && unit > 0 && unit < 256) dead[unit] = 1;
  else if (sscanf(command, "alive %d", &unit) == 1 && unit > 0 && unit < 256) dead[unit] = 0;
  else if (strcmp(command, "unplug") == 0) unplug();
  else if (strcmp(command, "plug") == 0) plug();
  else return;
  printf("%s\n", command);
  fflush(stdout);
}

static void take_commands(void) {
  static char line[COMMAND];
  static int used;
  char byte;
  for (;;) {
    ssize_t got = read(STDIN_FILENO, &byte, 1);
    if (got < 0) return;
    if (got == 0) {
      stopping = 1;
      return;
    }
    if (byte == '\n') {
      line[used] = 0;
      used = 0;
      obey(line);
    } else if (used < COMMAND - 1) line[used++] = byte;
  }
}

static void take_bytes(void) {
  if (master < 0 || length == INPUT) return;
  ssize_t got = read(master, input + length, (size_t)(INPUT - length));
  if (got <= 0) return;
  last_ns = mono_ns();
  if (length == 0) first_ns = last_ns;
  length += (int)got;
}

/* Takes in whatever comes, until `until` or until there are `enough` bytes. Sleeps before `spin_from`, then spins. */
static void hear(int64_t until, int64_t spin_from, int64_t spin_to, int enough) {
  for (unsigned turn = 0; !stopping; turn++) {
    take_bytes();
    int64_t now = mono_ns();
    if (length >= enough || now >= until) return;
    int64_t wake = now < spin_from ? spin_from : now < spin_to ? now : until;
    if (wake == now) {
      if (turn % 64 == 0) take_commands();
      continue;
    }
    struct pollfd fds[] = {{STDIN_FILENO, POLLIN, 0}, {master, POLLIN, 0}};
    struct timespec left = {(wake - now) / NS, (wake - now) % NS};
    ppoll(fds, length == INPUT ? 1 : 2, wake == NEVER ? NULL : &left, NULL);
    take_commands();
    if (enough == 1 && master < 0) return;
  }
}

static void wait_until(int64_t until) { hear(until, until - SPIN_NS, until, INPUT + 1); }

/* Sleeps to the end: later by some ten microseconds, and leaves the processor to those who are measured. */
static void wait_about_until(int64_t until) { hear(until, until, until, INPUT + 1); }

static int reply_to(const uint8_t *request, uint8_t *reply, int64_t begin) {
  uint8_t unit = request[0], function = request[1];
  uint16_t address = get16(request + 2), count = get16(request + 4);
  int size;
  reply[0] = unit;
  reply[1] = function;
  if (function == 6 && address == WRITABLE) {
    written[unit] = count;
    is_written[unit] = 1;
    memcpy(reply, request, REQUEST);
    return REQUEST;
  }
  if ((function != 3 && function != 4) || count < 1 || count > MOST_REGISTERS) {
    reply[1] |= 0x80;
    reply[2] = function == 3 || function == 4 ? 3 : 1;
    ledger->refused++;
    size = 3;
  } else {
    reply[2] = (uint8_t)(2 * count);
    int64_t end = begin + (5 + 2 * count) * character_ns;
    uint64_t us = (uint64_t)(clock_ns(CLOCK_REALTIME) + end - mono_ns()) / 1000;
    uint16_t read = reads[unit]++;
    for (int i = 0; i < count; i++) {
      int n = address + i;
      uint16_t counted = n < 4 ? (uint16_t)(us >> (16 * (3 - n))) : (uint16_t)(read + n);
      put16(reply + 3 + 2 * i, n == WRITABLE && is_written[unit] ? written[unit] : counted);
    }
    size = 3 + 2 * count;
  }
  uint16_t crc = crc16(reply, size);
  reply[size] = (uint8_t)crc;
  reply[size + 1] = (uint8_t)(crc >> 8);
  return size + 2;
}

/* Returns whether the adapter was there until the last byte. */
static int send_reply(const uint8_t *reply, int size, int64_t begin) {
  int64_t plugs = ledger->plugs;
  for (int i = 0; i < size; i++) {
    int64_t due = begin + (i + 1) * character_ns;
    if (i < size - 1) wait_about_until(due);
    else wait_until(due);
    if (stopping || master < 0 || ledger->plugs != plugs) return 0;
    wire_end_ns = mono_ns();
    if (write(master, reply + i, 1) != 1) ledger->dropped++;
    if (i < size - 1) continue;
    int64_t late = wire_end_ns - due;
    ledger->late_ns += late;
    if (late > ledger->worst_late_ns) ledger->worst_late_ns = late;
  }
  return 1;
}

static void note(int count) {
  int64_t silence = first_ns - wire_end_ns;
  if (silence < ledger->smallest_ns) ledger->smallest_ns = silence;
  if (silence < silence_ns) ledger->broken++;
  if (!heard) return;
  fprintf(heard, "%lld %lld ", (long long)ledger->plugs, (long long)first_ns);
  for (int i = 0; i < count; i++) fprintf(heard, "%02x", input[i]);
  fprintf(heard, "\n");
  fflush(heard);
}

static void drop_input(int count) {
  memmove(input, input + count, (size_t)(length - count));
  length -= count;
  first_ns = last_ns;
}

static void serve(void) {
  int64_t alert = wire_end_ns + silence_ns + ALERT_NS;
  hear(NEVER, wire_end_ns + silence_ns - SPIN_NS, alert, 1);
  if (length == 0) return;
  hear(first_ns + PATIENCE_NS, 0, first_ns + PATIENCE_NS, REQUEST);
  if (length == 0 || stopping) return;
  int whole = length >= REQUEST && crc16(input, REQUEST - 2) == (input[REQUEST - 2] | input[REQUEST - 1] << 8);
  int count = whole ? REQUEST : length;
  note(count);
  int64_t begun_ns = first_ns, end = first_ns + count * character_ns;
  wire_end_ns = end > last_ns || !whole ? end : last_ns;
  ledger->busy_ns += count * character_ns;
  if (!whole) {
    ledger->garbage += count;
    drop_input(count);
    return;
  }
  uint8_t request[REQUEST], reply[MOST_REPLY];
  memcpy(request, input, REQUEST);
  drop_input(REQUEST);
  uint8_t unit = request[0];
  if (ledger->requests == 0) ledger->started_ns = begun_ns;
  ledger->requests++;
  ledger->units[unit].requests++;
  if (unit == 0 || unit > units || dead[unit]) {
    ledger->unanswered++;
    wait_until(wire_end_ns);
    return;
  }
  int64_t begin = wire_end_ns + (turnaround_ns > silence_ns ? turnaround_ns : silence_ns);
  int size = reply_to(request, reply, begin);
  if (!send_reply(reply, size, begin)) return;
  ledger->busy_ns += size * character_ns;
  ledger->registers += reply[1] == 6 ? 0 : (size - 5) / 2;
  ledger->units[unit].replies++;
  ledger->ended_ns = wire_end_ns;
  ledger->replies++;
}

static void map_ledger(const char *path) {
  int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, sizeof(struct ledger)) < 0) fail(path);
  ledger = mmap(NULL, sizeof(struct ledger), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (ledger == MAP_FAILED) fail("mmap");
  ledger->smallest_ns = INT64_MAX;
}

int main(int argc, char **argv) {
  int64_t baud = 9600, bits = 11;
  for (int option; (option = getopt(argc, argv, "b:c:u:t:d:l:")) != -1;) {
    int64_t number = option == 'l' ? 0 : atoll(optarg);
    if (option == 'b') baud = number;
    else if (option == 'c') bits = number;
    else if (option == 'u') units = (int)number;
    else if (option == 't') turnaround_ns = number * 1000;
    else if (option == 'd') dead[number & 255] = 1;
    else if (option == 'l') heard = fopen(optarg, "we");
    if (option == '?' || (option == 'l' && !heard)) return 2;
  }
  if (argc - optind != 2 || baud < 50 || bits < 7 || units < 1 || units > 247) {
    fprintf(stderr, "usage: %s [-b baud] [-c bits] [-u units] [-t us] [-d unit] [-l file] <link> <ledger>\n", argv[0]);
    return 2;
  }
  link_path = argv[optind];
  character_ns = bits * NS / baud;
  silence_ns = baud > 19200 ? 1750000 : character_ns * 7 / 2;
  map_ledger(argv[optind + 1]);
  struct sigaction action = {.sa_handler = stop};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  signal(SIGPIPE, SIG_IGN);
  fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
  prctl(PR_SET_TIMERSLACK, 1);
  /* A wire does not wait for a processor. Where this is not allowed, it does. */
  if (setpriority(PRIO_PROCESS, 0, -10) < 0) errno = 0;
  plug();
  char path[64];
  if (ptsname_r(master, path, sizeof path)) fail("ptsname");
  printf("%s\n", path);
  fflush(stdout);
  while (!stopping) serve();
  unplug();
  return 0;
}
