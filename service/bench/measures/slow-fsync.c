/* Makes every fsync take 5 ms longer, as on the disk of a usual small server; loaded with LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>

int fsync(int file) {
  usleep(5000);
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(file);
}

int fdatasync(int file) {
  usleep(5000);
  return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(file);
}
