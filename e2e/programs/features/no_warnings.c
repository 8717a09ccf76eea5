#warning seen where warnings are
int main(void) { return 0; }
