#ifndef SIGN_H
#define SIGN_H

#ifdef __cplusplus
extern "C" {
#endif

int sign(int number);
int never_called(void);

#ifdef __cplusplus
}
#endif

#endif
