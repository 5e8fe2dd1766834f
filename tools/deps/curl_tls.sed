# SPDX-License-Identifier: Apache-2.0
# For libcurl's vtls/mbedtls.c: our own look-up finds the roots (CURLOPT_SSL_CTX_FUNCTION), and no client has a certificate.
s/(ssl|conn)_config->(primary\.)?(ca_info_blob|CAfile|CApath|CRLfile|cert_blob|cert_type|clientcert|key|key_blob|key_passwd|cipher_list|cipher_list13)\b/NULL/g
