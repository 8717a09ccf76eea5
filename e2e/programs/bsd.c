// What a program of the BSDs takes of its system: the kernel's queues, its own name, threads, variables of threads, the environment.
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/event.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <unistd.h>
#if defined(__FreeBSD__)
#include <libutil.h>
#else
#include <util.h>
#endif
#ifndef RELEASE
#error "which release is it?"
#endif
#if defined(__FreeBSD__)
_Static_assert(__FreeBSD__ == RELEASE && __FreeBSD_version / 100000 == RELEASE, "another release of FreeBSD");
#elif defined(__NetBSD__)
_Static_assert(__NetBSD_Version__ / 100000000 == RELEASE, "another release of NetBSD");
#else
#error "none of the BSDs"
#endif

extern char **environ;
static _Thread_local int of_the_thread = 3;
static jmp_buf place;

static void *run(void *argument) {
  of_the_thread++;
  return argument;
}

static int count(struct dl_phdr_info *info, size_t size, void *number) {
  (void)info, (void)size;
  ++*(int *)number;
  return 0;
}

int main(int argc, char **argv) {
  pthread_t thread;
  pthread_create(&thread, NULL, run, argv);
  pthread_join(thread, NULL);
  int queue = kqueue();
  struct kevent event;
  EV_SET(&event, 1, EVFILT_TIMER, EV_ADD, 0, 1, 0);
  kevent(queue, &event, 1, NULL, 0, NULL);
  int cpus = 0;
  size_t size = sizeof cpus;
  sysctlbyname("hw.ncpu", &cpus, &size, NULL, 0);
  struct stat status;
  if (stat(argv[0], &status) != 0) fprintf(stderr, "%s: %s\n", getprogname(), strerror(errno));
  int terminal = 0, other = 0;
  char name[64] = "none";
  openpty(&terminal, &other, name, NULL, NULL);
  int modules = 0;
  dl_iterate_phdr(count, &modules);
  if (setjmp(place) == 0) longjmp(place, 1);
  printf("%u %d %d %s %s %f %d\n", arc4random(), cpus, modules, name, environ[0], sin(argc), of_the_thread);
  return 0;
}
