#include "config.h"

#include <stdio.h>
#ifdef HAVE_WCHAR_H
#include <wchar.h>
#endif

int main(void) {
#ifdef HAVE_SYS_EPOLL_H
  const char *events = "epoll";
#else
  const char *events = "none";
#endif
#if defined HAVE_NO_SUCH_FUNCTION || !defined HAVE_LIBPTHREAD
#error "configure was told lies"
#endif
  printf("pointers of %d bytes, measured %d, events: %s\n", SIZEOF_VOID_P, (int)sizeof(void *), events);
  return 0;
}
