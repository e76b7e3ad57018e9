#include "shim.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SLOW_S 2

static struct shim *_Atomic current;

void shim_use(struct shim *shim)
{
	atomic_store(&current, shim);
}

void shim_arm(struct shim *shim, enum shim_kind kind, int64_t before, int64_t times, int error,
	      enum shim_how how)
{
	shim_disarm(shim);
	shim->before = before;
	shim->times = times;
	shim->error = error;
	shim->how = how;
	shim->failed = 0;
	shim->kind = kind;
}

void shim_disarm(struct shim *shim)
{
	shim->kind = SHIM_NONE;
}

/* The next definition of a function after ours, looked for once: a sanitizer's or the C library's.
 */
#define REAL(name)                                                                                 \
	({                                                                                         \
		static void *_Atomic found_;                                                       \
		void *real_ = found_;                                                              \
		if (!real_)                                                                        \
			found_ = real_ = dlsym(RTLD_NEXT, #name);                                  \
		(__typeof__(&(name)))real_;                                                        \
	})

/* Maps what FRUST_FAULTS names. Without it nothing ever fails. */
__attribute__((constructor)) static void load(void)
{
	const char *path = getenv("FRUST_FAULTS");
	void *at;
	int fd;

	if (!path)
		return;
	fd = REAL(open)(path, O_RDWR | O_CLOEXEC);
	at = REAL(mmap)(NULL, sizeof(struct shim), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		abort();
	close(fd);
	shim_use(at);
}

/* Whether this call is one that fails; errno is set then. */
static bool fails(enum shim_kind kind, bool *first)
{
	struct shim *shim = atomic_load(&current);
	int64_t before;

	if (!shim || shim->kind != kind)
		return false;
	before = atomic_fetch_sub(&shim->before, 1);
	if (before > 0 || before <= -shim->times)
		return false;
	shim->failed++;
	if (shim->how == SHIM_DIE)
		kill(getpid(), SIGKILL);
	if (shim->how == SHIM_SLOW) {
		sleep(SLOW_S);
		return false;
	}
	if (first)
		*first = before == 0;
	errno = (int)shim->error;
	return true;
}

static bool path_fails(enum shim_kind kind, const char *path)
{
	struct shim *shim = atomic_load(&current);

	return shim && strncmp(path, shim->under, strlen(shim->under)) == 0 && fails(kind, NULL);
}

/* --- files --- */

#define MODE_OF(flags, last)                                                                       \
	({                                                                                         \
		mode_t mode_ = 0;                                                                  \
		va_list args_;                                                                     \
		va_start(args_, last);                                                             \
		if ((flags) & (O_CREAT | __O_TMPFILE))                                             \
			mode_ = va_arg(args_, mode_t);                                             \
		va_end(args_);                                                                     \
		mode_;                                                                             \
	})

int open(const char *path, int flags, ...)
{
	mode_t mode = MODE_OF(flags, flags);

	return path_fails(SHIM_OPEN, path) ? -1 : REAL(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	mode_t mode = MODE_OF(flags, flags);

	return path_fails(SHIM_OPEN, path) ? -1 : REAL(open64)(path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...)
{
	mode_t mode = MODE_OF(flags, flags);

	return path_fails(SHIM_OPEN, path) ? -1 : REAL(openat)(dir, path, flags, mode);
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
	bool first;

	if (!fails(SHIM_WRITE, &first))
		return REAL(pwrite64)(fd, bytes, n, at);
	if (first && atomic_load(&current)->how == SHIM_SHORT)
		return REAL(pwrite64)(fd, bytes, n / 2, at);
	return -1;
}

ssize_t pread64(int fd, void *bytes, size_t n, off64_t at)
{
	return fails(SHIM_READ, NULL) ? -1 : REAL(pread64)(fd, bytes, n, at);
}

static bool lazy(void)
{
	struct shim *shim = atomic_load(&current);

	return shim && shim->lazy;
}

int fsync(int fd)
{
	if (fails(SHIM_SYNC, NULL))
		return -1;
	return lazy() ? 0 : REAL(fsync)(fd);
}

int fdatasync(int fd)
{
	if (fails(SHIM_SYNC, NULL))
		return -1;
	return lazy() ? 0 : REAL(fdatasync)(fd);
}

int ftruncate64(int fd, off64_t n)
{
	return fails(SHIM_TRUNCATE, NULL) ? -1 : REAL(ftruncate64)(fd, n);
}

int fcntl64(int fd, int command, ...)
{
	void *arg;
	va_list args;

	va_start(args, command);
	arg = va_arg(args, void *);
	va_end(args);
	if (command == F_SETLK && ((struct flock *)arg)->l_type != F_UNLCK &&
	    fails(SHIM_LOCK, NULL))
		return -1;
	return REAL(fcntl64)(fd, command, arg);
}

void *mmap64(void *at, size_t n, int protection, int flags, int fd, off64_t offset)
{
	if (fd >= 0 && fails(SHIM_MAP, NULL))
		return MAP_FAILED;
	return REAL(mmap64)(at, n, protection, flags, fd, offset);
}

int stat(const char *path, struct stat *st)
{
	return path_fails(SHIM_STAT, path) ? -1 : REAL(stat)(path, st);
}

int stat64(const char *path, struct stat64 *st)
{
	return path_fails(SHIM_STAT, path) ? -1 : REAL(stat64)(path, st);
}

int unlink(const char *path)
{
	return path_fails(SHIM_UNLINK, path) ? -1 : REAL(unlink)(path);
}

/* --- memory --- */

/* There under AddressSanitizer. It ends the process when the C library gets no memory at a thread's
 * start: under it the library's own calls are spared. */
__attribute__((weak)) void __asan_init(void);

static bool spared(void *caller)
{
	Dl_info info;

	return __asan_init && dladdr(caller, &info) && strstr(info.dli_fname, "libc.so");
}

#define NO_MEMORY() (fails(SHIM_MALLOC, NULL) && !spared(__builtin_return_address(0)))

void *malloc(size_t n)
{
	return NO_MEMORY() ? NULL : REAL(malloc)(n);
}

void *calloc(size_t n, size_t size)
{
	return NO_MEMORY() ? NULL : REAL(calloc)(n, size);
}

void *realloc(void *at, size_t n)
{
	return NO_MEMORY() ? NULL : REAL(realloc)(at, n);
}

int posix_memalign(void **at, size_t alignment, size_t n)
{
	return NO_MEMORY() ? ENOMEM : REAL(posix_memalign)(at, alignment, n);
}

/* --- the clock --- */

int clock_gettime(clockid_t id, struct timespec *now)
{
	struct shim *shim = atomic_load(&current);
	int rc = REAL(clock_gettime)(id, now);
	int64_t ms;

	if (rc || id != CLOCK_REALTIME || !shim || !shim->clock)
		return rc;
	ms = (int64_t)now->tv_sec * 1000 + now->tv_nsec / 1000000 + shim->clock;
	now->tv_sec = (time_t)(ms / 1000);
	now->tv_nsec = (long)(ms % 1000 * 1000000);
	return 0;
}

time_t time(time_t *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (out)
		*out = now.tv_sec;
	return now.tv_sec;
}
