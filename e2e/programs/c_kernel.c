// The kernel's own headers beside those of the libc, as programs name them that speak to the kernel.
#include <linux/futex.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/input.h>
#include <linux/limits.h>
#include <linux/netlink.h>
#include <linux/unistd.h>
#include <linux/version.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    struct sockaddr_nl address = {.nl_family = AF_NETLINK};
    printf("constants: %d %d %#x %d\n", FUTEX_PRIVATE_FLAG, PATH_MAX, ETH_P_IPV6, address.nl_family);
    printf("layout: %d %d %d\n", (int)sizeof(struct nlmsghdr), (int)sizeof(struct sockaddr_ll), (int)sizeof(struct input_id));
    printf("calls: %s\n", __NR_getpid == SYS_getpid && syscall(__NR_getpid) == getpid() ? "right" : "wrong");
    printf("version: %s\n", LINUX_VERSION_CODE >= KERNEL_VERSION(5, 0, 0) ? "known" : "old");
    return 0;
}
