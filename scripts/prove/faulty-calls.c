/*
 * Storage calls that fail, and a diary of those that did not: a library to be preloaded.
 *
 *   gcc -shared -fPIC -O2 -o faulty-calls.so faulty-calls.c -ldl
 *   LD_PRELOAD=./faulty-calls.so FAULTY_UNDER=/folder ... program
 *
 * Only calls on files under FAULTY_UNDER count: open (for writing), pwrite, write, ftruncate, fallocate, fsync,
 * fdatasync, rename, unlink. With FAULTY_AT=N the N-th of them, and FAULTY_COUNT - 1 more, fail with FAULTY_ERRNO
 * (default EIO); a write with FAULTY_SHORT=1 writes half before it fails. With FAULTY_KILL=1 the process is killed
 * instead. FAULTY_SAID names a file outside the folder to which a byte is written for each call that failed.
 *
 * While the file FAULTY_STALLED is there, writes and syncs wait.
 *
 * FAULTY_DIARY names a file to which every call that changed something is appended, in the order in which they were
 * done: u8 kind, u8 length of the path, u16 length of the second path, i64 offset, u32 length; then path, second path
 * and the bytes written. What reaches the file FAULTY_LEDGER is in the diary too (kind L): where it stands tells
 * what was reported before and after.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_FDS 1024
static char *paths[MOST_FDS];
static char *under, *ledger, *stalled;
static size_t under_length;
static long at = -1, count = 1, calls;
static int error_number = EIO, diary = -1, said = -1, kill_instead, short_write;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name, type, ...) \
  static type (*real_##name)(__VA_ARGS__); \
  if (!real_##name) real_##name = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
  REAL(open, int, const char *, int, ...);
  under = getenv("FAULTY_UNDER");
  under_length = under ? strlen(under) : 0;
  ledger = getenv("FAULTY_LEDGER");
  stalled = getenv("FAULTY_STALLED");
  if (getenv("FAULTY_AT")) at = atol(getenv("FAULTY_AT"));
  if (getenv("FAULTY_COUNT")) count = atol(getenv("FAULTY_COUNT"));
  if (getenv("FAULTY_ERRNO")) error_number = atoi(getenv("FAULTY_ERRNO"));
  kill_instead = getenv("FAULTY_KILL") != NULL;
  short_write = getenv("FAULTY_SHORT") != NULL;
  if (getenv("FAULTY_DIARY")) diary = real_open(getenv("FAULTY_DIARY"), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (getenv("FAULTY_SAID")) said = real_open(getenv("FAULTY_SAID"), O_WRONLY | O_CREAT | O_APPEND, 0600);
}

static int is_ours(const char *path) {
  return under && path && strncmp(path, under, under_length) == 0;
}

/* Not under the lock: other files go on. */
static void wait_while_stalled(void) {
  while (stalled && access(stalled, F_OK) == 0) usleep(2000);
}

/* Under the lock. Nonzero: this call fails. */
static int fails(void) {
  calls++;
  if (at < 0 || calls < at || calls >= at + count) return 0;
  REAL(write, ssize_t, int, const void *, size_t);
  if (said >= 0 && real_write(said, "x", 1) != 1) abort();
  if (kill_instead) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
  }
  return 1;
}

static void note(char kind, const char *path, const char *second, int64_t offset, const void *data, uint32_t length) {
  if (diary < 0) return;
  REAL(writev, ssize_t, int, const struct iovec *, int);
  struct __attribute__((packed)) {
    uint8_t kind, path_length;
    uint16_t second_length;
    int64_t offset;
    uint32_t length;
  } head = {kind, strlen(path), second ? strlen(second) : 0, offset, length};
  struct iovec parts[] = {
      {&head, sizeof head},
      {(void *)path, head.path_length},
      {(void *)(second ? second : ""), head.second_length},
      {(void *)data, data ? length : 0},
  };
  if (real_writev(diary, parts, 4) < 0) abort();
}

static char *path_of(int fd) { return fd >= 0 && fd < MOST_FDS ? paths[fd] : NULL; }

static void remember(int fd, const char *path) {
  if (fd < 0 || fd >= MOST_FDS) return;
  free(paths[fd]);
  paths[fd] = is_ours(path) || (ledger && strcmp(path, ledger) == 0) ? strdup(path) : NULL;
}

