/* A machine that breaks when told to, laid between one process and libc by LD_PRELOAD.
 *
 * BROKEN_MACHINE names a file with the switches below, mapped into memory by whoever breaks and whoever is broken.
 * BROKEN_MACHINE_KEPT, when set, names a folder in which each file of BROKEN_MACHINE_DATA is as it was last flushed:
 * what a power cut would leave. A flush that fails leaves what it should have flushed out of it for good, as Linux does:
 * the pages count as clean afterwards, and the next flush succeeds. A file must not be written by two processes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static struct switches {
    atomic_llong shift;      /* seconds by which the wall clock is wrong */
    atomic_llong full;       /* files cannot be written: ENOSPC */
    atomic_llong fail_from;  /* flushes of these numbers fail: EIO; counted from 1 */
    atomic_llong fail_count;
    atomic_llong lying;      /* flushes are not done */
    atomic_llong flushes;    /* how many there were */
    atomic_llong failed;     /* how many of them failed */
} none, *on = &none;

#define FILES 256
static struct file {
    dev_t device;
    ino_t inode;
    int kept;          /* the copy, -1 when this file is not of the data */
    off_t from, upto;  /* written and not flushed */
} files[FILES];
static int known;
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;

static int (*real_clock_gettime)(clockid_t, struct timespec *);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_fdatasync)(int);
static int (*real_fsync)(int);

__attribute__((constructor)) static void begin(void) {
    real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite");
    real_writev = dlsym(RTLD_NEXT, "writev");
    real_pwritev = dlsym(RTLD_NEXT, "pwritev");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    const char *path = getenv("BROKEN_MACHINE");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *shared = mmap(NULL, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shared != MAP_FAILED)
        on = shared;
    close(file);
}

/* What is kept */

static int copy_of(int fd) {
    const char *data = getenv("BROKEN_MACHINE_DATA"), *kept = getenv("BROKEN_MACHINE_KEPT");
    char link[64], path[PATH_MAX], copy[PATH_MAX + PATH_MAX];
    if (!data || !kept)
        return -1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    size_t prefix = strlen(data);
    if (length < 0 || strncmp(path, data, prefix) || path[prefix] != '/')
        return -1;
    path[length] = 0;
    snprintf(copy, sizeof copy, "%s%s", kept, path + prefix);
    return open(copy, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

/* The regular file behind a descriptor, or NULL. Call with the guard held. */
static struct file *file_of(int fd) {
    struct stat about;
    if (fstat(fd, &about) || !S_ISREG(about.st_mode))
        return NULL;
    for (int i = 0; i < known; i++)
        if (files[i].inode == about.st_ino && files[i].device == about.st_dev)
            return &files[i];
    static struct file not_kept = {.kept = -1};
    if (!getenv("BROKEN_MACHINE_KEPT"))
        return &not_kept;
    if (known == FILES)
        abort();
    struct file *made = &files[known++];
    *made = (struct file){about.st_dev, about.st_ino, copy_of(fd), 0, 0};
    return made;
}

static void wrote(struct file *file, off_t from, ssize_t size) {
    if (size <= 0)
        return;
    if (file->from == file->upto)
        file->from = from, file->upto = from + size;
    if (from < file->from)
        file->from = from;
    if (from + size > file->upto)
        file->upto = from + size;
}

static void keep(int fd, struct file *file) {
    char page[65536];
    for (off_t at = file->from; file->kept >= 0 && at < file->upto;) {
        size_t wanted = file->upto - at < (off_t)sizeof page ? (size_t)(file->upto - at) : sizeof page;
        ssize_t got = pread(fd, page, wanted, at);
        if (got <= 0 || real_pwrite(file->kept, page, got, at) != got)
            break;
        at += got;
    }
}

/* Writing and flushing */

#define WRITING(call, offset)                          \
    pthread_mutex_lock(&guard);                        \
    struct file *file = file_of(fd);                   \
    if (!file) {                                       \
        pthread_mutex_unlock(&guard);                  \
        return call;                                   \
    }                                                  \
    if (on->full) {                                    \
        pthread_mutex_unlock(&guard);                  \
        errno = ENOSPC;                                \
        return -1;                                     \
    }                                                  \
    off_t before = offset;                             \
    ssize_t done = call;                               \
    int error = errno;                                 \
    wrote(file, before, done);                         \
    pthread_mutex_unlock(&guard);                      \
    errno = error;                                     \
    return done

ssize_t write(int fd, const void *data, size_t size) { WRITING(real_write(fd, data, size), lseek(fd, 0, SEEK_CUR)); }
ssize_t writev(int fd, const struct iovec *data, int count) {
    WRITING(real_writev(fd, data, count), lseek(fd, 0, SEEK_CUR));
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { WRITING(real_pwrite(fd, data, size, at), at); }
ssize_t pwrite64(int fd, const void *data, size_t size, off_t at) { WRITING(real_pwrite(fd, data, size, at), at); }
ssize_t pwritev(int fd, const struct iovec *data, int count, off_t at) {
    WRITING(real_pwritev(fd, data, count, at), at);
}
ssize_t pwritev64(int fd, const struct iovec *data, int count, off_t at) {
    WRITING(real_pwritev(fd, data, count, at), at);
}

static int flush(int fd, int (*real)(int)) {
    pthread_mutex_lock(&guard);
    long long number = ++on->flushes;
    int fails = number >= on->fail_from && number < on->fail_from + on->fail_count;
    int done = on->lying ? 0 : real(fd), error = errno;
    struct file *file = file_of(fd);
    if (file && !on->lying) {
        if (!fails)
            keep(fd, file);
        file->from = file->upto = 0;
    }
    if (fails) {
        on->failed++;
        done = -1;
        error = EIO;
    }
    pthread_mutex_unlock(&guard);
    errno = error;
    return done;
}

int fdatasync(int fd) { return flush(fd, real_fdatasync); }
int fsync(int fd) { return flush(fd, real_fsync); }

/* The clock on the wall */

int clock_gettime(clockid_t clock, struct timespec *at) {
    int done = real_clock_gettime(clock, at);
    if (!done && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        at->tv_sec += on->shift;
    return done;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at)
        *at = now.tv_sec;
    return now.tv_sec;
}
