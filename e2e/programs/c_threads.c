// Threads of C11 and of POSIX, thread-local storage, and atomics of every size.
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <threads.h>

enum { THREADS = 4, ROUNDS = 2000 };

typedef struct {
    uint64_t low, high;
} pair;

static _Atomic uint8_t bytes;
static _Atomic uint16_t halves;
static _Atomic uint32_t words;
static _Atomic uint64_t doubles;
static _Atomic pair pairs;

static _Thread_local int own = 100;
static mtx_t lock;
static cnd_t changed;
static int finished;
static once_flag once = ONCE_FLAG_INIT;
static _Atomic int once_calls;
static tss_t slot;
static _Atomic int slots_destroyed;

static void called_once(void) { once_calls++; }
static void destroy_slot(void *value) { slots_destroyed += *(int *)value; }

static int work(void *argument) {
    static _Thread_local int weight = 1;
    call_once(&once, called_once);
    tss_set(slot, &weight);
    for (int i = 0; i < ROUNDS; i++) {
        bytes++;
        halves++;
        words++;
        doubles += UINT64_C(0x100000001);
        pair seen = atomic_load(&pairs), wanted;
        do {
            wanted = (pair){seen.low + 1, seen.high - 1};
        } while (!atomic_compare_exchange_weak(&pairs, &seen, wanted));
        own++;
    }
    mtx_lock(&lock);
    finished++;
    cnd_signal(&changed);
    mtx_unlock(&lock);
    return own + *(int *)argument;
}

static void *posix_work(void *argument) {
    own += *(int *)argument;
    return (void *)(intptr_t)own;
}

int main(void) {
    thrd_t threads[THREADS];
    int offsets[THREADS], results = 0;
    mtx_init(&lock, mtx_plain);
    cnd_init(&changed);
    tss_create(&slot, destroy_slot);
    for (int i = 0; i < THREADS; i++) {
        offsets[i] = i;
        if (thrd_create(&threads[i], work, &offsets[i]) != thrd_success) return 1;
    }
    mtx_lock(&lock);
    while (finished < THREADS) cnd_wait(&changed, &lock);
    mtx_unlock(&lock);
    for (int i = 0; i < THREADS; i++) {
        int result;
        thrd_join(threads[i], &result);
        results += result;
    }
    printf("thread-local: %d here, %d in the threads\n", own, results);
    printf("atomics: %u %u %u %llx\n", (unsigned)bytes, (unsigned)halves, (unsigned)words, (unsigned long long)doubles);
    pair last = pairs;
    printf("16 bytes: %lld %lld\n", (long long)last.low, (long long)last.high);
    printf("once: %d, slots destroyed: %d\n", once_calls, slots_destroyed);

    pthread_t thread;
    pthread_attr_t attributes;
    int addend = 23;
    void *result;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 256 * 1024);
    if (pthread_create(&thread, &attributes, posix_work, &addend) != 0) return 1;
    pthread_join(thread, &result);
    printf("POSIX thread: %d\n", (int)(intptr_t)result);
    return 0;
}