static int open_with(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode) {
  pthread_mutex_lock(&lock);
  int counts = is_ours(path) && (flags & (O_WRONLY | O_RDWR | O_CREAT));
  int fd = -1;
  if (counts && fails()) errno = error_number;
  else {
    struct stat found;
    int is_new = counts && stat(path, &found) != 0;
    fd = real(path, flags, mode);
    int saved = errno;
    if (fd >= 0) remember(fd, path);
    if (fd >= 0 && is_new) note('C', path, NULL, 0, NULL, 0);
    if (fd >= 0 && counts && (flags & O_TRUNC)) note('T', path, NULL, 0, NULL, 0);
    errno = saved;
  }
  pthread_mutex_unlock(&lock);
  return fd;
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name, int, const char *, int, ...); \
    va_list more; \
    va_start(more, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
    va_end(more); \
    return open_with(real_##name, path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

int close(int fd) {
  REAL(close, int, int);
  pthread_mutex_lock(&lock);
  if (fd >= 0 && fd < MOST_FDS && paths[fd]) {
    free(paths[fd]);
    paths[fd] = NULL;
  }
  int result = real_close(fd);
  pthread_mutex_unlock(&lock);
  return result;
}

static ssize_t written(int fd, const void *data, size_t size, int64_t offset) {
  REAL(pwrite64, ssize_t, int, const void *, size_t, off64_t);
  const char *path = path_of(fd);
  int is_ledger = ledger && path && strcmp(path, ledger) == 0;
  if (!is_ledger && fails()) {
    ssize_t half = short_write && size > 1 ? real_pwrite64(fd, data, size / 2, offset) : 0;
    if (half > 0) note('W', path, NULL, offset, data, half);
    errno = error_number;
    return -1;
  }
  ssize_t result = real_pwrite64(fd, data, size, offset);
  int saved = errno;
  if (result > 0) note(is_ledger ? 'L' : 'W', path, NULL, offset, data, result);
  errno = saved;
  return result;
}

#define PWRITE(name, type) \
  ssize_t name(int fd, const void *data, size_t size, type offset) { \
    REAL(name, ssize_t, int, const void *, size_t, type); \
    if (!path_of(fd)) return real_##name(fd, data, size, offset); \
    wait_while_stalled(); \
    pthread_mutex_lock(&lock); \
    ssize_t result = written(fd, data, size, offset); \
    int saved = errno; \
    pthread_mutex_unlock(&lock); \
    errno = saved; \
    return result; \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *data, size_t size) {
  REAL(write, ssize_t, int, const void *, size_t);
  if (!path_of(fd)) return real_write(fd, data, size);
  wait_while_stalled();
  pthread_mutex_lock(&lock);
  int64_t offset = lseek(fd, 0, SEEK_CUR);
  ssize_t result = written(fd, data, size, offset);
  int saved = errno;
  if (result > 0) lseek(fd, offset + result, SEEK_SET);
  pthread_mutex_unlock(&lock);
  errno = saved;
  return result;
}

#define ON_FD(name, kind, declared, called, noted) \
  int name declared { \
    REAL(name, int, ON_FD_TYPES_##kind); \
    if (!path_of(fd)) return real_##name called; \
    wait_while_stalled(); \
    pthread_mutex_lock(&lock); \
    int result = -1; \
    if (fails()) errno = error_number; \
    else { \
      result = real_##name called; \
      int saved = errno; \
      if (result == 0) note((#kind)[0], path_of(fd), NULL, noted, NULL, 0); \
      errno = saved; \
    } \
    int saved = errno; \
    pthread_mutex_unlock(&lock); \
    errno = saved; \
    return result; \
  }
#define ON_FD_TYPES_S int
#define ON_FD_TYPES_T int, off_t
#define ON_FD_TYPES_T64 int, off64_t
ON_FD(fsync, S, (int fd), (fd), 0)
ON_FD(fdatasync, S, (int fd), (fd), 0)
ON_FD(ftruncate, T, (int fd, off_t size), (fd, size), size)
ON_FD(ftruncate64, T64, (int fd, off64_t size), (fd, size), size)

int rename(const char *from, const char *to) {
  REAL(rename, int, const char *, const char *);
  if (!is_ours(from)) return real_rename(from, to);
  pthread_mutex_lock(&lock);
  int result = -1;
  if (fails()) errno = error_number;
  else if ((result = real_rename(from, to)) == 0) note('R', from, to, 0, NULL, 0);
  int saved = errno;
  pthread_mutex_unlock(&lock);
  errno = saved;
  return result;
}

int unlink(const char *path) {
  REAL(unlink, int, const char *);
  if (!is_ours(path)) return real_unlink(path);
  pthread_mutex_lock(&lock);
  int result = -1;
  if (fails()) errno = error_number;
  else if ((result = real_unlink(path)) == 0) note('U', path, NULL, 0, NULL, 0);
  int saved = errno;
  pthread_mutex_unlock(&lock);
  errno = saved;
  return result;
}
