# SPDX-License-Identifier: Apache-2.0
# For Mbed TLS's pk_wrap.c: a client without a key of its own signs, decrypts and encrypts nothing with RSA or ECDSA:
# without these entries of its tables the linker drops what they would call.
s/\.(sign|decrypt|encrypt|check_pair)_func = [a-z_]*,/.\1_func = NULL,/
