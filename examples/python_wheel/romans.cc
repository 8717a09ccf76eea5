// A module in C++, with exceptions: romans.write(1994) is "MCMXCIV".
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdexcept>
#include <string>
#include <utility>

static std::string write(long number) {
  static constexpr std::pair<long, const char *> letters[] = {
      {1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
      {40, "XL"},  {10, "X"},   {9, "IX"},  {5, "V"},    {4, "IV"},  {1, "I"}};
  if (number <= 0 || number >= 4000) throw std::out_of_range("numerals are for 1 to 3999");
  std::string text;
  for (const auto &[value, letter] : letters)
    for (; number >= value; number -= value) text += letter;
  return text;
}

static PyObject *write_numeral(PyObject *, PyObject *argument) {
  const long number = PyLong_AsLong(argument);
  if (number == -1 && PyErr_Occurred()) return nullptr;
  try {
    return PyUnicode_FromString(write(number).c_str());
  } catch (const std::out_of_range &error) {
    PyErr_SetString(PyExc_ValueError, error.what());
    return nullptr;
  }
}

static PyMethodDef methods[] = {{"write", write_numeral, METH_O, "A number as a Roman numeral."}, {}};
static PyModuleDef module = {PyModuleDef_HEAD_INIT, "romans", nullptr, -1, methods, nullptr, nullptr, nullptr, nullptr};

PyMODINIT_FUNC PyInit_romans() { return PyModule_Create(&module); }
