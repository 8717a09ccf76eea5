int main(int count, char **unused) { return count == 1 ? 0 : 1; }
