#ifdef __cplusplus
extern "C" {
#endif

/* Writes a numeral, its terminating zero included, to 16 bytes; returns 0 where there is none. */
int write_numeral(int number, char *bytes);

#ifdef __cplusplus
}
#endif
