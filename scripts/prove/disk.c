/*
 * A disk with a write cache that can be cut off, stalled and broken: one file, held in memory, served over FUSE, so
 * that a loop device can lie on it.
 *
 *   gcc -O2 -o disk disk.c -lpthread && ./disk MOUNT_POINT_FILE BYTES
 *
 * Prints "ready". Lines on standard input, each answered by a line:
 *   cut PATH SEED   what a power cut at this moment leaves, written to PATH: everything that was flushed, and of what
 *                   was written since the last flush any part (seeded): all, nothing, or each 4 kB block whole, not at
 *                   all, or torn between sectors
 *   stall MS        every write and flush from now on until then waits
 *   break           writes and flushes fail (EIO) until `mend`
 *   spoil           reads fail as well
 *   load PATH       takes the content from a file
 *   counts          writes, flushes and bytes so far
 * Ends with its standard input.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 4096, SECTOR = 512, MOST_WRITE = 131072 };

static uint8_t *now, *flushed, *dirty;
static size_t size;
static int fuse, is_broken, is_spoilt;
static double stalled_until;
static long writes, flushes;
static long long bytes;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void wait_if_stalled(void) {
  for (;;) {
    pthread_mutex_lock(&lock);
    double left = stalled_until - seconds();
    pthread_mutex_unlock(&lock);
    if (left <= 0) return;
    usleep(left > 0.01 ? 10000 : (useconds_t)(left * 1e6) + 1);
  }
}

static void answer(uint64_t unique, int error, const void *data, size_t length) {
  static uint8_t out[sizeof(struct fuse_out_header) + MOST_WRITE];
  struct fuse_out_header head = {.len = sizeof head + length, .error = -error, .unique = unique};
  memcpy(out, &head, sizeof head);
  if (length > 0) memcpy(out + sizeof head, data, length);
  if (write(fuse, out, head.len) < 0 && errno != ENOENT) perror("answer");
}

static struct fuse_attr attributes(void) {
  return (struct fuse_attr){
      .ino = 1, .size = size, .blocks = size / 512, .mode = S_IFREG | 0600, .nlink = 1, .blksize = BLOCK};
}

static void put(uint64_t offset, const uint8_t *data, size_t length) {
  memcpy(now + offset, data, length);
  for (size_t block = offset / BLOCK; block <= (offset + length - 1) / BLOCK; block++) dirty[block] = 1;
  writes++;
  bytes += length;
}

static void flush(void) {
  for (size_t block = 0; block < size / BLOCK; block++) {
    if (!dirty[block]) continue;
    memcpy(flushed + block * BLOCK, now + block * BLOCK, BLOCK);
    dirty[block] = 0;
  }
  flushes++;
}

static void serve(struct fuse_in_header *in, uint8_t *body) {
  switch (in->opcode) {
    case FUSE_INIT: {
      struct fuse_init_in *init = (void *)body;
      struct fuse_init_out out = {.major = FUSE_KERNEL_VERSION, .minor = init->minor < 31 ? init->minor : 31};
      out.max_readahead = init->max_readahead;
      out.max_write = MOST_WRITE;
      out.flags = init->flags & (FUSE_BIG_WRITES | FUSE_MAX_PAGES);
      out.max_pages = MOST_WRITE / 4096;
      out.max_background = 16;
      out.congestion_threshold = 12;
      out.time_gran = 1;
      answer(in->unique, 0, &out, sizeof out);
      return;
    }
    case FUSE_GETATTR:
    case FUSE_SETATTR: {
      struct fuse_attr_out out = {.attr_valid = 3600, .attr = attributes()};
      answer(in->unique, 0, &out, sizeof out);
      return;
    }
    case FUSE_OPEN: {
      struct fuse_open_out out = {.open_flags = FOPEN_KEEP_CACHE};
      answer(in->unique, 0, &out, sizeof out);
      return;
    }
    case FUSE_READ: {
      struct fuse_read_in *read_in = (void *)body;
      size_t length = read_in->size;
      if (read_in->offset >= size) length = 0;
      else if (read_in->offset + length > size) length = size - read_in->offset;
      answer(in->unique, is_spoilt ? EIO : 0, now + read_in->offset, is_spoilt ? 0 : length);
      return;
    }
    case FUSE_WRITE: {
      struct fuse_write_in *write_in = (void *)body;
      wait_if_stalled();
      pthread_mutex_lock(&lock);
      int fails = is_broken || write_in->offset + write_in->size > size;
      if (!fails) put(write_in->offset, body + sizeof *write_in, write_in->size);
      pthread_mutex_unlock(&lock);
      struct fuse_write_out out = {.size = write_in->size};
      answer(in->unique, fails ? EIO : 0, &out, fails ? 0 : sizeof out);
      return;
    }
    case FUSE_FSYNC: {
      wait_if_stalled();
      pthread_mutex_lock(&lock);
      int fails = is_broken;
      if (!fails) flush();
      pthread_mutex_unlock(&lock);
      answer(in->unique, fails ? EIO : 0, NULL, 0);
      return;
    }
    case FUSE_FLUSH:
    case FUSE_RELEASE:
    case FUSE_ACCESS:
      answer(in->unique, 0, NULL, 0);
      return;
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT:
      return;
    case FUSE_STATFS: {
      struct fuse_statfs_out out = {.st = {.bsize = BLOCK, .blocks = size / BLOCK, .namelen = 255, .frsize = BLOCK}};
      answer(in->unique, 0, &out, sizeof out);
      return;
    }
    default:
      answer(in->unique, in->opcode == FUSE_FALLOCATE ? EOPNOTSUPP : ENOSYS, NULL, 0);
  }
}

static uint64_t state;
static uint32_t chance(uint32_t below) {
  state = state * 6364136223846793005ull + 1442695040888963407ull;
  return (uint32_t)(state >> 33) % below;
}

static int cut(const char *path, uint64_t seed) {
  uint8_t *left = malloc(size);
  state = seed * 2654435761u + 1;
  for (int n = 0; n < 8; n++) chance(2);
  uint32_t how = chance(4);
  pthread_mutex_lock(&lock);
  memcpy(left, flushed, size);
  for (size_t block = 0; block < size / BLOCK; block++) {
    if (!dirty[block] || how == 0) continue;
    uint32_t part = how == 1 ? 0 : chance(3);
    if (part == 0) memcpy(left + block * BLOCK, now + block * BLOCK, BLOCK);
    if (part != 1) continue;
    for (size_t at = block * BLOCK; at < (block + 1) * BLOCK; at += SECTOR)
      if (chance(2)) memcpy(left + at, now + at, SECTOR);
  }
  pthread_mutex_unlock(&lock);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  int fine = fd >= 0;
  for (size_t at = 0; fine && at < size; at += 1 << 20) {
    size_t part = size - at < 1 << 20 ? size - at : 1 << 20;
    fine = pwrite(fd, left + at, part, at) == (ssize_t)part;
  }
  if (fd >= 0) close(fd);
  free(left);
  return fine;
}

static int load(const char *path) {
  int fd = open(path, O_RDONLY);
  if (fd < 0) return 0;
  pthread_mutex_lock(&lock);
  ssize_t got = pread(fd, now, size, 0);
  memcpy(flushed, now, size);
  pthread_mutex_unlock(&lock);
  close(fd);
  return got > 0;
}

static void *obey(void *path_of_mount) {
  char line[4096], path[4000];
  unsigned long long number;
  printf("ready\n");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    int fine = 1;
    if (sscanf(line, "cut %3999s %llu", path, &number) == 2) fine = cut(path, number);
    else if (sscanf(line, "load %3999s", path) == 1) fine = load(path);
    else if (sscanf(line, "stall %llu", &number) == 1) {
      pthread_mutex_lock(&lock);
      stalled_until = seconds() + number / 1000.0;
      pthread_mutex_unlock(&lock);
    } else if (strncmp(line, "break", 5) == 0 || strncmp(line, "mend", 4) == 0 ||
               strncmp(line, "spoil", 5) == 0) {
      pthread_mutex_lock(&lock);
      is_broken = line[0] != 'm';
      is_spoilt = line[0] == 's';
      pthread_mutex_unlock(&lock);
    } else if (strncmp(line, "counts", 6) == 0) {
      printf("%ld %ld %lld\n", writes, flushes, bytes);
      fflush(stdout);
      continue;
    } else fine = 0;
    printf("%s\n", fine ? "done" : "failed");
    fflush(stdout);
  }
  umount2(path_of_mount, MNT_DETACH);
  exit(0);
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  size = strtoull(argv[2], NULL, 10) / BLOCK * BLOCK;
  now = calloc(1, size);
  flushed = calloc(1, size);
  dirty = calloc(1, size / BLOCK);
  fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (fuse < 0) {
    perror("/dev/fuse");
    return 1;
  }
  int file = open(argv[1], O_WRONLY | O_CREAT, 0600);
  if (file >= 0) close(file);
  char options[100];
  snprintf(options, sizeof options, "fd=%d,rootmode=100600,user_id=0,group_id=0,allow_other", fuse);
  if (mount("tram-disk", argv[1], "fuse", MS_NOSUID | MS_NODEV, options) != 0) {
    perror("mount");
    return 1;
  }
  pthread_t commands;
  pthread_create(&commands, NULL, obey, argv[1]);
  static uint8_t buffer[MOST_WRITE + BLOCK * 2];
  for (;;) {
    ssize_t got = read(fuse, buffer, sizeof buffer);
    if (got < 0 && (errno == EINTR || errno == EAGAIN || errno == ENOENT)) continue;
    if (got <= 0) return 0;
    serve((void *)buffer, buffer + sizeof(struct fuse_in_header));
  }
}
