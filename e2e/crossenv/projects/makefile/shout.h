/* Writes an upper-case copy of text, which must fit into size bytes with its terminator. */
int shout(const char *text, char *result, unsigned long size);
