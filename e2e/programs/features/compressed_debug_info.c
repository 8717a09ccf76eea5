struct of_many_members {
  int first, second, third, fourth, fifth, sixth, seventh, eighth;
};

int checked(struct of_many_members *all);

/* Enough of it that compressing it is worth while. */
int checked(struct of_many_members *all) { return all->first + all->eighth; }

int main(void) {
  struct of_many_members all = {0, 0, 0, 0, 0, 0, 0, 0};
  return checked(&all);
}
