template <typename Number> Number checked(Number number) { return number; }

int main() { return checked<int>(0); }
